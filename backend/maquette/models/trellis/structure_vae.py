"""Encoder and decoder between occupancy and its dense latent: residual 3D convolutions."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.nn.norms import ChannelNorm32
from maquette.protocol import bad_input

from .config import StructureDecoderConfig, StructureEncoderConfig
from .precision import cast_trunk, trunk_dtype


class ResBlock(nn.Module):
    """x + conv(SiLU(norm(conv(SiLU(norm(x))))))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm1 = ChannelNorm32(channels, affine=True, eps=1e-5)
        self.norm2 = ChannelNorm32(channels, affine=True, eps=1e-5)
        self.conv1 = nn.Conv3d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv3d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, X, Y, Z]."""
        h = self.conv1(functional.silu(self.norm1(x)))
        return x + self.conv2(functional.silu(self.norm2(h)))


class Halve(nn.Module):
    """Half the resolution by a strided convolution."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv3d(channels, out_channels, 2, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, X, Y, Z] to [B, C', X/2, Y/2, Z/2]."""
        return self.conv(x)


class Double(nn.Module):
    """Twice the resolution: a convolution computes the channels of all 8 children."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv3d(channels, 8 * out_channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, X, Y, Z] to [B, C', 2X, 2Y, 2Z]."""
        children = self.conv(x).unflatten(1, (-1, 2, 2, 2))  # [B, C', 2, 2, 2, X, Y, Z]
        return children.permute(0, 1, 5, 2, 6, 3, 7, 4).flatten(6).flatten(4, 5).flatten(2, 3)


class StructureEncoder(nn.Module):
    """Occupancy [B, 1, R, R, R] to the latent's (mean, logvar)."""

    def __init__(self, config: StructureEncoderConfig, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        _check_norm(config.norm_type)
        self.dtype = trunk_dtype(config.use_fp16, dtype)
        widths = config.channels
        self.input_layer = nn.Conv3d(config.in_channels, widths[0], 3, padding=1)
        self.blocks = _levels(widths, config.num_res_blocks, Halve)
        self.middle_block = _res_blocks(widths[-1], config.num_res_blocks_middle)
        self.out_layer = _head(widths[-1], 2 * config.latent_channels)
        cast_trunk(self.blocks, self.dtype)
        cast_trunk(self.middle_block, self.dtype)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The mean is the latent; both [B, C, R/4, R/4, R/4] for three levels."""
        h = self.input_layer(x).to(self.dtype)
        h = self.middle_block(self.blocks(h)).to(x.dtype)
        mean, logvar = self.out_layer(h).chunk(2, dim=1)
        return mean, logvar


class StructureDecoder(nn.Module):
    """A latent [B, C, R, R, R] to occupancy logits; above zero is inside."""

    def __init__(self, config: StructureDecoderConfig, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        _check_norm(config.norm_type)
        self.dtype = trunk_dtype(config.use_fp16, dtype)
        widths = config.channels
        self.input_layer = nn.Conv3d(config.latent_channels, widths[0], 3, padding=1)
        self.middle_block = _res_blocks(widths[0], config.num_res_blocks_middle)
        self.blocks = _levels(widths, config.num_res_blocks, Double)
        self.out_layer = _head(widths[-1], config.out_channels)
        cast_trunk(self.blocks, self.dtype)
        cast_trunk(self.middle_block, self.dtype)

    def forward(self, z: Tensor) -> Tensor:
        """[B, 1, 4R, 4R, 4R] for three levels."""
        h = self.input_layer(z).to(self.dtype)
        h = self.blocks(self.middle_block(h)).to(z.dtype)
        return self.out_layer(h)


def _res_blocks(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*[ResBlock(channels) for _ in range(count)])


def _levels(widths: tuple[int, ...], count: int, change: type[Halve] | type[Double]) -> nn.Sequential:
    """`count` residual blocks at each width, with a change of resolution between."""
    layers: list[nn.Module] = []
    for level, width in enumerate(widths):
        layers += [ResBlock(width) for _ in range(count)]
        layers += [change(width, following) for following in widths[level + 1 : level + 2]]
    return nn.Sequential(*layers)


def _head(channels: int, out_channels: int) -> nn.Sequential:
    return nn.Sequential(
        ChannelNorm32(channels, affine=True, eps=1e-5),
        nn.SiLU(),
        nn.Conv3d(channels, out_channels, 3, padding=1),
    )


def _check_norm(norm_type: str) -> None:
    if norm_type != "layer":
        raise bad_input(f"norm_type {norm_type!r} of a network is not supported: only 'layer' is")
