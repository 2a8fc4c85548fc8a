"""What the words and phrases of prompts may mean for one kind of object, and prompts cut into lexemes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Final

from maquette.procedural.kind import Kind
from maquette.procedural.materials import MATERIAL_WORDS, MATERIALS

from . import words as w
from .colors import SHADES, color_phrases
from .families import EXTRA_MATERIALS
from .idle import REASONS
from .inflection import is_plural, lacking, owners, singulars


class Role(Enum):
    """What a lexeme does in a prompt."""

    KIND = auto()
    PART = auto()
    ABSENT = auto()  # "armless"
    ACCENT = auto()  # "with gold trim"
    OTHER = auto()  # a noun that this kind does not have: another kind, or another kind's part
    COLOR = auto()
    SHADE = auto()
    MATERIAL = auto()
    GLOSS = auto()
    SIZE = auto()
    DEGREE = auto()
    SHAPE = auto()
    NUMBER = auto()
    MEASURE = auto()
    WITH = auto()
    WITHOUT = auto()
    OF = auto()
    AND = auto()
    BREAK = auto()
    STOP = auto()
    UNKNOWN = auto()


NOUNS: Final = frozenset({Role.KIND, Role.PART, Role.ABSENT, Role.ACCENT, Role.OTHER})
SURFACES: Final = frozenset({Role.COLOR, Role.SHADE, Role.MATERIAL, Role.GLOSS})
MODIFIERS: Final = SURFACES | {Role.SIZE, Role.DEGREE, Role.SHAPE, Role.NUMBER, Role.MEASURE}

LONGEST_PHRASE: Final = 5  # words


@dataclass(frozen=True)
class Sense:
    """One meaning: a role and its value (a part's name, a colour's words, a material, an axis, ...)."""

    role: Role
    value: str = ""
    number: float = 0.0


@dataclass(frozen=True)
class Lexeme:
    """A word or phrase as typed, and what it means here."""

    text: str
    role: Role
    value: str = ""
    number: float = 0.0


@dataclass(frozen=True)
class Lexicon:
    """The senses of every phrase for one kind; the first sense is the likelier."""

    senses: dict[str, tuple[Sense, ...]]

    def add(self, phrase: str, sense: Sense) -> None:
        """Puts a sense before those that the phrase has."""
        others = tuple(s for s in self.senses.get(phrase, ()) if s.role is not sense.role)
        self.senses[phrase] = (sense, *others)

    def lookup(self, words: list[str]) -> tuple[Sense, ...]:
        """The senses of a phrase as it stands, with its last or its first word in the singular."""
        whole = self.senses.get(" ".join(words), ())
        if whole and whole[0].role is Role.UNKNOWN and len(words) == 1:
            return self._derived(words[0]) or whole  # a mug can be striped, a sofa not
        if whole:
            return whole
        for last in singulars(words[-1])[1:]:
            if found := self.senses.get(" ".join([*words[:-1], last])):
                return found
        if len(words) > 1:
            for first in singulars(words[0])[1:]:
                if found := self.senses.get(" ".join([first, *words[1:]])):
                    return found
        return self._derived(words[0]) if len(words) == 1 else self._joined(words)

    def _joined(self, words: list[str]) -> tuple[Sense, ...]:
        """Parts written in two words: arm rests."""
        forms = singulars("".join(words)) if len(words) == 2 else ()
        found = (sense for form in forms for sense in self.senses.get(form, ()) if sense.role is Role.PART)
        return tuple(found)[:1]

    def _derived(self, word: str) -> tuple[Sense, ...]:
        """Adjectives made from parts: legged, armless."""
        for stems, role in ((owners(word), None), (lacking(word), Role.ABSENT)):
            for stem in stems:
                for sense in self.senses.get(stem, ()):
                    if sense.role is Role.PART:
                        return (Sense(role or Role.PART, sense.value),)
        return ()


class Vocabulary:
    """The lexicons of some kinds of object, each made when it is first asked for."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self.kinds = tuple(kinds)
        self._by_kind: dict[str, Lexicon] = {}

    @cached_property
    def general(self) -> Lexicon:
        """All senses while the kind is not known: words of kinds and parts are things, nobody's yet."""
        lexicon = Lexicon({})
        for phrase, sense in (*_idle(), *_others(self.kinds), *_language(), *_surfaces()):
            lexicon.add(phrase, sense)
        return lexicon

    def of(self, kind: Kind) -> Lexicon:
        """All senses for one kind, among the others."""
        if kind.name not in self._by_kind:
            self._by_kind[kind.name] = _with_own(self.general, kind)
        return self._by_kind[kind.name]


