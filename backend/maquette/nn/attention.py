"""Attention over rows, dense or sparse: a Grouping says which rows belong together."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from .embeddings import rotate
from .grouping import Bucket, Grouping
from .norms import HeadRmsNorm

_FRUGAL: Final = ("cpu", "cuda", "meta")  # whose kernels do not hold the scores of all queries with all keys
_SCORES: Final = 1 << 28  # at a time on others


class SelfAttention(nn.Module):
    """Rows attend to the rows of their group."""

    def __init__(self, channels: int, heads: int, qk_rms_norm: bool) -> None:
        super().__init__()
        self.heads = heads
        self.to_qkv = nn.Linear(channels, 3 * channels)
        self.to_out = nn.Linear(channels, channels)
        self.q_rms_norm = HeadRmsNorm(heads, channels // heads) if qk_rms_norm else nn.Identity()
        self.k_rms_norm = HeadRmsNorm(heads, channels // heads) if qk_rms_norm else nn.Identity()

    def forward(self, x: Tensor, grouping: Grouping, phases: Tensor | None = None) -> Tensor:
        """x [N, C]; phases [N, D / 2] turn queries and keys after their norm."""
        q, k, v = self.to_qkv(x).unflatten(-1, (3, self.heads, -1)).unbind(1)
        q, k = self.q_rms_norm(q), self.k_rms_norm(k)
        if phases is not None:
            q, k = rotate(q, phases), rotate(k, phases)
        return self.to_out(attend(q, k, v, grouping).flatten(1))


class CrossAttention(nn.Module):
    """Rows attend to the context of their sample."""

    def __init__(self, channels: int, context_channels: int, heads: int, qk_rms_norm: bool) -> None:
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(channels, channels)
        self.to_kv = nn.Linear(context_channels, 2 * channels)
        self.to_out = nn.Linear(channels, channels)
        self.q_rms_norm = HeadRmsNorm(heads, channels // heads) if qk_rms_norm else nn.Identity()
        self.k_rms_norm = HeadRmsNorm(heads, channels // heads) if qk_rms_norm else nn.Identity()

    def forward(self, x: Tensor, context: Tensor, samples: Grouping) -> Tensor:
        """x [N, C], context [B, L, Cc]."""
        q = self.q_rms_norm(self.to_q(x).unflatten(-1, (self.heads, -1)))
        k, v = self.to_kv(context).unflatten(-1, (2, self.heads, -1)).unbind(2)
        return self.to_out(attend_context(q, self.k_rms_norm(k), v, samples).flatten(1))


def attend(q: Tensor, k: Tensor, v: Tensor, grouping: Grouping) -> Tensor:
    """softmax(q k^T / sqrt(D)) v within each group; q, k, v and the result [N, H, D]."""
    if grouping.uniform is not None:
        q, k, v = (part.unflatten(0, grouping.uniform) for part in (q, k, v))
        return _heads_first(q, k, v, None).flatten(0, 1)
    out = torch.empty_like(v)
    for bucket in grouping.buckets:
        rows = bucket.rows
        mask = None if bucket.mask is None else bucket.mask[:, None, None]
        _put(out, bucket, _heads_first(q[rows], k[rows], v[rows], mask))
    return out


def attend_context(q: Tensor, k: Tensor, v: Tensor, samples: Grouping) -> Tensor:
    """The same against k, v [B, L, H, D] of each row's sample; q and the result [N, H, D]."""
    if samples.uniform is not None:
        return _heads_first(q.unflatten(0, samples.uniform), k, v, None).flatten(0, 1)
    out = torch.empty_like(q)
    for bucket in samples.buckets:
        _put(out, bucket, _heads_first(q[bucket.rows], k[bucket.labels], v[bucket.labels], None))
    return out


def _heads_first(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """Attention of [G, L, H, D] as the kernel wants it, [G, H, L, D]."""
    q, k, v = (part.transpose(1, 2) for part in (q, k, v))
    if mask is None and q.device.type == "cpu" and q.dtype is torch.bfloat16 and torch.is_grad_enabled():
        # on processors that kernel's way back is slower in bfloat16 than these three products
        weights = (q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5).softmax(-1)
        return (weights @ v).transpose(1, 2)
    if q.device.type in _FRUGAL:
        return scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2)
    rows = max(1, _SCORES // (k.shape[0] * k.shape[1] * k.shape[2]))
    parts = [scaled_dot_product_attention(part, k, v, attn_mask=mask) for part in q.split(rows, dim=2)]
    return torch.cat(parts, dim=2).transpose(1, 2)


def _put(out: Tensor, bucket: Bucket, padded: Tensor) -> None:
    """Writes a bucket's result [G, L, H, D] to its rows, without the padding."""
    out[bucket.rows_kept] = padded.flatten(0, 1)[bucket.kept]
