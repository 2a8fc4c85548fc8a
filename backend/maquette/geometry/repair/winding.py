"""Which way round the faces of a mesh run: the same way across every edge, and outward."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import Edges, connected_labels

from .clean import signed_volumes
from .visibility import Sightings

Flags = npt.NDArray[np.bool_]


def agree(faces: Ints, edges: Edges) -> Flags:
    """[F] the faces to turn so that neighbours across edges of two faces run along them in opposite
    directions.

    Of each connected set the fewer faces are turned. A one-sided set, such as a Moebius strip, keeps edges
    where that fails.
    """
    pairs = edges.pairs()
    tails = faces.reshape(-1)[pairs]
    contrary = tails[:, 0] == tails[:, 1]
    if not contrary.any():
        return np.zeros(len(faces), bool)
    turned = _parities(len(faces), pairs // 3, contrary)
    sets = connected_labels(len(faces), pairs // 3)
    share = np.bincount(sets, turned) / np.bincount(sets)
    return np.asarray(turned ^ (share > 0.5)[sets])


def balanced_edges(faces: Ints, edges: Edges) -> Flags:
    """[E] whether as many faces run along the edge one way as the other."""
    ahead = faces.reshape(-1) == edges.ends[edges.of_half, 0]
    return np.asarray(2 * np.bincount(edges.of_half, ahead, len(edges.ends)) == edges.counts)


def linked_pieces(faces: Ints, edges: Edges, balanced: Flags) -> Ints:
    """[F] int32: the pieces that hang together across balanced edges [E]."""
    place = edges.of_half[edges.order]
    same = (place[1:] == place[:-1]) & balanced[place[1:]]
    links = np.stack([edges.order[:-1][same], edges.order[1:][same]], axis=1) // 3
    return connected_labels(len(faces), links)


def open_pieces(pieces: Ints, edges: Edges, balanced: Flags) -> Flags:
    """[P] whether each piece has an edge that is not balanced."""
    at_rim = ~balanced[edges.of_half].reshape(-1, 3).all(axis=1)
    return np.asarray(np.bincount(pieces, at_rim) > 0)


def inside_out(vertices: Floats, faces: Ints, pieces: Ints, is_open: Flags, seen: Sightings | None) -> Flags:
    """[P] the pieces that show their inside to the world, given which of them are open [P].

    Of a closed piece the sign of its volume tells, of an open one which side is seen more. What cannot be
    seen, such as the wall of a closed hollow, is left as it is. `seen` is needed unless all is one closed
    piece.
    """
    negative = np.bincount(pieces, signed_volumes(vertices, faces)) < 0
    if seen is None:
        return np.asarray(negative)
    inverted = np.where(is_open, seen.back > seen.front, negative)
    return np.asarray(inverted & ~seen.hidden)


def _parities(count: int, links: npt.NDArray[np.int64], contrary: Flags) -> Flags:
    """[count] whether an odd number of contrary links lies on the way to each node from the first of its set.

    A breadth-first tree gives each node its parent; parities then add up along the way by pointer doubling.
    """
    firsts = np.unique(connected_labels(count, links), return_index=True)[1]
    # One more node that all sets hang from makes it one tree.
    root = np.full(len(firsts), count)
    rows = np.concatenate([links[:, 0], root])
    columns = np.concatenate([links[:, 1], firsts])
    values = np.concatenate([1 + contrary.astype(np.int8), np.ones(len(firsts), np.int8)])
    # Two links between the same two faces would add up: the first one counts.
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    _, kept = np.unique(low * (count + 1) + high, return_index=True)
    graph = coo_array((values[kept], (low[kept], high[kept])), shape=(count + 1, count + 1)).tocsr()
    _, parent = breadth_first_order(graph, count, directed=False)
    parent[count] = count
    nodes = np.arange(count + 1)
    odd = _weight(low[kept], high[kept], values[kept], nodes, parent, count) == 2
    parent = parent.astype(np.int64)
    while (parent != count).any():
        odd ^= odd[parent]
        parent = parent[parent]
    return np.asarray(odd[:count])


def _weight(
    low: npt.NDArray[np.int64],
    high: npt.NDArray[np.int64],
    values: npt.NDArray[np.int8],
    nodes: npt.NDArray[np.int64],
    parent: npt.NDArray[np.int32],
    count: int,
) -> npt.NDArray[np.int8]:
    """[count + 1] the value of the link between each node and its parent; 0 for the root."""
    keys = low * (count + 1) + high  # ascending, as np.unique gave them
    wanted = np.minimum(nodes, parent) * (count + 1) + np.maximum(nodes, parent)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0).astype(np.int8)
