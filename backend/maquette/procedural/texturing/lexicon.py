"""Prompts for textures cut into words and phrases, each with all that it may mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Final

from maquette.procedural.materials import MATERIAL_WORDS, MATERIALS
from maquette.procedural.prompt.colors import SHADES, color_phrases
from maquette.procedural.prompt.families import EXTRA_MATERIALS
from maquette.procedural.prompt.inflection import singulars

from . import words as w

LONGEST_PHRASE: Final = 4  # words


class Role(Enum):
    """What a word may do in a prompt for a texture."""

    MATERIAL = auto()
    COLOR = auto()
    SHADE = auto()
    ADJECTIVE = auto()  # "rusty"
    NOUN = auto()  # "rust"
    FIGURE = auto()  # "veins"
    MARK = auto()  # "patches"
    SPOT = auto()  # "edges"
    AMOUNT = auto()
    PAINTED = auto()
    PLATED = auto()
    GLOWING = auto()
    NEW = auto()
    CHIPPED = auto()
    PATTERN = auto()  # "brushed"
    WITH = auto()
    COVERED = auto()
    FITTED = auto()
    WITHOUT = auto()
    ON = auto()
    AT = auto()
    UNDER = auto()
    AND = auto()
    STOP = auto()


CONNECTIVES: Final = frozenset(
    {Role.WITH, Role.COVERED, Role.FITTED, Role.WITHOUT, Role.ON, Role.AT, Role.UNDER, Role.AND}
)
# What is no material of a base here: it is read as a material and what was done to it.
_TAKEN_APART: Final = frozenset(
    {"rusty iron", "painted wood", "painted metal", "lit", "rusty", "rusted", "rusty metal", "rusty steel",
     "corroded", "rusted steel", "rusted metal", "rusted iron", "painted steel", "polished steel", "mossy",
     "snowy", "icy",
     "frozen", "woven", "knitted", "glowing", "lacquered", "painted", "polished", "gilded",
     "weathered wood", "needles"}
)  # fmt: skip
_NO_COLORS: Final = frozenset({"rust", "sandy", "chocolate", "charcoal", "ocean", "salmon"})
_COLORS: Final[dict[str, str]] = {
    "moss green": "dark olive", "rust red": "dark orange", "blood red": "dark red",
    "army green": "dark olive",
    "gunmetal grey": "dark grey", "slate grey": "muted blue", "bone white": "cream", "ash grey": "light grey",
    "sand coloured": "beige", "rust coloured": "dark orange", "rust colored": "dark orange",
}  # fmt: skip


@dataclass(frozen=True)
class Lexeme:
    """A word or phrase as typed, with its values by role; no senses: it is not known."""

    text: str
    senses: dict[Role, str]

    def get(self, role: Role) -> str:
        """The value in that role, or "" where the word cannot have it."""
        return self.senses.get(role, "")

    @property
    def connective(self) -> Role | None:
        """Which sort of joining word it is, if it is one."""
        return next((role for role in self.senses if role in CONNECTIVES), None)


def cut(tokens: Sequence[str]) -> list[Lexeme]:
    """Lexemes by the longest match."""
    lexemes: list[Lexeme] = []
    i = 0
    while i < len(tokens):
        for stop in range(min(len(tokens), i + LONGEST_PHRASE), i, -1):
            senses = _look_up(tokens[i:stop])
            if senses:
                lexemes.append(Lexeme(" ".join(tokens[i:stop]), senses))
                i = stop
                break
        else:
            senses = {Role.COLOR: tokens[i]} if tokens[i].startswith("#") else {}
            lexemes.append(Lexeme(tokens[i], senses))
            i += 1
    return lexemes


@cache
def vocabulary() -> dict[str, dict[Role, str]]:
    """Every known phrase with its values by role."""
    table: dict[str, dict[Role, str]] = {}
    for phrase, role, value in _entries():
        table.setdefault(phrase, {})[role] = value
    return table


def _look_up(words: Sequence[str]) -> dict[Role, str]:
    table = vocabulary()
    for last in singulars(words[-1]):
        phrase = " ".join([*words[:-1], last])
        if phrase in table:
            return table[phrase]
    return {}


def _entries() -> Iterator[tuple[str, Role, str]]:
    for material in MATERIALS:
        if material not in _TAKEN_APART:
            yield material, Role.MATERIAL, material
    for table in (MATERIAL_WORDS, EXTRA_MATERIALS, w.MATERIAL_EXTRAS):
        for word, material in table.items():
            if word not in _TAKEN_APART:
                yield word, Role.MATERIAL, material
    for color in color_phrases():
        if color not in _NO_COLORS:
            yield color, Role.COLOR, color
    for phrase, color in _COLORS.items():
        yield phrase, Role.COLOR, color
    for shade in SHADES:
        if shade != "dusty":
            yield shade, Role.SHADE, shade
    for role, words in (
        (Role.ADJECTIVE, w.ADJECTIVES),
        (Role.CHIPPED, w.CHIPPED),
        (Role.AMOUNT, w.AMOUNTS),
        (Role.PAINTED, w.PAINTED),
        (Role.PLATED, w.PLATED),
        (Role.GLOWING, w.GLOWING),
        (Role.NEW, w.NEW),
        (Role.PATTERN, w.PATTERN_WORDS),
        (Role.WITH, w.WITH),
        (Role.COVERED, w.COVERED),
        (Role.FITTED, w.FITTED),
        (Role.WITHOUT, w.WITHOUT),
        (Role.ON, w.ON),
        (Role.AT, w.AT),
        (Role.UNDER, w.UNDER),
        (Role.AND, w.AND),
        (Role.STOP, w.STOP),
    ):
        yield from ((word, role, word) for word in words)
    for role, table in (
        (Role.NOUN, w.NOUNS),
        (Role.FIGURE, w.FIGURES),
        (Role.MARK, w.MARKS),
        (Role.SPOT, w.SPOTS),
    ):
        yield from ((word, role, value) for word, value in table.items())
