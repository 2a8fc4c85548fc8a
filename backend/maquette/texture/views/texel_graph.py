"""The texels of a texture as a graph on the surface: neighbours in a chart, and across the seams."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.assets.mesh import Ints
from maquette.texture.uv_raster import texel_steps

from .seams import Layout, edge_places, layout

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

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
    faces: Ints,  # [T]
) -> TexelGraph:
    """Links each texel with its neighbours in its own chart, and those at a seam with the other side.

    Charts may touch in the texture without being linked there. The mesh must have UVs.
    """
    number = np.full(size * size, -1, np.int64)
    number[texels] = np.arange(len(texels))
    parts = layout(mesh)
    chart = parts.charts[faces]
    right, up = (np.linalg.norm(step, axis=1) for step in texel_steps(mesh, size))
    ratio = np.clip(up / np.maximum(right, 1e-12), 1 / STRETCH, STRETCH)[faces]  # [T]
    sides = [
        _neighbours(texels, texels % size < size - 1, 1, ratio, number, chart),
        _neighbours(texels, texels < size * (size - 1), size, 1 / ratio, number, chart),
        _across_seams(mesh, size, parts, number, chart),
    ]
    ends, weight = (np.concatenate(column) for column in zip(*sides, strict=True))
    return TexelGraph(ends, weight.astype(np.float32))


def _neighbours(
    texels: Indices,
    has_next: npt.NDArray[np.bool_],  # [T] not at the border of the texture
    step: int,
    conductance: Floats,  # [T]
    number: Indices,
    chart: Ints,
) -> tuple[Indices, Floats]:
    """Links to the texel `step` further on, where it is of the same chart."""
    here = np.flatnonzero(has_next)
    there = number[texels[here] + step]
    same = (there >= 0) & (chart[here] == chart[there])
    here, there = here[same], there[same]
    return np.stack([here, there], axis=1), (conductance[here] + conductance[there]) / 2


def _across_seams(
    mesh: Mesh, size: int, parts: Layout, number: Indices, chart: Ints
) -> tuple[Indices, Floats]:
    """Links between the two sides of seams, about one for each texel of their length."""
    seams = parts.seams
    places = edge_places(mesh, seams, size)
    sides = [
        (places.first, places.first_inward, seams.first),
        (places.second, places.second_inward, seams.second),
    ]
    one, other = (
        _texels_near(points, inward, parts.charts[corners[places.edge, 0] // 3], size, number, chart)
        for points, inward, corners in sides
    )
    linked = (one >= 0) & (other >= 0) & (one != other)
    ends = np.unique(np.stack([one[linked], other[linked]], axis=1), axis=0)
    return ends, np.ones(len(ends), np.float32)


def _texels_near(
    points: Doubles,  # [N, 2] texels
    inward: Doubles,  # [N, 2] unit
    wanted: Ints,  # [N] chart
    size: int,
    number: Indices,
    chart: Ints,
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
