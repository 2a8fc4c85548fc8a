"""Which cells of a regular grid triangles pass through: by their boxes, or exactly."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PAIRS: Final = 1 << 18  # boxes tested at a time
_ROUNDING: Final = 1e-9


def touched_cells(corners: Floats, resolution: int) -> Iterator[tuple[Ints, Ints]]:
    """(triangle [P], cell [P, 3]) for every closed cell of the unit cube around the origin that a triangle of
    [F, 3, 3] touches, in pieces.

    They touch where no axis separates them (Akenine-Moeller, "Fast 3D Triangle-Box Overlap Testing", 2001).
    """
    for triangle, cell in boxed_cells(corners, resolution):
        centre = (cell + 0.5) / resolution - 0.5
        hit = touches_cube(corners[triangle] - centre[:, None], 0.5 / resolution)
        yield triangle[hit], cell[hit]


def boxed_cells(corners: Floats, resolution: int) -> Iterator[tuple[Ints, Ints]]:
    """(triangle [P], cell [P, 3]) for the cells that each triangle's bounding box touches, in pieces."""
    low = np.ceil((corners.min(1) + 0.5) * resolution - 1 - _ROUNDING).astype(np.int64)
    high = np.floor((corners.max(1) + 0.5) * resolution + _ROUNDING).astype(np.int64)
    low, high = low.clip(0, resolution - 1), high.clip(0, resolution - 1)
    sides = high - low + 1
    ends = sides.prod(1).cumsum()
    first = 0
    while first < len(corners):
        done = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + _PAIRS, side="right")))
        counts = sides[first:last].prod(1)
        triangle = np.repeat(np.arange(first, last), counts)
        number = np.arange(len(triangle)) - np.repeat(counts.cumsum() - counts, counts)
        _, wide_y, wide_z = sides[triangle].T
        shift = np.stack([number // (wide_y * wide_z), number // wide_z % wide_y, number % wide_z], axis=1)
        yield triangle, low[triangle] + shift
        first = last


def touches_cube(corners: Floats, half: float) -> npt.NDArray[np.bool_]:
    """Whether triangles [P, 3, 3] touch the closed cube of that half side around the origin: [P]."""
    touches: npt.NDArray[np.bool_] = ((corners.min(1) <= half) & (corners.max(1) >= -half)).all(1)
    edges = np.roll(corners, -1, axis=1) - corners
    axes = [np.cross(edges[:, 0], edges[:, 1])]
    axes += [np.cross(unit, edges[:, edge]) for unit in np.eye(3) for edge in range(3)]
    for axis in axes:
        projected = np.einsum("pij,pj->pi", corners, axis)
        reach = half * np.abs(axis).sum(1)
        touches &= (projected.min(1) <= reach) & (projected.max(1) >= -reach)
    return touches
