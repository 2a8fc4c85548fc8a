"""Lays many small rectangles out in rows on trays, so that each tray can be placed as one."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

TRAYS: Final = 48
LEAST_ON_TRAY: Final = 24
SHAPES: Final = np.geomspace(0.7, 1.4, 9)  # widths that are tried, of the side of a square tray


@dataclass(frozen=True)
class Trays:
    """Where N rectangles lie: on which tray [N] and where on it [N, 2]; and the sizes of the trays [T, 2]."""

    tray: Indices
    places: Doubles
    sizes: Doubles


def lay_on_trays(sizes: Doubles) -> Trays:  # [N, 2]
    """Rectangles of like heights go side by side; each tray takes about as much space as the others."""
    count = len(sizes)
    tray, places = np.zeros(count, np.int64), np.zeros((count, 2))
    if count == 0:
        return Trays(tray, places, np.zeros((0, 2)))
    order = np.lexsort((-sizes[:, 0], -sizes[:, 1]))
    number = max(1, min(TRAYS, count // LEAST_ON_TRAY))
    filled = np.cumsum(sizes[order].prod(axis=1))
    on = np.minimum((filled / filled[-1] * number).astype(np.int64), number - 1)
    starts = np.flatnonzero(np.diff(on, prepend=-1))
    found = []
    for i, members in enumerate(np.split(order, starts[1:])):
        tray[members] = i
        places[members], size = _rows(sizes[members])
        found.append(size)
    return Trays(tray, places, np.stack(found))


def _rows(sizes: Doubles) -> tuple[Doubles, Doubles]:
    """Places [n, 2] of rectangles [n, 2] in rows, tallest first, on the tray that wastes least; its size."""
    side = np.sqrt(sizes.prod(axis=1).sum())
    trials = [_fill(sizes, max(side * shape, float(sizes[:, 0].max()))) for shape in SHAPES]
    return min(trials, key=lambda trial: float(trial[1].prod()))


def _fill(sizes: Doubles, width: float) -> tuple[Doubles, Doubles]:
    ends = np.cumsum(sizes[:, 0])
    places = np.empty_like(sizes)
    first, bottom, widest = 0, 0.0, 0.0
    while first < len(sizes):
        begin = ends[first] - sizes[first, 0]
        last = max(int(np.searchsorted(ends, begin + width * (1 + 1e-12), side="right")), first + 1)
        places[first:last, 0] = ends[first:last] - sizes[first:last, 0] - begin
        places[first:last, 1] = bottom
        widest = max(widest, float(ends[last - 1] - begin))
        bottom += float(sizes[first, 1])
        first = last
    return places, np.array([widest, bottom])
