"""Sparse voxel tensors: features on the active places of a grid.

A Grid is where voxels are; it owns whatever follows from that alone (neighbours, windows, the coarser and the
finer grid), built when first asked for. Features change from layer to layer, the grid stays.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from .grouping import Grouping, group_rows
from .neighbours import NeighbourMap, build_neighbours


class Grid:
    """Active places of a batch of grids, in any order, each at most once."""

    def __init__(self, coords: Tensor) -> None:
        self.coords = coords  # [N, 4] int32, (batch, x, y, z), none negative
        self._windows: dict[tuple[int, int], Grouping] = {}

    @cached_property
    def batch_size(self) -> int:
        """One more than the highest sample that has a voxel."""
        return int(self.coords[:, 0].max()) + 1

    @cached_property
    def sample_rows(self) -> list[slice | Tensor]:
        """The rows of each sample, as a slice where they lie together."""
        batch = self.coords[:, 0].long()
        if bool((batch[1:] >= batch[:-1]).all()):
            ends = torch.bincount(batch, minlength=self.batch_size).cumsum(0).tolist()
            return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        return [(batch == sample).nonzero()[:, 0] for sample in range(self.batch_size)]

    @cached_property
    def samples(self) -> Grouping:
        """Rows by sample: full attention."""
        return group_rows(self.coords[:, 0].long())

    @cached_property
    def neighbours(self) -> NeighbourMap:
        """Pairs of places that touch."""
        return build_neighbours(self.coords)

    def windows(self, size: int, shift: int) -> Grouping:
        """Rows by sample and window floor((c + shift) / size); nothing wraps around the borders."""
        if (size, shift) not in self._windows:
            self._windows[size, shift] = group_rows(window_labels(self.coords, size, shift))
        return self._windows[size, shift]

    @cached_property
    def parents(self) -> "tuple[Grid, Tensor]":
        """The grid of half the resolution, sorted by (batch, x, y, z), and each place's parent's row [N]."""
        halves = torch.cat([self.coords[:, :1], self.coords[:, 1:] // 2], dim=1)
        coords, parent = torch.unique(halves, dim=0, return_inverse=True)
        return Grid(coords), parent

    @cached_property
    def children(self) -> "Grid":
        """The grid of twice the resolution: 8 children of every place, together, z fastest."""
        eight = torch.cartesian_prod(*[torch.arange(2, device=self.coords.device)] * 3)
        corners = torch.nn.functional.pad(eight, (1, 0)).to(self.coords.dtype)
        doubled = self.coords * torch.tensor([1, 2, 2, 2], device=self.coords.device, dtype=self.coords.dtype)
        return Grid((doubled[:, None] + corners).reshape(-1, 4))

    def some_children(self, there: Tensor) -> "Children":
        """The grid of twice the resolution where `there` [N, 8] is true, corner x + 2 y + 4 z each: those of
        a place together, x fastest.
        """
        parent, corner = there.nonzero(as_tuple=True)
        shift = torch.stack([torch.zeros_like(corner), corner % 2, corner // 2 % 2, corner // 4], dim=1)
        doubled = self.coords[parent] * torch.tensor(
            [1, 2, 2, 2], device=self.coords.device, dtype=self.coords.dtype
        )
        return Children(Grid(doubled + shift.to(doubled.dtype)), parent, corner)

    def occupied_corners(self) -> Tensor:
        """Which children [M, 8] of `parents` this grid is made of, as `some_children` reads it."""
        coarse, parent = self.parents
        there = torch.zeros(len(coarse.coords), 8, dtype=torch.bool, device=self.coords.device)
        there[parent, child_corners(self.coords)] = True
        return there


@dataclass(frozen=True, eq=False)
class Children:
    """A fine grid, the row of each place's parent [N] and which of its eight corners it is in [N], int64."""

    grid: Grid
    parent: Tensor
    corner: Tensor


class SparseVoxels:
    """Features of active voxels. `with_feats` keeps the grid and what it has built."""

    def __init__(self, coords: Tensor, feats: Tensor, grid: Grid | None = None) -> None:
        if coords.ndim != 2 or coords.shape[1] != 4 or len(coords) != len(feats):
            raise ValueError(f"coords are {list(coords.shape)}, feats {list(feats.shape)}: [N, 4] and [N, C]")
        self.grid = grid or Grid(coords)
        self.coords = coords  # [N, 4] int32
        self.feats = feats  # [N, C]

    def with_feats(self, feats: Tensor) -> "SparseVoxels":
        """Other features [N, C'] at the same places."""
        return SparseVoxels(self.coords, feats, self.grid)


def voxels_on(grid: Grid, feats: Tensor) -> SparseVoxels:
    """Features [N, C] on a grid that is there already."""
    return SparseVoxels(grid.coords, feats, grid)


def child_corners(coords: Tensor) -> Tensor:
    """Which corner of its parent each place [N, 4] is in: [N] int64, x + 2 y + 4 z."""
    x, y, z = (coords[:, 1:].long() % 2).unbind(1)
    return x + 2 * y + 4 * z


def window_labels(coords: Tensor, size: int, shift: int) -> Tensor:
    """A number [N] (int64) per row, equal where sample and window are."""
    windows = coords.long()
    windows = torch.cat([windows[:, :1], (windows[:, 1:] + shift) // size], dim=1)
    extents = (windows.amax(0) + 1).tolist()
    label = windows[:, 0]
    for axis in (1, 2, 3):
        label = label * extents[axis] + windows[:, axis]
    return label
