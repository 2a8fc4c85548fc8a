"""Cuts a mesh into charts that flatten well.

Faces are labelled by the axis direction nearest to their normal, after smoothing the normals within creases
so that noise does not fragment the charts; connected faces of one label that no crease separates form a
chart. Small charts join a neighbour, long ones are cut across.
"""

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints

from .clean import face_areas
from .field import normalized
from .normals import face_normals
from .topology import Indices, connected_labels, mesh_edges

SMOOTHING_ROUNDS = 8
CREASE_COSINE = 0.5  # neighbours that differ by more than 60 degrees stay apart
SMALL_AREA_SHARE = 2e-3
SMALL_FACES = 6
MERGE_ROUNDS = 4
MERGE_COSINE = 0.2  # of the angle between the mean normals of charts that may merge
# Charts longer than this share of the side of a square with the mesh's area are cut across.
LONGEST_CHART = 1.1


def segment(vertices: Floats, faces: Ints) -> Ints:
    """[F] int32: the chart of each face, numbered from 0; the faces of a chart are connected across edges."""
    normals = face_normals(vertices, faces).astype(np.float64)
    areas = face_areas(vertices, faces)
    edges = mesh_edges(faces)
    pairs = edges.pairs()
    links = pairs // 3
    lengths = edge_lengths(vertices, faces, pairs[:, 0])
    cosines = np.einsum("pi,pi->p", normals[links[:, 0]], normals[links[:, 1]])
    smooth = cosines > CREASE_COSINE
    labels = _axis_labels(_smoothed(normals, areas, links[smooth]))
    same = smooth & (labels[links[:, 0]] == labels[links[:, 1]])
    charts = connected_labels(len(faces), links[same])
    charts = _merge_small(charts, normals, areas, links, lengths)
    return split_long(vertices, faces, charts, links, LONGEST_CHART * float(np.sqrt(areas.sum())))


def pair_up(
    charts: Ints,
    areas: npt.NDArray[np.float64],  # [F]
    links: Indices,  # [P, 2] neighbouring faces
    lengths: npt.NDArray[np.float64],  # [P] of the edge between them
    willing: npt.NDArray[np.bool_],  # [C] charts that may be joined
) -> Ints:
    """The charts joined two by two, those with the longest common border first."""
    count = int(charts.max()) + 1
    one, other = np.sort(charts[links], axis=1).astype(np.int64).T
    border = (one != other) & willing[one] & willing[other]
    key, inverse = np.unique((one * count + other)[border], return_inverse=True)
    shared = np.bincount(inverse, lengths[border])
    one, other = np.divmod(key, count)
    # Long against the smaller chart's size: a strip prefers its long side.
    chart_areas = np.bincount(charts, areas, count)
    fit = shared / np.sqrt(np.maximum(np.minimum(chart_areas[one], chart_areas[other]), 1e-30))
    partner = np.arange(count)
    for i in np.argsort(-fit, kind="stable"):
        a, b = one[i], other[i]
        if partner[a] == a and partner[b] == b:
            partner[a], partner[b] = b, a
    return np.minimum(partner, np.arange(count))[charts].astype(np.int32)


def edge_lengths(vertices: Floats, faces: Ints, halves: Indices) -> npt.NDArray[np.float64]:
    """[N] the lengths in metres of half-edges [N]."""
    tail = faces.reshape(-1)[halves]
    head = np.roll(faces, -1, axis=1).reshape(-1)[halves]
    lengths: npt.NDArray[np.float64] = np.linalg.norm(vertices[head] - vertices[tail], axis=1)
    return lengths


def split_long(vertices: Floats, faces: Ints, charts: Ints, links: Indices, longest: float) -> Ints:
    """Cuts charts across their main direction into pieces of at most `longest` metres."""
    along, length = _main_extent(vertices[faces].mean(axis=1, dtype=np.float64), charts)
    pieces = np.maximum(1, np.ceil(length / longest)).astype(np.int64)
    slab = np.minimum((along * pieces[charts]).astype(np.int64), pieces[charts] - 1)
    return reconnected(charts * (int(pieces.max()) + 1) + slab, links)


def halve(vertices: Floats, faces: Ints, charts: Ints, links: Indices, which: Ints) -> Ints:
    """Cuts the charts `which` in the middle of their main direction."""
    along, _ = _main_extent(vertices[faces].mean(axis=1, dtype=np.float64), charts)
    upper = np.isin(charts, which) & (along > 0.5)
    return reconnected(charts * 2 + upper, links)


