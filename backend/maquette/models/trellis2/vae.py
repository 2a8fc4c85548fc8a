"""The sparse-compression autoencoders of shape and material: 16 times coarser, 32 channels a voxel."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.models.trellis.precision import cast_trunk, trunk_dtype
from maquette.nn.sparse import Grid, SparseVoxels
from maquette.protocol import bad_input

from .blocks import ConvNeXtBlock, DownBlock, UpBlock
from .config import DecoderConfig, EncoderConfig

Guide = Sequence[SparseVoxels | Tensor]
"""From coarse to fine: logits [N, 8] of every voxel's children, above zero where there is one."""


class Decoded(NamedTuple):
    """What a decoder made of latents."""

    head: SparseVoxels  # [M, C] on the finest voxels
    subdivisions: tuple[SparseVoxels, ...]  # the logits [N, 8] by which each level was refined


class Encoder(nn.Module):
    """Features on fine voxels [N, 6] to the latents' (mean, logvar) on coarse ones."""

    def __init__(self, config: EncoderConfig, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        self.config = config
        self.dtype = trunk_dtype(config.use_fp16, dtype)
        widths = config.model_channels
        self.input_layer = nn.Linear(config.in_channels, widths[0])
        levels: list[nn.ModuleList] = []
        for level, (width, count) in enumerate(zip(widths, config.num_blocks, strict=True)):
            blocks: list[nn.Module] = [ConvNeXtBlock(width) for _ in range(count)]
            blocks += [DownBlock(width, following) for following in widths[level + 1 : level + 2]]
            levels.append(nn.ModuleList(blocks))
        self.blocks = nn.ModuleList(levels)
        self.to_latent = nn.Linear(widths[-1], 2 * config.latent_channels)
        cast_trunk(self.blocks, self.dtype)

    def forward(self, voxels: SparseVoxels) -> tuple[SparseVoxels, SparseVoxels]:
        """The mean is the latent. Coarse voxels are sorted by (batch, x, y, z)."""
        h = voxels.with_feats(self.input_layer(voxels.feats).to(self.dtype))
        for level in self.blocks:
            assert isinstance(level, nn.ModuleList)
            for block in level:
                h = block(h)
        feats = h.feats.to(voxels.feats.dtype)
        mean, logvar = self.to_latent(functional.layer_norm(feats, feats.shape[-1:])).chunk(2, dim=1)
        return h.with_feats(mean), h.with_feats(logvar)


class ShapeEncoder(Encoder):
    """Dual-grid voxels to latents: places of the surface in their voxels, and which edges it crosses."""

    def forward(
        self, voxels: SparseVoxels, crossed: SparseVoxels | None = None
    ) -> tuple[SparseVoxels, SparseVoxels]:
        """Places [N, 3] and crossings [N, 3] on the same voxels; or both as the network wants them, [N, 6],
        as `centred` gives them.
        """
        if crossed is not None:
            voxels = voxels.with_feats(centred(voxels.feats, crossed.feats))
        return super().forward(voxels)


class Decoder(nn.Module):
    """Latents on coarse voxels to raw features on fine ones."""

    def __init__(self, config: DecoderConfig, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        self.config = config
        self.dtype = trunk_dtype(config.use_fp16, dtype)
        widths = config.model_channels
        self.from_latent = nn.Linear(config.latent_channels, widths[0])
        levels: list[nn.ModuleList] = []
        for level, (width, count) in enumerate(zip(widths, config.num_blocks, strict=True)):
            blocks: list[nn.Module] = [ConvNeXtBlock(width) for _ in range(count)]
            finer = widths[level + 1 : level + 2]
            blocks += [UpBlock(width, following, config.pred_subdiv) for following in finer]
            levels.append(nn.ModuleList(blocks))
        self.blocks = nn.ModuleList(levels)
        self.output_layer = nn.Linear(widths[-1], config.out_channels)
        cast_trunk(self.blocks, self.dtype)

    def decode(self, voxels: SparseVoxels, guide: Guide | None) -> Decoded:
        """Raw features, by a guide or by the network's own subdivision."""
        h = voxels.with_feats(self.from_latent(voxels.feats).to(self.dtype))
        h, logits = self._refine(h, len(self.blocks), guide)
        feats = h.feats.to(voxels.feats.dtype)
        return Decoded(
            h.with_feats(self.output_layer(functional.layer_norm(feats, feats.shape[-1:]))), logits
        )

    def _refine(
        self, h: SparseVoxels, levels: int, guide: Guide | None
    ) -> tuple[SparseVoxels, tuple[SparseVoxels, ...]]:
        """Through the first `levels` levels."""
        logits: list[SparseVoxels] = []
        for number, level in enumerate(list(self.blocks)[:levels]):
            assert isinstance(level, nn.ModuleList)
            for block in level:
                if isinstance(block, UpBlock):
                    h, found = block(h, None if guide is None else _logits(guide[number]))
                    if not len(h.coords):
                        raise bad_input("the shape came out empty: choose another seed or another picture")
                    logits.append(found)
                else:
                    h = block(h)
        return h, tuple(logits)


class ShapeDecoder(Decoder):
    """Latents to dual-grid voxels: raw places (3), crossings (3) and quad weights (1)."""

    def forward(self, voxels: SparseVoxels) -> Decoded:
        """[N, 32] to the head [M, 7] and the subdivisions, which guide a texture decoder."""
        return self.decode(voxels, None)

    def upsample(self, voxels: SparseVoxels, levels: int) -> Grid:
        """Where the surface is on a grid 2^levels times as fine."""
        h = voxels.with_feats(self.from_latent(voxels.feats).to(self.dtype))
        return self._refine(h, levels, None)[0].grid


class TextureDecoder(Decoder):
    """Latents to raw material, half of which plus a half is base colour (3), metallic, roughness, alpha."""

    def forward(self, voxels: SparseVoxels, guide: Guide) -> SparseVoxels:
        """[N, 32] to [M, 6], on the voxels of the shape that was guided by the same logits."""
        return self.decode(voxels, guide).head


def centred(places: Tensor, crossed: Tensor) -> Tensor:
    """[N, 3] places in their voxels, 0..1, and [N, 3] crossings to what a shape encoder reads, [N, 6]."""
    return torch.cat([places - 0.5, crossed.to(places.dtype) - 0.5], dim=1)


def guide_to(grid: Grid, levels: int) -> list[SparseVoxels]:
    """The guide that leads from the grid's ancestor `levels` up back to the very same voxels."""
    logits: list[SparseVoxels] = []
    for _ in range(levels):
        coarse, _ = grid.parents
        logits.append(SparseVoxels(coarse.coords, grid.occupied_corners().float() - 0.5, coarse))
        grid = coarse
    return _chained(logits[::-1])


def _chained(guide: list[SparseVoxels]) -> list[SparseVoxels]:
    """The same with every level's rows in the order that refining the level above gives."""
    ordered = guide[:1]
    for level in guide[1:]:
        made = ordered[-1].grid.some_children(ordered[-1].feats > 0).grid
        ordered.append(SparseVoxels(made.coords, level.feats[_rows_of(level.coords, made.coords)], made))
    return ordered


def _rows_of(coords: Tensor, wanted: Tensor) -> Tensor:
    """The rows [N] of `coords` that hold `wanted`; both are the same set."""
    order, goal = (torch.unique(places, dim=0, return_inverse=True)[1] for places in (coords, wanted))
    rows = torch.empty_like(order)
    rows[order] = torch.arange(len(order), device=order.device)
    return rows[goal]


def _logits(level: SparseVoxels | Tensor) -> Tensor:
    return level if isinstance(level, Tensor) else level.feats
