"""Rounder triangles on flat and gently bent sides: flips edges towards the Delaunay triangulation.

Quadric collapse leaves long needles on flat sides. Shading that is interpolated over a needle changes faster
than a texel of the normal map can follow, which shows as streaks. The test is that of Lawson, "Software for
C1 Surface Interpolation", 1977: the angles that face an edge sum to at most a half turn.
"""

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.normals import face_normals
from maquette.geometry.topology import Edges, Indices, mesh_edges

LARGEST_FOLD = np.cos(np.radians(5))  # between the faces of an edge that may be flipped
OFF_PLANE = 2e-4  # of the size of the mesh: how far a flip may move the surface
GAIN = 1e-3  # sine of the angle by which the sum must be too large
ROUNDS = 10
SETTLED = 1e-3  # flips in a round, of the faces, below which the rest is left


def round_out(vertices: Floats, faces: Ints) -> Ints:
    """The faces [F, 3] of a manifold mesh with needles on flat sides flipped away; still manifold."""
    faces = faces.copy()
    points = vertices.astype(np.float64)
    tolerance = OFF_PLANE * float(np.ptp(points, axis=0).max())
    for _ in range(ROUNDS):
        edges = mesh_edges(faces)
        pairs, quads, gain = _candidates(points, faces, edges.pairs(), tolerance)
        chosen = _independent(pairs // 3, _new_edges(quads), gain, edges, len(faces))
        a, b, c, d = quads[chosen].T
        faces[pairs[chosen, 0] // 3] = np.stack([a, d, c], axis=1)
        faces[pairs[chosen, 1] // 3] = np.stack([d, b, c], axis=1)
        if len(chosen) < SETTLED * len(faces):
            break
    return faces


def _candidates(
    points: npt.NDArray[np.float64], faces: Ints, pairs: Indices, tolerance: float
) -> tuple[Indices, Ints, npt.NDArray[np.float64]]:
    """The pairs of half-edges [N, 2] that a flip improves, their corners a, b, c, d [N, 4] and the gain [N].

    The edge runs from a to b in the first face, whose third corner is c; that of the second face is d.
    """
    normals = face_normals(points.astype(np.float32), faces)
    normal, other = normals[pairs[:, 0] // 3], normals[pairs[:, 1] // 3]
    pairs = pairs[np.einsum("ni,ni->n", normal, other) > LARGEST_FOLD]
    first, second = pairs.T
    corner = faces.reshape(-1)
    following = first - first % 3 + (first + 1) % 3
    opposite = [half - half % 3 + (half + 2) % 3 for half in (first, second)]
    quads = corner[np.stack([first, following, *opposite], axis=1)]
    a, b, c, d = (points[quads[:, i]] for i in range(4))
    gain = -_sine_of_sum(a - c, b - c, b - d, a - d)
    normal = normals[first // 3]
    off_plane = np.abs(np.einsum("ni,ni->n", d - a, normal))
    sound = (gain > GAIN) & (off_plane < tolerance)
    # Both new faces must look the way of the old ones: the four corners are a convex quadrilateral.
    sound &= np.einsum("ni,ni->n", np.cross(d - a, c - a), normal) > 0
    sound &= np.einsum("ni,ni->n", np.cross(b - d, c - d), normal) > 0
    return pairs[sound], quads[sound], gain[sound]


def _sine_of_sum(
    c1: npt.NDArray[np.float64],
    c2: npt.NDArray[np.float64],
    d1: npt.NDArray[np.float64],
    d2: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """[N] the sine of the angle between c1 and c2 plus that between d1 and d2, all [N, 3]."""

    def parts(u: npt.NDArray[np.float64], v: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], ...]:
        across = np.cross(u, v)
        sine, cosine = np.sqrt(np.einsum("ni,ni->n", across, across)), np.einsum("ni,ni->n", u, v)
        length = np.maximum(np.hypot(sine, cosine), 1e-30)
        return sine / length, cosine / length

    (sine_c, cosine_c), (sine_d, cosine_d) = parts(c1, c2), parts(d1, d2)
    total: npt.NDArray[np.float64] = sine_c * cosine_d + cosine_c * sine_d
    return total


def _new_edges(quads: Ints) -> Indices:
    """[N, 2] the vertices that each flip would join, the lower one first."""
    return np.sort(quads[:, 2:], axis=1).astype(np.int64)


def _independent(
    touched: Indices,  # [N, 2] the two faces of each flip
    joined: Indices,  # [N, 2] the two vertices that it joins
    gain: npt.NDArray[np.float64],
    edges: Edges,
    face_count: int,
) -> Indices:
    """The flips that can be done at once: the best one at both of its faces, joining what nothing joins."""
    span = int(edges.ends.max(initial=0)) + 1
    key = joined[:, 0] * span + joined[:, 1]
    free = np.flatnonzero(~np.isin(key, edges.ends[:, 0] * span + edges.ends[:, 1]))
    order = free[np.argsort(-gain[free], kind="stable")]
    rank = np.arange(len(order))
    best = np.full(face_count, len(order))
    for side in (0, 1):
        np.minimum.at(best, touched[order, side], rank)
    winners = order[(best[touched[order, 0]] == rank) & (best[touched[order, 1]] == rank)]
    _, first = np.unique(key[winners], return_index=True)
    chosen: Indices = winners[np.sort(first)]
    return chosen
