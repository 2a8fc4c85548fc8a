"""Triangles on a lattice: which lattice lines they cross, and which cells they touch, line by line.

The work grows with the area of the triangles, whatever their number, size and shape. Two triangles cross a
line at their common edge once, as both compute the edge in the same way and one of them leaves it out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.representations.voxelization import touches_cube

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_AT_ONCE: Final = 1 << 20  # lines, crossings or cells


@dataclass(frozen=True, eq=False)
class Crossings:
    """K places where triangles meet lattice lines along an axis."""

    triangle: Ints  # [K]
    line: Ints  # [K, 2] where the line is on the other axes, in ascending order
    height: Floats  # [K] along the axis


def crossings(corners: Floats, axis: int) -> Iterator[Crossings]:
    """Of triangles [F, 3, 3], in cells, with the lines along an axis, in pieces."""
    b, c = _others(axis)
    for triangle, row, low, high in _spans(corners[:, :, [b, c, axis]]):
        first = np.floor(low[:, 0]).astype(np.int64) + 1
        counts = np.maximum(np.floor(high[:, 0]).astype(np.int64) + 1 - first, 0)
        for part in _parts(counts):
            span, number = _repeated(counts[part])
            span = span + part.start
            column = first[span] + number
            width = high[span, 0] - low[span, 0]
            share = (column - low[span, 0]) / np.where(width > 0, width, 1)
            height = low[span, 1] + share * (high[span, 1] - low[span, 1])
            yield Crossings(triangle[span], np.stack([row[span], column], axis=1), height)


def touched(corners: Floats) -> Iterator[tuple[Ints, Ints]]:
    """(triangle [P], cell [P, 3]) for every closed cell that a triangle [F, 3, 3] touches, in pieces; a pair
    comes once.
    """
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    steepest = np.abs(normals).argmax(axis=1)
    for axis in range(3):
        chosen = np.flatnonzero(steepest == axis)
        for triangle, cell in _columns(corners[chosen], normals[chosen], axis):
            owner = chosen[triangle]
            hit = touches_cube(corners[owner] - (cell + 0.5)[:, None], 0.5)
            yield owner[hit], cell[hit]


def _columns(corners: Floats, normals: Floats, axis: int) -> Iterator[tuple[Ints, Ints]]:
    """Candidates: the columns of cells under each triangle, and in each the cells around its plane."""
    b, c = _others(axis)
    for triangle, row, low, high in _strips(corners[:, :, [b, c]]):
        first = np.floor(low - 1e-9).astype(np.int64)
        counts = np.floor(high + 1e-9).astype(np.int64) + 1 - first
        for part in _parts(counts):
            strip, number = _repeated(counts[part])
            strip = strip + part.start
            owner, column = triangle[strip], first[strip] + number
            normal, corner = normals[owner], corners[owner, 0]
            upright = np.where(normal[:, axis] == 0, 1.0, normal[:, axis])
            slope = normal[:, [b, c]] / -upright[:, None]
            middle = np.stack([row[strip] + 0.5, column + 0.5], axis=1)
            height = corner[:, axis] + ((middle - corner[:, [b, c]]) * slope).sum(1)
            reach = np.abs(slope).sum(1) / 2 + 1e-9
            bottom = np.maximum(height - reach, corners[owner, :, axis].min(1) - 1e-9)
            top = np.minimum(height + reach, corners[owner, :, axis].max(1) + 1e-9)
            base = np.floor(bottom).astype(np.int64)
            stacked = np.maximum(np.floor(top).astype(np.int64) + 1 - base, 0)
            place, step = _repeated(stacked)
            cell = np.empty((len(place), 3), np.int64)
            cell[:, b], cell[:, c], cell[:, axis] = row[strip[place]], column[place], base[place] + step
            yield owner[place], cell


def _spans(corners: Floats) -> Iterator[tuple[Ints, Ints, Floats, Floats]]:
    """(triangle [R], row [R], low [R, C], high [R, C]): where triangles [F, 3, 1 + C] cross integers of the
    first coordinate, the other coordinates at either end, low the one with the lower second coordinate.
    """
    ends = np.stack([corners, np.roll(corners, -1, axis=1)], axis=2)  # [F, 3, 2, 1 + C] edges
    swapped = ends[:, :, 0, 0] > ends[:, :, 1, 0]
    ends[swapped] = ends[swapped][:, ::-1]
    bottom, top = corners[:, :, 0].min(1), corners[:, :, 0].max(1)
    first = np.floor(bottom).astype(np.int64) + 1
    counts = np.maximum(np.floor(top).astype(np.int64) + 1 - first, 0)
    for part in _parts(counts):
        triangle, number = _repeated(counts[part])
        triangle = triangle + part.start
        row = first[triangle] + number
        start, stop = ends[triangle, :, 0], ends[triangle, :, 1]  # [R, 3, 1 + C]
        met = (start[..., 0] < row[:, None]) & (row[:, None] <= stop[..., 0])  # by two of the three edges
        rise = stop[..., 0] - start[..., 0]
        share = (row[:, None] - start[..., 0]) / np.where(rise > 0, rise, 1)
        at = start[..., 1:] + share[..., None] * (stop[..., 1:] - start[..., 1:])
        pair = np.argsort(~met, axis=1, kind="stable")[:, :2]
        two = np.take_along_axis(at, pair[..., None], axis=1)  # [R, 2, C]
        order = np.argsort(two[..., 0], axis=1, kind="stable")
        two = np.take_along_axis(two, order[..., None], axis=1)
        yield triangle, row, two[:, 0], two[:, 1]


def _strips(corners: Floats) -> Iterator[tuple[Ints, Ints, Floats, Floats]]:
    """(triangle [R], row [R], low [R], high [R]): how far flat triangles [F, 3, 2] reach along the second
    coordinate between row and row + 1 of the first.
    """
    first = np.floor(corners[:, :, 0].min(1) - 1e-9).astype(np.int64)
    counts = np.floor(corners[:, :, 0].max(1) + 1e-9).astype(np.int64) + 1 - first
    for part in _parts(counts):
        triangle, number = _repeated(counts[part])
        triangle = triangle + part.start
        row = first[triangle] + number
        start, stop = corners[triangle], np.roll(corners[triangle], -1, axis=1)  # [R, 3, 2] edges
        low, high = np.full(len(row), np.inf), np.full(len(row), -np.inf)
        for bound in (row - 1e-9, row + 1 + 1e-9):
            rise = stop[..., 0] - start[..., 0]
            share = (bound[:, None] - start[..., 0]) / np.where(rise == 0, 1, rise)
            at = start[..., 1] + share * (stop[..., 1] - start[..., 1])
            met = (rise != 0) & (share >= 0) & (share <= 1)
            low = np.minimum(low, np.where(met, at, np.inf).min(1))
            high = np.maximum(high, np.where(met, at, -np.inf).max(1))
        inside = (start[..., 0] >= row[:, None] - 1e-9) & (start[..., 0] <= row[:, None] + 1 + 1e-9)
        low = np.minimum(low, np.where(inside, start[..., 1], np.inf).min(1))
        high = np.maximum(high, np.where(inside, start[..., 1], -np.inf).max(1))
        yield triangle, row, low, high


def _others(axis: int) -> tuple[int, int]:
    return ((1, 2), (0, 2), (0, 1))[axis]


def _parts(counts: Ints) -> Iterator[slice]:
    """Runs of items that together count about _AT_ONCE."""
    ends = counts.cumsum()
    first = 0
    while first < len(counts):
        done = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + _AT_ONCE, side="right")))
        yield slice(first, last)
        first = last


def _repeated(counts: Ints) -> tuple[Ints, Ints]:
    """Each item's number as often as it counts, and which of its repetitions each is."""
    item = np.repeat(np.arange(len(counts)), counts)
    return item, np.arange(len(item)) - np.repeat(counts.cumsum() - counts, counts)
