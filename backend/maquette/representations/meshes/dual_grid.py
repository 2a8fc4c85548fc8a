"""A mesh's dual grid: voxels around the grid edges that it crosses, each with the point that is nearest to
the planes of the triangles in it.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch

from maquette.progress import Progress
from maquette.representations.dual_grid import DualGrid

from .quadrics import Quadrics
from .scan_lines import crossings, touched

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STEPS: Final = 6
_RIM_WEIGHT: Final = 0.2  # of distances to open edges
_MEAN_WEIGHT: Final = 0.01  # of distances to the mean crossing, for each crossing
_SLACK: Final = 1e-9


@dataclass(frozen=True, eq=False)
class _Hits:
    """K crossings of grid edges, of which the voxel on the near side of each is one of four around it."""

    triangle: Ints  # [K]
    voxel: Ints  # [K, 3] the one that speaks of the edge
    axis: int
    point: Floats  # [K, 3] in cells


def dual_grid_of(
    vertices: Any,  # [V, 3] within the unit cube around the origin, Z up
    faces: Any,  # [F, 3]
    resolution: int,
    progress: Progress | None = None,
) -> DualGrid:
    """Voxels sorted by place. Triangles that are smaller than a voxel and cross no grid edge leave none.

    Reports STEPS steps.
    """
    progress = progress or Progress()
    places = (np.asarray(vertices, np.float64) + 0.5) * resolution
    triangles = np.asarray(faces, np.int64)
    corners = places[triangles]
    corners = corners[_areas(corners) > 0]
    hits = []
    for axis in range(3):
        hits.append(_hits(corners, axis, resolution))
        progress.step()
    keys = np.unique(np.concatenate([_key(_around(hit), resolution).ravel() for hit in hits]))
    coords = np.stack(np.unravel_index(keys, (resolution,) * 3), axis=1)
    crossed = np.zeros((len(keys), 3), np.bool_)
    quadrics, sums, counts = Quadrics.zero(len(keys)), np.zeros((len(keys), 3)), np.zeros(len(keys))
    planes = _Planes.of(corners)
    for hit in hits:
        crossed[np.searchsorted(keys, _key(hit.voxel, resolution)), hit.axis] = True
        around = np.searchsorted(keys, _key(_around(hit), resolution))  # [K, 4]
        for rows in around.T:
            planes.add(quadrics, rows, hit.triangle, coords)
            for i in range(3):
                sums[:, i] += np.bincount(rows, hit.point[:, i] - coords[rows, i], len(keys))
            counts += np.bincount(rows, minlength=len(keys))
    progress.step()
    for triangle, cell in touched(corners):
        rows, found = _find(keys, cell, resolution)
        planes.add(quadrics, rows[found], triangle[found], coords)
        progress.check()
    progress.step()
    for direction, point, cell in _rims(places, triangles):
        rows, found = _find(keys, cell, resolution)
        local = point[found] - coords[rows[found]]
        quadrics.add_lines(rows[found], direction[found], local, _RIM_WEIGHT)
    quadrics.add_points(_MEAN_WEIGHT * counts, sums / np.maximum(counts, 1)[:, None])
    least = quadrics.least()
    progress.step()
    return DualGrid(
        torch.from_numpy(coords).int(),
        torch.from_numpy(least).float(),
        torch.from_numpy(crossed),
        torch.ones(len(keys)),
        resolution,
    )


@dataclass(frozen=True, eq=False)
class _Planes:
    """Of F triangles."""

    normals: Floats  # [F, 3] unit
    points: Floats  # [F, 3]

    @classmethod
    def of(cls, corners: Floats) -> "_Planes":
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        return cls(normals / np.linalg.norm(normals, axis=1, keepdims=True), corners.mean(1))

    def add(self, quadrics: Quadrics, rows: Ints, triangle: Ints, coords: Ints) -> None:
        """To the voxels `rows`, as their own places have it."""
        normal = self.normals[triangle]
        offset = (normal * (self.points[triangle] - coords[rows])).sum(1)
        quadrics.add_planes(rows, normal, offset)


def _areas(corners: Floats) -> Floats:
    areas: Floats = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    return areas


def _hits(corners: Floats, axis: int, resolution: int) -> _Hits:
    """The crossings of grid edges along an axis that have voxels all around them."""
    others = [i for i in range(3) if i != axis]
    found = list(crossings(corners, axis))
    if not found:
        return _Hits(np.zeros(0, np.int64), np.zeros((0, 3), np.int64), axis, np.zeros((0, 3)))
    triangle = np.concatenate([each.triangle for each in found])
    line = np.concatenate([each.line for each in found])
    height = np.concatenate([each.height for each in found])
    within = ((line >= 1) & (line < resolution)).all(1)
    within &= (height >= -_SLACK) & (height <= resolution + _SLACK)
    triangle, line, height = triangle[within], line[within], height[within]
    point, voxel = np.empty((len(line), 3)), np.empty((len(line), 3), np.int64)
    point[:, others], point[:, axis] = line, height
    voxel[:, others] = line - 1
    voxel[:, axis] = np.clip(np.floor(height), 0, resolution - 1)
    return _Hits(triangle, voxel, axis, point)


def _around(hits: _Hits) -> Ints:
    """[K, 4, 3] the voxels around each crossed edge."""
    one, other = [i for i in range(3) if i != hits.axis]
    steps = np.zeros((4, 3), np.int64)
    steps[[1, 3], one] = steps[[2, 3], other] = 1
    around: Ints = hits.voxel[:, None] + steps
    return around


def _key(voxels: Ints, resolution: int) -> Ints:
    """[...] raster numbers of [..., 3]."""
    keys: Ints = (voxels[..., 0] * resolution + voxels[..., 1]) * resolution + voxels[..., 2]
    return keys


def _find(keys: Ints, cell: Ints, resolution: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The rows of cells [P, 3] among the voxels, and whether they are voxels at all."""
    wanted = _key(cell, resolution)
    rows = np.searchsorted(keys, wanted).clip(max=max(len(keys) - 1, 0))
    within = ((cell >= 0) & (cell < resolution)).all(1)
    return rows, within & (keys[rows] == wanted) if len(keys) else np.zeros(len(cell), np.bool_)


