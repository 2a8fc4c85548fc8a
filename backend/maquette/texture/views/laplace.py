"""Solves Laplace's equation on a graph: known values at some nodes, harmonic ones at the rest.

Conjugate gradients, preconditioned by smoothed aggregation (Vanek, Mandel and Brezina, "Algebraic
Multigrid by Smoothed Aggregation", 1996) with a direct solve on the coarsest level: about a dozen
iterations, whatever the size.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.linalg import splu

from maquette.progress import Progress

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

DIRECT = 20_000  # unknowns that are solved for without iterating
WIDENING = 4  # cells along a side of a coarse one
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
    cell: Indices,  # [count, 2] row and column of each node: near ones are linked, as a rule
    progress: Progress,
) -> Doubles:  # [count, C]
    """The weighted mean of the neighbours, everywhere. Every connected set must hold an anchor."""
    diagonal = np.zeros(count)
    for nodes, weight in ((links[:, 0], link_weight), (links[:, 1], link_weight), (anchor, anchor_weight)):
        diagonal += np.bincount(nodes, weight, minlength=count)
    every = np.arange(count)
    rows = np.concatenate([every, links[:, 0], links[:, 1]])
    columns = np.concatenate([every, links[:, 1], links[:, 0]])
    matrix = csr_array(
        (np.concatenate([diagonal, -link_weight, -link_weight]), (rows, columns)), shape=(count, count)
    )
    pulled = anchor_value * anchor_weight[:, None]
    right: Doubles = np.zeros((count, pulled.shape[1]))
    for channel, values in enumerate(pulled.T):
        right[:, channel] = np.bincount(anchor, values, minlength=count)
    solve = _multigrid(matrix, cell)
    return solve(right) if count <= DIRECT else _conjugate_gradients(matrix, right, solve, progress)


def _multigrid(matrix: csr_array, cell: Indices) -> Callable[[Doubles], Doubles]:
    """An approximate inverse: smooth, correct on cells four times as wide, smooth; exact if small."""
    count = len(cell)
    if count <= DIRECT:
        factors = splu(matrix.tocsc())
        return lambda right: np.asarray(factors.solve(right))
    wide = cell // WIDENING
    _, first, owner = np.unique(
        wide[:, 0] * (wide[:, 1].max() + 1) + wide[:, 1], return_index=True, return_inverse=True
    )
    constant = csr_array((np.ones(count), (np.arange(count), owner.reshape(-1))))
    smoother = (DAMPING / matrix.diagonal())[:, None]
    damped = matrix.data * np.repeat(smoother[:, 0], np.diff(matrix.indptr))
    smoothing = csr_array((damped, matrix.indices, matrix.indptr), shape=matrix.shape)
    prolong = csr_array(constant - smoothing @ constant)
    restrict = csr_array(prolong.T)
    correct = _multigrid(csr_array(restrict @ matrix @ prolong), wide[first])

    def apply(residual: Doubles) -> Doubles:
        result = smoother * residual
        result += prolong @ correct(restrict @ (residual - matrix @ result))
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
