"""Sums and numbers of groups of things, where each thing [N] is labelled with its group."""

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Ints

from .topology import Indices

Doubles = npt.NDArray[np.float64]


def group_sums(labels: Ints | Indices, vectors: Doubles, count: int) -> Doubles:
    """[count, D] the sums of vectors [N, D] over groups."""
    sums = np.empty((count, vectors.shape[1]))
    for i in range(vectors.shape[1]):
        sums[:, i] = np.bincount(labels, vectors[:, i], count)
    return sums


def group_totals(labels: Ints | Indices, values: Doubles, count: int) -> Doubles:
    """[count] the sums of values [N] over groups."""
    return np.asarray(np.bincount(labels, values, count), np.float64)


def unit(vectors: Doubles) -> Doubles:
    """[N, 3] of length 1; those of length 0 stay."""
    lengths = np.sqrt(np.einsum("ni,ni->n", vectors, vectors))
    directions: Doubles = vectors / np.maximum(lengths, 1e-300)[:, None]
    return directions


def renumbered(labels: Ints | Indices) -> Ints:
    """The labels, none negative, as numbers without gaps, in the same order."""
    used = np.zeros(int(labels.max()) + 1, bool)
    used[labels] = True
    number: Ints = (np.cumsum(used, dtype=np.int32) - np.int32(1))[labels]
    return number


def first_members(labels: Ints) -> Indices:
    """[C] the first thing of each group."""
    first = np.empty(int(labels.max()) + 1, np.int64)
    first[labels[::-1]] = np.arange(len(labels))[::-1]
    return first
