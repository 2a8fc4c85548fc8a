"""Solves the symmetric systems of flattening: factors that stay sparse on any mesh."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array
from scipy.sparse.csgraph import reverse_cuthill_mckee
from scipy.sparse.linalg import splu

Number = TypeVar("Number", np.float64, np.complex128)


def factorised(
    matrix: csc_array,  # [N, N] Hermitian, positive definite
) -> Callable[[npt.NDArray[Number]], npt.NDArray[Number]]:
    """The solver of matrix x = right, for right [N] or [N, K].

    The minimum degree ordering chooses among equals by their number: on regular meshes, as they are numbered
    by subdivision, that fills the factors tenfold. Numbers along the band avoid it (Cuthill and McKee, 1969).
    """
    order = reverse_cuthill_mckee(matrix.tocsr(), symmetric_mode=True)
    factors = splu(
        matrix[order][:, order].tocsc(),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        panel_size=4,
        options={"SymmetricMode": True},
    )

    def solve(right: npt.NDArray[Number]) -> npt.NDArray[Number]:
        solution = np.empty_like(right)
        solution[order] = factors.solve(right[order])
        return solution

    return solve
