"""Transformer blocks on rows of tokens, dense or sparse alike (Peebles and Xie, "DiT", 2023)."""

import torch
from torch import Tensor, nn

from .attention import CrossAttention, SelfAttention
from .grouping import Grouping
from .norms import LayerNorm32


class FeedForward(nn.Module):
    """Two linear layers with a GELU (tanh) between."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Linear(channels, hidden), nn.GELU(approximate="tanh"), nn.Linear(hidden, channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        """[..., C]."""
        return self.mlp(x)


class TransformerBlock(nn.Module):
    """x += Attention(LN(x)); x += FeedForward(LN(x)); the norms have no parameters."""

    def __init__(self, channels: int, heads: int, hidden: int, qk_rms_norm: bool = False) -> None:
        super().__init__()
        self.norm = LayerNorm32(channels, affine=False, eps=1e-6)
        self.attn = SelfAttention(channels, heads, qk_rms_norm)
        self.mlp = FeedForward(channels, hidden)

    def forward(self, x: Tensor, grouping: Grouping) -> Tensor:
        """x [N, C]; rows attend within `grouping`."""
        x = x + self.attn(self.norm(x), grouping)
        return x + self.mlp(self.norm(x))


class ModulatedCrossBlock(nn.Module):
    """Self attention and feed-forward, modulated and gated by an embedding; cross attention between, free.

    The six modulations are a layer of the embedding [B, C]; or, with `shared_modulation`, an offset of this
    block's own to what the network computed once for all blocks [B, 6 C].
    """

    def __init__(
        self,
        channels: int,
        context_channels: int,
        heads: int,
        hidden: int,
        qk_rms_norm: bool = True,
        qk_rms_norm_cross: bool = False,
        shared_modulation: bool = False,
    ) -> None:
        super().__init__()
        self.norm1 = LayerNorm32(channels, affine=False, eps=1e-6)
        self.norm2 = LayerNorm32(channels, affine=True, eps=1e-6)
        self.norm3 = LayerNorm32(channels, affine=False, eps=1e-6)
        self.self_attn = SelfAttention(channels, heads, qk_rms_norm)
        self.cross_attn = CrossAttention(channels, context_channels, heads, qk_rms_norm_cross)
        self.mlp = FeedForward(channels, hidden)
        if shared_modulation:
            self.modulation = nn.Parameter(torch.zeros(6 * channels))
        else:
            self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(channels, 6 * channels))
        self.shared_modulation = shared_modulation

    def forward(
        self,
        x: Tensor,
        signal: Tensor,
        context: Tensor,
        samples: Grouping,
        sample_of_row: Tensor | None,
        phases: Tensor | None = None,
    ) -> Tensor:
        """x [N, C], signal [B, C] or [B, 6 C], context [B, L, Cc].

        sample_of_row [N] int64; None where `samples` are uniform and B of them.
        """
        modulations = self.modulation + signal if self.shared_modulation else self.adaLN_modulation(signal)
        if sample_of_row is None:
            assert samples.uniform is not None
            length = samples.uniform[1]
            rows = modulations.to(x.dtype)[:, None].expand(-1, length, -1).flatten(0, 1)
        else:
            rows = spread(modulations.to(x.dtype), sample_of_row)
        shift1, scale1, gate1, shift2, scale2, gate2 = rows.chunk(6, dim=-1)
        x = x + gate1 * self.self_attn(self.norm1(x) * (1 + scale1) + shift1, samples, phases)
        x = x + self.cross_attn(self.norm2(x), context, samples)
        return x + gate2 * self.mlp(self.norm3(x) * (1 + scale2) + shift2)


def spread(per_sample: Tensor, sample_of_row: Tensor) -> Tensor:
    """[B, C] to each row's [N, C], or [1, C] where there is one sample."""
    return per_sample if len(per_sample) == 1 else per_sample[sample_of_row]
