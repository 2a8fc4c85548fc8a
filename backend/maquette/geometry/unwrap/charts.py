"""Cuts a mesh into charts that flatten well.

Faces are labelled by the axis direction nearest to their smoothed normal; connected faces of one label that
no crease separates form a chart. Pieces that are nearly flat as they are, such as cards and cloth, stay
whole. Small charts join a neighbour, long ones are cut across.
"""

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Ints
from maquette.geometry.grouping import first_members, group_sums, unit
from maquette.geometry.topology import Indices, connected_labels

from .flat_pieces import flat_pieces
from .smoothing import CREASE_COSINE, axis_labels
from .surface import Surface

Doubles = npt.NDArray[np.float64]

WHOLE = 6  # the label of faces whose piece is one chart
SMALL_AREA_SHARE = 2e-3
SMALL_FACES = 6
MERGE_ROUNDS = 12
SPECK_SHARE = 1e-4  # of the area: a few faces below it are noise, which follows what surrounds it
MERGE_COSINE = 0.2  # of the angle between the mean normals of charts that may merge
# Charts longer than this share of the side of a square with the mesh's area are cut across.
LONGEST_CHART = 1.1


def segment(surface: Surface) -> Ints:
    """[F] int32: the chart of each face, numbered from 0; the faces of a chart are connected across edges."""
    areas, links = surface.areas, surface.links
    lengths = edge_lengths(surface.points, surface.faces, surface.pairs[:, 0])
    smooth = np.einsum("pi,pi->p", surface.smooth[links[:, 0]], surface.smooth[links[:, 1]]) > CREASE_COSINE
    labels = axis_labels(surface.smooth)
    whole = flat_pieces(surface, lengths)
    labels[whole] = WHOLE
    same = (smooth | whole[links[:, 0]]) & (labels[links[:, 0]] == labels[links[:, 1]])
    charts = connected_labels(len(areas), links[same])
    charts = _merge_small(charts, surface.normals, areas, links, lengths)
    return split_long(
        surface.points, surface.faces, charts, links, LONGEST_CHART * float(np.sqrt(areas.sum()))
    )


def pair_up(
    charts: Ints,
    areas: Doubles,  # [F]
    links: Indices,  # [P, 2] neighbouring faces
    lengths: Doubles,  # [P] of the edge between them
    willing: npt.NDArray[np.bool_],  # [C] charts that may be joined
    refused: Indices,  # [R] couples that may not: first face of the one * F + first face of the other
) -> Ints:
    """The charts joined two by two, those with the longest common border first."""
    count = int(charts.max()) + 1
    first = first_members(charts)
    one, other = np.sort(charts[links], axis=1).astype(np.int64).T
    border = (one != other) & willing[one] & willing[other]
    key, inverse = np.unique((one * count + other)[border], return_inverse=True)
    shared = np.bincount(inverse, lengths[border])
    one, other = np.divmod(key, count)
    allowed = ~np.isin(couple_keys(first[one], first[other], len(charts)), refused)
    one, other, shared = one[allowed], other[allowed], shared[allowed]
    # Long against the smaller chart's size: a strip prefers its long side.
    chart_areas = np.bincount(charts, areas, count)
    fit = shared / np.sqrt(np.maximum(np.minimum(chart_areas[one], chart_areas[other]), 1e-30))
    partner = np.arange(count)
    for i in np.argsort(-fit, kind="stable"):
        a, b = one[i], other[i]
        if partner[a] == a and partner[b] == b:
            partner[a], partner[b] = b, a
    return np.minimum(partner, np.arange(count))[charts].astype(np.int32)


def couple_keys(one: Indices, other: Indices, span: int) -> Indices:
    """[N] one number for each couple of things below `span`, whichever comes first."""
    keys: Indices = np.minimum(one, other) * span + np.maximum(one, other)
    return keys


def edge_lengths(points: Doubles, faces: Ints, halves: Indices) -> Doubles:
    """[N] the lengths in metres of half-edges [N]."""
    tail = faces.reshape(-1)[halves]
    head = np.roll(faces, -1, axis=1).reshape(-1)[halves]
    lengths: Doubles = np.linalg.norm(points[head] - points[tail], axis=1)
    return lengths


def split_long(points: Doubles, faces: Ints, charts: Ints, links: Indices, longest: float) -> Ints:
    """Cuts charts across their main direction into pieces of at most `longest` metres."""
    along, length = _main_extent(middles(points, faces), charts)
    pieces = np.maximum(1, np.ceil(length / longest)).astype(np.int64)
    slab = np.minimum((along * pieces[charts]).astype(np.int64), pieces[charts] - 1)
    return reconnected(charts.astype(np.int64) * (int(pieces.max()) + 1) + slab, links)


def halve(points: Doubles, faces: Ints, charts: Ints, links: Indices) -> Ints:
    """Cuts all charts in the middle of their main direction."""
    along, _ = _main_extent(middles(points, faces), charts)
    return reconnected(charts.astype(np.int64) * 2 + (along > 0.5), links)


def middles(points: Doubles, faces: Ints) -> Doubles:
    """[F, 3] of the faces."""
    sums: Doubles = points[faces[:, 0]] + points[faces[:, 1]] + points[faces[:, 2]]
    return sums / 3


def reconnected(labels: Ints | Indices, links: Indices) -> Ints:
    """Numbers the connected sets of faces with equal labels."""
    return connected_labels(len(labels), links[labels[links[:, 0]] == labels[links[:, 1]]])


def _merge_small(
    charts: Ints,
    normals: Doubles,
    areas: Doubles,
    links: Indices,
    lengths: Doubles,
) -> Ints:
    """Joins small charts to the neighbour that they share the longest, least bent border with."""
    for _ in range(MERGE_ROUNDS):
        count = int(charts.max()) + 1
        chart_areas = np.bincount(charts, areas, count)
        small = chart_areas < SMALL_AREA_SHARE * areas.sum()
        faces_of = np.bincount(charts, minlength=count)
        small |= faces_of < SMALL_FACES
        mean = unit(group_sums(charts, normals * areas[:, None], count))
        one, other = charts[links].T
        border = np.flatnonzero(one != other)
        source = np.concatenate([one[border], other[border]]).astype(np.int64)
        target = np.concatenate([other[border], one[border]]).astype(np.int64)
        key, inverse = np.unique(source * count + target, return_inverse=True)
        shared = np.bincount(inverse, np.tile(lengths[border], 2))
        source, target = np.divmod(key, count)
        agreement = np.einsum("bi,bi->b", mean[source], mean[target])
        # A chart joins a larger one only, so that the joins of one round form trees.
        speck = (faces_of < SMALL_FACES) & (chart_areas < SPECK_SHARE * areas.sum())
        fits = (agreement > MERGE_COSINE) | speck[source]
        larger = (chart_areas[target] > chart_areas[source]) & small[source] & fits
        if not larger.any():
            break
        score = shared[larger] * (agreement[larger] + 1)
        best = np.lexsort((-score, source[larger]))
        joined, first = np.unique(source[larger][best], return_index=True)
        charts = connected_labels(count, np.stack([joined, target[larger][best][first]], axis=1))[charts]
    return charts


def _main_extent(points: Doubles, charts: Ints) -> tuple[Doubles, Doubles]:
    """How far along its chart's main direction each point lies, 0 to 1 [N], and the length of each chart
    [C].
    """
    count = int(charts.max()) + 1
    members = np.bincount(charts, minlength=count)
    mean = group_sums(charts, points, count) / members[:, None]
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
