"""Turns charts so that the upright rectangles around them are smallest."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import ConvexHull, QhullError

from maquette.assets.mesh import Ints

Doubles = npt.NDArray[np.float64]

COARSE_ANGLES: Final = 24
FINE_ANGLES: Final = 9
HULL_FACES: Final = 64  # below that a hull costs more than it saves


def footprints(corners: Doubles, charts: Ints, padding: float) -> Doubles:
    """[C] the area of the smallest rectangle around each chart, with half the padding (metres) on every
    side.
    """
    sides = np.zeros((int(charts.max()) + 1, 2))
    np.maximum.at(sides, charts, turned(corners, charts).max(axis=1))
    area: Doubles = (sides + padding).prod(axis=1)
    return area


def turned(corners: Doubles, charts: Ints) -> Doubles:
    """Each chart turned to its smallest upright rectangle, taller than wide, its lowest corner at 0."""
    order = np.argsort(charts, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(charts[order]) != 0])
    points, owners = _outer_points(corners, order, starts)
    firsts = np.flatnonzero(np.r_[True, np.diff(owners) != 0])
    angles = np.zeros(len(starts))
    step = np.pi / 2 / COARSE_ANGLES
    for offsets in (np.arange(COARSE_ANGLES) * step, np.linspace(-step, step, FINE_ANGLES)):
        sizes = [_sizes(points, owners, firsts, angles + offset) for offset in offsets]
        areas = np.stack([size[0] * size[1] for size in sizes])  # [A, C]
        angles = angles + offsets[areas.argmin(axis=0)]
    width, height = _sizes(points, owners, firsts, angles)
    angles = np.where(width > height, angles + np.pi / 2, angles)
    cosine, sine = np.array([np.cos(angles), np.sin(angles)])[:, charts, None]  # [F, 1] each
    flat = np.empty_like(corners)
    flat[..., 0] = corners[..., 0] * cosine - corners[..., 1] * sine
    flat[..., 1] = corners[..., 0] * sine + corners[..., 1] * cosine
    for axis in (0, 1):
        lowest = flat[..., axis].min(axis=1)[order]
        flat[..., axis] -= np.minimum.reduceat(lowest, starts)[charts][:, None]
    return flat


def _outer_points(
    corners: Doubles, order: npt.NDArray[np.intp], starts: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.complex128], npt.NDArray[np.intp]]:
    """Corners [P] that decide the extent of their chart, of large ones those of the convex hull, and their
    charts [P].
    """
    counts = np.diff(np.append(starts, len(order)))
    points = corners[order].reshape(-1, 2)
    owners = np.repeat(np.arange(len(starts)), 3 * counts)
    kept = np.ones(len(points), bool)
    for chart in np.flatnonzero(counts > HULL_FACES):
        first, last = 3 * starts[chart], 3 * (starts[chart] + counts[chart])
        try:
            outer = ConvexHull(points[first:last]).vertices
        except QhullError:  # flat to within rounding
            continue
        kept[first:last] = False
        kept[first + outer] = True
    return points[kept, 0] + 1j * points[kept, 1], owners[kept]


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
