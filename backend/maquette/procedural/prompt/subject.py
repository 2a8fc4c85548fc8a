"""Which kind of object a prompt asks for, and which known kinds are near when it asks for an unknown one."""

from collections.abc import Sequence
from typing import Final

from maquette.procedural.kind import Kind
from maquette.protocol import MaquetteError

from . import words as w
from .inflection import is_plural, likeness, singulars
from .lexicon import Lexicon, Role, Vocabulary

_ENDS: Final = w.WITH | w.WITHOUT | w.OF | w.BREAKS | frozenset({"and", "that", "which", "for", "to"})

# Things that people ask for and no kind is, with the group that has the nearest.
_RELATED: Final = {
    "furniture": "bench wardrobe nightstand hammock throne seat cradle ottoman shelf cushion",
    "container": "basket bag suitcase backpack safe can sack jar package tin trough cage",
    "tableware": "plate glass fork spoon jug pitcher saucer pot pan dish carafe flask",
    "decor": "picture painting statue toy piano violin radio phone computer globe mirror violin",
    "lighting": "light bulb flashlight spotlight torch chandelier lampshade",
    "tool": "saw drill pliers scissors rake anvil chisel crowbar ladder",
    "weapon": "gun pistol rifle arrow mace katana rapier halberd crossbow cannon staff club spear grenade",
    "plants": "shrub fern vine grass fruit apple vegetable carrot weed",
    "nature": "mountain island cave diamond volcano cloud hill wave log",
    "buildings": "barn church skyscraper bridge temple shed pyramid cathedral tent school pagoda",
    "outdoor": "bench swing gate bin hydrant statue pond bollard barrier",
    "vehicles": "bus motorcycle bike bicycle helicopter train tank submarine ufo tractor scooter",
    "characters": "person man woman boy girl cat dog horse dragon animal monster alien knight wizard bird",
}


def find_subject(tokens: Sequence[str], vocabulary: Vocabulary) -> tuple[Kind, tuple[int, int], bool]:
    """The kind, the tokens [start, end) that name it, and whether they name several.

    It is the last kind named before the first "with", "of", comma or the like that follows any kind's name,
    as the last noun of a noun phrase is its head ("table lamp"). Raises MaquetteError (bad_input) if no kind
    is named.
    """
    kinds = vocabulary.kinds
    table = _names(vocabulary)
    found: tuple[Kind, tuple[int, int], bool] | None = None
    i = 0
    while i < len(tokens):
        for stop in range(min(len(tokens), i + 4), i, -1):
            phrase = _match(tokens[i:stop], table)
            if phrase:
                plain = " ".join(tokens[i:stop])
                found = (table[phrase], (i, stop), plain != phrase and _is_plural_phrase(plain, phrase))
                i = stop
                break
        else:
            if found and tokens[i] in _ENDS:
                break
            i += 1
    if found is None:
        raise _no_kind(tokens, kinds, vocabulary.general)
    return found


def nearest_kinds(word: str, kinds: Sequence[Kind], count: int = 4) -> list[str]:
    """Names of the kinds most like the word: by spelling, then by the group that it belongs to."""
    singular = singulars(word)[-1]

    def nearness(kind: Kind) -> float:
        names = (kind.name, *kind.words)
        words = (word for name in names for word in name.split())
        return max(*(likeness(singular, n) for n in names), *(0.9 * likeness(singular, x) for x in words))

    spelled = sorted((k for k in kinds if nearness(k) >= 0.66), key=lambda k: (-nearness(k), k.name))
    group = next((g for g, words in _RELATED.items() if singular in words.split()), "")
    owners = [k for k in kinds if _has_part(k, singular) and k not in spelled]
    related = [k for k in kinds if k.group == group and k not in (*spelled, *owners)]
    return [k.name for k in (*spelled, *related, *owners)][:count]


def _has_part(kind: Kind, word: str) -> bool:
    return any(word in (spec.name, *spec.words) for spec in kind.parts)


def _names(vocabulary: Vocabulary) -> dict[str, Kind]:
    """The kind of every name.

    Names that only add a material ("glass bottle") are left to adjectives; an oak tree is not of oak.
    """
    table: dict[str, Kind] = {}
    for kind in reversed(vocabulary.kinds):
        names = {kind.name, *kind.words}
        for name in names:
            first, _, rest = name.partition(" ")
            described = rest in names and any(
                s.role is Role.MATERIAL for s in vocabulary.general.lookup([first])
            )
            if not described or kind.group == "plants":
                table[name] = kind
                table.setdefault(name.replace(" ", ""), kind)
    return table | {kind.name: kind for kind in vocabulary.kinds}


def _match(words: Sequence[str], table: dict[str, Kind]) -> str:
    """The entry of the table that the words are, in the singular or the plural; or nothing."""
    if len(words) == 2 and (joined := "".join(words)) in table:
        return joined  # "sail boat"
    for last in singulars(words[-1]):
        if (phrase := " ".join([*words[:-1], last])) in table:
            return phrase
    for first in singulars(words[0])[1:]:
        if (phrase := " ".join([first, *words[1:]])) in table:
            return phrase
    return ""


def _is_plural_phrase(plain: str, phrase: str) -> bool:
    return any(is_plural(a, b) for a, b in zip(plain.split(), phrase.split(), strict=False))


def _no_kind(tokens: Sequence[str], kinds: Sequence[Kind], lexicon: Lexicon) -> MaquetteError:
    unknown = _unknown_noun(tokens, lexicon)
    near = nearest_kinds(unknown, kinds) if unknown else []
    some = ", ".join(near or [k.name for k in _one_of_each_group(kinds)])
    if not unknown:
        message = f"the prompt {' '.join(tokens)[:80]!r} names no object: say what to make, such as {some}"
    elif near:
        message = f"no kind {unknown!r} is known: did you mean {some}?"
    elif _is_foreign(tokens, lexicon):
        message = f"no kind {unknown!r} is known, and prompts are read in English: ask for {some}, or another"
    else:
        message = f"no kind {unknown!r} is known: ask for another, such as {some}"
    details: dict[str, object] = {"unknown": unknown, "nearest": near, "kinds": [k.name for k in kinds]}
    return MaquetteError("bad_input", message, "change_input", details)


def _is_foreign(tokens: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether no word of several is known, or one is not of ASCII letters."""
    words = [token for token in tokens if token.isalpha()]
    known = any(lexicon.lookup([word]) for word in words)
    return any(not word.isascii() for word in words) or (len(words) > 1 and not known)


def _unknown_noun(tokens: Sequence[str], lexicon: Lexicon) -> str:
    """The last word without a meaning before the first "with" or the like: the likely noun."""
    unknown = ""
    for i, token in enumerate(tokens):
        if unknown and token in _ENDS:
            break
        if token in w.UNITS and i and tokens[i - 1][0].isdigit():
            continue
        senses = lexicon.lookup([token])
        if (not senses and token.isalpha()) or any(s.role is Role.OTHER for s in senses):
            unknown = token
    return unknown


def _one_of_each_group(kinds: Sequence[Kind]) -> list[Kind]:
    first: dict[str, Kind] = {}
    for kind in kinds:
        first.setdefault(kind.group, kind)
    return list(first.values())
