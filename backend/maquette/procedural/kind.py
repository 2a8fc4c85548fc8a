"""What a kind of object is, and the design that its builder reads: what prompts, kinds and fields share."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .materials import Finish
from .sdf import Node

STRETCH: Final = ("x", "y", "z")


@dataclass(frozen=True)
class PartSpec:
    """A named part of a kind, as prompts may speak of it.

    `materials` are names from materials.MATERIALS, the most typical first; `colors` are colour names it
    typically has (empty: the material's own). `follows` names a part whose finish it takes unless the prompt
    gives it its own. `least_opacity` is 1 where even glass shows nothing behind it, as on a house that has no
    rooms. `optional` parts may be left out ("without armrests"); `usual` says whether they are there when
    nothing is said.
    """

    name: str
    words: tuple[str, ...] = ()  # further singular words for it
    materials: tuple[str, ...] = ("oak",)
    colors: tuple[str, ...] = ()
    follows: str = ""
    least_opacity: float = 0.0
    optional: bool = False
    usual: bool = True


@dataclass(frozen=True)
class Part:
    """One built part: a solid with its finish. `grain` is the axis that wood grain or brushing runs along."""

    name: str
    solid: Node
    finish: Finish
    grain: str = "z"


@dataclass(frozen=True)
class Design:
    """Everything a builder may ask: what the prompt fixed, and numbers drawn from the seed for the rest.

    The same seed and name give the same number, whatever else is asked, so adding a parameter changes nothing
    else.
    """

    kind: str
    seed: int
    finishes: Mapping[str, Finish]
    stretch: tuple[float, float, float] = (1.0, 1.0, 1.0)  # multiply widths, depths, heights by these
    thickness: float = 1.0  # multiply cross-sections of legs, rims, blades by this
    shapes: Mapping[str, str] = field(default_factory=dict)  # part -> shape the prompt asked for
    counts: Mapping[str, int] = field(default_factory=dict)  # part -> count the prompt asked for
    present: Mapping[str, bool] = field(default_factory=dict)  # optional part -> asked in or out
    colored: frozenset[str] = frozenset()  # parts whose colour the prompt asked for

    def unit(self, name: str) -> float:
        """A number from 0 to 1, fixed by the seed and the name."""
        digest = hashlib.blake2b(f"{self.kind}/{self.seed}/{name}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "little") / 2**64

    def number(self, name: str, low: float, high: float) -> float:
        """A number from low to high, fixed by the seed and the name."""
        return low + (high - low) * self.unit(name)

    def shape(self, part: str, options: tuple[str, ...]) -> str:
        """The shape asked for, or one of the options by the seed (earlier ones are likelier)."""
        asked = self.shapes.get(part)
        if asked in options:
            return asked
        return options[int(len(options) * self.unit(f"shape {part}") ** 1.5)]

    def count(self, part: str, low: int, high: int) -> int:
        """The count asked for, or one from low to high by the seed."""
        asked = self.counts.get(part)
        return asked if asked is not None else low + int((high - low + 1) * self.unit(f"count {part}"))

    def has(self, part: str, usual: bool = True, share: float | None = None) -> bool:
        """Whether an optional part is there: as asked, else `usual`, else for that share of seeds."""
        if part in self.present:
            return self.present[part]
        return usual if share is None else self.unit(f"has {part}") < share

    def sees_through(self, part: str) -> bool:
        """Whether what lies behind a part, or within it, is seen: it then has to be there."""
        return self.finishes[part].opacity < 1

    def part(self, name: str, solid: Node, finish: str = "", grain: str = "z") -> Part:
        """A built part with the finish of the part spec `finish` (its own name by default)."""
        return Part(name, solid, self.finishes[finish or name], grain)


@dataclass(frozen=True)
class Kind:
    """A kind of object.

    `build` returns the parts in metres: standing on z = 0, centred on x = y = 0, front to -Y. `shapes` lists,
    by part ("" for the whole), the shape words that the builder honours, the usual one first; `counts` the
    range of counts by part. Parts that touch must overlap by a millimetre or more, and nothing may be thinner
    than 1/90 of the longest side. `parts[0]` is the main part: a colour or material without a part's name
    goes to it.
    """

    name: str
    words: tuple[str, ...]
    group: str
    parts: tuple[PartSpec, ...]
    build: Callable[[Design], list[Part]]
    shapes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
