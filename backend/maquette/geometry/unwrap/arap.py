"""Evens out the texel density of flattened charts: as-rigid-as-possible parameterisation.

The local/global method of Liu, Zhang, Xu, Gotsman, Gortler 2008: turn every triangle as it lies, then find
the positions whose edges fit the turned triangles best, again and again. The matrix is factorised once.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import Indices

from .factors import factorised
from .lscm import chart_nodes, flat_triangles

Doubles = npt.NDArray[np.float64]

ROUNDS = 12
# Cotangents outside of this range belong to slivers, or would push vertices apart.
LEAST_WEIGHT, MOST_WEIGHT = 0.02, 20.0


def relax(vertices: Floats | Doubles, faces: Ints, charts: Ints, pairs: Indices, corners: Doubles) -> Doubles:
    """[F, 3, 2] the flattened `corners`, moved so that the triangles keep their true shape and size
    better.
    """
    nodes = chart_nodes(faces, charts, pairs)  # [F, 3]
    local = flat_triangles(vertices[faces].astype(np.float64))
    edges = np.roll(local, -1, axis=1) - local  # [F, 3] complex, from corner i to i + 1
    weights = np.clip(_cotangents(local), LEAST_WEIGHT, MOST_WEIGHT)
    position = np.empty(int(nodes.max()) + 1, np.complex128)
    position[nodes] = corners[..., 0] + 1j * corners[..., 1]
    pinned = np.zeros(len(position))
    pinned[nodes[np.unique(charts, return_index=True)[1], 0]] = 1
    factors = _laplacian(nodes, weights, pinned)
    for _ in range(ROUNDS):
        laid = position[np.roll(nodes, -1, axis=1)] - position[nodes]
        turn = (weights * laid * edges.conj()).sum(axis=1)
        turn /= np.maximum(np.abs(turn), 1e-30)
        pull = weights * edges * turn[:, None]
        right = pinned * position
        right += _scattered(np.roll(nodes, -1, axis=1), pull, len(position)) - _scattered(
            nodes, pull, len(position)
        )
        position = factors(right)
    moved = position[nodes]
    return np.stack([moved.real, moved.imag], axis=2)


def _cotangents(local: npt.NDArray[np.complex128]) -> Doubles:
    """[F, 3] the cotangent of the angle opposite to the edge from corner i to i + 1."""
    apex = np.roll(local, -2, axis=1)
    arms = (local - apex).conj() * (np.roll(local, -1, axis=1) - apex)
    cotangents: Doubles = arms.real / np.maximum(arms.imag, 1e-30)
    return cotangents


def _laplacian(
    nodes: Indices, weights: Doubles, pinned: Doubles
) -> Callable[[npt.NDArray[np.complex128]], npt.NDArray[np.complex128]]:
    """A solver for the Laplacian with the given weights per half-edge, held at the pinned nodes."""
    tail, head, weight = nodes.reshape(-1), np.roll(nodes, -1, axis=1).reshape(-1), weights.reshape(-1)
    everyone = np.arange(len(pinned))
    rows = np.concatenate([tail, head, tail, head, everyone])
    columns = np.concatenate([tail, head, head, tail, everyone])
    values = np.concatenate([weight, weight, -weight, -weight, pinned])
    matrix = coo_array((values, (rows, columns)), shape=(len(pinned), len(pinned))).tocsc()
    solve_real = factorised(matrix)

    def solve(right: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
        both = solve_real(np.column_stack([right.real, right.imag]))
        return np.asarray(both[:, 0] + 1j * both[:, 1], np.complex128)

    return solve


def _scattered(nodes: Indices, values: npt.NDArray[np.complex128], count: int) -> npt.NDArray[np.complex128]:
    """[count] the sums of values [F, 3] over their nodes."""
    index = nodes.reshape(-1)
    real = np.bincount(index, values.real.reshape(-1), count)
    return np.asarray(real + 1j * np.bincount(index, values.imag.reshape(-1), count), np.complex128)
