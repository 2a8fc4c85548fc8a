"""The texels of a texture as a graph on the surface: neighbours in a chart, and across the seams."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.geometry.fragments import expand
from maquette.geometry.topology import connected_labels, mesh_edges
from maquette.render.cameras import uv_to_pixels
from maquette.texture.uv_raster import texel_steps

from .texel_points import weld_places

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

SAME_UV = 1e-6  # corners that differ by less lie in one chart
INWARD = (0.5, 1.0, 1.5)  # texels from a seam at which a covered texel is looked for
STRETCH = 8.0  # ratio of a texel's sides beyond which its weights grow no further


@dataclass(frozen=True)
class TexelGraph:
    """Undirected links between texels, by their number among those on the mesh."""

    ends: Indices  # [L, 2]
    weight: Floats  # [L] conductance: width of the contact over length of the way


def texel_graph(
    mesh: Mesh,
    size: int,
    texels: Indices,  # [T] flat indices, ascending
    faces: npt.NDArray[np.int32],  # [T]
) -> TexelGraph:
    """Links each texel with its neighbours in its own chart, and those at a seam with the other side.

    Charts may touch in the texture without being linked there. The mesh must have UVs.
    """
    number = np.full(size * size, -1, np.int64)
    number[texels] = np.arange(len(texels))
    charts, seams = charts_and_seams(mesh)
    chart = charts[faces]
    right, up = (np.linalg.norm(step, axis=1) for step in texel_steps(mesh, size))
    ratio = np.clip(up / np.maximum(right, 1e-12), 1 / STRETCH, STRETCH)[faces]  # [T]
    inner = []
    for step, conductance in ((1, ratio), (size, 1 / ratio)):
        here = np.arange(len(texels))
        if step == 1:
            here = here[texels % size < size - 1]
        else:
            here = here[texels < size * (size - 1)]
        there = number[texels[here] + step]
        linked = there >= 0
        here, there = here[linked], there[linked]
        same = chart[here] == chart[there]
        here, there = here[same], there[same]
        inner.append((here, there, (conductance[here] + conductance[there]) / 2))
    sides = _across_seams(mesh, size, seams, number, chart, charts)
    first, second, weight = (np.concatenate(column) for column in zip(*inner, sides, strict=True))
    return TexelGraph(np.stack([first, second], axis=1), weight.astype(np.float32))


def charts_and_seams(mesh: Mesh) -> tuple[npt.NDArray[np.int32], Indices]:
    """The chart of each face [F], and the pairs of half-edges [P, 2] at which two charts, or two ends of
    one, meet on the surface.
    """
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    faces = weld_places(mesh)
    pairs = mesh_edges(faces).pairs()
    flat = mesh.uvs.reshape(-1, 2)
    start, end = _oriented(faces, pairs)
    one_start, one_end = flat[pairs[:, 0]], flat[_next(pairs[:, 0])]
    gap = np.maximum(np.abs(one_start - flat[start]), np.abs(one_end - flat[end])).max(axis=1)
    joined = gap < SAME_UV
    return connected_labels(len(faces), pairs[joined] // 3), pairs[~joined]


def _across_seams(
    mesh: Mesh,
    size: int,
    seams: Indices,
    number: Indices,
    chart: npt.NDArray[np.int32],  # [T]
    charts: npt.NDArray[np.int32],  # [F]
) -> tuple[Indices, Indices, Doubles]:
    """Pairs of texels on the two sides of seams, about one for each texel of their length."""
    assert mesh.uvs is not None
    corners = uv_to_pixels(mesh.uvs, size).reshape(-1, 2)  # [3F, 2]
    start, end = _oriented(weld_places(mesh), seams)
    sides = [(seams[:, 0], seams[:, 0], _next(seams[:, 0])), (seams[:, 1], start, end)]
    lengths = [np.linalg.norm(corners[last] - corners[first], axis=1) for _, first, last in sides]
    counts = np.ceil(np.maximum(*lengths)).astype(np.int64)
    seam, place = expand(np.zeros(len(seams), np.int64), counts)
    share = ((place + 0.5) / counts[seam])[:, None]
    found = []
    for half, first, last in sides:
        points = corners[first[seam]] * (1 - share) + corners[last[seam]] * share
        inward = _inward(corners, half)[seam]
        wanted = charts[half[seam] // 3]
        found.append(_texels_near(points, inward, wanted, size, number, chart))
    both = (found[0] >= 0) & (found[1] >= 0) & (found[0] != found[1])
    one, other = found[0][both], found[1][both]
    pairs = np.unique(np.stack([one, other], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1], np.ones(len(pairs))


def _texels_near(
    points: Doubles,  # [N, 2] texels
    inward: Doubles,  # [N, 2] unit
    wanted: npt.NDArray[np.int32],  # [N] chart
    size: int,
    number: Indices,
    chart: npt.NDArray[np.int32],
) -> Indices:
    """[N] the number of the first texel of the wanted chart inward of each point, -1 for none."""
    found = np.full(len(points), -1, np.int64)
    for distance in INWARD:
        column, row = np.floor(points + inward * distance).astype(np.int64).T
        inside = (column >= 0) & (column < size) & (row >= 0) & (row < size) & (found < 0)
        texel = np.full(len(points), -1, np.int64)
        texel[inside] = number[row[inside] * size + column[inside]]
        hit = texel >= 0
        hit[hit] = chart[texel[hit]] == wanted[hit]
        found[hit] = texel[hit]
    return found


def _inward(corners: Doubles, half: Indices) -> Doubles:
    """[N, 2] unit vectors from half-edges into their faces, in the texture."""
    along = corners[_next(half)] - corners[half]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    to_corner = corners[_next(_next(half))] - corners[half]
    across *= np.where((across * to_corner).sum(axis=1) < 0, -1, 1)[:, None]
    return np.asarray(across / np.maximum(np.linalg.norm(across, axis=1), 1e-12)[:, None])


def _oriented(faces: npt.NDArray[np.int32], pairs: Indices) -> tuple[Indices, Indices]:
    """The corners of the second half-edges that lie at the start and at the end of the first."""
    flat = faces.reshape(-1)
    opposite = flat[pairs[:, 0]] != flat[pairs[:, 1]]
    own, other = pairs[:, 1], _next(pairs[:, 1])
    return np.where(opposite, other, own), np.where(opposite, own, other)


def _next(half: Indices) -> Indices:
    return np.asarray(half - half % 3 + (half + 1) % 3)
