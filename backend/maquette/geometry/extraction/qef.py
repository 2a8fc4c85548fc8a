"""Vertices of dual contouring: the point of a cell nearest to the tangent planes of its edge crossings.

Minimises the quadratic error function of Ju et al. 2002, "Dual Contouring of Hermite Data". In place of a
truncated SVD, which numpy can only do one cell at a time, it iterates Tikhonov's regularisation around the
mass point: after k rounds an eigenvalue s keeps the share 1 - (w / (w + s))^k, nearly all of a feature and
nearly nothing of the noise.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

TIKHONOV = 0.03  # w, against eigenvalues that sum to 1
ROUNDS = 4
SWEEPS = 12
# Vertices stay this far from the sides of their cell (in cells), so that no two of them coincide.
MARGIN = 0.01

_PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


@dataclass(frozen=True)
class Quadrics:
    """Mean error functions of V vertices around their mass points, in cells."""

    matrix: Doubles  # [V, 6] xx, yy, zz, xy, xz, yz of the mean of n n^T
    residual: Doubles  # [V, 3] mean of n (n . (p - mass))
    mass: Doubles  # [V, 3] mean of p


def accumulate(
    points: Doubles,  # [E, 3] edge crossings, in cells
    normals: Doubles,  # [E, 3] unit
    vertex_ids: npt.NDArray[np.int64],  # [E, 4] the vertices that each crossing belongs to
    count: int,
) -> Quadrics:
    """Sums the planes of all crossings of each vertex."""
    ids = vertex_ids.reshape(-1)

    def mean(per_crossing: Doubles) -> Doubles:  # [E] -> [V]
        return np.bincount(ids, np.repeat(per_crossing, 4), count) / members

    members = np.bincount(ids, minlength=count)
    offsets = np.einsum("ei,ei->e", normals, points)
    matrix = np.stack([mean(normals[:, i] * normals[:, j]) for i, j in _PAIRS], axis=1)
    mass = np.stack([mean(points[:, i]) for i in range(3)], axis=1)
    right = np.stack([mean(normals[:, i] * offsets) for i in range(3)], axis=1)
    return Quadrics(matrix, right - _multiply(matrix, mass), mass)


def minimise(quadrics: Quadrics, cells: npt.NDArray[np.int64]) -> Doubles:
    """[V, 3] the minimisers, in cells, each kept inside its cell (`cells` [V, 3] are the lowest corners)."""
    inverse = _invert(quadrics.matrix + TIKHONOV * np.array([1, 1, 1, 0, 0, 0]))
    offset = _multiply(inverse, quadrics.residual)
    for _ in range(ROUNDS - 1):
        offset += _multiply(inverse, quadrics.residual - _multiply(quadrics.matrix, offset))
    low = cells + MARGIN - quadrics.mass
    high = low + 1 - 2 * MARGIN
    outside = np.flatnonzero(((offset < low) | (offset > high)).any(axis=1))
    offset[outside] = _minimise_in_box(
        quadrics.matrix[outside],
        quadrics.residual[outside],
        np.clip(offset[outside], low[outside], high[outside]),
        low[outside],
        high[outside],
    )
    return np.clip(offset, low, high) + quadrics.mass


def _minimise_in_box(
    matrix: Doubles, residual: Doubles, offset: Doubles, low: Doubles, high: Doubles
) -> Doubles:
    """Projected Gauss-Seidel: one coordinate after the other, each clamped to the box."""
    rows = np.stack([matrix[:, [0, 3, 4]], matrix[:, [3, 1, 5]], matrix[:, [4, 5, 2]]], axis=1)  # [V, 3, 3]
    damping = TIKHONOV / ROUNDS
    for _ in range(SWEEPS):
        for i in range(3):
            slope = residual[:, i] - np.einsum("vj,vj->v", rows[:, i], offset) - damping * offset[:, i]
            step = slope / (rows[:, i, i] + damping)
            offset[:, i] = np.clip(offset[:, i] + step, low[:, i], high[:, i])
    return offset


def _multiply(matrix: Doubles, vector: Doubles) -> Doubles:
    """Products of symmetric matrices [V, 6] with vectors [V, 3]."""
    xx, yy, zz, xy, xz, yz = matrix.T
    x, y, z = vector.T
    return np.stack([xx * x + xy * y + xz * z, xy * x + yy * y + yz * z, xz * x + yz * y + zz * z], axis=1)


def _invert(matrix: Doubles) -> Doubles:
    """Inverses of symmetric positive definite matrices [V, 6], by the adjugate."""
    xx, yy, zz, xy, xz, yz = matrix.T
    adjugate = np.stack(
        [
            yy * zz - yz * yz,
            xx * zz - xz * xz,
            xx * yy - xy * xy,
            xz * yz - xy * zz,
            xy * yz - xz * yy,
            xy * xz - xx * yz,
        ],
        axis=1,
    )
    determinant = xx * adjugate[:, 0] + xy * adjugate[:, 3] + xz * adjugate[:, 4]
    inverse: Doubles = adjugate / determinant[:, None]
    return inverse
