"""A mesh's voxels: where its triangles pass, for new latents on an old shape."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from maquette.protocol import bad_input

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PAIRS: Final = 1 << 18  # boxes tested at a time
_ROUNDING: Final = 1e-9


def voxelize(vertices: Any, faces: Any, resolution: int = 64) -> Tensor:
    """The cells [N, 3] (int32, sorted) of the unit cube that a mesh touches, once it is centred in the cube
    and fills its largest side; vertices [V, 3], Z up, faces [F, 3]; arrays or tensors.

    A triangle touches a closed box where no axis separates them (Akenine-Moeller, 2001). Raises bad_input
    for a mesh without extent.
    """
    corners = _fit(np.asarray(vertices, np.float64))[np.asarray(faces, np.int64)]  # [F, 3, 3]
    touched = np.zeros(resolution**3, np.bool_)
    for triangle, cell in _candidates(corners, resolution):
        centre = (cell + 0.5) / resolution - 0.5
        hit = cell[_touches(corners[triangle] - centre[:, None], 0.5 / resolution)]
        touched[(hit[:, 0] * resolution + hit[:, 1]) * resolution + hit[:, 2]] = True
    return torch.from_numpy(touched).view(resolution, resolution, resolution).nonzero().int()


def _fit(vertices: Floats) -> Floats:
    """Into the unit cube around the origin, just short of its faces."""
    low, high = vertices.min(0), vertices.max(0)
    extent = float((high - low).max())
    if not extent > 0:
        raise bad_input(f"the mesh has an extent of {extent:g}: choose one that is not a point")
    fitted: Floats = np.clip((vertices - (low + high) / 2) / extent, -0.5 + 1e-6, 0.5 - 1e-6)
    return fitted


def _candidates(corners: Floats, resolution: int) -> Iterator[tuple[Ints, Ints]]:
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


def _touches(corners: Floats, half: float) -> npt.NDArray[np.bool_]:
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
