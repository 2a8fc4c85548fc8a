"""Which active voxels touch which: pairs per direction, built once and used by all convolutions."""

from dataclasses import dataclass
from itertools import product
from typing import Final

import torch
from torch import Tensor

OFFSETS: Final = tuple(product((-1, 0, 1), repeat=3))
"""Offsets of a 3x3x3 kernel as its weights are stored: x slowest, z fastest; 13 is the centre."""
CENTRE: Final = 13


@dataclass(frozen=True)
class NeighbourMap:
    """Pairs of rows for each of the offsets before the centre. The others are the same read backwards."""

    pairs: tuple[tuple[Tensor, Tensor], ...]  # 13 x (row [P], its neighbour's row [P]), int32

    def reached(self, offset: int) -> tuple[Tensor, Tensor]:
        """(rows, neighbours) where coords[neighbours] = coords[rows] + OFFSETS[offset], not for CENTRE."""
        if offset < CENTRE:
            return self.pairs[offset]
        rows, neighbours = self.pairs[2 * CENTRE - offset]
        return neighbours, rows


def build_neighbours(coords: Tensor) -> NeighbourMap:
    """From coords [N, 4] (batch, x, y, z), each place at most once."""
    places = coords.long() - coords.long().amin(0)
    wide = (places.amax(0) + 3).tolist()  # a margin of two tells the end of a line from the next one's start
    along_x, along_y = wide[2] * wide[3], wide[3]
    strides = torch.tensor([wide[1] * along_x, along_x, along_y, 1], device=coords.device)
    keys, order = (places * strides).sum(1).sort()
    rows = order.int()
    steps = [dx * along_x + dy * along_y + dz for dx, dy, dz in OFFSETS[:CENTRE]]
    return NeighbourMap(tuple(_pairs(keys, rows, step) for step in steps))


def _pairs(keys: Tensor, rows: Tensor, step: int) -> tuple[Tensor, Tensor]:
    """The rows whose key plus `step` is the key of another row; keys ascend."""
    wanted = keys + step
    found = torch.searchsorted(keys, wanted).clamp_(max=len(keys) - 1)
    hit = (keys[found] == wanted).nonzero()[:, 0]
    return rows[hit], rows[found[hit]]
