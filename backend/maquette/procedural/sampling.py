"""Objects as training data: grids of distance and material, and random objects with captions."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .materials import Finish
from .program import Program

FILL: Final = 0.88  # the longest side's share of the cube
TRUNCATION: Final = 0.08  # of the cube; distances are cut off there

Half = npt.NDArray[np.float16]


@dataclass(frozen=True)
class Grid:
    """An object sampled at the cell centres of the cube [-0.5, 0.5]^3, indexed [x, y, z].

    Materials are those of the nearest part within the truncation distance, and 0 elsewhere. Patterns are
    finer than a cell, so a part has its mean colour.
    """

    distance: Half  # [R, R, R] in cube sides, cut off at ±TRUNCATION
    albedo: Half  # [R, R, R, 3] sRGB
    metallic: Half  # [R, R, R]
    roughness: Half  # [R, R, R]
    slot: npt.NDArray[np.uint8]  # [R, R, R] place of the part in its kind's list, 255 elsewhere


def sample_grid(program: Program, resolution: int = 32) -> Grid:
    """The object centred in the cube, its longest side FILL long."""
    low, high = program.extent
    scale = np.float32(FILL / (high - low).max())
    limit = np.float32(TRUNCATION) / scale
    points = _cell_centres(resolution) / scale + (low + high) / 2
    distance, which = program.both(np.asfortranarray(points, np.float32), limit=float(limit))
    rows = np.flatnonzero(np.abs(distance) < limit)
    part = which[rows]
    table = np.array([_appearance(p.finish) for p in program.parts], np.float32)  # [P, 5]
    material = np.zeros((resolution**3, 5), np.float16)
    material[rows] = table[part]
    slot = np.full(resolution**3, 255, np.uint8)
    slot[rows] = np.array(program.slots, np.uint8)[part]
    cube = (resolution, resolution, resolution)
    return Grid(
        np.maximum(distance * scale, np.float32(-TRUNCATION)).astype(np.float16).reshape(cube),
        material[:, :3].reshape(*cube, 3),
        material[:, 3].reshape(cube),
        material[:, 4].reshape(cube),
        slot.reshape(cube),
    )


def _cell_centres(resolution: int) -> npt.NDArray[np.float32]:
    """Points [R^3, 3] in column order, x slowest."""
    axis = (np.arange(resolution, dtype=np.float32) + np.float32(0.5)) / np.float32(resolution) - np.float32(
        0.5
    )
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij")).reshape(3, -1)  # [3, R^3]
    return np.asarray(grid.T, np.float32)


def _appearance(finish: Finish) -> tuple[float, float, float, float, float]:
    """Mean sRGB colour, metallic and roughness of a finish: patterns take about a third of their contrast."""
    share = finish.contrast / 3
    second = finish.second or tuple(0.55 * c for c in finish.color)
    red, green, blue = (a + (b - a) * share for a, b in zip(finish.color, second, strict=True))
    return red, green, blue, finish.metallic, finish.roughness
