"""Vertices that lie at one place made one."""

import numpy as np
import numpy.typing as npt


def join_equal(keys: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Numbers equal rows alike, in the order of their first appearance: ([N] number of each row, [M] its
    first row)."""
    order = np.lexsort(keys.T[::-1])
    in_order = keys[order]
    is_new = np.concatenate([[True], (in_order[1:] != in_order[:-1]).any(axis=1)])
    run = np.cumsum(is_new) - 1
    first_of_run = np.minimum.reduceat(order, np.flatnonzero(is_new))
    by_appearance = np.argsort(first_of_run)
    number = np.zeros(len(by_appearance), dtype=np.intp)
    number[by_appearance] = np.arange(len(by_appearance))
    joined = np.zeros(len(keys), dtype=np.intp)
    joined[order] = number[run]
    return joined, first_of_run[by_appearance]
