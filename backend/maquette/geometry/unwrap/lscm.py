"""Flattens charts by least squares conformal maps (Levy, Petitjean, Ray, Maillot 2002).

With complex coordinates the method is a linear least squares problem per chart; a few charts at a time are
the blocks of a sparse matrix, which is factorised once.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.grouping import group_sums, renumbered, unit
from maquette.geometry.topology import Indices, link_corners
from maquette.progress import Progress

from .factors import factorised

Doubles = npt.NDArray[np.float64]

MIN_ASPECT = 1e-4  # height over length that a thin triangle is taken for at least
BATCH_FACES = 16_000  # flattened at a time, or one chart
FLAT_COSINE = 0.9995  # of the angle, 2 degrees, between a flat chart's faces and their mean
FLOOR = 1e-11  # added to the diagonal, whose entries are about 1, so that no system is singular


def flatten(
    vertices: Floats | Doubles,
    faces: Ints,
    charts: Ints,  # [F]
    pairs: Indices,  # [P, 2] half-edges that share an edge
    progress: Progress,
) -> Doubles:
    """[F, 3, 2] positions of the corners in the plane, in metres, each chart scaled to its true area.

    No chart is mirrored as a whole; single faces may fold over where a chart is far from developable. Flat
    charts are laid down as they are.
    """
    points = vertices.astype(np.float64, copy=False)
    corners, flat = lay_down(points[faces], charts)
    for chosen, inner in _batches(charts, pairs, ~flat):
        progress.step(0)  # at work still
        corners[chosen] = _flatten_bent(points, faces[chosen], renumbered(charts[chosen]), inner)
    return corners


def lay_down(corners: Doubles, charts: Ints) -> tuple[Doubles, npt.NDArray[np.bool_]]:
    """[F, 3, 2] the corners [F, 3, 3] seen against their chart's mean normal; which charts [C] are flat."""
    count = int(charts.max()) + 1
    (ux, uy, uz), (vx, vy, vz) = (corners[:, 1] - corners[:, 0]).T, (corners[:, 2] - corners[:, 0]).T
    across = np.stack([uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx], axis=1)
    mean = unit(group_sums(charts, across, count))
    length = np.sqrt(np.einsum("fi,fi->f", across, across))
    facing = np.einsum("fi,fi->f", across, mean[charts])
    bent = np.bincount(charts[facing < FLAT_COSINE * length], minlength=count) > 0
    bent |= np.bincount(charts[length <= 0], minlength=count) > 0
    return project(corners, mean[charts]), ~bent


def _flatten_bent(points: Doubles, faces: Ints, charts: Ints, pairs: Indices) -> Doubles:
    nodes = chart_nodes(faces, charts, pairs).reshape(-1)
    local = flat_triangles(points[faces])  # [F, 3] complex
    position = _solve(local, nodes.reshape(-1, 3), *_pins(points, faces, charts, nodes))
    corners = position[nodes].reshape(-1, 3)
    flat = np.stack([corners.real, corners.imag], axis=2)
    wanted = np.bincount(charts, np.abs(local[:, 1].real * local[:, 2].imag) / 2)
    present = np.bincount(charts, np.abs(signed_areas(flat)))
    scale = np.sqrt(wanted / np.maximum(present, 1e-300))
    scaled: Doubles = flat * scale[charts][:, None, None]
    return scaled


