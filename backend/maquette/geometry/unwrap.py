"""UVs for a mesh that has none: segmentation into charts, conformal flattening, packing.

Charts that come out folded, overlapping or badly stretched are cut in two and flattened again; what is left
after a few rounds is cut into nearly flat pieces and projected.
"""

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.progress import Progress

from .charts import halve, mean_normals, reconnected, segment
from .clean import face_areas
from .fragments import rasterize
from .lscm import flatten, project, signed_areas
from .normals import face_normals
from .packing import pack
from .topology import Indices, mesh_edges

UNWRAP_STEPS = 3  # what `unwrap` reports to a stage
SPLIT_ROUNDS = 4
STRETCH_RANGE = (0.7, 1.4)  # of the texel density of nearly all of a chart, against its mean
MAX_OVERLAP = 1e-3  # share of a chart's texels that two faces cover
PROBE_SIZE = 512  # grid on which overlaps are looked for

Doubles = npt.NDArray[np.float64]


def unwrap(
    vertices: Floats,  # [V, 3]
    faces: Ints,  # [F, 3] of a manifold mesh
    texture_size: int,
    padding_px: int,
    progress: Progress,
) -> Floats:
    """[F, 3, 2] float32 UVs per corner in [0, 1], (0, 0) bottom left, at one texel density all over.

    No two faces overlap and none is mirrored; charts keep `padding_px` texels apart at `texture_size`.
    """
    pairs = mesh_edges(faces).pairs()
    charts = segment(vertices, faces)
    progress.step()
    corners = flatten(vertices, faces, charts, pairs)
    for _ in range(SPLIT_ROUNDS):
        progress.check()
        bad = _bad_charts(vertices, faces, corners, charts)
        if len(bad) == 0:
            break
        charts, corners = _retry(vertices, faces, charts, corners, pairs, bad)
    else:
        charts, corners = _project_bad(vertices, faces, charts, corners, pairs)
    progress.step()
    uvs = pack(corners, charts, texture_size, padding_px)
    progress.step()
    return uvs


def _bad_charts(vertices: Floats, faces: Ints, corners: Doubles, charts: Ints) -> Ints:
    """The charts [B] with folded faces, overlaps or too much stretch."""
    count = int(charts.max()) + 1
    flat, true = signed_areas(corners), face_areas(vertices, faces)
    folded = np.bincount(charts[flat <= 0], minlength=count) > 0
    density = np.sqrt(np.maximum(flat, 0) / np.maximum(true, 1e-30))
    outside = (density < STRETCH_RANGE[0]) | (density > STRETCH_RANGE[1])
    stretched = np.bincount(charts, true * outside, count) > 0.05 * np.bincount(charts, true, count)
    bad = (folded | stretched | _overlapping(corners, charts)) & (np.bincount(charts, minlength=count) > 1)
    return np.flatnonzero(bad).astype(np.int32)


def _overlapping(corners: Doubles, charts: Ints) -> npt.NDArray[np.bool_]:
    """[C] whether a chart covers texels twice, each drawn by itself on a grid of its own."""
    count = int(charts.max()) + 1
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, charts, corners.min(axis=1))
    np.maximum.at(high, charts, corners.max(axis=1))
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


def _retry(
    vertices: Floats, faces: Ints, charts: Ints, corners: Doubles, pairs: Indices, bad: Ints
) -> tuple[Ints, Doubles]:
    """Cuts the bad charts in two and flattens their pieces; the others stay as they are."""
    again = np.isin(charts, bad)
    charts = halve(vertices, faces, charts, pairs // 3, bad)
    return charts, _reflattened(vertices, faces, charts, corners, pairs, again)


def _reflattened(
    vertices: Floats,
    faces: Ints,
    charts: Ints,
    corners: Doubles,
    pairs: Indices,
    again: npt.NDArray[np.bool_],
) -> Doubles:
    chosen = np.flatnonzero(again)
    number = np.cumsum(again) - 1
    inner = pairs[again[pairs // 3].all(axis=1)]
    local = number[inner // 3] * 3 + inner % 3
    _, local_charts = np.unique(charts[chosen], return_inverse=True)
    corners = corners.copy()
    corners[chosen] = flatten(vertices, faces[chosen], local_charts.astype(np.int32), local)
    return corners


def _project_bad(
    vertices: Floats, faces: Ints, charts: Ints, corners: Doubles, pairs: Indices
) -> tuple[Ints, Doubles]:
    """Cuts the charts that are still bad by the direction of their faces and projects the pieces."""
    bad = np.isin(charts, _bad_charts(vertices, faces, corners, charts))
    normals = face_normals(vertices, faces).astype(np.float64)
    steps = np.round(normals * 1.5).astype(np.int64) + 2  # 26 directions: at most 40 degrees off
    label = np.where(bad, 1 + steps @ np.array([25, 5, 1]), 0)
    charts = reconnected(charts.astype(np.int64) * 200 + label, pairs // 3)
    mean = mean_normals(charts, normals, face_areas(vertices, faces))
    corners = corners.copy()
    corners[bad] = project(vertices, faces[bad], mean[charts[bad]])
    return charts, corners
