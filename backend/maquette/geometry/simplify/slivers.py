"""Removes triangles that are nearly a line: collapses those with a short edge, flips the longest edge of
others.
"""

import numpy as np

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.normals import face_normals
from maquette.geometry.repair.clean import face_areas
from maquette.geometry.topology import Edges, Indices, compact, mesh_edges

THINNEST = 1e-3  # height over the longest edge
SHORTEST = 1e-5  # edge over the size of the mesh
ROUNDS = 4


def collapse_short_edges(vertices: Floats, faces: Ints) -> tuple[Floats, Ints]:
    """Joins the ends of edges without length where that keeps a closed mesh manifold.

    It does if the ends have just two neighbours in common, the third vertices of the two faces at the edge.
    """
    size = float(np.ptp(vertices, axis=0).max())
    faces = faces.copy()
    for _ in range(ROUNDS):
        ends = mesh_edges(faces).ends
        short = np.linalg.norm(vertices[ends[:, 1]] - vertices[ends[:, 0]], axis=1) < SHORTEST * size
        collapsed = False
        for kept, gone in ends[short]:
            at_kept, at_gone = ((faces == end).any(axis=1) for end in (kept, gone))
            common = np.intersect1d(
                faces[at_kept], faces[at_gone]
            )  # the two ends and their common neighbours
            if len(common) == 4 and (at_kept & at_gone).sum() == 2:
                faces[faces == gone] = kept
                faces = faces[~(at_kept & at_gone)]
                collapsed = True
        if not collapsed:
            break
    return compact(vertices, faces)


def flip_slivers(vertices: Floats, faces: Ints) -> Ints:
    """The faces [F, 3] of a manifold mesh with slivers flipped away where that stays manifold.

    A sliver abc whose longest edge ab borders the face bad becomes, with it, the faces adc and dbc.
    """
    faces = faces.copy()
    for _ in range(ROUNDS):
        slivers = _find_slivers(vertices, faces)
        if len(slivers) == 0:
            break
        edges = mesh_edges(faces)
        normals = face_normals(vertices, faces)
        busy = np.zeros(len(faces), bool)
        for face, half in slivers[edges.counts[edges.of_half[slivers[:, 1]]] == 2]:
            other = _half_across(edges, half)
            if busy[face] or busy[other // 3]:
                continue
            a, b, c = np.roll(faces[face], -(half % 3))
            d = faces[other // 3, (other % 3 + 2) % 3]
            flipped = np.array([[a, d, c], [d, b, c]], np.int32)
            facing = face_normals(vertices, flipped) @ normals[other // 3]
            if (facing > 0).all() and not _joined(edges, int(c), int(d)):
                faces[[face, other // 3]] = flipped
                busy[[face, other // 3]] = True
        if not busy.any():
            break
    return faces


def _find_slivers(vertices: Floats, faces: Ints) -> Indices:
    """[S, 2] the thin faces and the half-edge along each one's longest side."""
    corners = vertices[faces].astype(np.float64)
    lengths = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)  # [F, 3]
    thin = np.flatnonzero(2 * face_areas(vertices, faces) < THINNEST * lengths.max(axis=1) ** 2)
    return np.stack([thin, 3 * thin + lengths[thin].argmax(axis=1)], axis=1)


def _half_across(edges: Edges, half: int) -> int:
    start = edges.starts[edges.of_half[half]]
    one, other = edges.order[start : start + 2]
    return int(one + other - half)


def _joined(edges: Edges, a: int, b: int) -> bool:
    low, high = min(a, b), max(a, b)
    first, last = np.searchsorted(edges.ends[:, 0], [low, low + 1])
    return bool((edges.ends[first:last, 1] == high).any())
