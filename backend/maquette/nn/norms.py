"""Normalisations. All compute in float32 and answer in the precision they were given."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from .sparse import SparseVoxels


class LayerNorm32(nn.LayerNorm):
    """LayerNorm over the last axis."""

    def __init__(self, channels: int, affine: bool, eps: float) -> None:
        super().__init__(channels, eps=eps, elementwise_affine=affine)

    def forward(self, x: Tensor) -> Tensor:
        """[..., C]."""
        return super().forward(x.float()).to(x.dtype)


class ChannelNorm32(LayerNorm32):
    """LayerNorm over the channels of a dense volume, each place on its own."""

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, X, Y, Z]."""
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class SparseGroupNorm32(nn.GroupNorm):
    """GroupNorm with the statistics of each sample over all its voxels and a group's channels."""

    def __init__(self, channels: int, groups: int = 32, eps: float = 1e-5) -> None:
        super().__init__(groups, channels, eps)

    def forward(self, voxels: SparseVoxels) -> SparseVoxels:
        """Features [N, C]."""
        out = torch.empty_like(voxels.feats)
        for rows in voxels.grid.sample_rows:
            sample = voxels.feats[rows].float()
            if len(sample):
                out[rows] = super().forward(sample.T[None])[0].T.to(out.dtype)
        return voxels.with_feats(out)


class HeadRmsNorm(nn.Module):
    """Every head's vector to the length sqrt(D), times gamma: keeps attention's logits bounded."""

    def __init__(self, heads: int, head_channels: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(heads, head_channels))

    def forward(self, x: Tensor) -> Tensor:
        """[..., H, D]."""
        unit = functional.normalize(x.float(), dim=-1, eps=1e-12)
        return (unit * self.gamma * math.sqrt(x.shape[-1])).to(x.dtype)
