"""Materials of parts as tokens: five numbers in -1 .. 1, and whether the part is there."""

import torch
from torch import Tensor


def to_tokens(palette: Tensor, used: Tensor) -> Tensor:
    """palette [B, S, 5] (sRGB, metallic, roughness) and used [B, S] to [B, S, 6]."""
    return torch.cat([palette, used[..., None].to(palette.dtype)], dim=-1) * 2 - 1


def from_tokens(tokens: Tensor) -> tuple[Tensor, Tensor]:
    """The way back: palette [B, S, 5] within 0 .. 1, and used [B, S] bool; slot 0 always is."""
    values = (tokens + 1) / 2
    used = values[..., 5] > 0.5
    used[:, 0] = True
    return values[..., :5].clamp(0, 1), used
