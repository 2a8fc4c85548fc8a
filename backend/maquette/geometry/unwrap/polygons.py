"""Keeps the triangles of a polygon together in the map: an artist's polygon cannot have a seam in it."""

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Ints
from maquette.geometry.topology import Indices

from .charts import reconnected
from .surface import Surface

Doubles = npt.NDArray[np.float64]


def polygons_of_surface(polygons: Ints, surface: Surface) -> Indices:
    """[K] the polygon of each face of the surface, from those [F] of the mesh's faces."""
    placed = np.flatnonzero(surface.owner >= 0)
    found = np.full(len(surface.faces), -1)
    found[surface.owner[placed]] = polygons[placed]
    return found


def voted(charts: Ints, polygons: Indices, surface: Surface) -> Ints:
    """[K] the charts with each polygon whole in the one that has most of its area."""
    keys, which = np.unique(np.stack([polygons, charts], axis=1), axis=0, return_inverse=True)
    areas = np.bincount(which.reshape(-1), weights=surface.areas, minlength=len(keys))
    order = np.lexsort((areas, keys[:, 0]))
    last = np.flatnonzero(np.diff(keys[order, 0], append=keys[order[-1], 0] + 1))
    winners = keys[order[last]]  # [polygons] polygon, chart
    chosen = winners[np.searchsorted(winners[:, 0], polygons), 1]
    return reconnected(chosen.astype(np.int32), surface.links)


def gathered(
    charts: Ints,  # [K]
    corners: Doubles,  # [K, 3, 2] in the plane
    polygons: Indices,  # [K]
    surface: Surface,
) -> tuple[Ints, Doubles]:
    """Charts and corners where the polygons that are still torn are whole.

    The largest triangle of such a polygon stays, and the others are unfolded beside it, across the edges that
    they share.
    """
    charts, corners = charts.copy(), corners.copy()
    faces = np.flatnonzero(np.isin(polygons, polygons[_torn(charts, polygons, surface)]))
    order = faces[np.argsort(polygons[faces], kind="stable")]
    for group in np.split(order, np.flatnonzero(np.diff(polygons[order])) + 1):
        if len(group):
            _unfold(group, charts, corners, surface)
    return charts, corners


def _torn(charts: Ints, polygons: Indices, surface: Surface) -> Indices:
    """Faces at the edges within polygons where two charts meet."""
    one, other = surface.links[:, 0], surface.links[:, 1]
    split = (polygons[one] == polygons[other]) & (charts[one] != charts[other])
    return np.asarray(np.unique(one[split]))


def _unfold(group: Indices, charts: Ints, corners: Doubles, surface: Surface) -> None:
    """Lays the triangles of one polygon around its largest."""
    first = int(group[surface.areas[group].argmax()])
    placed, waiting = [first], [int(face) for face in group if face != first]
    while waiting:
        step = next(
            ((face, base) for face in waiting for base in placed if _shared(surface.faces, face, base)), None
        )
        if step is None:  # its triangles only touch in a point, where they cannot be torn
            return
        face, base = step
        corners[face] = _beside(face, base, corners, surface)
        charts[face] = charts[base]
        waiting.remove(face)
        placed.append(face)


def _shared(faces: Ints, face: int, base: int) -> bool:
    return len(np.intersect1d(faces[face], faces[base])) == 2


def _beside(face: int, base: int, corners: Doubles, surface: Surface) -> Doubles:  # [3, 2]
    """A triangle in its true shape at the edge that it shares with one in the plane."""
    own, other = surface.faces[face], surface.faces[base]
    tip = int(np.flatnonzero(~np.isin(own, other))[0])
    a, b = (tip + 1) % 3, (tip + 2) % 3
    start, end = (corners[base, int(np.flatnonzero(other == own[at])[0])] for at in (a, b))
    edge = surface.points[own[b]] - surface.points[own[a]]
    side = surface.points[own[tip]] - surface.points[own[a]]
    length = max(float(edge @ edge), 1e-30)
    along, up = float(side @ edge) / length, float(np.linalg.norm(np.cross(edge, side))) / length
    flat = end - start
    laid = np.empty((3, 2))
    laid[a], laid[b] = start, end
    laid[tip] = start + along * flat + up * np.array([-flat[1], flat[0]])
    return laid
