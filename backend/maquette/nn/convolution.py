"""Submanifold convolutions: active places only, spconv's stored weights (Graham and others, 2018)."""

import math
from typing import Final

import torch
from torch import Tensor, nn

from .neighbours import CENTRE, OFFSETS
from .sparse import SparseVoxels

_GATHERED: Final = 1 << 20  # numbers gathered at a time: few enough to stay near the processor


class SubmanifoldConv3d(nn.Module):
    """3x3x3: out(p) = b + sum over d of W[:, dx+1, dy+1, dz+1, :] . x(p + d), over active p + d.

    Equals conv3d with the weight permuted to (out, in, x, y, z) and padding 1, read at active places. Sums
    are taken in float32 whatever the precision of the weights.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, 3, 3, 3, in_channels))
        self.bias = nn.Parameter(torch.empty(out_channels))
        _initialise(self.weight, self.bias)

    def forward(self, voxels: SparseVoxels) -> SparseVoxels:
        """Features [N, in] to [N, out]."""
        kernel = self.weight.flatten(1, 3).permute(1, 2, 0).contiguous()  # [27, in, out]
        feats = voxels.feats
        out = torch.addmm(self.bias, feats, kernel[CENTRE]).float()
        size = max(1, _GATHERED // max(kernel.shape[1:]))
        for offset in range(len(OFFSETS)):
            if offset == CENTRE:
                continue
            for rows, neighbours in _chunks(*voxels.grid.neighbours.reached(offset), size):
                gathered = feats.index_select(0, neighbours)
                # int64 takes the vectorised path on processors, at a tenth of the time
                out.index_add_(0, rows.long(), (gathered @ kernel[offset]).float())
        return voxels.with_feats(out.to(feats.dtype))


class PointConv3d(nn.Module):
    """1x1x1: x . M + b, where M [in, out] is the stored weight's memory read row by row.

    The weight is shaped [out, 1, 1, 1, in], but spconv never transposes it, and networks were trained so.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, 1, 1, 1, in_channels))
        self.bias = nn.Parameter(torch.empty(out_channels))
        _initialise(self.weight, self.bias)

    def forward(self, feats: Tensor) -> Tensor:
        """[N, in] to [N, out]."""
        return torch.addmm(self.bias, feats, self.weight.reshape(self.weight.shape[-1], -1))


def _chunks(rows: Tensor, neighbours: Tensor, size: int) -> list[tuple[Tensor, Tensor]]:
    return list(zip(rows.split(size), neighbours.split(size), strict=True)) if len(rows) else []


def _initialise(weight: Tensor, bias: Tensor) -> None:
    """As torch's own convolutions: uniform within the inverse root of what a value is summed from."""
    bound = 1 / math.sqrt(weight[0].numel())
    nn.init.uniform_(weight, -bound, bound)
    nn.init.uniform_(bias, -bound, bound)
