"""Packs charts into the unit square at one common scale.

Each chart is turned so that its bounding rectangle is smallest and drawn on a coarse grid; the blocks are
placed by `skyline`. Where charts are many, the small ones are first laid out in rows on trays, each of which
is one block.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from maquette.assets.mesh import Floats, Ints
from maquette.render.fragments import expand

from .skyline import Block, Heights, smallest_square
from .trays import lay_on_trays
from .turning import turned

Doubles = npt.NDArray[np.float64]

GRID: Final = 512  # cells along the side of the square, roughly
EXPECTED_USE: Final = 0.6
LEAST_SHARE: Final = 0.6  # of the space in use that is for charts; padding has the rest at most
MOST_BLOCKS: Final = 400  # charts that are placed one by one, the largest


def pack(corners: Doubles, charts: Ints, texture_size: int, padding_px: int) -> Floats:  # [F, 3, 2], [F]
    """[F, 3, 2] UVs of the corners: the charts turned and moved, never mirrored, at one common scale.

    Different charts are at least `padding_px` texels apart at `texture_size`, and half of that from the
    border. Where they are so many that the padding would take more space than they do, it is narrowed.
    """
    upright = turned(corners, charts)
    sizes = _sides(upright, charts)
    padding = min(float(padding_px), _affordable_padding(sizes, texture_size))
    upright *= GRID * np.sqrt(EXPECTED_USE / max(float(sizes.prod(axis=1).sum()), 1e-300))
    margin = max(1, int(np.ceil(GRID * padding / 2 / texture_size)))
    side, places = _arranged(upright, charts, margin)
    # The true margin grows with the side of the square; a square much larger than planned would lose padding.
    while side * padding / 2 / texture_size > margin:
        margin += 1
        side, places = _arranged(upright, charts, margin)
    return np.clip((upright + (places + margin)[charts][:, None]) / side, 0, 1).astype(np.float32)


def footprints(corners: Doubles, charts: Ints, padding: float) -> Doubles:
    """[C] the area of the smallest rectangle around each chart, with half the padding on every side."""
    area: Doubles = (_sides(turned(corners, charts), charts) + padding).prod(axis=1)
    return area


def _sides(upright: Doubles, charts: Ints) -> Doubles:
    """[C, 2] width and height of charts whose lowest corner is at 0."""
    sides = np.zeros((2, int(charts.max()) + 1))
    for axis in (0, 1):
        np.maximum.at(sides[axis], charts, upright[..., axis].max(axis=1))
    return sides.T


def _affordable_padding(sizes: Doubles, texture_size: int) -> float:
    """The padding in texels at which rectangles [C, 2] keep LEAST_SHARE of the space in use."""
    use = EXPECTED_USE * texture_size**2
    texels = np.sqrt(LEAST_SHARE * use / max(float(sizes.prod(axis=1).sum()), 1e-300))
    half = texels * float(sizes.sum()) / 2  # of the linear term of sum((w + p) (h + p)) = use
    return float(np.sqrt(half**2 + len(sizes) * (1 - LEAST_SHARE) * use) - half) / len(sizes)


def _arranged(upright: Doubles, charts: Ints, margin: int) -> tuple[int, Doubles]:
    """The side of a square in cells, and the place [C, 2] of each chart's lowest corner, less the margin."""
    sides = _sides(upright, charts)
    count = len(sides)
    rank = np.empty(count, np.int64)
    rank[np.argsort(-sides.prod(axis=1), kind="stable")] = np.arange(count)
    large = rank < MOST_BLOCKS
    number = np.cumsum(large) - 1
    drawn = large[charts]
    blocks = _draw(upright[drawn], number[charts[drawn]].astype(np.int32), margin)
    trays = lay_on_trays(sides[~large] + 2 * margin)
    blocks += [_tray_block(size) for size in trays.sizes]
    side, corners = smallest_square(blocks)
    places = np.empty((count, 2))
    places[large] = corners[: int(large.sum())]
    places[~large] = corners[int(large.sum()) :][trays.tray] + trays.places
    return side, places


def _tray_block(size: Doubles) -> Block:
    """A rectangle [2] in cells."""
    columns, rows = np.ceil(size).astype(np.int64)
    return Block(np.zeros(columns, np.int32), np.full(columns, rows, np.int32))


def _draw(upright: Doubles, charts: Ints, margin: int) -> list[Block]:
    """The blocks of the charts: what their edges cover of each grid column, grown by the margin on all
    sides.
    """
    columns = np.floor(_sides(upright, charts)[:, 0]).astype(np.int64) + 1
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


def _grown(low: Heights, high: Heights, margin: int) -> Block:
    window = 2 * margin + 1
    wide_low = np.pad(low, margin, constant_values=np.iinfo(np.int32).max)
    wide_high = np.pad(high, margin)
    return Block(
        minimum_filter1d(wide_low, window, mode="nearest"),
        maximum_filter1d(wide_high, window, mode="nearest") + window,
    )
