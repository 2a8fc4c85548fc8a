"""Quadratic error functions of cells, and where in the unit cube each is least."""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_PAIRS: Final = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


@dataclass(frozen=True, eq=False)
class Quadrics:
    """x . A x - 2 b . x of every cell, x in the cell, 0..1."""

    matrix: Floats  # [N, 3, 3] A, symmetric
    right: Floats  # [N, 3] b

    @classmethod
    def zero(cls, count: int) -> "Quadrics":
        """Of as many cells, indifferent."""
        return cls(np.zeros((count, 3, 3)), np.zeros((count, 3)))

    def add_planes(self, cell: Ints, normal: Floats, offset: Floats) -> None:
        """Squared distances to planes normal . x = offset: cells [K], normals [K, 3] unit, offsets [K]."""
        self._add(cell, normal[:, :, None] * normal[:, None], normal * offset[:, None])

    def add_lines(self, cell: Ints, direction: Floats, point: Floats, weight: float) -> None:
        """Squared distances to lines along unit directions [K, 3] through points [K, 3]."""
        across = weight * (np.eye(3) - direction[:, :, None] * direction[:, None])
        self._add(cell, across, np.einsum("kij,kj->ki", across, point))

    def add_points(self, weight: Floats, point: Floats) -> None:
        """Squared distances to a point [N, 3] of each cell, weighted [N]."""
        self.matrix[:] += weight[:, None, None] * np.eye(3)
        self.right[:] += weight[:, None] * point

    def _add(self, cell: Ints, matrix: Floats, right: Floats) -> None:
        count = len(self.right)
        for i, j in _PAIRS:
            total = np.bincount(cell, matrix[:, i, j], count)
            self.matrix[:, i, j] += total
            if i != j:
                self.matrix[:, j, i] += total
        for i in range(3):
            self.right[:, i] += np.bincount(cell, right[:, i], count)

    def least(self) -> Floats:
        """[N, 3] the minimisers in the unit cube. Every A must be positive definite."""
        best: Floats = np.linalg.solve(self.matrix, self.right[..., None])[..., 0]
        outside = np.flatnonzero(((best < 0) | (best > 1)).any(1))
        if len(outside):
            best[outside] = Quadrics(self.matrix[outside], self.right[outside])._least_on_sides()
        return best

    def _least_on_sides(self) -> Floats:
        """The least of all faces and edges of the cube, where the minimum is that is not within."""
        count = len(self.right)
        best, cost = np.zeros((count, 3)), np.full(count, np.inf)
        for axis, side in product(range(3), (0.0, 1.0)):
            one, other = [i for i in range(3) if i != axis]
            matrix = self.matrix[:, [one, other]][:, :, [one, other]]
            right = self.right[:, [one, other]] - side * self.matrix[:, [one, other], axis]
            point = np.full((count, 3), side)
            point[:, [one, other]] = np.linalg.solve(matrix, right[..., None])[..., 0]
            self._keep(point, ((point >= 0) & (point <= 1)).all(1), best, cost)
        for axis, ends in product(range(3), product((0.0, 1.0), repeat=2)):
            others = [i for i in range(3) if i != axis]
            point = np.zeros((count, 3))
            point[:, others] = ends
            free = self.right[:, axis] - (self.matrix[:, axis, others] * np.array(ends)).sum(1)
            point[:, axis] = np.clip(free / self.matrix[:, axis, axis], 0, 1)
            self._keep(point, np.ones(count, np.bool_), best, cost)
        return best

    def _keep(self, point: Floats, allowed: npt.NDArray[np.bool_], best: Floats, cost: Floats) -> None:
        """Where it is better, `point` becomes the best."""
        value = np.einsum("ni,nij,nj->n", point, self.matrix, point) - 2 * (self.right * point).sum(1)
        better = allowed & (value < cost)
        best[better], cost[better] = point[better], value[better]
