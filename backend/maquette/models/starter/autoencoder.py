"""Shapes as codes of a few hundred numbers, and back to a field of distance and part at any point.

Both ways hold a linear path, patches to fewer numbers to one code, which principal components can fill before
any training; networks add to it what linear maps cannot say. Distances are in units of the truncation.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.nn.mixing import MixerBlock

from .config import ShapeConfig


class ShapeEncoder(nn.Module):
    """Grid [B, R, R, R], distances cut off at ±1, to the code [B, K]."""

    def __init__(self, config: ShapeConfig) -> None:
        super().__init__()
        self.config = config
        numbers = config.patches * config.patch_channels
        self.to_patch = nn.Linear(config.patch**3, config.patch_channels)
        self.embed = nn.Linear(config.patch**3, config.width)
        self.blocks = _mixers(config, config.encoder_blocks)
        self.out = nn.Linear(config.width, config.patch_channels)
        self.to_code = nn.Linear(numbers, config.code)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, grid: Tensor) -> Tensor:
        """The code [B, K] float32."""
        patches = to_patches(grid, self.config.patch)
        h = self.embed(patches)
        for block in self.blocks:
            h = block(h)
        with torch.autocast(grid.device.type, enabled=False):
            numbers = self.to_patch(patches) + self.out(h.float())
            return self.to_code(numbers.flatten(1))


class ShapeDecoder(nn.Module):
    """Code [B, K] to features [B, 1 + F, R, R, R] whose first channel is already a distance."""

    def __init__(self, config: ShapeConfig) -> None:
        super().__init__()
        self.config = config
        fine, features = config.fine_channels, config.feature_channels
        self.from_code = nn.Linear(config.code, config.patches * config.patch_channels)
        self.from_patch = nn.Linear(config.patch_channels, config.patch**3)
        self.embed = nn.Linear(config.patch_channels, config.width)
        self.blocks = _mixers(config, config.decoder_blocks)
        self.to_fine = nn.Linear(config.width, fine * (config.patch // 2) ** 3)
        self.convs = nn.ModuleList(_ConvBlock(fine) for _ in range(config.fine_blocks))
        self.to_features = nn.Linear(fine, features * 8)

    def forward(self, code: Tensor) -> Tensor:
        """[B, 1 + F, R, R, R] float32."""
        config = self.config
        side = config.resolution // config.patch
        with torch.autocast(code.device.type, enabled=False):
            numbers = self.from_code(code.float()).unflatten(1, (config.patches, -1))
            base = from_patches(self.from_patch(numbers), side, config.patch)  # [B, 1, R, R, R]
        h = self.embed(numbers)
        for block in self.blocks:
            h = block(h)
        h = self.to_fine(h)
        with torch.autocast(code.device.type, enabled=False):
            volume = from_patches(h.float(), side, config.patch // 2)  # [B, fine, R/2, R/2, R/2]
            volume = volume.contiguous(memory_format=torch.channels_last_3d)
            for conv in self.convs:
                volume = conv(volume)
            rows = self.to_features(volume.permute(0, 2, 3, 4, 1).flatten(1, 3))
            side = config.resolution // 2
            cells = rows.unflatten(2, (-1, 2, 2, 2)).unflatten(1, (side, side, side))
            cells = cells.permute(0, 1, 5, 2, 6, 3, 7, 4).flatten(5, 6).flatten(3, 4).flatten(1, 2)
            last = torch.cat([base.permute(0, 2, 3, 4, 1), cells], dim=-1)  # channels last: read at points
            return last.permute(0, 4, 1, 2, 3)


class PointDecoder(nn.Module):
    """Features at a point [..., 1 + F] to its distance and a score for every part."""

    def __init__(self, config: ShapeConfig) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(1 + config.feature_channels, config.hidden),
            nn.SiLU(),
            nn.Linear(config.hidden, config.hidden),
            nn.SiLU(),
            nn.Linear(config.hidden, 1 + config.slots),
        )
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, features: Tensor) -> Tensor:
        """[..., 1 + S]: the distance, then the scores."""
        out = self.layers(features)
        return torch.cat([out[..., :1] + features[..., :1], out[..., 1:]], dim=-1)


class ShapeAutoencoder(nn.Module):
    """Encoder, decoder and the network at a point."""

    def __init__(self, config: ShapeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = ShapeEncoder(config)
        self.decoder = ShapeDecoder(config)
        self.point = PointDecoder(config)

    def at(self, features: Tensor, points: Tensor) -> tuple[Tensor, Tensor]:
        """Distances [B, N] and scores [B, N, S] at points [B, N, 3] of the cube [-0.5, 0.5]^3."""
        out = self.point(trilinear(features, points))
        return out[..., 0], out[..., 1:]


class _ConvBlock(nn.Module):
    """x += conv(SiLU(conv(SiLU(x)))), the second starting at zero."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv3d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, X, Y, Z]."""
        return x + self.conv2(functional.silu(self.conv1(functional.silu(x))))


def _mixers(config: ShapeConfig, count: int) -> nn.ModuleList:
    width = config.width
    return nn.ModuleList(
        MixerBlock(config.patches, width, config.hidden_places, 2 * width) for _ in range(count)
    )


def to_patches(grid: Tensor, size: int) -> Tensor:
    """[B, R, R, R] to [B, (R/p)^3, p^3], x slowest in both."""
    blocks = grid.unflatten(3, (-1, size)).unflatten(2, (-1, size)).unflatten(1, (-1, size))
    return blocks.permute(0, 1, 3, 5, 2, 4, 6).flatten(4).flatten(1, 3)


def from_patches(rows: Tensor, side: int, size: int) -> Tensor:
    """[B, side^3, C p^3] to [B, C, R, R, R]; a channel's p^3 cells together."""
    blocks = rows.unflatten(2, (-1, size, size, size)).unflatten(1, (side, side, side))
    return blocks.permute(0, 4, 1, 5, 2, 6, 3, 7).flatten(6).flatten(4, 5).flatten(2, 3)


def trilinear(volume: Tensor, points: Tensor) -> Tensor:
    """[B, N, C] of the volume [B, C, R, R, R] at points [B, N, 3] of the cube [-0.5, 0.5]^3.

    Values stand at the cells' centres; beyond the outermost centres they stay as they are there.
    """
    batch, channels, side = volume.shape[:3]
    place = ((points + 0.5) * side - 0.5).clamp(0, side - 1)
    low = place.detach().floor().clamp(max=side - 2)
    share = place - low  # [B, N, 3]
    first = low.long()
    rows = volume.permute(0, 2, 3, 4, 1).reshape(-1, channels)
    start = (torch.arange(batch, device=points.device) * side**3)[:, None]
    index = start + (first[..., 0] * side + first[..., 1]) * side + first[..., 2]  # [B, N]
    offsets = [(i * side + j) * side + k for i in (0, 1) for j in (0, 1) for k in (0, 1)]
    corners = index[..., None] + torch.tensor(offsets, device=points.device)  # [B, N, 8]
    x, y, z = (torch.stack([1 - s, s], dim=-1) for s in share.unbind(-1))  # [B, N, 2] each
    weights = (x[..., :, None, None] * y[..., None, :, None] * z[..., None, None, :]).flatten(2)  # [B, N, 8]
    mixed = functional.embedding_bag(
        corners.flatten(0, 1), rows, per_sample_weights=weights.flatten(0, 1), mode="sum"
    )
    return mixed.unflatten(0, (batch, -1))
