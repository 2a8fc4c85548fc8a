"""Parts made thick enough for a coarse grid, and their distances made true near the surface."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from maquette.procedural.sdf import Box, Distances, Node, Points

PROBES: Final = 4000  # points of the lattice over a part's box
SURFACE_PROBES: Final = 256
STEPS: Final = 12  # along the way through the part
NEWTON_ROUNDS: Final = 2
SHARE: Final = 0.25  # of the surface may be thinner than what counts as the thickness: edges and tips
LEAST_SLOPE: Final = 0.2
TRUE_SLOPE: Final = 0.93  # steeper distances are taken as they are
TETRAHEDRON: Final = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], np.float32)


@dataclass(frozen=True)
class Steepened(Node):
    """A solid whose distances are too small by a constant factor, divided by it."""

    child: Node
    slope: float

    def distance(self, p: Points) -> Distances:
        return self.child.distance(p) * np.float32(1 / self.slope)

    def bounds(self) -> Box:
        return self.child.bounds()


def thickened(
    solid: Node,
    least: float,  # metres: what the part shall measure through
    most_growth: float,  # metres
    least_growth: float = 0.0,  # metres
) -> Node:
    """The solid grown by half of what its thickness lacks, on all sides, with distances of slope 1."""
    points, normals, slope = _surface(solid, least)
    if not len(points):
        return solid
    child = Steepened(solid, slope) if slope < TRUE_SLOPE else solid
    lack = least - _thickness(solid, points, normals, least)
    growth = max(min(lack / 2, most_growth), least_growth)
    return child.rounded(growth) if growth > 0.02 * least else child


def _surface(solid: Node, least: float) -> tuple[Points, Points, float]:
    """Points on the surface [N, 3], unit normals [N, 3], and the usual slope of the distance there."""
    low, high = solid.bounds().astype(np.float64)
    cell = float(np.cbrt(np.prod(np.maximum(high - low, least / 4)) / PROBES))
    axes = [np.arange(a + cell / 2, b + cell / 2, cell) for a, b in zip(low, high, strict=True)]
    lattice = np.stack(np.meshgrid(*axes, indexing="ij")).reshape(3, -1).astype(np.float32)
    points = np.asarray(lattice.T)
    points = points[np.abs(solid.distance(points)) < 0.7 * cell]
    points = points[:: max(1, len(points) // SURFACE_PROBES)]
    step = np.float32(least / 200)
    distance, gradient = _expanded(solid, points, step)
    for _ in range(NEWTON_ROUNDS):
        squared = np.maximum((gradient * gradient).sum(axis=1), np.float32(LEAST_SLOPE**2))
        points = points - gradient * (distance / squared)[:, None]
        distance, gradient = _expanded(solid, points, step)
    length = np.linalg.norm(gradient, axis=1)
    kept = (np.abs(distance) < least / 10) & (length > LEAST_SLOPE / 2)
    points, gradient, length = points[kept], gradient[kept], length[kept]
    slope = float(np.clip(np.median(length), LEAST_SLOPE, 1)) if len(length) else 1.0
    return points, gradient / length[:, None], slope


def _expanded(solid: Node, points: Points, step: np.float32) -> tuple[Distances, Points]:
    """Distance [N] and gradient [N, 3] by differences."""
    corners = (points + step * TETRAHEDRON[:, None]).reshape(-1, 3)
    samples = solid.distance(np.asfortranarray(corners)).reshape(4, -1)
    return samples.mean(axis=0), samples.T @ TETRAHEDRON / (4 * step)


def _thickness(solid: Node, points: Points, normals: Points, least: float) -> float:
    """The way through the solid along the normal, of which SHARE of the surface has less; at most `least`."""
    through = np.full(len(points), least, np.float32)
    open_rows = np.arange(len(points))
    for i in range(1, STEPS + 1):
        depth = np.float32(least * i / STEPS)
        outside = solid.distance(np.asfortranarray(points[open_rows] - depth * normals[open_rows])) > 0
        through[open_rows[outside]] = depth
        open_rows = open_rows[~outside]
        if not len(open_rows):
            break
    return float(np.quantile(through, SHARE))
