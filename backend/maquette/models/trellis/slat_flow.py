"""The flow model of the structured latents: a DiT on active voxels, packed 2x2x2 by sparse convolutions."""

from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.nn.blocks import ModulatedCrossBlock, spread
from maquette.nn.convolution import SubmanifoldConv3d
from maquette.nn.embeddings import TimeEmbedder, position_features
from maquette.nn.norms import LayerNorm32
from maquette.nn.resample import downsample, upsample
from maquette.nn.sparse import Grid, SparseVoxels
from maquette.protocol import bad_input

from .config import SLatFlowConfig
from .precision import cast_trunk, trunk_dtype

Change = Literal["none", "down", "up"]


class NestedConv(nn.Module):
    """A sparse convolution where published files have it: one level down, in `conv`."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = SubmanifoldConv3d(in_channels, out_channels)

    def forward(self, voxels: SparseVoxels) -> SparseVoxels:
        """Features [N, in] to [N, out]."""
        convolved: SparseVoxels = self.conv(voxels)
        return convolved


class SparseResBlock(nn.Module):
    """Two sparse convolutions around a modulation by time, after a change of resolution."""

    def __init__(self, channels: int, out_channels: int, time_channels: int, change: Change) -> None:
        super().__init__()
        self.change = change
        self.norm1 = LayerNorm32(channels, affine=True, eps=1e-6)
        self.norm2 = LayerNorm32(out_channels, affine=False, eps=1e-6)
        self.conv1 = NestedConv(channels, out_channels)
        self.conv2 = NestedConv(out_channels, out_channels)
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(time_channels, 2 * out_channels))
        self.skip_connection = (
            nn.Identity() if channels == out_channels else nn.Linear(channels, out_channels)
        )

    def forward(self, voxels: SparseVoxels, signal: Tensor, fine: Grid | None) -> SparseVoxels:
        """Features [N, in] to [M, out]; signal [B, time]; `fine` is the grid to go up to."""
        if self.change == "down":
            voxels = downsample(voxels)
        elif fine is not None:
            voxels = upsample(voxels, fine)
        scale, shift = self.emb_layers(signal).chunk(2, dim=-1)
        sample_of_row = voxels.coords[:, 0].long()
        h: SparseVoxels = self.conv1(voxels.with_feats(functional.silu(self.norm1(voxels.feats))))
        moved = self.norm2(h.feats) * (1 + spread(scale, sample_of_row)) + spread(shift, sample_of_row)
        h = self.conv2(h.with_feats(functional.silu(moved)))
        return h.with_feats(h.feats + self.skip_connection(voxels.feats))


class SLatFlow(nn.Module):
    """Velocity of the latents (voxels, t, cond); t is the time times 1000."""

    def __init__(self, config: SLatFlowConfig, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        if 2 ** len(config.io_block_channels) != config.patch_size:
            raise bad_input(
                f"io_block_channels {config.io_block_channels} do not pack patches of {config.patch_size}"
            )
        self.config = config
        self.dtype = trunk_dtype(config.use_fp16, dtype)
        width = config.model_channels
        widths = (*config.io_block_channels, width)
        self.t_embedder = TimeEmbedder(width)
        self.input_layer = nn.Linear(config.in_channels, widths[0])
        self.input_blocks = _packing(widths, config.num_io_res_blocks)
        self.blocks = nn.ModuleList(
            ModulatedCrossBlock(
                width,
                config.cond_channels,
                config.num_heads,
                int(width * config.mlp_ratio),
                config.qk_rms_norm,
                config.qk_rms_norm_cross,
            )
            for _ in range(config.num_blocks)
        )
        self.out_blocks = _unpacking(widths, config.num_io_res_blocks)
        self.out_layer = nn.Linear(widths[0], config.out_channels)
        for trunk in (self.input_blocks, self.blocks, self.out_blocks):
            cast_trunk(trunk, self.dtype)

    def forward(self, voxels: SparseVoxels, t: Tensor, cond: Tensor) -> SparseVoxels:
        """voxels [N, C], t [B or 1], cond [B or 1, L, Cc]; the result [N, C'] in the same order."""
        batch = voxels.grid.batch_size
        signal = self.t_embedder(t.expand(batch)).to(self.dtype)
        context = cond.to(self.dtype).expand(batch, -1, -1)
        h = voxels.with_feats(self.input_layer(voxels.feats).to(self.dtype))
        skips: list[SparseVoxels] = []
        fine_grids: list[Grid] = []
        for block in self.input_blocks:
            fine_grids += [h.grid] if block.change == "down" else []
            h = block(h, signal, None)
            skips.append(h)
        h = self._attend(h, signal, context)
        for block in self.out_blocks:
            joined = h.with_feats(torch.cat([h.feats, skips.pop().feats], dim=1))
            h = block(joined, signal, fine_grids.pop() if block.change == "up" else None)
        feats = functional.layer_norm(h.feats, h.feats.shape[-1:]).to(voxels.feats.dtype)
        return voxels.with_feats(self.out_layer(feats))

    def _attend(self, h: SparseVoxels, signal: Tensor, context: Tensor) -> SparseVoxels:
        """The transformer on packed voxels."""
        places = position_features(h.coords[:, 1:], self.config.model_channels)
        feats = h.feats + places.to(self.dtype)
        sample_of_row = h.coords[:, 0].long()
        for block in self.blocks:
            feats = block(feats, signal, context, h.grid.samples, sample_of_row)
        return h.with_feats(feats)


def _packing(widths: tuple[int, ...], count: int) -> nn.ModuleList:
    """`count` residual blocks a level; the last of them halves the resolution."""
    blocks: list[SparseResBlock] = []
    for width, following in pairwise(widths):
        blocks += [SparseResBlock(width, width, widths[-1], "none") for _ in range(count - 1)]
        blocks.append(SparseResBlock(width, following, widths[-1], "down"))
    return nn.ModuleList(blocks)


def _unpacking(widths: tuple[int, ...], count: int) -> nn.ModuleList:
    """The mirror image; every block also reads what the matching one of `_packing` wrote."""
    blocks: list[SparseResBlock] = []
    for coarse, width in pairwise(reversed(widths)):
        blocks.append(SparseResBlock(2 * coarse, width, widths[-1], "up"))
        blocks += [SparseResBlock(2 * width, width, widths[-1], "none") for _ in range(count - 1)]
    return nn.ModuleList(blocks)