def _batches(
    charts: Ints, pairs: Indices, wanted: npt.NDArray[np.bool_]
) -> Iterator[tuple[Indices, Indices]]:
    """The faces of some of the `wanted` charts [C] at a time, and the half-edge pairs within these charts.

    The pairs count the faces in the order in which they come. One factorisation of all charts would take
    twice as long as many of a few each.
    """
    members = np.where(wanted, np.bincount(charts), 0)
    batch = (np.cumsum(members) - members) // BATCH_FACES  # [C], ascending
    chosen = np.flatnonzero(wanted[charts])
    chosen = chosen[np.argsort(charts[chosen], kind="stable")]
    stops = np.flatnonzero(np.diff(batch[charts[chosen]])) + 1
    place = np.empty(len(charts), np.int64)
    owner = charts[pairs // 3]
    inner = pairs[(owner[:, 0] == owner[:, 1]) & wanted[owner[:, 0]]]
    inner = inner[np.argsort(batch[charts[inner[:, 0] // 3]], kind="stable")]
    inner_stops = np.searchsorted(batch[charts[inner[:, 0] // 3]], batch[charts[chosen[stops]]])
    for faces, links in zip(np.split(chosen, stops), np.split(inner, inner_stops), strict=True):
        if len(faces):
            place[faces] = np.arange(len(faces))
            yield faces, place[links // 3] * 3 + links % 3


def chart_nodes(faces: Ints, charts: Ints, pairs: Indices) -> Indices:
    """[F, 3] the corners that share a place in the plane: same vertex, linked by edges within the chart."""
    glued = charts[pairs[:, 0] // 3] == charts[pairs[:, 1] // 3]
    return link_corners(faces, pairs[glued]).astype(np.int64).reshape(-1, 3)


def project(corners: Doubles, normals: Doubles) -> Doubles:
    """[F, 3, 2] corners [F, 3, 3] of each face seen against its `normals` [F, 3]."""
    helper = np.where(np.abs(normals[:, 2:]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    right = np.cross(helper, normals)
    right /= np.maximum(np.linalg.norm(right, axis=1), 1e-300)[:, None]
    up = np.cross(normals, right)
    return np.stack([np.einsum("fci,fi->fc", corners, axis) for axis in (right, up)], axis=2)


def signed_areas(corners: Doubles) -> Doubles:  # [F, 3, 2] -> [F]
    """Positive for counter-clockwise triangles."""
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    areas: Doubles = (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2
    return areas


def flat_triangles(corners: Doubles) -> npt.NDArray[np.complex128]:
    """[F, 3] each triangle laid into the plane, its first edge along the real axis."""
    edge, side = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    length = np.maximum(np.linalg.norm(edge, axis=1), 1e-150)
    along = np.einsum("fi,fi->f", side, edge) / length
    height = np.linalg.norm(np.cross(edge, side), axis=1) / length
    height = np.maximum(height, MIN_ASPECT * np.maximum(length, np.abs(along)))
    return np.stack([np.zeros(len(length)), length, along + 1j * height], axis=1)


def _pins(points: Doubles, faces: Ints, charts: Ints, nodes: Indices) -> tuple[Indices, Indices, Doubles]:
    """Two far nodes of each chart, first [C] and second [C], and their distance [C].

    The second is the node farthest from some node, and the first the farthest from the second.
    """
    corner = np.empty(int(nodes.max()) + 1, np.int64)
    corner[nodes] = np.arange(len(nodes))  # one corner of each node
    place, owner = points[faces.reshape(-1)[corner]], charts[corner // 3]
    order = np.argsort(owner, kind="stable")
    place, owner = place[order], owner[order]
    starts = np.flatnonzero(np.r_[True, np.diff(owner) != 0])
    ends = [starts]
    for _ in range(3):
        away = place - place[ends[-1]][owner]
        ends.append(_last_maximum(np.einsum("ni,ni->n", away, away), starts))
    distance = np.linalg.norm(place[ends[-1]] - place[ends[-2]], axis=1)
    return order[ends[-1]], order[ends[-2]], distance


def _last_maximum(values: Doubles, starts: Indices) -> Indices:
    """Where the maximum of each run of `values` is."""
    runs = np.diff(np.append(starts, len(values)))
    peak = np.repeat(np.maximum.reduceat(values, starts), runs)
    where = np.where(values >= peak, np.arange(len(values)), -1)
    return np.maximum.reduceat(where, starts)


def _solve(
    local: npt.NDArray[np.complex128],  # [F, 3]
    nodes: Indices,  # [F, 3]
    first: Indices,
    second: Indices,
    distance: Doubles,
) -> npt.NDArray[np.complex128]:
    """[N] the positions of the nodes that minimise the deviation from a conformal map."""
    count = int(nodes.max()) + 1
    opposite = np.roll(local, -2, axis=1) - np.roll(local, -1, axis=1)  # [F, 3] edge facing each corner
    double_area = (local[:, 1].real * local[:, 2].imag)[:, None]
    weights = opposite / np.sqrt(double_area)
    rows = np.repeat(np.arange(len(nodes)), 3)
    system = coo_array((weights.reshape(-1), (rows, nodes.reshape(-1))), shape=(len(nodes), count)).tocsc()
    position = np.zeros(count, np.complex128)
    position[second] = distance
    is_free = np.ones(count, bool)
    is_free[first] = is_free[second] = False
    free = np.flatnonzero(is_free)
    if len(free):
        right = -(system @ position)
        matrix = system[:, free]
        adjoint = matrix.conj().T.tocsr()
        normal = (adjoint @ matrix).tocsc()
        normal.setdiag(normal.diagonal() + FLOOR)
        position[free] = factorised(normal)(np.asarray(adjoint @ right))
    return position
