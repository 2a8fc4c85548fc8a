"""Nodes of many objects as one function of points.

Nodes of one class are evaluated together, whatever objects they belong to and wherever in them they are: what
differs are rows of tensors. The number of operations depends on the depth of the trees and the classes in
them, not on the number of objects. Points are [M, N, 3], distances [M, N], one row for each of M nodes.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from maquette.procedural.sdf import Node

Distance = Callable[[Tensor], Tensor]  # [M, N, 3] -> [M, N]


@dataclass(frozen=True)
class Compiler:
    """Turns nodes into functions and their numbers into tensors on a device."""

    device: torch.device

    def numbers(self, values: npt.ArrayLike) -> Tensor:
        """[M, 1]: one number for each node."""
        return self._tensor(values)[:, None]

    def vectors(self, values: npt.ArrayLike) -> Tensor:
        """[M, 1, C]: one vector for each node."""
        return self._tensor(values)[:, None, :]

    def rows(self, values: Sequence[int]) -> Tensor:
        """[M] places in other tensors."""
        return torch.tensor(values, dtype=torch.long, device=self.device)

    def flags(self, values: Sequence[bool]) -> Tensor:
        """[M, 1]"""
        return torch.tensor(values, dtype=torch.bool, device=self.device)[:, None]

    def boxes(self, nodes: Sequence[Node]) -> "Boxes":
        """Around each node."""
        boxes = np.stack([node.bounds() for node in nodes])
        return Boxes(
            self._tensor((boxes[:, 0] + boxes[:, 1]) / 2), self._tensor((boxes[:, 1] - boxes[:, 0]) / 2)
        )

    def batch(self, nodes: Sequence[Node]) -> Distance:
        """The nodes' distances as one function."""
        from .classes import COMPILERS, variant

        groups: dict[Hashable, list[int]] = defaultdict(list)
        for i, node in enumerate(nodes):
            groups[type(node), variant(node)].append(i)
        compiled = [
            (rows, COMPILERS[type(nodes[rows[0]])]([nodes[i] for i in rows], self))
            for rows in groups.values()
        ]
        if len(compiled) == 1:
            return compiled[0][1]
        parts = [(self.rows(rows), distance) for rows, distance in compiled]
        back = self.rows(np.argsort(np.concatenate([rows for rows, _ in compiled])).tolist())
        return lambda p: torch.cat([distance(p[rows]) for rows, distance in parts])[back]

    def _tensor(self, values: npt.ArrayLike) -> Tensor:
        return torch.from_numpy(np.asarray(values, np.float32)).to(self.device)


@dataclass(frozen=True)
class Boxes:
    """One box for each node."""

    middle: Tensor  # [M, 3]
    half: Tensor  # [M, 3]

    def distance(self, p: Tensor) -> Tensor:  # [M, N, 3] -> [M, N]
        """To the boxes, 0 inside: a lower bound of that to anything in them."""
        gap = ((p - self.middle[:, None]).abs() - self.half[:, None]).clamp_min(0)
        return length(gap[..., 0], gap[..., 1], gap[..., 2])


def length(*components: Tensor) -> Tensor:
    """Of vectors given by their components."""
    total = components[0] * components[0]
    for c in components[1:]:
        total = total + c * c
    return total.sqrt()


@dataclass(frozen=True)
class Children:
    """Children of many nodes as one batch, and how they are gathered by the nodes they belong to."""

    distance: Distance
    boxes: Boxes
    owner: Tensor  # [C] the node that each child belongs to
    ranks: list[tuple[Tensor, Tensor]]  # the nodes that have a child of that rank, and that child


def children(families: Sequence[Sequence[Node]], to: Compiler) -> Children:
    """The children of nodes; each node has one at least."""
    flat = [child for family in families for child in family]
    owner = [i for i, family in enumerate(families) for _ in family]
    starts = np.cumsum([0, *(len(family) for family in families)])
    ranks = []
    for rank in range(max(len(family) for family in families)):
        rows = [i for i, family in enumerate(families) if len(family) > rank]
        ranks.append((to.rows(rows), to.rows([int(starts[i]) + rank for i in rows])))
    return Children(to.batch(flat), to.boxes(flat), to.rows(owner), ranks)


def nearest(family: Children, p: Tensor) -> tuple[Tensor, Tensor]:
    """Distance [M, N] to the union of each node's children, and the rank [M, N] of the nearest.

    As in `procedural.sdf.nearest`, a child whose box is farther than what was found is not asked.
    """
    points = p[family.owner]
    distance, away = family.distance(points), family.boxes.distance(points)
    best = torch.full(p.shape[:2], torch.inf, device=p.device)
    which = torch.zeros(p.shape[:2], dtype=torch.long, device=p.device)
    for rank, (rows, child) in enumerate(family.ranks):
        found, b = best[rows], distance[child]
        closer = (away[child] <= found.clamp_min(0)) & (b < found)
        best[rows] = torch.where(closer, b, found)
        which[rows] = torch.where(closer, rank, which[rows])
    return best, which
