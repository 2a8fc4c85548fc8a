"""Makes flattened charts usable: joins the small ones and cuts the bad ones.

Small charts waste texels on padding, so that they are joined two by two wherever the joint chart flattens
well. Charts that are folded, overlap themselves or are badly stretched are cut in two and flattened again;
what is left after a few rounds is cut into nearly flat pieces and projected.
"""

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.progress import Progress

from .arap import relax
from .charts import edge_lengths, halve, mean_normals, pair_up, reconnected
from .clean import face_areas
from .fragments import rasterize
from .lscm import flatten, project, signed_areas
from .normals import face_normals
from .packing import footprints
from .topology import Indices

JOIN_ROUNDS = 4
SMALL_AREA_SHARE = 1e-2  # charts below it look for a partner
SPLIT_ROUNDS = 8
STRETCH_RANGE = (0.7, 1.4)  # of the texel density of nearly all of a chart, against its mean
LOOSE_RATIO, LOOSE_SHARE = 1.0, 0.02  # empty space around a chart: of its own area, and of the whole area
TOLERATED_STRETCH = 1e-3  # share of the whole area that one chart may stretch when it comes to mending
MAX_OVERLAP = 1e-3  # share of a chart's texels that two faces cover
PROBE_SIZE = 512  # grid on which overlaps are looked for

Doubles = npt.NDArray[np.float64]


