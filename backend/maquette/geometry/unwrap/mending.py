"""Makes flattened charts usable: relaxes and cuts those that are bad.

Charts that are folded, overlap themselves or are badly stretched are relaxed, else cut in two and flattened
again; what is left after a few rounds is cut into nearly flat pieces and projected.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Ints
from maquette.geometry.grouping import renumbered
from maquette.geometry.topology import Indices
from maquette.progress import Progress

from .arap import relax
from .charts import halve, reconnected
from .guards import bad_charts, loose_charts
from .lscm import flatten, lay_down
from .surface import Surface
from .untangling import untangle

SPLIT_ROUNDS: Final = 8
LOOSE_SHARE: Final = 0.02  # of the whole area, which may lie empty around one chart
TOLERATED_STRETCH: Final = 1e-3  # share of the whole area that one chart may stretch

Doubles = npt.NDArray[np.float64]


def mend(surface: Surface, charts: Ints, corners: Doubles, progress: Progress) -> tuple[Ints, Doubles]:
    """Relaxes and cuts charts until none is bad: (charts [F], corners [F, 3, 2])."""
    area = float(surface.areas.sum())
    suspect = np.arange(len(charts))  # faces of charts that changed since they were last found good
    corners = corners.copy()
    part = surface
    for _ in range(SPLIT_ROUNDS):
        progress.check()
        number = renumbered(charts[suspect])
        corners[suspect] = untangle(part, number, corners[suspect])
        corners[suspect], bad = _relaxed(part, number, corners[suspect], area)
        bad |= loose_charts(corners[suspect], number, LOOSE_SHARE * area)
        suspect = suspect[bad[number]]
        if len(suspect) == 0:
            return charts, corners
        part, number = surface.part(suspect), renumbered(charts[suspect])
        halves = halve(part.points, part.faces, number, part.links)
        corners[suspect] = flatten(part.points, part.faces, halves, part.pairs, progress)
        charts = charts.copy()
        charts[suspect] = halves + int(charts.max()) + 1
        charts = renumbered(charts)
    return _project_bad(surface, charts, corners, suspect)


def _relaxed(
    surface: Surface, charts: Ints, corners: Doubles, whole_area: float
) -> tuple[Doubles, npt.NDArray[np.bool_]]:
    """The corners with the bad charts relaxed, where that does not fold or overlap them, and which charts [C]
    are still bad.
    """
    tolerated = TOLERATED_STRETCH * whole_area
    bad = bad_charts(surface, corners, charts, tolerated)
    chosen = np.flatnonzero(bad[charts])
    if len(chosen) == 0:
        return corners, bad
    part, number = surface.part(chosen), renumbered(charts[chosen])
    trial = relax(part.points, part.faces, number, part.pairs, corners[chosen])
    worse = bad_charts(part, trial, number, np.inf)
    settled = np.where(worse[number][:, None, None], corners[chosen], trial)
    corners = corners.copy()
    corners[chosen] = settled
    bad[bad] = bad_charts(part, settled, number, tolerated)
    return corners, bad


def _project_bad(surface: Surface, charts: Ints, corners: Doubles, suspect: Indices) -> tuple[Ints, Doubles]:
    """Cuts the charts of the `suspect` faces that are bad by the direction of their faces, and projects them.

    What still lies on itself, as a spiral does, is halved again and again, and in the end taken apart.
    """
    number = renumbered(charts[suspect])
    suspect = suspect[bad_charts(surface.part(suspect), corners[suspect], number, np.inf)[number]]
    charts, corners = charts.copy(), corners.copy()
    for attempt in range(SPLIT_ROUNDS + 1):
        if len(suspect) == 0:
            break
        part, number = surface.part(suspect), renumbered(charts[suspect])
        if attempt == 0:
            steps = np.round(part.normals * 1.5).astype(np.int64) + 2  # 26 directions: at most 40 degrees off
            label = reconnected(number.astype(np.int64) * 200 + steps @ np.array([25, 5, 1]), part.links)
        elif attempt < SPLIT_ROUNDS:
            label = halve(part.points, part.faces, number, part.links)
        else:
            label = np.arange(len(suspect), dtype=np.int32)
        corners[suspect] = lay_down(part.points[part.faces], label)[0]
        charts[suspect] = label + int(charts.max()) + 1
        suspect = suspect[bad_charts(part, corners[suspect], label, np.inf)[label]]
    return renumbered(charts), corners
