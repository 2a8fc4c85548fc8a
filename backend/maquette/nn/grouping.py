"""Which rows attend to each other: samples of a batch, windows of a grid, or rows of equal length.

Groups differ in length, but kernels want rectangles. Groups of similar length are padded to the longest of
them and computed together; how they are padded is found once and used by every layer.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import torch
from torch import Tensor

_STRETCH: Final = 1.25  # a bucket's longest group over its shortest: bounds what padding costs
_BUCKET_ROWS: Final = 1 << 15  # bounds the memory of what is gathered at a time


@dataclass(frozen=True)
class Bucket:
    """Groups padded to one length L. `kept` and `rows_kept` lead from the padded result to the rows."""

    labels: Tensor  # [G] int64, of each group
    rows: Tensor  # [G, L] int64, padded with each group's first row
    mask: Tensor | None  # [G, L] bool, true where not padded; None where nothing is
    kept: Tensor  # [K] int64, places of the flattened [G * L] that are not padding
    rows_kept: Tensor  # [K] int64, the rows there


@dataclass(frozen=True)
class Grouping:
    """All groups of one kind. Where they are equally long and lie in order, `uniform` says (G, L)."""

    buckets: tuple[Bucket, ...]
    uniform: tuple[int, int] | None


def uniform_grouping(groups: int, length: int) -> Grouping:
    """`groups` times `length` rows that follow one another, as in a dense batch of sequences."""
    return Grouping((), (groups, length))


def group_rows(labels: Tensor) -> Grouping:
    """Rows of equal labels [N] (int64) form a group."""
    order = torch.argsort(labels, stable=True)
    values, counts = torch.unique_consecutive(labels[order], return_counts=True)
    lengths = counts.tolist()
    in_order = torch.equal(values, torch.arange(len(lengths), device=values.device))
    if in_order and len(set(lengths)) == 1 and bool((labels[1:] >= labels[:-1]).all()):
        return uniform_grouping(len(lengths), lengths[0])
    starts = counts.cumsum(0) - counts
    by_length = torch.argsort(counts, stable=True)
    cuts = _cuts([lengths[group] for group in by_length.tolist()])
    buckets = [
        _bucket(order, values[chosen], starts[chosen], counts[chosen])
        for chosen in (by_length[first:last] for first, last in pairwise(cuts))
    ]
    return Grouping(tuple(buckets), None)


def _cuts(lengths: list[int]) -> list[int]:
    """Where ascending lengths are cut into buckets: first, ..., len(lengths)."""
    cuts = [0]
    for place, length in enumerate(lengths):
        first = cuts[-1]
        if length > _STRETCH * lengths[first] or (place - first + 1) * length > _BUCKET_ROWS:
            cuts += [place] if place > first else []
    return [*cuts, len(lengths)]


def _bucket(order: Tensor, labels: Tensor, starts: Tensor, counts: Tensor) -> Bucket:
    steps = torch.arange(int(counts.max()), device=order.device)
    mask = steps < counts[:, None]
    rows = order[starts[:, None] + steps * mask]
    kept = mask.flatten().nonzero()[:, 0]
    return Bucket(labels, rows, None if bool(mask.all()) else mask, kept, rows.flatten()[kept])
