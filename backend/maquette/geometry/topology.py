"""Edges, adjacency and connected sets of triangle meshes, all vectorised."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from maquette.assets.mesh import Ints

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Edges:
    """The undirected edges of a mesh. Half-edge 3 * f + i runs from corner i to corner i + 1 of face f."""

    of_half: Indices  # [3F] undirected edge of each half-edge
    ends: Indices  # [E, 2] vertices, the lower one first
    counts: Indices  # [E] faces that meet at the edge
    order: Indices  # [3F] half-edges sorted by undirected edge (stable)
    starts: Indices  # [E] where each edge begins in `order`

    def pairs(self) -> Indices:
        """[P, 2] the two half-edges of every edge that exactly two faces share."""
        first = self.starts[self.counts == 2]
        return np.stack([self.order[first], self.order[first + 1]], axis=1)


def mesh_edges(faces: Ints) -> Edges:
    """Finds the undirected edges of `faces` [F, 3]."""
    tail = faces.reshape(-1).astype(np.int64)
    head = np.roll(faces, -1, axis=1).reshape(-1).astype(np.int64)
    span = int(tail.max(initial=0)) + 1
    key = np.minimum(tail, head) * span + np.maximum(tail, head)
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    is_start = np.ones(len(key), bool)
    is_start[1:] = sorted_key[1:] != sorted_key[:-1]
    starts = np.flatnonzero(is_start)
    of_half = np.empty(len(key), np.int64)
    of_half[order] = np.cumsum(is_start) - 1
    ends = np.stack(np.divmod(sorted_key[starts], span), axis=1)
    return Edges(of_half, ends, np.diff(np.append(starts, len(key))), order, starts)


def row_keys(rows: npt.NDArray[np.integer[Any]]) -> Indices:  # [N, C], not negative
    """[N] numbers that are equal where rows are and ordered as they are, but faster to sort."""
    keys = rows[:, 0].astype(np.int64)
    reach = int(keys.max(initial=0)) + 1
    for column in rows.T[1:].astype(np.int64):
        span = int(column.max(initial=0)) + 1
        if reach * span >= 1 << 62:
            keys = np.unique(keys, return_inverse=True)[1].reshape(-1)
            reach = int(keys.max(initial=0)) + 1
        keys = keys * span + column
        reach *= span
    return keys


def connected_labels(count: int, links: Indices) -> Ints:  # links [L, 2]
    """[count] int32: numbers the connected sets of `count` things, by their first member."""
    graph = coo_array((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(count, count))
    sets, labels = connected_components(graph, directed=False)
    first = np.empty(sets, np.int64)
    first[labels[::-1]] = np.arange(count)[::-1]  # of repeated indices the last assignment stays
    rank = np.empty(sets, np.int32)
    rank[np.argsort(first, kind="stable")] = np.arange(sets, dtype=np.int32)
    renamed: Ints = rank[labels]
    return renamed


def face_components(faces: Ints, edges: Edges | None = None) -> Ints:
    """[F] int32: the connected piece of each face, across shared edges."""
    edges = edges or mesh_edges(faces)
    previous = edges.order[:-1]
    same = edges.of_half[previous] == edges.of_half[edges.order[1:]]
    links = np.stack([previous[same], edges.order[1:][same]], axis=1) // 3
    return connected_labels(len(faces), links)


def link_corners(faces: Ints, pairs: Indices) -> Ints:
    """[3F] connected corners, given pairs [P, 2] of half-edges whose faces meet."""
    one, other = pairs[:, 0], pairs[:, 1]
    one_next, other_next = (half - half % 3 + (half + 1) % 3 for half in (one, other))
    corner = faces.reshape(-1)
    opposite = corner[one] != corner[other]
    meets_one = np.where(opposite, other_next, other)
    meets_one_next = np.where(opposite, other, other_next)
    links = np.concatenate([np.stack([one, meets_one], 1), np.stack([one_next, meets_one_next], 1)])
    return connected_labels(len(corner), links)


def compact(vertices: npt.NDArray[np.float32], faces: Ints) -> tuple[npt.NDArray[np.float32], Ints]:
    """Drops the vertices that no face uses."""
    used = np.zeros(len(vertices), bool)
    used[faces.reshape(-1)] = True
    number = np.cumsum(used) - 1
    return vertices[used], number[faces].astype(np.int32)
