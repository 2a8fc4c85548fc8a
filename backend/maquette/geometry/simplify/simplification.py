"""Fewer triangles with the same shape, still manifold.

Quadric edge collapse (Garland and Heckbert 1997, as in fast-simplification) spends next to nothing on flat
regions and keeps creases, but it does not guard the topology: the result is repaired, checked, and where that
fails a less decimated level is taken. A budget is an upper limit: as long as the shape stays within a
tolerance, fewer triangles are tried.
"""

import logging
from typing import Final

import fast_simplification
import numpy as np

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.closest import SurfaceIndex
from maquette.geometry.repair.clean import check, split_nonmanifold
from maquette.geometry.repair.pieces import drop_small
from maquette.geometry.topology import mesh_edges
from maquette.progress import Progress

from .flips import round_out
from .slivers import collapse_short_edges, flip_slivers

SIMPLIFY_STEPS: Final = 1  # what `simplify` and `decimate` report to a stage
# How fast the collapse threshold grows: slow growth takes the cheap edges first.
AGGRESSION: Final = 4
# Budgets to try, as multiples of the one asked for.
RELAXATIONS: Final = (1.0, 1.25, 1.6, 2.5)
# Shares of the budget to aim at where a level came out above it: repairs add a few triangles, and a collapse
# that got stuck goes on when it begins anew.
TIGHTENINGS: Final = (1.0, 0.999, 0.98, 0.9, 0.7)
# Pieces with a smaller share of the area are crumbs of the extraction, not parts of the object.
CRUMB_AREA_SHARE: Final = 1e-3
# Closed hollows with a smaller share of the volume are gaps between parts, not rooms.
POCKET_VOLUME_SHARE: Final = 0.01
# How far the surface may move, as a share of the size of the mesh, for triangles to be saved: a third of a
# pixel where it fills a picture of 1000.
TOLERANCE: Final = 3e-4
OUTLIERS: Final = 0.01  # share of the probes that may lie farther off, such as stairs along raw edges
SAVING: Final = 0.6  # what one more level leaves of the triangles
# Smooth shading runs from vertex to vertex, so that a sharp edge bends it over the faces beside it: these
# must not be as large as the object.
FEWEST: Final = 0.04  # of the budget
PROBES: Final = 4000  # vertices whose distance from the simplified surface is measured

_log = logging.getLogger(__name__)


def simplify(
    vertices: Floats,  # [V, 3] of a solid mesh
    faces: Ints,  # [F, 3]
    most_faces: int,
    progress: Progress,
) -> tuple[Floats, Ints]:
    """A solid mesh (see `clean.Report`) of at most `most_faces` triangles, without crumbs and pockets.

    More triangles come back where fewer would not stay solid, and the input itself where no level does.
    """
    vertices, faces = drop_small(vertices, faces, CRUMB_AREA_SHARE, POCKET_VOLUME_SHARE)
    return _decimated(vertices, faces, most_faces, False, progress)


def decimate(
    vertices: Floats,  # [V, 3] of a manifold mesh, open or closed
    faces: Ints,  # [F, 3]
    most_faces: int,
    progress: Progress,
) -> tuple[Floats, Ints]:
    """A manifold mesh of at most `most_faces` triangles, closed if the given one is.

    More triangles come back where fewer would not stay manifold, and the input itself where no level does.
    """
    is_open = bool((mesh_edges(faces).counts == 1).any())
    return _decimated(vertices, faces, most_faces, is_open, progress)


def _decimated(
    vertices: Floats, faces: Ints, most_faces: int, is_open: bool, progress: Progress
) -> tuple[Floats, Ints]:
    best = vertices, faces
    for relaxation in RELAXATIONS:
        progress.check()
        target = int(most_faces * relaxation)
        if target >= len(faces):
            break
        fewer = _collapse(vertices, faces, target, is_open)
        if _holds(*fewer, is_open):
            best = _within(fewer, most_faces, is_open)
            break
        _log.info("simplification to %d faces is not manifold", target)
    best = _spare(vertices, best, int(FEWEST * most_faces), is_open, progress)
    progress.step()
    return best


def _within(mesh: tuple[Floats, Ints], most_faces: int, is_open: bool) -> tuple[Floats, Ints]:
    """A level that is still above the budget brought within it, or as near to it as it stays manifold."""
    for share in TIGHTENINGS:
        if len(mesh[1]) <= most_faces:
            break
        fewer = _collapse(*mesh, int(share * most_faces), is_open)
        if len(fewer[1]) < len(mesh[1]) and _holds(*fewer, is_open):
            mesh = fewer
    return mesh


def _spare(
    given: Floats, mesh: tuple[Floats, Ints], fewest: int, is_open: bool, progress: Progress
) -> tuple[Floats, Ints]:
    """The last of ever simpler levels of a mesh that stay near enough to the vertices given [V, 3]."""
    probes = given[:: max(1, len(given) // PROBES)]
    farthest = TOLERANCE * float(np.ptp(given, axis=0).max())
    while SAVING * len(mesh[1]) >= fewest and _error(probes, mesh) < farthest:
        progress.check()
        fewer = _collapse(*mesh, int(SAVING * len(mesh[1])), is_open)
        stuck = len(fewer[1]) > 0.95 * len(mesh[1])
        if stuck or not _holds(*fewer, is_open) or _error(probes, fewer) > farthest:
            break
        mesh = fewer
    return mesh


def _error(probes: Floats, mesh: tuple[Floats, Ints]) -> float:
    """How far nearly all of the probes [N, 3] lie off the mesh at most, in metres."""
    return float(np.quantile(SurfaceIndex(*mesh).nearest(probes).distances, 1 - OUTLIERS))


def _holds(vertices: Floats, faces: Ints, is_open: bool) -> bool:
    report = check(vertices, faces)
    return report.sound if is_open else report.solid


def _collapse(vertices: Floats, faces: Ints, target: int, is_open: bool) -> tuple[Floats, Ints]:
    # A unit size, since the collapse threshold is absolute.
    low = vertices.min(axis=0)
    size = float((vertices.max(axis=0) - low).max())
    points, triangles = fast_simplification.simplify(
        (vertices - low) / np.float32(size),
        faces,
        target_count=target,
        agg=AGGRESSION,
        preserve_border=is_open,
    )
    restored = points.astype(np.float32) * np.float32(size) + low
    restored, repaired = split_nonmanifold(restored, np.ascontiguousarray(triangles, np.int32))
    restored, repaired = collapse_short_edges(restored, repaired)
    return restored, round_out(restored, flip_slivers(restored, repaired))
