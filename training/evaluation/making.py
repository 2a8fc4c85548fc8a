"""Samples of the shipped model as grids: what every measure looks at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.progress import Progress
from maquette.starter.field import Field
from maquette.starter.generate import decode
from maquette.starter.model import Context, Model
from maquette.starter.sampling import sample
from training.data.looks import COLORS, FINISHES

BATCH = 16
SURFACE = 0.3  # truncations: cells nearer than this show the surface


@dataclass(frozen=True)
class Made:
    """One sample at the resolution of its features."""

    field: Field
    grid: npt.NDArray[np.float32]  # [R, R, R] distances in truncations, cut off at ±1
    slots: npt.NDArray[np.int64]  # [R, R, R]

    def shares(self) -> npt.NDArray[np.float64]:
        """How much of the surface each slot has, [S]."""
        shown = self.slots[np.abs(self.grid) < SURFACE]
        return np.bincount(shown, minlength=len(self.field.used)) / max(1, len(shown))


def make(
    model: Model,
    contexts: Callable[[int, int], Context],  # of samples start to stop
    count: int,
    seed: int,
    guidance: float,
    known: npt.NDArray[np.float32] | None = None,  # [count, T, C] shapes that only get materials
) -> list[Made]:
    """Samples with seeds from `seed` on."""
    nothing, made = model.text([""]), []
    for start in range(0, count, BATCH):
        stop = min(count, start + BATCH)
        given = None if known is None else known[start:stop]
        seeds = list(range(seed + start, seed + stop))
        found = sample(model, contexts(start, stop), nothing, seeds, guidance, Progress(), given)
        made += [of_tokens(model, a, b) for a, b in zip(found.shape, found.slots, strict=True)]
    return made


def of_tokens(model: Model, shape: npt.NDArray[np.float32], slots: npt.NDArray[np.float32]) -> Made:
    """What tokens decode to."""
    field = decode(model, shape, slots)
    coarse = field.coarse
    scores = np.where(field.used, coarse[..., 1:], -np.inf)
    return Made(field, np.clip(coarse[..., 0], -1, 1), scores.argmax(-1))


def color_name(rgb: npt.NDArray[np.float32]) -> str:
    """The nearest of the training data's colours."""
    return min(COLORS, key=lambda name: float(np.square(np.array(COLORS[name]) - rgb).sum()))


def main_color_share(made: Made, color: str) -> float:
    """How much of the surface has the colour."""
    named = [color_name(row[:3]) == color for row in made.field.palette]
    return float(made.shares()[np.array(named)].sum())


def metallic_right(made: Made, finish: str) -> bool:
    """Whether the main body is as metallic as the finish."""
    return bool(abs(float(made.field.palette[0, 3]) - FINISHES[finish].metallic) < 0.5)


def roughness_right(made: Made, finish: str) -> bool:
    """Whether the main body is about as rough as the finish."""
    return bool(abs(float(made.field.palette[0, 4]) - FINISHES[finish].roughness) < 0.15)


def pieces(made: Sequence[Made]) -> list[float]:
    """The share of the largest piece of each, after islands under a hundredth are left out."""
    found = []
    for one in made:
        volumes = one.field.pieces[1]
        kept = volumes[volumes >= 0.01 * volumes.sum()] if len(volumes) else volumes
        found.append(float(kept.max() / kept.sum()) if len(kept) else 0.0)
    return found
