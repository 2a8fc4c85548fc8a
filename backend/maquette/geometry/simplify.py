"""Fewer triangles with the same shape, still closed and manifold.

Quadric edge collapse (Garland and Heckbert 1997, as in fast-simplification) spends next to nothing on flat
regions and keeps creases, but it does not guard the topology: the result is repaired, checked, and where that
fails a less decimated level is taken.
"""

import logging

import fast_simplification
import numpy as np

from maquette.assets.mesh import Floats, Ints
from maquette.progress import Progress

from .clean import check, split_nonmanifold
from .flips import round_out
from .pieces import drop_floaters, drop_pockets
from .slivers import collapse_short_edges, flip_slivers

SIMPLIFY_STEPS = 1  # what `simplify` reports to a stage
# How fast the collapse threshold grows: slow growth takes the cheap edges first, at the same speed.
AGGRESSION = 3
# Budgets to try, as multiples of the one asked for.
RELAXATIONS = (1.0, 1.25, 1.6, 2.5)
# Pieces with a smaller share of the area are crumbs of the extraction, not parts of the object.
CRUMB_AREA_SHARE = 1e-3
# Closed hollows with a smaller share of the volume are gaps between parts, not rooms.
POCKET_VOLUME_SHARE = 0.01

_log = logging.getLogger(__name__)


def simplify(
    vertices: Floats,  # [V, 3] of a solid mesh
    faces: Ints,  # [F, 3]
    target_faces: int,
    progress: Progress,
) -> tuple[Floats, Ints]:
    """A solid mesh (see `clean.Report`) of about `target_faces` triangles.

    More triangles come back where fewer would not stay solid, and the input itself where no level does.
    """
    vertices, faces = drop_pockets(vertices, faces, POCKET_VOLUME_SHARE)
    vertices, faces = drop_floaters(vertices, faces, CRUMB_AREA_SHARE)
    for relaxation in RELAXATIONS:
        progress.check()
        target = int(target_faces * relaxation)
        if target >= len(faces):
            break
        fewer = _collapse(vertices, faces, target)
        if check(*fewer).solid:
            progress.step()
            return fewer
        _log.info("simplification to %d faces is not solid", target)
    progress.step()
    return vertices, faces


def _collapse(vertices: Floats, faces: Ints, target: int) -> tuple[Floats, Ints]:
    # A unit size, since the collapse threshold is absolute.
    low = vertices.min(axis=0)
    size = float((vertices.max(axis=0) - low).max())
    points, triangles = fast_simplification.simplify(
        (vertices - low) / np.float32(size), faces, target_count=target, agg=AGGRESSION
    )
    restored = points.astype(np.float32) * np.float32(size) + low
    restored, repaired = split_nonmanifold(restored, np.ascontiguousarray(triangles, np.int32))
    restored, repaired = collapse_short_edges(restored, repaired)
    return restored, round_out(restored, flip_slivers(restored, repaired))
