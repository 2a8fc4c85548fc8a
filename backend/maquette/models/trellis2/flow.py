"""The flow models: one DiT with rotary places and one modulation for all blocks, on a dense volume or on
active voxels.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.models.trellis.precision import cast_trunk
from maquette.models.trellis.structure_flow import patchify, unpatchify
from maquette.nn.blocks import ModulatedCrossBlock
from maquette.nn.embeddings import TimeEmbedder, rotary_phases
from maquette.nn.grouping import Grouping, uniform_grouping
from maquette.nn.sparse import SparseVoxels

from .config import FlowConfig, read_dtype


class Flow(nn.Module):
    """What both have in common: rows of tokens [N, C] to their velocity [N, C']."""

    def __init__(self, config: FlowConfig, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        self.config = config
        self.dtype = dtype or read_dtype(config.dtype)
        width = config.model_channels
        self.t_embedder = TimeEmbedder(width)
        if config.share_mod:
            self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 6 * width))
        self.input_layer = nn.Linear(config.in_channels, width)
        self.blocks = nn.ModuleList(
            ModulatedCrossBlock(
                width,
                config.cond_channels,
                config.num_heads,
                int(width * config.mlp_ratio),
                config.qk_rms_norm,
                config.qk_rms_norm_cross,
                config.share_mod,
            )
            for _ in range(config.num_blocks)
        )
        self.out_layer = nn.Linear(width, config.out_channels)
        cast_trunk(self.blocks, self.dtype)

    def tokens(
        self,
        x: Tensor,  # [N, C]
        t: Tensor,  # [B or 1]
        cond: Tensor,  # [B or 1, L, Cc]
        samples: Grouping,
        sample_of_row: Tensor,  # [N] int64
        angles: Tensor,  # [N, D / 2]
        batch: int,
    ) -> Tensor:
        """[N, C'] float32."""
        signal = self.t_embedder(t.expand(batch))
        if self.config.share_mod:
            signal = self.adaLN_modulation(signal)
        signal = signal.to(self.dtype)
        context = cond.to(self.dtype).expand(batch, -1, -1)
        h = self.input_layer(x).to(self.dtype)
        for block in self.blocks:
            h = block(h, signal, context, samples, sample_of_row, angles)
        h = h.to(x.dtype)
        return self.out_layer(functional.layer_norm(h, h.shape[-1:]))

    @property
    def head_channels(self) -> int:
        """D, of one head."""
        return self.config.model_channels // self.config.num_heads


class StructureFlow(Flow):
    """Velocity of the dense latent (x, t, cond); t is the time times 1000.

    Published files may hold the rotations of its places. They are kept as a buffer but not computed with:
    not every device has complex numbers.
    """

    def __init__(self, config: FlowConfig, dtype: torch.dtype | None = None) -> None:
        super().__init__(config, dtype)
        self.register_buffer("rope_phases", structure_phases(config.resolution, self.head_channels))

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        """x [B, C, R, R, R], t [B or 1], cond [B or 1, L, Cc]; the result [B, C', R, R, R]."""
        batch = len(x)
        tokens = patchify(x, 1)  # [B, R^3, C]
        length = tokens.shape[1]
        y = self.tokens(
            tokens.flatten(0, 1),
            t,
            cond,
            uniform_grouping(batch, length),
            torch.arange(batch, device=x.device).repeat_interleave(length),
            rotary_phases(_places(self.config.resolution, x.device), self.head_channels).repeat(batch, 1),
            batch,
        )
        return unpatchify(y.unflatten(0, (batch, length)), 1)


class SLatFlow(Flow):
    """Velocity of latents on active voxels (voxels, t, cond); t is the time times 1000."""

    def forward(
        self, voxels: SparseVoxels, t: Tensor, cond: Tensor, concat_cond: SparseVoxels | None = None
    ) -> SparseVoxels:
        """voxels [N, C], t [B or 1], cond [B or 1, L, Cc]; the result [N, C'] in the same order.

        `concat_cond` holds further channels of the same voxels: what is known of them already.
        """
        feats = voxels.feats if concat_cond is None else torch.cat([voxels.feats, concat_cond.feats], dim=1)
        y = self.tokens(
            feats,
            t,
            cond,
            voxels.grid.samples,
            voxels.coords[:, 0].long(),
            rotary_phases(voxels.coords[:, 1:], self.head_channels),
            voxels.grid.batch_size,
        )
        return voxels.with_feats(y)


def structure_phases(resolution: int, head_channels: int) -> Tensor:
    """The published buffer [R^3, D / 2], complex64 of length one: the rotations of `rotary_phases`."""
    angles = rotary_phases(_places(resolution, torch.get_default_device()), head_channels)
    return torch.polar(torch.ones_like(angles), angles)


def _places(resolution: int, device: torch.device) -> Tensor:
    """[R^3, 3] of a dense volume, z fastest."""
    side = torch.arange(resolution, device=device)
    return torch.cartesian_prod(side, side, side)
