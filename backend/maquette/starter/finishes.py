"""What a predicted material is taken for: the nearest finish of the training data, and its fine detail.

The model says a colour, a metallic and a roughness for each part and nothing finer. Grain, brush marks and
bumps come from the procedural library's pattern of the finish, and are told as procedural.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from maquette.procedural import patterns
from maquette.procedural.materials import MATERIALS, Finish
from maquette.texture.surface import SurfaceSample

from .model import Floats


@dataclass(frozen=True)
class Known:
    """A finish of the training data, and the material whose pattern it gets."""

    metallic: float
    roughness: float
    material: str


FINISHES: Final[dict[str, Known]] = {
    "wooden": Known(0, 0.56, "oak"),
    "plastic": Known(0, 0.32, "plastic"),
    "ceramic": Known(0, 0.08, "ceramic"),
    "stone": Known(0, 0.78, "stone"),
    "fabric": Known(0, 0.97, "fabric"),
    "metal": Known(1, 0.34, "brushed steel"),
    "chrome": Known(1, 0.07, "chrome"),
    "iron": Known(1, 0.66, "iron"),
}


def nearest_finish(metallic: float, roughness: float) -> str:
    """The finish whose numbers are nearest."""
    return min(
        FINISHES,
        key=lambda n: 4 * (FINISHES[n].metallic - metallic) ** 2 + (FINISHES[n].roughness - roughness) ** 2,
    )


def finish_of(row: Floats) -> Finish:
    """A library finish with the numbers of a palette's row [5] (sRGB, metallic, roughness)."""
    red, green, blue, metallic, roughness = (float(v) for v in row)
    base = MATERIALS[FINISHES[nearest_finish(metallic, roughness)].material]
    second = None if base.second is None else (0.6 * red, 0.6 * green, 0.6 * blue)
    return replace(
        base,
        color=(red, green, blue),
        metallic=float(np.round(metallic)),
        roughness=roughness,
        second=second,
    )


def detailed(
    finishes: list[Finish],
    shares: Floats,  # [N, S] of each finish at each point; they add up to 1
    points: Floats,  # [N, 3] metres
    normals: Floats,  # [N, 3] unit
    texel: float,  # metres
    unit: float,  # size of the patterns; 1 suits an object of about a metre
    detail: float,  # strength of grain and bumps
) -> SurfaceSample:
    """Materials with their procedural detail, mixed where parts meet."""
    count = len(points)
    color, height = np.zeros((count, 3), np.float32), np.zeros(count, np.float32)
    roughness, metallic = np.zeros(count, np.float32), np.zeros(count, np.float32)
    for slot, finish in enumerate(finishes):
        rows = np.flatnonzero(shares[:, slot] > 1e-3)
        if not len(rows):
            continue
        share = shares[rows, slot]
        found = patterns.apply(
            finish, points[rows], normals[rows], seed=slot, unit=unit, texel=texel, detail=detail
        )
        color[rows] += share[:, None] * found[0]
        roughness[rows] += share * found[1]
        metallic[rows] += share * found[2]
        height[rows] += share * found[3]
    return SurfaceSample(color, roughness, metallic, height)
