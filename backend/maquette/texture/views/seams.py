"""Where the charts of a texture meet on the surface, and places on both sides of such edges."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.assets.mesh import Ints
from maquette.geometry.topology import connected_labels, mesh_edges
from maquette.render.cameras import texel_corners
from maquette.render.fragments import expand

from .texel_points import weld_places

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

SAME_UV = 1e-6  # corners that differ by less are one in the texture


@dataclass(frozen=True)
class SharedEdges:
    """P edges at which two faces meet. A corner c = 3 f + k is corner k of face f."""

    first: Indices  # [P, 2] start and end corner in the one face
    second: Indices  # [P, 2] the corners at the same places in the other face

    def __getitem__(self, chosen: npt.NDArray[np.bool_]) -> "SharedEdges":
        return SharedEdges(self.first[chosen], self.second[chosen])


@dataclass(frozen=True)
class Layout:
    """How a mesh lies in its texture."""

    charts: Ints  # [F] the chart of each face
    seams: SharedEdges  # at which two charts, or two ends of one, meet on the surface
    joints: SharedEdges  # inside charts


@dataclass(frozen=True)
class EdgePlaces:
    """N places along edges, in texels, once on either side."""

    first: Doubles  # [N, 2]
    first_inward: Doubles  # [N, 2] unit, into the first face
    second: Doubles  # [N, 2]
    second_inward: Doubles  # [N, 2]
    edge: Indices  # [N]


def layout(mesh: Mesh) -> Layout:
    """Charts and seams by places on the surface: vertices split at seams count as one."""
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    places = weld_places(mesh)
    pairs = mesh_edges(places).pairs()
    flat = places.reshape(-1)
    runs_against = flat[pairs[:, 0]] != flat[pairs[:, 1]]
    own, other = pairs[:, 1], _next(pairs[:, 1])
    edges = SharedEdges(
        np.stack([pairs[:, 0], _next(pairs[:, 0])], axis=1),
        np.stack([np.where(runs_against, other, own), np.where(runs_against, own, other)], axis=1),
    )
    uvs = mesh.uvs.reshape(-1, 2)
    gap = np.abs(uvs[edges.first] - uvs[edges.second]).max(axis=(1, 2))
    joined = gap < SAME_UV
    charts = connected_labels(len(places), pairs[joined] // 3)
    return Layout(charts, edges[~joined], edges[joined])


def edge_places(mesh: Mesh, edges: SharedEdges, size: int) -> EdgePlaces:
    """About one place for each texel of the edges' length in a texture of `size`."""
    assert mesh.uvs is not None
    corners = texel_corners(mesh.uvs, size).reshape(-1, 2)  # [3F, 2]
    lengths = [
        np.linalg.norm(corners[e[:, 1]] - corners[e[:, 0]], axis=1) for e in (edges.first, edges.second)
    ]
    counts = np.maximum(1, np.ceil(np.maximum(*lengths))).astype(np.int64)
    edge, step = expand(np.zeros(len(counts), np.int64), counts)
    share = ((step + 0.5) / counts[edge])[:, None]

    def along(ends: Indices) -> Doubles:
        return np.asarray(corners[ends[edge, 0]] * (1 - share) + corners[ends[edge, 1]] * share)

    return EdgePlaces(
        along(edges.first),
        _inward(corners, edges.first)[edge],
        along(edges.second),
        _inward(corners, edges.second)[edge],
        edge,
    )


def _inward(corners: Doubles, ends: Indices) -> Doubles:
    """[P, 2] unit vectors from edges into their faces, in the texture."""
    start, end = ends.T
    apex = start - start % 3 + (3 - start % 3 - end % 3)
    along = corners[end] - corners[start]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    to_apex = corners[apex] - corners[start]
    across *= np.where((across * to_apex).sum(axis=1) < 0, -1, 1)[:, None]
    return np.asarray(across / np.maximum(np.linalg.norm(across, axis=1), 1e-12)[:, None])


def _next(half: Indices) -> Indices:
    return np.asarray(half - half % 3 + (half + 1) % 3)
