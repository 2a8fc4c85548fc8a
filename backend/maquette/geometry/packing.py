"""Packs charts into the unit square, one upon the other like falling blocks.

Each chart is turned so that its bounding rectangle is smallest, drawn on a coarse grid, and dropped where it
comes to lie lowest on the horizon of the charts before it (the packing of Levy et al. 2002, section 4). The
side of the square is found by bisection.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import maximum_filter1d, minimum_filter1d
from scipy.spatial import ConvexHull, QhullError

from maquette.assets.mesh import Floats, Ints

from .fragments import expand
from .lscm import signed_areas

Doubles = npt.NDArray[np.float64]
Heights = npt.NDArray[np.int32]

GRID = 512  # cells along the side of the square, roughly
EXPECTED_USE = 0.6
COARSE_ANGLES = 24
FINE_ANGLES = 9
BISECTIONS = 7
GROWTH = 1.12


@dataclass(frozen=True)
class _Block:
    """The shape of a chart on the grid, padding included: what it covers in each of its columns."""

    bottom: Heights  # [W]
    top: Heights  # [W]


def pack(corners: Doubles, charts: Ints, texture_size: int, padding_px: int) -> Floats:  # [F, 3, 2], [F]
    """[F, 3, 2] UVs of the corners: the charts turned and moved, never mirrored, at one common scale.

    Different charts are at least `padding_px` texels apart at `texture_size`, and half of that from the
    border.
    """
    upright = _turned(corners, charts)
    area = float(np.abs(signed_areas(upright)).sum())
    cells = GRID * np.sqrt(EXPECTED_USE / max(area, 1e-30))
    upright *= cells
    margin = max(1, int(np.ceil(GRID * padding_px / 2 / texture_size)))
    blocks = _draw(upright, charts, margin)
    side, places = _smallest_square(blocks)
    # The true margin grows with the side of the square; a square much larger than planned would lose padding.
    if side * padding_px / 2 / texture_size > margin:
        margin = int(np.ceil(side * padding_px / 2 / texture_size))
        blocks = _draw(upright, charts, margin)
        side, places = _smallest_square(blocks)
    return ((upright + (places + margin)[charts][:, None]) / side).astype(np.float32)


def footprints(corners: Doubles, charts: Ints, padding: float) -> Doubles:
    """[C] the area of the smallest rectangle around each chart, with half the padding (metres) on every
    side.
    """
    sides = np.zeros((int(charts.max()) + 1, 2))
    np.maximum.at(sides, charts, _turned(corners, charts).max(axis=1))
    area: Doubles = (sides + padding).prod(axis=1)
    return area


def _turned(corners: Doubles, charts: Ints) -> Doubles:
    """Each chart turned to its smallest upright rectangle, taller than wide, its lowest corner at 0."""
    order = np.argsort(charts, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(charts[order]) != 0])
    points, owners = _outer_points(corners, np.split(order, starts[1:]))
    firsts = np.flatnonzero(np.r_[True, np.diff(owners) != 0])
    angles = np.zeros(len(starts))
    step = np.pi / 2 / COARSE_ANGLES
    for offsets in (np.arange(COARSE_ANGLES) * step, np.linspace(-step, step, FINE_ANGLES)):
        sizes = [_sizes(points, owners, firsts, angles + offset) for offset in offsets]
        areas = np.stack([size[0] * size[1] for size in sizes])  # [A, C]
        angles = angles + offsets[areas.argmin(axis=0)]
    width, height = _sizes(points, owners, firsts, angles)
    angles = np.where(width > height, angles + np.pi / 2, angles)
    turned = (corners[..., 0] + 1j * corners[..., 1]) * np.exp(1j * angles)[charts][:, None]
    flat = np.stack([turned.real, turned.imag], axis=2)
    low = np.minimum.reduceat(flat[order].min(axis=1), starts, axis=0)
    lowered: Doubles = flat - low[charts][:, None]
    return lowered


def _outer_points(
    corners: Doubles, members: list[npt.NDArray[np.intp]]
) -> tuple[npt.NDArray[np.complex128], npt.NDArray[np.intp]]:
    """The corners [P] of every chart's convex hull, which alone decide its extent, and their charts [P]."""
    outer = []
    for faces in members:
        points = corners[faces].reshape(-1, 2)
        try:
            outer.append(points[ConvexHull(points).vertices])
        except QhullError:  # flat to within rounding
            outer.append(points)
    owners = np.repeat(np.arange(len(outer)), [len(points) for points in outer])
    flat = np.concatenate(outer)
    return flat[:, 0] + 1j * flat[:, 1], owners


