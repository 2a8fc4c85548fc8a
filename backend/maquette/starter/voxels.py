"""A user's mesh as the grid of distances that the encoder knows: centred, standing upright, front to -Y."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial import cKDTree

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.normals import face_normals
from maquette.geometry.repair.clean import face_areas
from maquette.protocol import bad_input

from .model import TRUNCATION

FRAMED: Final = 0.88  # of the cube's side that the longest side of an object takes
FINE: Final = 2  # cells of the grid that decides what is inside, along each side of one of the encoder's
SAMPLES: Final = 60_000  # of the surface: some hundredth of a truncation apart
CLOSE: Final = 0.02  # of the cube: so near the plane of the nearest sample is nearer to the truth than it


@dataclass(frozen=True)
class Framed:
    """Where a mesh lies in the cube: a point p in metres is at (p - middle) / size."""

    middle: Floats  # [3] metres
    size: float  # metres that the cube's side has
    grid: Floats  # [R, R, R] distances in truncations, cut off at ±1


@dataclass(frozen=True)
class _Cloud:
    """Samples of a surface [N, 3] with their faces' normals [N, 3]."""

    points: Floats
    normals: Floats
    tree: cKDTree

    def distances(self, places: Floats, reach: float) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """How far the surface is [M], infinitely beyond `reach`, and whether a place lies behind it [M]."""
        answer = self.tree.query(places, distance_upper_bound=reach)
        found, nearest = np.asarray(answer[0]), np.asarray(answer[1])
        near = np.flatnonzero(nearest < len(self.points))
        sample = nearest[near]
        height = np.zeros(len(places), np.float32)
        height[near] = np.einsum("mc,mc->m", places[near] - self.points[sample], self.normals[sample])
        found = np.where(found < CLOSE, np.abs(height), found)
        return np.asarray(found, np.float32), height < 0


def frame(vertices: Floats, faces: Ints, resolution: int) -> Framed:
    """Signed distances of a mesh, which need not be closed: what cannot be reached from outside is inside."""
    used = vertices[faces].reshape(-1, 3)
    low, high = used.min(axis=0), used.max(axis=0)
    longest = float((high - low).max())
    if not longest > 0:
        raise bad_input("the mesh has no size: select one with faces")
    middle, size = (low + high) / 2, longest / FRAMED
    cloud = _cloud(((vertices - middle) / np.float32(size)).astype(np.float32), faces)
    inside = _inside(cloud, resolution * FINE)
    blocks = inside.reshape(resolution, FINE, resolution, FINE, resolution, FINE)
    mostly = blocks.mean(axis=(1, 3, 5)).reshape(-1) > 0.5
    distance, behind = cloud.distances(_centres(resolution), 1.1 * TRUNCATION)
    negative = np.where(distance < 1 / resolution, behind, mostly)
    grid = np.clip(np.where(negative, -distance, distance) / np.float32(TRUNCATION), -1, 1)
    return Framed(
        middle.astype(np.float32),
        size,
        grid.astype(np.float32).reshape(resolution, resolution, resolution),
    )


def _cloud(vertices: Floats, faces: Ints) -> _Cloud:
    """Samples spread evenly by area; the same for the same mesh."""
    areas = face_areas(vertices, faces).astype(np.float64)
    rng = np.random.default_rng(0)
    ends = np.cumsum(areas)
    which = np.searchsorted(ends, (np.arange(SAMPLES) + 0.5) / SAMPLES * ends[-1]).clip(max=len(faces) - 1)
    u, v = np.sqrt(rng.random(SAMPLES)), rng.random(SAMPLES)
    weights = np.stack([1 - u, u * (1 - v), u * v], axis=1)
    points = np.einsum("nk,nkc->nc", weights, vertices[faces[which]]).astype(np.float32)
    return _Cloud(points, face_normals(vertices, faces)[which], cKDTree(points, balanced_tree=False))


def _inside(cloud: _Cloud, resolution: int) -> npt.NDArray[np.bool_]:
    """Cells [R, R, R] whose centres are inside: near the surface by its normals, elsewhere by what a flood
    from outside does not reach.
    """
    distance, behind = cloud.distances(_centres(resolution), 1 / resolution)
    shape = (resolution, resolution, resolution)
    wall = (distance < 0.9 / resolution).reshape(shape)
    labels, _ = ndimage.label(~wall)
    reached = np.zeros(labels.max() + 1, bool)
    for axis in range(3):
        reached[np.unique(labels.take([0, -1], axis=axis))] = True
    reached[0] = False
    return np.where(wall, behind.reshape(shape), ~reached[labels])


def _centres(resolution: int) -> Floats:
    """Points [R^3, 3] of the cube [-0.5, 0.5]^3, x slowest."""
    axis = (np.arange(resolution, dtype=np.float32) + np.float32(0.5)) / np.float32(resolution) - np.float32(
        0.5
    )
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    return np.asarray(grid.reshape(-1, 3), np.float32)
