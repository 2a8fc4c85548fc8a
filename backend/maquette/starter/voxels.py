"""A user's mesh as the grid of distances that the encoder knows: centred, standing upright, front to -Y."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.closest import SurfaceIndex
from maquette.geometry.normals import face_normals
from maquette.protocol import bad_input

from .model import TRUNCATION

FRAMED: Final = 0.88  # of the cube's side that the longest side of an object takes
FINE: Final = 2  # cells of the grid that decides what is inside, along each side of one of the encoder's


@dataclass(frozen=True)
class Framed:
    """Where a mesh lies in the cube: a point p in metres is at (p - middle) / size."""

    middle: Floats  # [3] metres
    size: float  # metres that the cube's side has
    grid: Floats  # [R, R, R] distances in truncations, cut off at ±1


def frame(vertices: Floats, faces: Ints, resolution: int) -> Framed:
    """Signed distances of a mesh, which need not be closed: what cannot be reached from outside is inside."""
    used = vertices[faces].reshape(-1, 3)
    low, high = used.min(axis=0), used.max(axis=0)
    longest = float((high - low).max())
    if not longest > 0:
        raise bad_input("the mesh has no size: select one with faces")
    middle, size = (low + high) / 2, longest / FRAMED
    placed = ((vertices - middle) / np.float32(size)).astype(np.float32)
    index = SurfaceIndex(placed, faces)
    fine = resolution * FINE
    inside = _inside(index, placed, faces, fine)
    centres = _centres(resolution)
    found = index.nearest(centres).distances
    offset = FINE // 2
    sign = np.where(inside[offset::FINE, offset::FINE, offset::FINE].reshape(-1), -1, 1)
    grid = np.clip(found * sign / np.float32(TRUNCATION), -1, 1).astype(np.float32)
    return Framed(middle.astype(np.float32), size, grid.reshape(resolution, resolution, resolution))


def _inside(index: SurfaceIndex, vertices: Floats, faces: Ints, resolution: int) -> npt.NDArray[np.bool_]:
    """Cells [R, R, R] whose centres are inside: near the surface by its normals, elsewhere by what a flood
    from outside does not reach.
    """
    centres = _centres(resolution)
    nearest = index.nearest(centres)
    shape = (resolution, resolution, resolution)
    wall = (nearest.distances < 0.9 / resolution).reshape(shape)
    labels, _ = ndimage.label(~wall)
    edges = np.unique(
        np.concatenate([labels[[0, -1]].ravel(), labels[:, [0, -1]].ravel(), labels[:, :, [0, -1]].ravel()])
    )
    reached = np.isin(labels, edges[edges > 0])
    corners = vertices[faces[nearest.faces]]  # [N, 3, 3]
    points = np.einsum("nk,nkc->nc", nearest.weights, corners)
    behind = np.einsum("nc,nc->n", centres - points, face_normals(vertices, faces)[nearest.faces]) < 0
    return np.where(wall, behind.reshape(shape), ~reached)


def _centres(resolution: int) -> Floats:
    """Points [R^3, 3] of the cube [-0.5, 0.5]^3, x slowest."""
    axis = (np.arange(resolution, dtype=np.float32) + np.float32(0.5)) / np.float32(resolution) - np.float32(
        0.5
    )
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    return np.asarray(grid.reshape(-1, 3), np.float32)
