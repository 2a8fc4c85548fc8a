"""Encoder and decoders of the structured latents: a windowed transformer on active voxels, and heads."""

import torch
from torch import nn
from torch.nn import functional

from maquette.nn.blocks import TransformerBlock
from maquette.nn.embeddings import position_features
from maquette.nn.grouping import Grouping
from maquette.nn.sparse import Grid, SparseVoxels
from maquette.protocol import bad_input

from .config import SLatConfig
from .precision import cast_trunk, trunk_dtype


class SLatTrunk(nn.Module):
    """What encoder and decoders have in common: voxels [N, C] to features [N, width] of voxels that saw
    their surroundings.
    """

    def __init__(self, config: SLatConfig, in_channels: int, dtype: torch.dtype | None) -> None:
        super().__init__()
        if config.attn_mode not in ("swin", "full"):
            raise bad_input(f"attn_mode {config.attn_mode!r} of a network is not supported: only 'swin' is")
        self.config = config
        self.dtype = trunk_dtype(config.use_fp16, dtype)
        width = config.model_channels
        self.input_layer = nn.Linear(in_channels, width)
        self.blocks = nn.ModuleList(
            TransformerBlock(width, config.num_heads, int(width * config.mlp_ratio), config.qk_rms_norm)
            for _ in range(config.num_blocks)
        )
        cast_trunk(self.blocks, self.dtype)

    def trunk(self, voxels: SparseVoxels) -> SparseVoxels:
        """The transformer's result, in its own precision."""
        places = position_features(voxels.coords[:, 1:], self.config.model_channels)
        feats = (self.input_layer(voxels.feats) + places).to(self.dtype)
        for index, block in enumerate(self.blocks):
            feats = block(feats, self._grouping(voxels.grid, index))
        return voxels.with_feats(feats)

    def _grouping(self, grid: Grid, index: int) -> Grouping:
        """Windows, every other block shifted by half of one (Liu and others, "Swin", 2021)."""
        if self.config.attn_mode == "full":
            return grid.samples
        size = self.config.window_size
        return grid.windows(size, size // 2 * (index % 2))


class SLatHead(SLatTrunk):
    """A trunk, a norm without parameters and a linear layer."""

    def __init__(
        self, config: SLatConfig, in_channels: int, out_channels: int, dtype: torch.dtype | None
    ) -> None:
        super().__init__(config, in_channels, dtype)
        self.out_layer = nn.Linear(config.model_channels, out_channels)

    def head(self, voxels: SparseVoxels) -> SparseVoxels:
        """Raw features [N, out_channels] per voxel."""
        feats = self.trunk(voxels).feats.to(voxels.feats.dtype)
        return voxels.with_feats(self.out_layer(functional.layer_norm(feats, feats.shape[-1:])))


class SLatEncoder(SLatHead):
    """Picture features on voxels [N, 1024] to the latents' (mean, logvar), [N, 8] each."""

    def __init__(self, config: SLatConfig, dtype: torch.dtype | None = None) -> None:
        super().__init__(config, config.in_channels, 2 * config.latent_channels, dtype)

    def forward(self, voxels: SparseVoxels) -> tuple[SparseVoxels, SparseVoxels]:
        """The mean is the latent."""
        mean, logvar = self.head(voxels).feats.chunk(2, dim=1)
        return voxels.with_feats(mean), voxels.with_feats(logvar)


class RadianceFieldDecoder(SLatHead):
    """Latents to the published raw parameters of low-rank radiance fields. Nothing here renders them."""

    def __init__(self, config: SLatConfig, rank: int, side: int, dtype: torch.dtype | None = None) -> None:
        channels = rank * 3 * side + rank + rank * 3  # three vectors, a density and a colour for each rank
        super().__init__(config, config.latent_channels, channels, dtype)

    def forward(self, voxels: SparseVoxels) -> SparseVoxels:
        """[N, 8] to [N, 448] for rank 16 and side 8."""
        return self.head(voxels)
