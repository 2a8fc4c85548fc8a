"""Convex solids bounded by planes: cut stones, crystals, hulls."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from .arrays import box_distance
from .node import Box, Distances, Node, Points

F32 = np.float32
Plane = tuple[
    float, float, float, float
]  # outward unit normal, and the distance of the plane from the origin


@dataclass(frozen=True)
class Polyhedron(Node):
    """What lies below every plane. Build it with `polyhedron`, which finds the box.

    `round` > 0 wears the edges off by about that radius: a log-sum-exp of the planes' distances, whose
    gradient is a mean of unit normals, so the distance stays a lower bound; flat faces keep their place. Far
    points skip it.
    """

    planes: tuple[Plane, ...]
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    round: float = 0.0

    def distance(self, p: Points) -> Distances:
        planes = np.array(self.planes, F32)
        d = p @ planes[:, :3].T - planes[:, 3]  # [N, planes]
        top = d.max(axis=1)
        if self.round > 0:
            near = np.flatnonzero(np.abs(top) < F32(8 * self.round))
            excess = (d[near] - top[near, None]) / F32(self.round)
            top[near] += F32(self.round) * np.log(np.exp(excess).sum(axis=1))
        return np.maximum(top, np.where(top > 0, box_distance(p, self.bounds()), top))

    def bounds(self) -> Box:
        return np.array([self.low, self.high], F32)


def polyhedron(
    normals: Sequence[Sequence[float]], offsets: Sequence[float], round: float = 0.0
) -> Polyhedron:
    """The convex solid below the planes with these outward normals and distances from the origin.

    Raises ValueError if the planes do not enclose a volume.
    """
    n = np.array(normals, np.float64)  # [P, 3]
    lengths = np.linalg.norm(n, axis=1)
    n, d = n / lengths[:, None], np.array(offsets, np.float64)
    corners = _corners(n, d)
    if len(corners) < 4:
        raise ValueError(f"{len(n)} planes enclose no volume: add planes or move them apart")
    low, high = corners.min(axis=0), corners.max(axis=0)
    planes = tuple((float(x), float(y), float(z), float(w)) for (x, y, z), w in zip(n, d, strict=True))
    x0, y0, z0, x1, y1, z1 = (float(v) for v in (*low, *high))
    return Polyhedron(planes, (x0, y0, z0), (x1, y1, z1), round)


def inset_polyhedron(
    normals: Sequence[Sequence[float]], touched: Sequence[Sequence[float]], inset: float = 0.0
) -> Polyhedron:
    """The convex solid whose planes have these outward normals and pass `inset` inside one point each."""
    n = np.array(normals, np.float64)
    n /= np.linalg.norm(n, axis=1)[:, None]
    offsets = np.einsum("ij,ij->i", n, np.array(touched, np.float64)) - inset
    return polyhedron(n.tolist(), offsets.tolist())


def _corners(
    n: npt.NDArray[np.float64],  # [P, 3] unit normals
    d: npt.NDArray[np.float64],  # [P] offsets
) -> npt.NDArray[np.float64]:
    """Points [C, 3] where three planes meet and no other plane cuts them off."""
    triples = np.array(list(combinations(range(len(n)), 3)))
    matrices = n[triples]  # [T, 3, 3]
    solvable = np.abs(np.linalg.det(matrices)) > 1e-6
    points = np.linalg.solve(matrices[solvable], d[triples[solvable]][..., None])[..., 0]
    inside = (points @ n.T <= d + 1e-6 * max(1.0, float(np.abs(d).max()))).all(axis=1)
    return np.asarray(points[inside])
