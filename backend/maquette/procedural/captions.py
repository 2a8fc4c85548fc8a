"""Random prompts for the kinds there are, and the objects they describe: endless captioned training data."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .build import build
from .describe import describe
from .kind import Kind, PartSpec
from .kinds import KINDS
from .materials import COLORS
from .program import Program
from .prompt.description import plural

DROPPED: Final = 0.15  # share of the attributes of an object that its caption leaves out

_MATERIALS: Final = (
    *(
        "wooden",
        "metal",
        "plastic",
        "stone",
        "ceramic",
        "golden",
        "glass",
        "leather",
        "marble",
        "copper",
        "concrete",
    ),
    *("rusty", "bamboo", "steel", "fabric", "ice"),
)
_SIZES: Final = ("tall", "short", "wide", "narrow", "thick", "thin", "chunky", "slender")
_GLOSSES: Final = ("shiny", "matte", "weathered", "rough", "polished")
_NUMBERS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Attribute:
    """Something that a prompt may say: an adjective of the object, or a clause after it."""

    text: str
    is_clause: bool = False


def random_program(seed: int) -> tuple[Program, str]:
    """An object and a true caption, which may leave attributes out. The same seed gives the same."""
    rng = random.Random(seed)  # noqa: S311  nothing secret
    kind = rng.choice(KINDS)
    attributes = _attributes(kind, rng)
    noun = rng.choice((kind.name, kind.name, *kind.words))
    description = describe(_sentence(kind.name, attributes, rng))
    told = [a for a in attributes if rng.random() >= DROPPED]
    return build(description, seed), _sentence(noun, told, rng)


def _attributes(kind: Kind, rng: random.Random) -> list[Attribute]:
    """A few things to say of a kind."""
    chosen: list[Attribute] = []
    if rng.random() < 0.2:
        chosen.append(Attribute(rng.choice(_GLOSSES)))
    if rng.random() < 0.25:
        chosen.append(Attribute(rng.choice(_SIZES)))
    if rng.random() < 0.6:
        chosen.append(Attribute(rng.choice(tuple(COLORS))))
    if rng.random() < 0.4:
        chosen.append(Attribute(rng.choice(_MATERIALS)))
    beside = kind.parts[1:]  # what adjectives say is of the main part
    specs = rng.sample(beside, k=min(len(beside), rng.choice((0, 0, 1, 1, 2))))
    chosen.extend(Attribute(_clause(kind, spec, rng), is_clause=True) for spec in specs)
    return chosen


def _clause(kind: Kind, spec: PartSpec, rng: random.Random) -> str:
    """What is said of one part: "with four black legs", "without a cushion"."""
    if spec.optional and rng.random() < 0.25:
        return f"without a {spec.name}"
    words: list[str] = []
    low, high = kind.counts.get(spec.name, (1, 1))
    count = rng.randint(max(1, low), min(high, 10)) if rng.random() < 0.6 and high > 0 else 1
    counted = spec.name in kind.counts and max(1, low) <= min(high, 10)
    if counted:
        words.append(_NUMBERS[count] if count >= low else _NUMBERS[max(1, low)])
    if spec.name in kind.shapes and rng.random() < 0.5:
        words.append(rng.choice(kind.shapes[spec.name]))
    if rng.random() < 0.6:
        words.append(rng.choice(tuple(COLORS)))
    elif rng.random() < 0.5:
        words.append(rng.choice(_MATERIALS))
    several = counted and words[0] != "one"
    article = "" if counted else "a "
    return f"with {article}{' '.join([*words, plural(spec.name) if several else spec.name])}"


def _sentence(noun: str, attributes: Sequence[Attribute], rng: random.Random) -> str:
    """A prompt: adjectives, the noun, clauses."""
    adjectives = [a.text for a in attributes if not a.is_clause]
    clauses = " and ".join(a.text for a in attributes if a.is_clause)
    article = rng.choice(("a ", "a ", ""))
    return f"{article}{' '.join([*adjectives, noun])} {clauses}".strip()
