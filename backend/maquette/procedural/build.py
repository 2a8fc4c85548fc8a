"""From a description and a seed to a program, with sizes in words or metres met."""

from math import prod

from maquette.protocol import bad_input

from .design import design, stretch_of
from .kind import STRETCH, Design, Kind
from .program import Program
from .prompt.description import Description

MOST_STRETCH = 2.2  # a builder's proportions hold up to this


def build(description: Description, seed: int) -> Program:
    """The object of a description, in metres, the centre of its base on the origin.

    Raises MaquetteError (bad_input) if measures ask for proportions that the kind cannot have.
    """
    words = stretch_of(description, _natural(description, seed))
    program = assemble(description.kind, design(description, seed, words))
    if len(description.measures) > 1:
        stretch = _stretch_for_measures(description, program, words)
        program = assemble(description.kind, design(description, seed, stretch))
    settled = program.settled()
    scale = _scale(description, program)
    return settled if scale == 1 else settled.scaled(scale)


def assemble(kind: Kind, plan: Design) -> Program:
    """What the kind's builder makes of a design, as it is."""
    parts = tuple(kind.build(plan))
    names = [spec.name for spec in kind.parts]
    return Program(kind.name, plan.seed, parts, tuple(names.index(part.name) for part in parts))


def _natural(description: Description, seed: int) -> tuple[float, float, float]:
    """The size before any stretch; asked for only where words or measures need it."""
    if "longest" not in description.factors:
        return (0.0, 0.0, 1.0)
    return _size(assemble(description.kind, design(description, seed, (1.0, 1.0, 1.0))))


def _size(program: Program) -> tuple[float, float, float]:
    low, high = program.extent.astype(float)
    return float(high[0] - low[0]), float(high[1] - low[1]), float(high[2] - low[2])


def _ratios(description: Description, size: tuple[float, float, float]) -> dict[int, float]:
    """How much larger each measured side is to be."""
    longest = max(range(3), key=lambda i: size[i])
    sides = {STRETCH.index(a) if a in STRETCH else longest: m for a, m in description.measures.items()}
    return {i: metres / size[i] for i, metres in sides.items()}


def _stretch_for_measures(
    description: Description, program: Program, words: tuple[float, float, float]
) -> tuple[float, float, float]:
    """A stretch that gives the measured sides their proportions; their mean is left to a uniform scale."""
    ratios = _ratios(description, _size(program))
    mean = prod(ratios.values()) ** (1 / len(ratios))
    stretch = [words[i] * ratios.get(i, mean) / mean for i in range(3)]
    for i, ratio in ratios.items():
        if not 1 / MOST_STRETCH <= ratio / mean <= MOST_STRETCH:
            asked = ", ".join(description.size_words)
            raise bad_input(
                f"a {description.kind.name} cannot have the proportions of {asked}: "
                f"side {STRETCH[i]} is {ratio / mean:.2g} times its natural share, leave one measure out"
            )
    return stretch[0], stretch[1], stretch[2]


def _scale(description: Description, program: Program) -> float:
    """The uniform factor that words such as "tiny" or measures ask for; measures win."""
    if not description.measures:
        return description.factors.get("scale", 1.0)
    ratios = _ratios(description, _size(program))
    return prod(ratios.values()) ** (1 / len(ratios))
