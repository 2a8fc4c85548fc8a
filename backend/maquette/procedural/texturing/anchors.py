"""Places for studs: spread evenly over the flat parts of a surface, none near to another."""

from threading import Lock
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from maquette.texture.surface_cues import SurfaceCues

SPACING: Final = 0.09  # between studs, in units of the object
_CANDIDATES: Final = 20_000
_SHARPEST: Final = 0.45  # curvature, as cues have it, that a stud still sits on
_NOWHERE: Final = 1e6


class Anchors:
    """The places, found when they are first asked for: most surfaces have no studs."""

    def __init__(self, cues: SurfaceCues, unit: float) -> None:
        self._cues, self._unit = cues, unit
        self._lock = Lock()
        self._tree: cKDTree | None = None

    def __call__(self) -> cKDTree:
        """A tree of the places in units of the object; from several threads."""
        with self._lock:
            if self._tree is None:
                self._tree = cKDTree(_spread(self._cues, self._unit))
            return self._tree


def _spread(cues: SurfaceCues, unit: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """[M, 3] at least a spacing apart: every candidate in turn strikes out those too near (dart throwing)."""
    flat = np.abs(cues.values[:, 2]) < _SHARPEST
    points = cues.grid.positions[flat] / np.float32(unit)
    points = points[np.random.default_rng(0).permutation(len(points))[:_CANDIDATES]]
    if len(points) == 0:
        return np.full((1, 3), _NOWHERE, np.float32)
    free = np.ones(len(points), bool)
    near = cKDTree(points).query_ball_point(points, SPACING, return_sorted=False)
    kept = []
    for index, others in enumerate(near):
        if free[index]:
            kept.append(index)
            free[others] = False
    return np.asarray(points[kept], np.float32)