def join_small(
    vertices: Floats,  # [V, 3]
    faces: Ints,  # [F, 3]
    charts: Ints,  # [F]
    corners: Doubles,  # [F, 3, 2] metres
    pairs: Indices,  # [P, 2]
    padding: float,  # metres between charts
    progress: Progress,
) -> tuple[Ints, Doubles]:
    """Joins small charts to neighbours where the joint chart is not bad and takes less space than the two.

    Returns the new charts and corners.
    """
    areas = face_areas(vertices, faces)
    lengths = edge_lengths(vertices, faces, pairs[:, 0])
    alone = np.zeros(len(faces), bool)  # faces of charts that found no good partner
    for _ in range(JOIN_ROUNDS):
        progress.check()
        willing = np.bincount(charts, areas) < SMALL_AREA_SHARE * areas.sum()
        willing[charts[alone]] = False
        joint = pair_up(charts, areas, pairs // 3, lengths, willing)
        changed = np.flatnonzero(np.isin(joint, joint[joint != charts]))
        if len(changed) == 0:
            break
        trial = _reflattened(vertices, faces, joint, corners, pairs, changed)
        number = np.unique(joint[changed], return_inverse=True)[1].astype(np.int32)
        pieces = np.unique(charts[changed], return_inverse=True)[1].astype(np.int32)
        joint_space = footprints(trial[changed], number, padding)
        apart_space = np.bincount(_chart_of(pieces, number), footprints(corners[changed], pieces, padding))
        bad = joint_space > apart_space
        bad[_bad_charts(vertices, faces[changed], trial[changed], number)] = True
        refused = np.zeros(len(faces), bool)
        refused[changed[bad[number]]] = True
        alone |= refused
        corners = np.where(refused[:, None, None], corners, trial)
        charts = np.unique(np.where(refused, charts, joint), return_inverse=True)[1].astype(np.int32)
    return charts, corners


def _chart_of(pieces: Ints, charts: Ints) -> Ints:
    """[P] the chart that each piece lies in."""
    owner = np.empty(int(pieces.max()) + 1, np.int32)
    owner[pieces] = charts
    return owner


def mend(
    vertices: Floats, faces: Ints, charts: Ints, corners: Doubles, pairs: Indices, progress: Progress
) -> tuple[Ints, Doubles]:
    """Relaxes and cuts charts until none is bad: (charts [F], corners [F, 3, 2])."""
    area = float(face_areas(vertices, faces).sum())
    suspect = np.arange(len(faces))  # faces of charts that changed since they were last found good
    corners = corners.copy()
    for _ in range(SPLIT_ROUNDS):
        progress.check()
        part, number, inner = faces[suspect], *_part(charts, pairs, suspect)
        corners[suspect] = _relaxed(vertices, part, number, corners[suspect], inner, area)
        bad = np.union1d(
            _bad_charts(vertices, part, corners[suspect], number, TOLERATED_STRETCH * area),
            _loose_charts(corners[suspect], number, LOOSE_SHARE * area),
        )
        suspect = suspect[np.isin(number, bad)]
        if len(suspect) == 0:
            return charts, corners
        charts = halve(vertices, faces, charts, pairs // 3, np.unique(charts[suspect]))
        corners = _reflattened(vertices, faces, charts, corners, pairs, suspect)
    return _project_bad(vertices, faces, charts, corners, pairs)


def _relaxed(
    vertices: Floats, faces: Ints, charts: Ints, corners: Doubles, pairs: Indices, whole_area: float
) -> Doubles:
    """The corners with the bad charts relaxed, where that does not fold or overlap them."""
    bad = _bad_charts(vertices, faces, corners, charts, TOLERATED_STRETCH * whole_area)
    chosen = np.flatnonzero(np.isin(charts, bad))
    if len(chosen) == 0:
        return corners
    number, inner = _part(charts, pairs, chosen)
    trial = relax(vertices, faces[chosen], number, inner, corners[chosen])
    worse = np.isin(number, _bad_charts(vertices, faces[chosen], trial, number, np.inf))
    corners = corners.copy()
    corners[chosen] = np.where(worse[:, None, None], corners[chosen], trial)
    return corners


def _bad_charts(
    vertices: Floats, faces: Ints, corners: Doubles, charts: Ints, tolerated: float = 0.0
) -> Ints:
    """The charts [B] with folded faces, overlaps, or stretch on more than `tolerated_share` of the whole
    area.
    """
    count = int(charts.max()) + 1
    flat, true = signed_areas(corners), face_areas(vertices, faces)
    folded = np.bincount(charts[flat <= 0], minlength=count) > 0
    density = np.sqrt(np.maximum(flat, 0) / np.maximum(true, 1e-30))
    outside = (density < STRETCH_RANGE[0]) | (density > STRETCH_RANGE[1])
    limit = np.maximum(0.05 * np.bincount(charts, true, count), tolerated)
    stretched = np.bincount(charts, true * outside, count) > limit
    bad = (folded | stretched | _overlapping(corners, charts)) & (np.bincount(charts, minlength=count) > 1)
    return np.flatnonzero(bad).astype(np.int32)


def _loose_charts(corners: Doubles, charts: Ints, tolerated: float) -> Ints:
    """The charts [B] that leave much of the rectangle around them empty, such as frames and long angles."""
    area = np.bincount(charts, np.abs(signed_areas(corners)))
    allowed = np.maximum(LOOSE_RATIO * area, tolerated)
    low, high = _extents(corners, charts)
    suspects = np.flatnonzero((high - low).prod(axis=1) - area > allowed)
    chosen = np.isin(charts, suspects)
    if not chosen.any():
        return suspects.astype(np.int32)
    number = np.searchsorted(suspects, charts[chosen]).astype(np.int32)
    loose = footprints(corners[chosen], number, 0.0) - area[suspects] > allowed[suspects]
    return suspects[loose].astype(np.int32)


def _extents(corners: Doubles, charts: Ints) -> tuple[Doubles, Doubles]:
    """Lowest and highest corner [C, 2] of each chart."""
    count = int(charts.max()) + 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, charts, corners.min(axis=1))
    np.maximum.at(high, charts, corners.max(axis=1))
    return low, high


def _overlapping(corners: Doubles, charts: Ints) -> npt.NDArray[np.bool_]:
    """[C] whether a chart covers texels twice, each drawn by itself on a grid of its own."""
    count = int(charts.max()) + 1
    low, high = _extents(corners, charts)
    size = high - low
    scale = PROBE_SIZE / np.sqrt(max(float(size.prod(axis=1).sum()), 1e-30))
    rows = np.ceil(size[:, 1] * scale).astype(np.int64) + 1
    top = np.cumsum(rows) - rows  # the charts lie one above the other on a tall canvas
    width = int(np.ceil(size[:, 0].max() * scale)) + 1
    placed = (corners - low[charts][:, None]) * scale
    placed[..., 1] += top[charts][:, None]
    fragments = rasterize(placed, width, int(rows.sum()))
    owner = charts[fragments.face]
    _, first = np.unique(fragments.y * width + fragments.x, return_index=True)
    once, total = np.bincount(owner[first], minlength=count), np.bincount(owner, minlength=count)
    overlapping: npt.NDArray[np.bool_] = total - once > MAX_OVERLAP * total
    return overlapping


def _reflattened(
    vertices: Floats,
    faces: Ints,
    charts: Ints,
    corners: Doubles,
    pairs: Indices,
    chosen: Indices,  # faces of whole charts
) -> Doubles:
    """The corners with some charts flattened anew."""
    number, inner = _part(charts, pairs, chosen)
    corners = corners.copy()
    corners[chosen] = flatten(vertices, faces[chosen], number, inner)
    return corners


def _part(charts: Ints, pairs: Indices, chosen: Indices) -> tuple[Ints, Indices]:
    """Charts and half-edge pairs of the mesh that consists of the chosen faces alone."""
    place = np.full(len(charts), -1)
    place[chosen] = np.arange(len(chosen))
    inner = pairs[(place[pairs // 3] >= 0).all(axis=1)]
    number = np.unique(charts[chosen], return_inverse=True)[1].astype(np.int32)
    return number, place[inner // 3] * 3 + inner % 3


def _project_bad(
    vertices: Floats, faces: Ints, charts: Ints, corners: Doubles, pairs: Indices
) -> tuple[Ints, Doubles]:
    """Cuts the charts that are still bad by the direction of their faces and projects the pieces."""
    bad = np.isin(charts, _bad_charts(vertices, faces, corners, charts, np.inf))
    if not bad.any():
        return charts, corners
    normals = face_normals(vertices, faces).astype(np.float64)
    steps = np.round(normals * 1.5).astype(np.int64) + 2  # 26 directions: at most 40 degrees off
    label = np.where(bad, 1 + steps @ np.array([25, 5, 1]), 0)
    charts = reconnected(charts.astype(np.int64) * 200 + label, pairs // 3)
    mean = mean_normals(charts, normals, face_areas(vertices, faces))
    corners = corners.copy()
    corners[bad] = project(vertices, faces[bad], mean[charts[bad]])
    return charts, corners
