"""Which faces of an arbitrary mesh belong side by side: the surface that an unwrap walks on.

Meshes from files are not manifold: vertices are doubled along hard edges, faces are repeated, sheets meet in
one edge. Here vertices at one place count as one, and of the faces that meet in an edge those are paired that
continue each other best.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import Edges, Indices, mesh_edges

MOST_FACES_AT_EDGE: Final = 16  # a fan of more than these is no surface: it stays open
LARGEST_PACKED: Final = 1 << 21  # numbers of which three fit into one of 64 bits
PAIRING_ROUNDS: Final = 4


def weld_exactly(vertices: Floats, faces: Ints) -> Ints:
    """The faces [F, 3] with the first of the vertices at each place."""
    place = (np.ascontiguousarray(vertices, np.float32) + np.float32(0)).view(np.uint32)  # -0 becomes 0
    front = place[:, 0].astype(np.uint64) << np.uint64(32) | place[:, 1]
    order = np.lexsort((place[:, 2], front))
    is_new = np.ones(len(order), bool)
    is_new[1:] = (place[order[1:]] != place[order[:-1]]).any(axis=1)
    first: Ints = np.empty(len(order), np.int32)
    first[order] = order[np.flatnonzero(is_new)][np.cumsum(is_new) - 1]
    return first[faces]


def distinct_faces(faces: Ints) -> tuple[Indices, Indices]:
    """The faces worth a place of their own [K], and for every face [F] which of those it shares, -1 if none.

    A face that repeats a vertex has no area and gets none; a repetition of a face, wound alike, shares its
    place.
    """
    sound = np.flatnonzero((faces != np.roll(faces, 1, axis=1)).all(axis=1))
    turn = faces[sound].argmin(axis=1)
    begun = np.take_along_axis(faces[sound], (turn[:, None] + np.arange(3)) % 3, axis=1).astype(np.int64)
    span = int(faces.max(initial=0)) + 1
    if span < LARGEST_PACKED:
        order = np.argsort((begun[:, 0] * span + begun[:, 1]) * span + begun[:, 2], kind="stable")
    else:
        order = np.lexsort((begun[:, 1] << 32 | begun[:, 2], begun[:, 0]))
    is_new = np.ones(len(order), bool)
    is_new[1:] = (begun[order[1:]] != begun[order[:-1]]).any(axis=1)
    leader = np.empty(len(order), np.int64)
    leader[order] = order[np.flatnonzero(is_new)][np.cumsum(is_new) - 1]
    chosen = np.sort(order[is_new])
    owner = np.full(len(faces), -1)
    owner[sound] = np.searchsorted(chosen, leader)
    return sound[chosen], owner


def face_pairs(faces: Ints, normals: npt.NDArray[np.float64]) -> Indices:
    """[P, 2] half-edges that continue each other, each at most once, given the faces' unit normals [F, 3].

    The two run in opposite directions. Where more than two faces meet, those are paired that lie flattest.
    """
    edges = mesh_edges(faces)
    pairs = edges.pairs()
    tails = faces.reshape(-1)
    facing: Indices = pairs[tails[pairs[:, 0]] != tails[pairs[:, 1]]]
    crowded = np.flatnonzero((edges.counts > 2) & (edges.counts <= MOST_FACES_AT_EDGE))
    if len(crowded) == 0:
        return facing
    candidates = _opposites(edges, crowded, tails)
    bend = np.einsum("ni,ni->n", normals[candidates[:, 0] // 3], normals[candidates[:, 1] // 3])
    return np.concatenate([facing, _mutual_best(candidates, bend, len(tails))])


def _opposites(edges: Edges, crowded: Indices, tails: npt.NDArray[np.int32]) -> Indices:
    """[N, 2] all couples of half-edges of the crowded edges that run in opposite directions."""
    couples = []
    for count in np.unique(edges.counts[crowded]):
        starts = edges.starts[crowded[edges.counts[crowded] == count]]
        halves = edges.order[starts[:, None] + np.arange(count)]  # [n, count]
        one, other = np.triu_indices(int(count), 1)
        couples.append(np.stack([halves[:, one], halves[:, other]], axis=2).reshape(-1, 2))
    found = np.concatenate(couples)
    opposite: Indices = found[tails[found[:, 0]] != tails[found[:, 1]]]
    return opposite


def _mutual_best(candidates: Indices, score: npt.NDArray[np.float64], count: int) -> Indices:
    """The couples that choose each other, best first, until nobody is left with a free partner."""
    order = np.argsort(-score, kind="stable")
    candidates = candidates[order]
    taken = np.zeros(count, bool)
    chosen = []
    for _ in range(PAIRING_ROUNDS):
        candidates = candidates[~taken[candidates].any(axis=1)]
        rank = np.arange(len(candidates))
        best = np.full(count, len(candidates))
        for side in (0, 1):
            np.minimum.at(best, candidates[:, side], rank)
        mutual = candidates[(best[candidates[:, 0]] == rank) & (best[candidates[:, 1]] == rank)]
        taken[mutual] = True
        chosen.append(mutual)
    return np.concatenate(chosen)