def reconnected(labels: npt.NDArray[np.integer[npt.NBitBase]], links: Indices) -> Ints:
    """Numbers the connected sets of faces with equal labels."""
    return connected_labels(len(labels), links[labels[links[:, 0]] == labels[links[:, 1]]])


def mean_normals(
    charts: Ints, normals: npt.NDArray[np.float64], areas: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """[C, 3] the unit mean of the face normals of each chart, by area."""
    count = int(charts.max()) + 1
    sums = [np.bincount(charts, normals[:, i] * areas, count) for i in range(3)]
    return normalized(np.stack(sums, axis=1)).astype(np.float64)


def _smoothed(
    normals: npt.NDArray[np.float64], areas: npt.NDArray[np.float64], links: Indices
) -> npt.NDArray[np.float64]:
    """Normals averaged with those of linked faces, by area, several times over."""
    one, other = links.T
    count = len(normals)
    for _ in range(SMOOTHING_ROUNDS):
        weighted = normals * areas[:, None]
        total = weighted.copy()
        for axis in range(3):
            total[:, axis] += np.bincount(one, weighted[other, axis], count)
            total[:, axis] += np.bincount(other, weighted[one, axis], count)
        normals = total / np.maximum(np.linalg.norm(total, axis=1), 1e-30)[:, None]
    return normals


def _axis_labels(normals: npt.NDArray[np.float64]) -> Indices:
    """0 to 5: the nearest of +X, +Y, +Z, -X, -Y, -Z. A slight preference for Z settles 45-degree bevels."""
    reach = normals * np.array([1.0, 1.001, 1.002])
    labels: Indices = np.concatenate([reach, -reach], axis=1).argmax(axis=1)
    return labels


def _merge_small(
    charts: Ints,
    normals: npt.NDArray[np.float64],
    areas: npt.NDArray[np.float64],
    links: Indices,
    lengths: npt.NDArray[np.float64],
) -> Ints:
    """Joins small charts to the neighbour that they share the longest, least bent border with."""
    for _ in range(MERGE_ROUNDS):
        count = int(charts.max()) + 1
        chart_areas = np.bincount(charts, areas, count)
        small = chart_areas < SMALL_AREA_SHARE * areas.sum()
        small |= np.bincount(charts, minlength=count) < SMALL_FACES
        mean = mean_normals(charts, normals, areas)
        one, other = charts[links].T
        border = np.flatnonzero(one != other)
        source = np.concatenate([one[border], other[border]]).astype(np.int64)
        target = np.concatenate([other[border], one[border]]).astype(np.int64)
        key, inverse = np.unique(source * count + target, return_inverse=True)
        shared = np.bincount(inverse, np.tile(lengths[border], 2))
        source, target = np.divmod(key, count)
        agreement = np.einsum("bi,bi->b", mean[source], mean[target])
        # A chart joins a larger one only, so that the joins of one round form trees.
        larger = (chart_areas[target] > chart_areas[source]) & small[source] & (agreement > MERGE_COSINE)
        if not larger.any():
            break
        score = shared[larger] * (agreement[larger] + 1)
        best = np.lexsort((-score, source[larger]))
        joined, first = np.unique(source[larger][best], return_index=True)
        charts = connected_labels(count, np.stack([joined, target[larger][best][first]], axis=1))[charts]
    return charts


def _main_extent(
    points: npt.NDArray[np.float64], charts: Ints
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How far along its chart's main direction each point lies, 0 to 1 [N], and the length of each chart
    [C].
    """
    count = int(charts.max()) + 1
    members = np.bincount(charts, minlength=count)
    mean = np.stack([np.bincount(charts, points[:, i], count) for i in range(3)], axis=1) / members[:, None]
    offset = points - mean[charts]
    moments = np.empty((count, 3, 3))
    for i in range(3):
        for j in range(3):
            moments[:, i, j] = np.bincount(charts, offset[:, i] * offset[:, j], count)
    direction = np.linalg.eigh(moments)[1][:, :, 2]
    position = np.einsum("ni,ni->n", offset, direction[charts])
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, charts, position)
    np.maximum.at(high, charts, position)
    length = np.maximum(high - low, 1e-30)
    return (position - low[charts]) / length[charts], length