def _rims(places: Floats, faces: Ints) -> list[tuple[Floats, Floats, Ints]]:
    """(direction [P, 3], point [P, 3], cell [P, 3]) for the cells that edges of one face pass."""
    edges = np.sort(np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
    ends, counts = np.unique(edges, axis=0, return_counts=True)
    ends = ends[(counts == 1) & (ends[:, 0] != ends[:, 1])]
    start, along = places[ends[:, 0]], places[ends[:, 1]] - places[ends[:, 0]]
    length = np.linalg.norm(along, axis=1)
    start, along, length = start[length > 0], along[length > 0], length[length > 0]
    if not len(start):
        return []
    edge, share = _cuts(start, along)
    middle = start[edge] + share[:, None] * along[edge]
    direction = along[edge] / length[edge, None]
    return [(direction, middle, np.floor(middle).astype(np.int64))]


def _cuts(start: Floats, along: Floats) -> tuple[Ints, Floats]:
    """(edge [P], share [P]): the middles of the parts that planes between cells cut segments [E, 3] into."""
    numbers, shares = [np.repeat(np.arange(len(start)), 2)], [np.tile([0.0, 1.0], len(start))]
    for axis in range(3):
        low, high = np.sort([start[:, axis], start[:, axis] + along[:, axis]], axis=0)
        first = np.floor(low).astype(np.int64) + 1
        counts = np.maximum(np.ceil(high).astype(np.int64) - first, 0)
        edge = np.repeat(np.arange(len(start)), counts)
        plane = first[edge] + np.arange(len(edge)) - np.repeat(counts.cumsum() - counts, counts)
        numbers.append(edge)
        shares.append((plane - start[edge, axis]) / along[edge, axis])
    number, share = np.concatenate(numbers), np.concatenate(shares)
    order = np.lexsort([share, number])
    number, share = number[order], share[order]
    same = number[1:] == number[:-1]
    return number[1:][same], (share[1:] + share[:-1])[same] / 2