def _with_own(general: Lexicon, kind: Kind) -> Lexicon:
    lexicon = Lexicon(dict(general.senses))
    for options in kind.shapes.values():
        for shape in options:
            lexicon.add(shape, Sense(Role.SHAPE, shape))
    for word in (*kind.words, kind.name):
        lexicon.add(word, Sense(Role.KIND, kind.name))
    for spec in reversed(kind.parts):  # the first part with a word wins
        for word in (*spec.words, spec.name):
            for form in singulars(word):
                lexicon.add(form, Sense(Role.PART, spec.name))
    for light in [s.name for s in kind.parts if "lit" in s.materials][:1]:
        lexicon.senses["lit"] = (Sense(Role.PART, light),)
    for spec in (s for s in kind.parts if s.optional and s.name in w.STATES):
        there, not_there = w.STATES[spec.name]
        for word in there:
            lexicon.senses[word] = (Sense(Role.PART, spec.name),)
        for word in not_there:
            lexicon.senses[word] = (Sense(Role.ABSENT, spec.name),)
    return lexicon


def cut(tokens: list[str], lexicon: Lexicon, head: tuple[int, int]) -> list[Lexeme]:
    """Lexemes by the longest match; the tokens from head[0] to head[1] are the kind's noun."""
    raw: list[tuple[str, tuple[Sense, ...]]] = []
    i = 0
    while i < len(tokens):
        if i == head[0]:
            raw.append((" ".join(tokens[head[0] : head[1]]), (Sense(Role.KIND),)))
            i = head[1]
            continue
        end = min(len(tokens), i + LONGEST_PHRASE, head[0] if i < head[0] else len(tokens))
        taken, senses = _measure(tokens, i)
        for stop in range(end, i, -1) if not taken else ():
            if senses := lexicon.lookup(tokens[i:stop]):
                taken = stop - i
                break
        taken = taken or 1
        raw.append((" ".join(tokens[i : i + taken]), senses or _plain(tokens[i])))
        i += taken
    return [_resolved(raw, i) for i in range(len(raw))]


def measured(tokens: list[str]) -> tuple[list[str], dict[str, float]]:
    """The tokens that are no measure, and metres by axis (x, y, z, longest), the first of each."""
    rest: list[str] = []
    found: dict[str, float] = {}
    i = 0
    while i < len(tokens):
        taken, senses = _measure(tokens, i)
        if taken:
            found.setdefault(senses[0].value, senses[0].number)
        else:
            rest.append(tokens[i])
        i += taken or 1
    return rest, found


def _idle() -> Iterator[tuple[str, Sense]]:
    yield from ((word, Sense(Role.UNKNOWN, reason)) for word, reason in REASONS.items())


def _others(kinds: Iterable[Kind]) -> Iterator[tuple[str, Sense]]:
    for other in kinds:
        for spec in other.parts:
            for word in (*spec.words, spec.name):
                for form in singulars(word):
                    yield form, Sense(Role.OTHER, form)
    for other in kinds:
        for word in (*other.words, other.name):
            yield word, Sense(Role.OTHER, other.name)


def _language() -> Iterator[tuple[str, Sense]]:
    for table, role in (
        (w.ACCENTS, Role.ACCENT),
        (w.STOP, Role.STOP),
        (w.STOP_PHRASES, Role.STOP),
        (w.BREAKS, Role.BREAK),
        (w.AND, Role.AND),
        (w.OF, Role.OF),
        (w.OF_PHRASES, Role.OF),
        (w.WITH, Role.WITH),
        (w.WITH_PHRASES, Role.WITH),
        (w.WITHOUT, Role.WITHOUT),
        (w.DEGREES, Role.DEGREE),
    ):
        yield from ((word, Sense(role, word)) for word in table)
    yield from ((word, Sense(Role.NUMBER, word, number)) for word, number in w.NUMBERS.items())


def _surfaces() -> Iterator[tuple[str, Sense]]:
    for word in w.SIZES:
        yield word, Sense(Role.SIZE, word)
    for word, material in (*MATERIAL_WORDS.items(), *EXTRA_MATERIALS.items()):
        yield word, Sense(Role.MATERIAL, material)
    for material in MATERIALS:
        yield material, Sense(Role.MATERIAL, material)
    for word, gloss in w.GLOSSES.items():
        yield word, Sense(Role.GLOSS, gloss)
    for word in w.SHAPES:
        yield word, Sense(Role.SHAPE, word)
    for word, shade in SHADES.items():
        yield word, Sense(Role.SHADE, shade)
    for color in color_phrases():
        yield color, Sense(Role.COLOR, color)


