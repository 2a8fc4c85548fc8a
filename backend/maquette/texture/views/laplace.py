"""Solves Laplace's equation on a graph: known values at some nodes, harmonic ones at the rest.

Conjugate gradients, preconditioned by one level of smoothed aggregation with a direct solve on the
coarse level (Vanek, Mandel and Brezina, "Algebraic Multigrid by Smoothed Aggregation", 1996): about a
dozen iterations, whatever the size.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array
from scipy.sparse.linalg import splu

from maquette.progress import Progress

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

DIRECT = 20_000  # unknowns that are solved for without iterating
DAMPING = 2 / 3  # of the Jacobi smoother
ACCURACY = 1e-4  # of the energy of the first error
ITERATIONS = 60


def solve_laplace(
    count: int,  # unknown nodes, numbered from 0
    links: Indices,  # [L, 2] between unknown nodes
    link_weight: Floats,  # [L]
    anchor: Indices,  # [A] unknown nodes linked to known values
    anchor_weight: Floats,  # [A]
    anchor_value: Floats,  # [A, C]
    block: Indices,  # [count] a coarse cell for each node; near nodes share one
    progress: Progress,
) -> Doubles:  # [count, C]
    """The weighted mean of the neighbours, everywhere. Every connected set must hold an anchor."""
    weight = np.concatenate([link_weight, link_weight]).astype(np.float64)
    rows = np.concatenate([links[:, 0], links[:, 1]])
    columns = np.concatenate([links[:, 1], links[:, 0]])
    diagonal = np.zeros(count)
    np.add.at(diagonal, rows, weight)
    np.add.at(diagonal, anchor, anchor_weight)
    adjacency = csr_array((weight, (rows, columns)), shape=(count, count))
    matrix = csr_array(diags_array(diagonal) - adjacency)
    pulled = anchor_value * np.asarray(anchor_weight)[:, None]
    right: Doubles = np.stack([np.bincount(anchor, channel, minlength=count) for channel in pulled.T], axis=1)
    if count <= DIRECT:
        return np.asarray(splu(matrix.tocsc()).solve(right))
    return _conjugate_gradients(matrix, right, _two_levels(matrix, diagonal, block), progress)


def _two_levels(matrix: csr_array, diagonal: Doubles, block: Indices) -> Callable[[Doubles], Doubles]:
    """An approximate inverse: smooth, correct on the coarse level, smooth."""
    _, cell = np.unique(block, return_inverse=True)
    count = len(diagonal)
    constant = csr_array((np.ones(count), (np.arange(count), cell.reshape(-1))))
    smoother = (DAMPING / diagonal)[:, None]
    smoothing = csr_array(diags_array(smoother[:, 0]) @ matrix)
    prolong = csr_array(constant - smoothing @ constant)
    restrict = csr_array(prolong.T)
    coarse = splu((restrict @ matrix @ prolong).tocsc())

    def apply(residual: Doubles) -> Doubles:
        result = smoother * residual
        result += prolong @ coarse.solve(restrict @ (residual - matrix @ result))
        return np.asarray(result + smoother * (residual - matrix @ result))

    return apply


def _conjugate_gradients(
    matrix: csr_array, right: Doubles, inverse: Callable[[Doubles], Doubles], progress: Progress
) -> Doubles:
    """All columns of `right` [N, C] at once, each with its own steps."""
    solution = inverse(right)
    residual = right - matrix @ solution
    improved = inverse(residual)
    direction = improved
    energy = (residual * improved).sum(axis=0)
    enough = ACCURACY**2 * np.maximum((right * solution).sum(axis=0), 1e-30)
    for _ in range(ITERATIONS):
        progress.check()
        if (energy <= enough).all():
            break
        ahead = matrix @ direction
        length = energy / np.maximum((direction * ahead).sum(axis=0), 1e-300)
        solution += length * direction
        residual -= length * ahead
        improved = inverse(residual)
        before, energy = energy, (residual * improved).sum(axis=0)
        direction = improved + (energy / np.maximum(before, 1e-300)) * direction
    return solution
