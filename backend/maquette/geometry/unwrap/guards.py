"""What makes a flattened chart unusable: folds, overlaps, stretch, and much empty space around it."""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Ints
from maquette.geometry.grouping import renumbered
from maquette.render.fragments import cover

from .lscm import MIN_ASPECT, signed_areas
from .packing import footprints
from .surface import Surface

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STRETCH_RANGE: Final = (0.7, 1.4)  # of the texel density of nearly all of a chart, against its mean
MOST_STRETCHED: Final = 0.05  # share of a chart's area that may lie outside of that
LOOSE_RATIO: Final = 1.0  # empty space around a chart, of its own area
MAX_OVERLAP: Final = 1e-3  # share of a chart's texels that two faces cover
PROBE_SIZE: Final = 512  # side of the grid on which overlaps are looked for
LONGEST_PROBE: Final = 64
PROBE_CELLS: Final = 256  # of that grid for each chart at least, on average


def bad_charts(surface: Surface, corners: Doubles, charts: Ints, tolerated: float = 0.0) -> Flags:
    """[C] charts with folded faces, overlaps, or stretch on more than `tolerated` of the area.

    A chart of one face is never bad: there is nothing left to cut.
    """
    count = int(charts.max()) + 1
    flat, true = signed_areas(corners), surface.areas
    finite = np.isfinite(flat)
    density = np.sqrt(np.divide(np.maximum(flat, 0), true, out=np.ones_like(true), where=finite & (true > 0)))
    outside = (density < STRETCH_RANGE[0]) | (density > STRETCH_RANGE[1])
    limit = np.maximum(MOST_STRETCHED * np.bincount(charts, true, count), tolerated)
    bad: Flags = np.bincount(charts, true * outside, count) > limit
    bad[charts[~finite]] = True
    bad[charts[(flat <= 0) & ~slivers(surface)]] = True
    bad &= np.bincount(charts, minlength=count) > 1
    good = np.flatnonzero(~bad[charts])
    if len(good):
        number = renumbered(charts[good])
        bad[~bad] = overlapping(corners[good], number)
    return bad


def loose_charts(corners: Doubles, charts: Ints, tolerated: float) -> Flags:
    """[C] charts that leave much of the rectangle around them empty, such as frames and long angles."""
    area = np.bincount(charts, np.abs(signed_areas(corners)))
    allowed = np.maximum(LOOSE_RATIO * area, tolerated)
    low, high = extents(corners, charts)
    loose: Flags = (high - low).prod(axis=1) - area > allowed
    chosen = np.flatnonzero(loose[charts])
    if len(chosen):
        empty = footprints(corners[chosen], renumbered(charts[chosen]), 0.0) - area[loose]
        loose[loose] = empty > allowed[loose]
    return loose


def overlapping(corners: Doubles, charts: Ints) -> Flags:
    """[C] whether a chart covers cells twice, each drawn on a grid of its own; those of one face never do."""
    count = int(charts.max()) + 1
    low, high = extents(corners, charts)
    size = high - low
    probes = max(PROBE_SIZE**2, PROBE_CELLS * count)
    # Needles, whose rectangles have no area, must not make the canvas endless.
    area = max(float(size.prod(axis=1).sum()), float(size.max()) ** 2 / LONGEST_PROBE, 1e-300)
    scale = np.sqrt(probes / area)
    columns, rows = (np.ceil(size * scale).astype(np.int64) + 1).T
    top = np.cumsum(rows) - rows  # the charts lie one above the other on a tall canvas
    placed = (corners - low[charts][:, None]) * scale
    placed[..., 1] += top[charts][:, None]
    fragments = cover(placed, int(columns.max()), int(rows.sum()))
    owner = charts[fragments.face]
    cells = columns * rows
    first = np.cumsum(cells) - cells
    at = first[owner] + (fragments.y - top[owner]) * columns[owner] + fragments.x
    hits = np.bincount(at, minlength=int(cells.sum()))
    total = np.bincount(owner, minlength=count)
    once = np.bincount(np.repeat(np.arange(count), cells), hits > 0, count)
    return np.asarray(total - once > MAX_OVERLAP * total)


def extents(corners: Doubles, charts: Ints) -> tuple[Doubles, Doubles]:
    """Lowest and highest corner [C, 2] of each chart."""
    count = int(charts.max()) + 1
    low, high = np.full((2, count), np.inf), np.full((2, count), -np.inf)
    for axis in (0, 1):
        for corner in range(3):
            np.minimum.at(low[axis], charts, corners[:, corner, axis])
            np.maximum.at(high[axis], charts, corners[:, corner, axis])
    return low.T, high.T


def slivers(surface: Surface) -> Flags:
    """[F] faces so thin that flattening took them for thicker ones: which way they lie is of no meaning."""
    corners = surface.points[surface.faces]
    longest = np.zeros(len(corners))
    for i in range(3):
        edge = corners[:, i] - corners[:, i - 1]
        np.maximum(longest, np.einsum("fi,fi->f", edge, edge), out=longest)
    thin: Flags = 2 * surface.areas <= MIN_ASPECT * longest
    return thin
