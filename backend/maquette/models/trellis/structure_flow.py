"""The flow model of the sparse structure: a DiT over a small dense latent volume."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.nn.blocks import ModulatedCrossBlock
from maquette.nn.embeddings import TimeEmbedder, position_features
from maquette.nn.grouping import uniform_grouping

from .config import StructureFlowConfig
from .precision import cast_trunk, trunk_dtype


class StructureFlow(nn.Module):
    """Velocity of the latent (x, t, cond); t is the time times 1000."""

    pos_emb: Tensor

    def __init__(self, config: StructureFlowConfig, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        self.config = config
        self.dtype = trunk_dtype(config.use_fp16, dtype)
        width, cells = config.model_channels, config.patch_size**3
        self.t_embedder = TimeEmbedder(width)
        side = torch.arange(config.resolution // config.patch_size)
        self.register_buffer("pos_emb", position_features(torch.cartesian_prod(side, side, side), width))
        self.input_layer = nn.Linear(config.in_channels * cells, width)
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
        self.out_layer = nn.Linear(width, config.out_channels * cells)
        cast_trunk(self.blocks, self.dtype)

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        """x [B, C, R, R, R], t [B or 1], cond [B or 1, L, Cc]; the result [B, C', R, R, R]."""
        batch = len(x)
        tokens = patchify(x, self.config.patch_size)  # [B, T, C p^3]
        length = tokens.shape[1]
        h = (self.input_layer(tokens) + self.pos_emb).flatten(0, 1).to(self.dtype)
        signal = self.t_embedder(t.expand(batch)).to(self.dtype)
        context = cond.to(self.dtype).expand(batch, -1, -1)
        samples = uniform_grouping(batch, length)
        sample_of_row = torch.arange(batch, device=x.device).repeat_interleave(length)
        for block in self.blocks:
            h = block(h, signal, context, samples, sample_of_row)
        h = h.to(x.dtype)
        h = self.out_layer(functional.layer_norm(h, h.shape[-1:]))
        return unpatchify(h.unflatten(0, (batch, length)), self.config.patch_size)


def patchify(x: Tensor, size: int) -> Tensor:
    """[B, C, R, R, R] to [B, (R/p)^3, C p^3], tokens x-major, a channel's p^3 cells together."""
    blocks = x.unflatten(4, (-1, size)).unflatten(3, (-1, size)).unflatten(2, (-1, size))
    return blocks.permute(0, 2, 4, 6, 1, 3, 5, 7).flatten(4).flatten(1, 3)


def unpatchify(tokens: Tensor, size: int) -> Tensor:
    """The way back from `patchify`."""
    side = round(tokens.shape[1] ** (1 / 3))
    blocks = tokens.unflatten(2, (-1, size, size, size)).unflatten(1, (side, side, side))
    return blocks.permute(0, 4, 1, 5, 2, 6, 3, 7).flatten(6).flatten(4, 5).flatten(2, 3)
