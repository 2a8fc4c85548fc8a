"""Turns single faces back that a flattening laid face down, as it does at slivers and spikes of a noisy mesh.

The inner corners of such faces move to the middle of their neighbours, which is where Tutte's embedding ("How
to draw a graph", 1963) has them, until no face is left folded or it is plain that more than a spot is wrong.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from maquette.assets.mesh import Ints
from maquette.geometry.topology import Indices

from .guards import slivers
from .lscm import chart_nodes, signed_areas
from .surface import Surface

Doubles = npt.NDArray[np.float64]

ROUNDS: Final = 24
MOST_FOLDED: Final = 0.01  # of the faces: where more are folded it is the chart that is wrong


def untangle(surface: Surface, charts: Ints, corners: Doubles) -> Doubles:
    """[F, 3, 2] `corners` with isolated folds smoothed away; those of charts without any are not moved."""
    folded = (signed_areas(corners) <= 0) & ~slivers(surface)
    members = np.bincount(charts)
    folds = np.bincount(charts[folded], minlength=len(members))
    chosen = np.flatnonzero(((folds > 0) & (folds <= MOST_FOLDED * members))[charts])
    if len(chosen):
        part = surface.part(chosen)
        corners = corners.copy()
        corners[chosen] = _settled(part, charts[chosen], corners[chosen], ~slivers(part))
    return corners


def _settled(surface: Surface, charts: Ints, corners: Doubles, matters: npt.NDArray[np.bool_]) -> Doubles:
    nodes = chart_nodes(surface.faces, charts, surface.pairs)  # [F, 3]
    count = int(nodes.max()) + 1
    position = np.empty((count, 2))
    position[nodes] = corners
    is_inner = _inner(nodes, charts, surface.pairs, count)
    active = np.zeros(count, bool)
    around = _neighbours(nodes, count)
    for _ in range(ROUNDS):
        folded = matters & (signed_areas(position[nodes]) <= 0)
        active[nodes[folded]] = True
        moving = np.flatnonzero(active & is_inner)
        if not folded.any() or len(moving) == 0:
            break
        rows = around[moving]
        position[moving] = (rows @ position) / np.asarray(rows.sum(axis=1)).reshape(-1, 1)
    return position[nodes]


def _neighbours(nodes: Indices, count: int) -> csr_array:
    """[count, count] how often two nodes are joined by an edge of a face."""
    tail, head = nodes.reshape(-1), np.roll(nodes, -1, axis=1).reshape(-1)
    rows, columns = np.concatenate([tail, head]), np.concatenate([head, tail])
    return coo_array((np.ones(len(rows)), (rows, columns)), shape=(count, count)).tocsr()


def _inner(nodes: Indices, charts: Ints, pairs: Indices, count: int) -> npt.NDArray[np.bool_]:
    """[count] whether no border of a chart runs through the node."""
    open_half = np.ones(nodes.size, bool)
    open_half[pairs[charts[pairs[:, 0] // 3] == charts[pairs[:, 1] // 3]]] = False
    inner = np.ones(count, bool)
    inner[nodes.reshape(-1)[open_half]] = False
    inner[np.roll(nodes, -1, axis=1).reshape(-1)[open_half]] = False
    return inner
