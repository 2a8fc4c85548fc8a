"""Scan conversion of triangles without a loop over triangles: the fill rule, which every path follows.

Every triangle is cut into the pixel rows it crosses, every row into its pixels; all rows, then all pixels,
of many triangles are handled as flat arrays. A pixel belongs to a triangle when its centre does, and
centres on a shared edge belong to exactly one side, so meshes have neither gaps nor double pixels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

# Twice the area in square pixels; thinner triangles hold no pixel centre that is worth its rounding errors.
MIN_AREA: Final = 1e-7
_CHUNK: Final = 1 << 20  # fragments at a time: bounds memory, and stays near the cache


@dataclass(frozen=True)
class Spans:
    """R runs of pixels, each of one triangle in one row; never empty. The last triangle comes first."""

    face: Indices  # [R] descending
    row: Indices  # [R]
    start: Indices  # [R] first column
    end: Indices  # [R] past the last column

    def parts(self) -> Iterator[slice]:
        """Slices of spans with about _CHUNK pixels each."""
        total = np.cumsum(self.end - self.start)
        start = 0
        while start < len(total):
            done = total[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(total, done + _CHUNK, side="right")))
            yield slice(start, stop)
            start = stop

    def pixels(self, part: slice) -> tuple[Indices, Indices]:
        """The number of the span [K] and the column [K] of every pixel of some spans."""
        every = np.arange(part.start, part.stop)
        return _expand(every, self.start[part], self.end[part])


@dataclass(frozen=True)
class Fragments:
    """Pixels whose centres triangles cover, all of them, also those that lie behind others."""

    face: Indices  # [K] descending
    x: Indices  # [K] column
    y: Indices  # [K] row


def take_corners(
    points: npt.NDArray[np.floating[Any]],  # [V, D]
    faces: npt.NDArray[np.integer[Any]],  # [F, 3]
) -> Floats:  # [D, 3, F]
    """Corners by coordinate, corner and triangle: every number of all triangles lies together."""
    return np.ascontiguousarray(points.T, dtype=np.float64)[:, faces.T]


def cover(corners: npt.NDArray[np.floating[Any]], width: int, height: int) -> Fragments:
    """The pixels (x, y) with their centre (x + 0.5, y + 0.5) in triangles [F, 3, 2], within the picture."""
    spans = cut(np.ascontiguousarray(corners.transpose(2, 1, 0), dtype=np.float64), width, height)
    span, column = spans.pixels(slice(0, len(spans.face)))
    return Fragments(spans.face[span], column, spans.row[span])


def cut(corners: Floats, width: int, height: int) -> Spans:
    """Cuts triangles into the rows of a picture. `corners` as in `take_corners`, in pixels."""
    (ax, bx, cx), (ay, by, cy) = corners[:2]
    first_row = _first_center(np.minimum(np.minimum(ay, by), cy), height)
    end_row = _first_center(np.maximum(np.maximum(ay, by), cy), height)
    first_column = _first_center(np.minimum(np.minimum(ax, bx), cx), width)
    end_column = _first_center(np.maximum(np.maximum(ax, bx), cx), width)
    has_area = np.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) > MIN_AREA
    # in small pictures of fine meshes the boxes of most triangles hold no pixel centre
    kept = np.flatnonzero((end_column > first_column) & (end_row > first_row) & has_area)
    corners = corners[:2, :, kept]
    triangle, row = _expand(np.arange(len(kept)), first_row[kept], end_row[kept])
    left, right = _row_extents(corners, triangle, row + 0.5)
    start, end = _first_center(left, width), _first_center(right, width)
    filled = np.flatnonzero(end > start)[::-1]
    return Spans(kept[triangle[filled]], row[filled], start[filled], end[filled])


def expand(first: Indices, last: Indices) -> tuple[Indices, Indices]:
    """All integers of the ranges [first, last): (number of the range, integer)."""
    return _expand(np.arange(len(first)), first, np.maximum(first, last))


def _expand(owner: Indices, start: Indices, end: Indices) -> tuple[Indices, Indices]:
    """Every whole number from start to below end of each owner, with its owner: two flat arrays."""
    counts = end - start
    total = np.cumsum(counts)
    numbers = np.arange(counts.sum()) - np.repeat(total - counts - start, counts)
    return np.repeat(owner, counts), numbers


def _first_center(places: Floats, limit: int) -> Indices:
    """The first pixel whose centre lies at or beyond each place, from 0 to `limit`."""
    return np.asarray(np.ceil(np.clip(places, 0, limit) - 0.5), dtype=np.intp)


def _row_extents(corners: Floats, triangle: Indices, y: Floats) -> tuple[Floats, Floats]:
    """Where each triangle's outline crosses its row: the left and the right x. [N] triangle, [N] height of
    the row.

    Every row crosses the edge from the uppermost to the lowest corner, and one of the other two. An edge is
    always cut from its upper end, whichever triangle it belongs to, so neighbours get the very same crossing.
    """
    xs, ys = corners
    every = np.arange(xs.shape[1])
    upper, lower = ys.argmin(axis=0), ys.argmax(axis=0)
    middle = 3 - upper - lower
    (x0, y0), (x1, y1), (x2, y2) = ((xs[c, every], ys[c, every]) for c in (upper, middle, lower))
    with np.errstate(divide="ignore", invalid="ignore"):  # level edges have no slope and are never crossed
        long_slope = (x2 - x0) / (y2 - y0)
        short_slopes = np.stack([(x1 - x0) / (y1 - y0), (x2 - x1) / (y2 - y1)])
    below = (y >= y1[triangle]).astype(np.intp)
    start_x, start_y = np.stack([x0, x1]), np.stack([y0, y1])
    long_x = x0[triangle] + (y - y0[triangle]) * long_slope[triangle]
    short_x = start_x[below, triangle] + (y - start_y[below, triangle]) * short_slopes[below, triangle]
    return np.minimum(long_x, short_x), np.maximum(long_x, short_x)
