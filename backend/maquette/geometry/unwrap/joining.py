"""Joins small charts, which waste texels on padding, two by two where the joint chart flattens well."""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Ints
from maquette.geometry.grouping import first_members, renumbered
from maquette.geometry.topology import Indices
from maquette.progress import Progress

from .charts import couple_keys, edge_lengths, pair_up
from .guards import bad_charts
from .lscm import flatten
from .packing import footprints
from .surface import Surface

Doubles = npt.NDArray[np.float64]

JOIN_ROUNDS: Final = 6
SMALL_AREA_SHARE: Final = 1e-2  # charts below it look for a partner


def join_small(
    surface: Surface,
    charts: Ints,  # [F]
    corners: Doubles,  # [F, 3, 2]
    padding: float,  # between charts, in units of the corners
    progress: Progress,
) -> tuple[Ints, Doubles]:
    """Joins small charts to neighbours where the joint chart is not bad and takes less space than the two.

    Returns the new charts and corners.
    """
    areas = surface.areas
    lengths = edge_lengths(surface.points, surface.faces, surface.pairs[:, 0])
    refused: Indices = np.zeros(0, np.int64)  # couples that are no good
    for _ in range(JOIN_ROUNDS):
        progress.check()
        willing = np.bincount(charts, areas) < SMALL_AREA_SHARE * areas.sum()
        joint = pair_up(charts, areas, surface.links, lengths, willing, refused)
        grown = np.zeros(int(joint.max()) + 1, bool)
        grown[joint[joint != charts]] = True
        changed = np.flatnonzero(grown[joint])
        if len(changed) == 0:
            break
        part = surface.part(changed)
        number, pieces = renumbered(joint[changed]), renumbered(charts[changed])
        trial = flatten(part.points, part.faces, number, part.pairs, progress)
        joint_space = footprints(trial, number, padding)
        apart_space = np.bincount(_chart_of(pieces, number), footprints(corners[changed], pieces, padding))
        bad = (joint_space > apart_space) | bad_charts(part, trial, number)
        apart = bad[number]
        couples = _couples(pieces[apart], number[apart], changed[apart], len(areas))
        refused = np.concatenate([refused, couples])
        corners[changed[~apart]] = trial[~apart]
        joint[changed[apart]] = charts[changed[apart]] + len(areas)
        charts = renumbered(joint)
    return charts, corners


def _chart_of(pieces: Ints, charts: Ints) -> Ints:
    """[P] the chart that each piece lies in."""
    owner = np.empty(int(pieces.max()) + 1, np.int32)
    owner[pieces] = charts
    return owner


def _couples(pieces: Ints, charts: Ints, faces: Indices, span: int) -> Indices:
    """The keys of the two pieces that each chart was joined of, by their first faces."""
    if len(pieces) == 0:
        return np.zeros(0, np.int64)
    pieces = renumbered(pieces)
    first = faces[first_members(pieces)]
    owner = _chart_of(pieces, renumbered(charts))
    order = np.argsort(owner, kind="stable")
    return couple_keys(first[order[::2]], first[order[1::2]], span)
