"""Scan conversion of 2-D triangles without a loop over triangles: spans of rows, then texels of spans."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fragments:
    """Texels whose centres triangles cover; a texel on an edge belongs to one of the two triangles."""

    face: Indices  # [K] ascending
    x: Indices  # [K] column
    y: Indices  # [K] row


def rasterize(corners: Doubles, width: int, height: int) -> Fragments:  # corners [F, 3, 2] in texels
    """The texels (x, y) with their centre (x + 0.5, y + 0.5) in a triangle, clipped to width and height.

    Both triangles at an edge compute its crossings from the same end points in the same order, so that no
    texel is taken twice or left out between them.
    """
    low, middle, high = _sorted_by_y(corners)
    first = np.clip(np.ceil(low[:, 1] - 0.5), 0, height).astype(np.int64)
    last = np.clip(np.ceil(high[:, 1] - 0.5), 0, height).astype(np.int64)
    face, row = expand(first, last)
    y = row + 0.5
    upper = y >= middle[face, 1]
    start = np.where(upper[:, None], middle[face], low[face])
    end = np.where(upper[:, None], high[face], middle[face])
    short, long = _crossing(start, end, y), _crossing(low[face], high[face], y)
    left = np.clip(np.ceil(np.minimum(short, long) - 0.5), 0, width).astype(np.int64)
    right = np.clip(np.ceil(np.maximum(short, long) - 0.5), 0, width).astype(np.int64)
    span, x = expand(left, right)
    return Fragments(face[span], x, row[span])


def barycentric(corners: Doubles, fragments: Fragments) -> Doubles:
    """[K, 3] weights of the three corners at each fragment's centre."""
    a, b, c = (corners[:, i] for i in range(3))
    (e1x, e1y), (e2x, e2y) = (b - a).T, (c - a).T
    inverse = 1 / (e1x * e2y - e1y * e2x)
    face = fragments.face
    dx, dy = fragments.x + 0.5 - a[face, 0], fragments.y + 0.5 - a[face, 1]
    weight_b = dx * (e2y * inverse)[face] - dy * (e2x * inverse)[face]
    weight_c = dy * (e1x * inverse)[face] - dx * (e1y * inverse)[face]
    return np.stack([1 - weight_b - weight_c, weight_b, weight_c], axis=1)


def expand(first: Indices, last: Indices) -> tuple[Indices, Indices]:
    """All integers of the ranges [first, last): (number of the range, integer)."""
    counts = np.maximum(last - first, 0)
    owner = np.repeat(np.arange(len(first)), counts)
    begin = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) + (first - begin)[owner]


def _sorted_by_y(corners: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """The lowest, middle and highest corner [F, 2] of each triangle; ties are decided by x."""
    order = np.lexsort((corners[:, :, 0], corners[:, :, 1]), axis=1)
    ordered = np.take_along_axis(corners, order[:, :, None], axis=1)
    return ordered[:, 0], ordered[:, 1], ordered[:, 2]


def _crossing(start: Doubles, end: Doubles, y: Doubles) -> Doubles:
    """x where the edge from start [R, 2] to the higher end [R, 2] meets the row at y [R]."""
    rise = end[:, 1] - start[:, 1]
    share = np.divide(y - start[:, 1], rise, out=np.zeros_like(y), where=rise > 0)
    crossing: Doubles = start[:, 0] + share * (end[:, 0] - start[:, 0])
    return crossing