def _measure(tokens: list[str], i: int) -> tuple[int, tuple[Sense, ...]]:
    """Reads "2 m tall", "40 cm in diameter" or "height of 2 m" at token i: how many tokens, its sense."""
    start = i
    axis = ""
    if tokens[i] in w.DIMENSIONS and i + 1 < len(tokens):
        axis = w.DIMENSIONS[tokens[i]]
        i += 2 if tokens[i + 1] in ("of", "is") else 1
    taken, number = _amount(tokens[i : i + 5])
    i += taken
    if not taken or i >= len(tokens):
        return 0, ()
    unit = tokens[i]
    is_inches = unit == "in" and i + 1 < len(tokens) and tokens[i + 1] in w.DIMENSIONS
    if (unit not in w.UNITS and not is_inches) or (tokens[i - 1] in _ARTICLES and not _is_size(tokens, i)):
        return 0, ()
    i += 1
    rest = tokens[i : i + 2]
    if not axis and rest and rest[0] in w.DIMENSIONS:
        axis, i = w.DIMENSIONS[rest[0]], i + 1
    elif not axis and len(rest) == 2 and rest[0] in ("in", "of") and rest[1] in w.DIMENSIONS:
        axis, i = w.DIMENSIONS[rest[1]], i + 2
    metres = number * w.UNITS.get(unit, 0.0254)
    return i - start, (Sense(Role.MEASURE, axis or "longest", metres),)


_ARTICLES: Final = ("a", "an")


def _amount(tokens: list[str]) -> tuple[int, float]:
    """A number at the start, in one word or more: how many, which. "2", "half a", "a", "one and a half"."""
    if tokens[0] == "half" and tokens[1:2] and tokens[1] in _ARTICLES:
        return 2, 0.5
    number = 1.0 if tokens[0] in _ARTICLES else _number(tokens[0])
    if number is None:
        return 0, 0.0
    if tokens[1:4] == ["and", "a", "half"]:
        return 4, number + 0.5
    if tokens[0] in _ARTICLES and tokens[1:2] == ["half"]:
        return 2, 0.5
    return 1, number


def _is_size(tokens: list[str], unit: int) -> bool:
    """Whether "a foot" is a length: "a foot tall", "a metre in height"."""
    after = tokens[unit + 1 : unit + 3]
    return bool(after) and (after[0] in w.DIMENSIONS or (len(after) == 2 and after[1] in w.DIMENSIONS))


def _number(token: str) -> float | None:
    if token.replace(".", "").isdecimal():
        return float(token)
    return w.NUMBERS.get(token)


def _plain(token: str) -> tuple[Sense, ...]:
    if token.startswith("#"):
        return (Sense(Role.COLOR, token),)
    number = _number(token)
    return (Sense(Role.UNKNOWN),) if number is None else (Sense(Role.NUMBER, token, number),)


def _resolved(raw: list[tuple[str, tuple[Sense, ...]]], i: int) -> Lexeme:
    """The sense that fits here: "glass" is a material before a noun or after "of", else the part it names."""
    text, senses = raw[i]
    noun = next((s for s in senses if s.role in NOUNS), None)
    modifier = next((s for s in senses if s.role in MODIFIERS), None)
    chosen = senses[0]
    if noun and modifier:
        things = noun.role is Role.PART and any(is_plural(text, one) for one in singulars(text)[1:])
        describes = (_describes_next(raw, i) and not things) or _follows_of(raw, i, modifier)
        loose = noun.role is Role.OTHER and not _is_counted(raw, i)
        chosen = modifier if describes or loose else noun
    return Lexeme(text, chosen.role, chosen.value, chosen.number)


def _describes_next(raw: list[tuple[str, tuple[Sense, ...]]], i: int) -> bool:
    """Whether a noun or another modifier follows, maybe after "and" or "plated"."""
    while i + 1 < len(raw) and (raw[i + 1][1][0].role is Role.AND or raw[i + 1][0] in w.DONE):
        i += 1
    return i + 1 < len(raw) and raw[i + 1][1][0].role in NOUNS | MODIFIERS


def _follows_of(raw: list[tuple[str, tuple[Sense, ...]]], i: int, modifier: Sense) -> bool:
    """Whether it says what the noun before is like: "of glass", "in orange"; but not "of coffee"."""
    while i > 0 and raw[i - 1][1][0].role in MODIFIERS:
        i -= 1
    if i == 0 or raw[i - 1][1][0].role is not Role.OF:
        return False
    return modifier.role is Role.MATERIAL or raw[i - 1][0] != "of"


def _is_counted(raw: list[tuple[str, tuple[Sense, ...]]], i: int) -> bool:
    """Whether an article, a number or "with" stands before it, as before things."""
    if i == 0:
        return False
    text, senses = raw[i - 1]
    return text in ("a", "an", "the", "some") or senses[0].role in (Role.NUMBER, Role.WITH)
