"""What training never sees: pairs of attributes of the main body, and seeds."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

PATH: Final = Path(__file__).resolve().parent.parent / "held_out.toml"
SPLITS: Final = ("train", "val", "held_out")


@dataclass(frozen=True)
class HeldOut:
    """Pairs (name of the colour or finish, name of the kind), and the first seed of each split."""

    colors: frozenset[tuple[str, str]]
    finishes: frozenset[tuple[str, str]]
    first_seeds: dict[str, int]

    def holds(self, kind: str, color: str, finish: str) -> bool:
        """Whether a main body of that look is kept from training."""
        return (color, kind) in self.colors or (finish, kind) in self.finishes


@cache
def held_out() -> HeldOut:
    """The fixed choice, from the file."""
    with PATH.open("rb") as file:
        table = tomllib.load(file)
    colors = frozenset((color, kind) for color, kind in table["pairs"]["color"])
    finishes = frozenset((finish, kind) for finish, kind in table["pairs"]["finish"])
    return HeldOut(colors, finishes, dict(table["seeds"]))