def _sizes(
    points: npt.NDArray[np.complex128],  # [P] grouped by chart
    charts: npt.NDArray[np.intp],  # [P]
    starts: npt.NDArray[np.intp],  # [C] where each chart's points begin
    angles: Doubles,  # [C]
) -> tuple[Doubles, Doubles]:
    """Width [C] and height [C] of each chart turned by its angle."""
    turned = points * np.exp(1j * angles)[charts]

    def extent(values: Doubles) -> Doubles:  # [P] -> [C]
        spread: Doubles = np.maximum.reduceat(values, starts) - np.minimum.reduceat(values, starts)
        return spread

    return extent(turned.real), extent(turned.imag)


def _draw(upright: Doubles, charts: Ints, margin: int) -> list[_Block]:
    """The blocks of the charts: what their edges cover of each grid column, grown by the margin on all
    sides.
    """
    widths = np.zeros(int(charts.max()) + 1)
    np.maximum.at(widths, charts, upright[..., 0].max(axis=1))
    columns = np.floor(widths).astype(np.int64) + 1
    first = np.cumsum(columns) - columns  # the charts lie side by side on one strip
    low = np.full(int(columns.sum()), np.iinfo(np.int32).max, np.int32)
    high = np.zeros(len(low), np.int32)
    start, end = upright.reshape(-1, 2), np.roll(upright, -1, axis=1).reshape(-1, 2)
    left, right = (np.where((start[:, :1] < end[:, :1]) == forward, start, end) for forward in (True, False))
    edge, column = expand(np.floor(left[:, 0]).astype(np.int64), np.floor(right[:, 0]).astype(np.int64) + 1)
    slope = (right[:, 1] - left[:, 1]) / np.maximum(right[:, 0] - left[:, 0], 1e-12)
    strip = first[charts[edge // 3]] + column
    for side in (column, column + 1):
        x = np.clip(side, left[edge, 0], right[edge, 0])
        y = np.floor(left[edge, 1] + (x - left[edge, 0]) * slope[edge]).astype(np.int32)
        np.minimum.at(low, strip, y)
        np.maximum.at(high, strip, y)
    stops = first + columns
    return [_grown(low[i:j], high[i:j], margin) for i, j in zip(first, stops, strict=True)]


def _grown(low: Heights, high: Heights, margin: int) -> _Block:
    window = 2 * margin + 1
    wide_low = np.pad(low, margin, constant_values=np.iinfo(np.int32).max)
    wide_high = np.pad(high, margin)
    return _Block(
        minimum_filter1d(wide_low, window, mode="nearest"),
        maximum_filter1d(wide_high, window, mode="nearest") + window,
    )


def _smallest_square(blocks: list[_Block]) -> tuple[int, Doubles]:
    """The side in cells of the smallest square found, and the place [C, 2] of each block's lowest corner."""
    tallest_first = sorted(range(len(blocks)), key=lambda i: (-int(blocks[i].top.max()), i))
    area = sum(int((block.top - block.bottom).sum()) for block in blocks)
    too_small = max(max(len(block.top), int(block.top.max())) for block in blocks)
    too_small = max(too_small, int(np.sqrt(area))) - 1
    side = too_small + 1
    while (places := _drop(blocks, tallest_first, side)) is None:
        too_small, side = side, int(side * GROWTH) + 1
    for _ in range(BISECTIONS):
        middle = (too_small + side) // 2
        if middle == too_small:
            break
        if (attempt := _drop(blocks, tallest_first, middle)) is None:
            too_small = middle
        else:
            side, places = middle, attempt
    return side, places


def _drop(blocks: list[_Block], order: list[int], side: int) -> Doubles | None:
    """Drops the blocks where they come to lie lowest; None if one rises above the square."""
    horizon = np.zeros(side, np.int32)
    places = np.zeros((len(blocks), 2))
    for i in order:
        block = blocks[i]
        width = len(block.top)
        heights = (sliding_window_view(horizon, width) - block.bottom).max(axis=1)
        x = int(heights.argmin())
        y = int(heights[x])
        if y + int(block.top.max()) > side:
            return None
        horizon[x : x + width] = y + block.top
        places[i] = x, y
    return places
