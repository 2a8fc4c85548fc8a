"""Numbers as vectors: times, and places in a grid (added to features, or turning queries and keys)."""

import math
from typing import Final

import torch
from torch import Tensor, nn

_PERIOD: Final = 10000.0
_TIME_FEATURES: Final = 256


def time_features(t: Tensor, channels: int = _TIME_FEATURES) -> Tensor:
    """[B] to [B, channels]: cosines, then sines, of falling frequencies; t runs over 0 .. 1000."""
    half = channels // 2
    steps = torch.arange(half, dtype=torch.float32, device=t.device)
    angles = t.float()[:, None] * torch.exp(-math.log(_PERIOD) / half * steps)
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


class TimeEmbedder(nn.Module):
    """Time features through a small network."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Linear(_TIME_FEATURES, channels), nn.SiLU(), nn.Linear(channels, channels)
        )

    def forward(self, t: Tensor) -> Tensor:
        """[B] to [B, C]."""
        return self.mlp(time_features(t))


def position_features(places: Tensor, channels: int) -> Tensor:
    """[N, 3] to [N, channels]: for x, y and z sines, then cosines; the rest is zero."""
    count = channels // 6
    angles = places.float()[:, :, None] * _frequencies(count, places.device)  # [N, 3, count]
    features = torch.cat([angles.sin(), angles.cos()], dim=-1).flatten(1)
    return nn.functional.pad(features, (0, channels - features.shape[1]))


def rotary_phases(places: Tensor, head_channels: int) -> Tensor:
    """[N, 3] to angles [N, D / 2] for `rotate`: a third of the pairs for each axis, the rest stand still."""
    count = head_channels // 2 // 3
    angles = (places.float()[:, :, None] * _frequencies(count, places.device)).flatten(1)
    return nn.functional.pad(angles, (0, head_channels // 2 - angles.shape[1]))


def rotate(x: Tensor, phases: Tensor) -> Tensor:
    """Turns channels (2j, 2j+1) of x [N, H, D] by the angle j of phases [N, D / 2] (Su and others, 2021)."""
    cos, sin = phases.cos()[:, None], phases.sin()[:, None]
    even, odd = x.float().unflatten(-1, (-1, 2)).unbind(-1)
    turned = torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1)
    return turned.flatten(-2).to(x.dtype)


def _frequencies(count: int, device: torch.device) -> Tensor:
    steps = torch.arange(count, dtype=torch.float32, device=device)
    return 1.0 / _PERIOD ** (steps / count)
