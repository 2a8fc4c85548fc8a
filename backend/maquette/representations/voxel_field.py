"""Values on sparse voxels, read between their centres."""

from itertools import product

import torch
from torch import Tensor

from .voxel_table import VoxelTable


class VoxelField:
    """Values [N, C] at the centres of voxels [N, 3] of a grid over the unit cube around the origin."""

    def __init__(self, coords: Tensor, values: Tensor, resolution: int) -> None:
        self.coords = coords
        self.values = values
        self.resolution = resolution
        self._table = VoxelTable(coords)

    def read(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Values [P, C] at points [P, 3], and whether there are any [P]: zero where no voxel is near.

        Trilinear among the eight centres around each point, of which those that are active share the whole.
        """
        place = (points + 0.5) * self.resolution - 0.5
        base = place.floor()
        share = place - base
        sums = self.values.new_zeros(len(points), self.values.shape[1])
        total = self.values.new_zeros(len(points))
        for corner in product((0, 1), repeat=3):
            shift = torch.tensor(corner, device=points.device)
            rows = self._table.rows(base.long() + shift)
            weight = torch.where(shift.bool(), share, 1 - share).prod(1) * (rows >= 0)
            sums += weight[:, None] * self.values[rows.clamp(min=0)]
            total += weight
        return sums / total.clamp(min=1e-12)[:, None], total > 0
