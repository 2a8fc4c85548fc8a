"""Submanifold convolutions: active places only, spconv's stored weights (Graham and others, 2018)."""

import math
from typing import Final

import torch
from torch import Tensor, nn

from .neighbours import CENTRE, OFFSETS
from .sparse import SparseVoxels

_AROUND: Final = tuple(offset for offset in range(len(OFFSETS)) if offset != CENTRE)
# Numbers gathered at a time: on processors few enough to stay near them, elsewhere few enough to fit.
_GATHERED_NEAR: Final = 1 << 18
_GATHERED: Final = 1 << 24


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
        pairs = [(offset, *voxels.grid.neighbours.reached(offset)) for offset in _AROUND]
        longest = max(len(rows) for _, rows, _ in pairs)
        at_a_time = _GATHERED_NEAR if feats.device.type == "cpu" else _GATHERED
        parts = max(1, -(-longest * max(kernel.shape[1:]) // at_a_time))
        # Pairs are in the order of places: equal parts of all lists read and write much the same rows.
        cuts = [(offset, rows.tensor_split(parts), near.tensor_split(parts)) for offset, rows, near in pairs]
        for part in range(parts):
            for offset, rows, near in cuts:
                gathered = feats.index_select(0, near[part])
                # int64 takes the vectorised path on processors, at a tenth of the time
                out.index_add_(0, rows[part].long(), (gathered @ kernel[offset]).float())
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


def _initialise(weight: Tensor, bias: Tensor) -> None:
    """As torch's own convolutions: uniform within the inverse root of what a value is summed from."""
    bound = 1 / math.sqrt(weight[0].numel())
    nn.init.uniform_(weight, -bound, bound)
    nn.init.uniform_(bias, -bound, bound)
