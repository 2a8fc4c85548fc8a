"""Blocks of the sparse-compression autoencoders: ConvNeXt on active voxels, and changes of resolution that
trade channels for space (Xiang and others, "Native and Compact Structured Latents", 2025).
"""

from torch import Tensor, nn
from torch.nn import functional

from maquette.nn.convolution import SubmanifoldConv3d
from maquette.nn.norms import LayerNorm32
from maquette.nn.resample import gather_children, scatter_children
from maquette.nn.sparse import Children, SparseVoxels, child_corners, voxels_on

_EPS = 1e-6


class ConvNeXtBlock(nn.Module):
    """x + Linear(SiLU(Linear(norm(conv(x))))), four times as wide within (Liu and others, 2022)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = LayerNorm32(channels, affine=True, eps=_EPS)
        self.conv = SubmanifoldConv3d(channels, channels)
        self.mlp = nn.Sequential(
            nn.Linear(channels, 4 * channels), nn.SiLU(), nn.Linear(4 * channels, channels)
        )

    def forward(self, voxels: SparseVoxels) -> SparseVoxels:
        """[N, C]."""
        h: SparseVoxels = self.conv(voxels)
        return voxels.with_feats(voxels.feats + self.mlp(self.norm(h.feats)))


class UpBlock(nn.Module):
    """Twice the resolution, where children are: a convolution computes the channels of all eight, and those
    of the children that there are become voxels.
    """

    def __init__(self, channels: int, out_channels: int, predicts: bool) -> None:
        super().__init__()
        self.out_channels = out_channels
        self.norm1 = LayerNorm32(channels, affine=True, eps=_EPS)
        self.norm2 = LayerNorm32(out_channels, affine=False, eps=_EPS)
        self.conv1 = SubmanifoldConv3d(channels, 8 * out_channels)
        self.conv2 = SubmanifoldConv3d(out_channels, out_channels)
        if predicts:
            self.to_subdiv = nn.Linear(channels, 8)

    def forward(self, voxels: SparseVoxels, guide: Tensor | None) -> tuple[SparseVoxels, SparseVoxels]:
        """Features [N, in] to [M, out] and the logits [N, 8] of children: `guide`, or its own."""
        logits = self.to_subdiv(voxels.feats) if guide is None else guide
        children = voxels.grid.some_children(logits > 0)
        h: SparseVoxels = self.conv1(voxels.with_feats(functional.silu(self.norm1(voxels.feats))))
        h = voxels_on(children.grid, gather_children(h.feats, children))
        h = self.conv2(h.with_feats(functional.silu(self.norm2(h.feats))))
        skip = gather_children(voxels.feats, children)  # [M, in / 8]
        skip = skip.repeat_interleave(self.out_channels // skip.shape[1], dim=1)
        return h.with_feats(h.feats + skip), voxels.with_feats(logits)


class DownBlock(nn.Module):
    """Half the resolution: what children know lies side by side in their parent's channels, zero for those
    that are missing.
    """

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.out_channels = out_channels
        self.norm1 = LayerNorm32(channels, affine=True, eps=_EPS)
        self.norm2 = LayerNorm32(out_channels, affine=False, eps=_EPS)
        self.conv1 = SubmanifoldConv3d(channels, out_channels // 8)
        self.conv2 = SubmanifoldConv3d(out_channels, out_channels)

    def forward(self, voxels: SparseVoxels) -> SparseVoxels:
        """Features [N, in] to [M, out]."""
        coarse, parent = voxels.grid.parents
        children = Children(voxels.grid, parent, child_corners(voxels.coords))
        h: SparseVoxels = self.conv1(voxels.with_feats(functional.silu(self.norm1(voxels.feats))))
        h = voxels_on(coarse, scatter_children(h.feats, children, len(coarse.coords)))
        h = self.conv2(h.with_feats(functional.silu(self.norm2(h.feats))))
        skip = scatter_children(voxels.feats, children, len(coarse.coords))  # [M, 8 in]
        skip = skip.unflatten(1, (self.out_channels, -1)).mean(2)
        return h.with_feats(h.feats + skip)
