"""Latents to Gaussian splats: 32 around every voxel."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from maquette.nn.sparse import SparseVoxels
from maquette.representations.splats import Splats

from .config import GaussianConfig, SLatConfig
from .slat_vae import SLatHead

_CHANNELS = (3, 3, 3, 4, 1)  # of a splat: place, colour, scale, rotation, opacity


class GaussianDecoder(SLatHead):
    """Latents [N, 8] to one Splats per sample."""

    offset_perturbation: Tensor

    def __init__(
        self, config: SLatConfig, gaussians: GaussianConfig, dtype: torch.dtype | None = None
    ) -> None:
        channels = gaussians.num_gaussians * sum(_CHANNELS)
        super().__init__(config, config.latent_channels, channels, dtype)
        self.gaussians = gaussians
        self.register_buffer("offset_perturbation", spread_offsets(gaussians))

    def forward(self, voxels: SparseVoxels) -> list[Splats]:
        """For every sample of the batch."""
        raw = self.head(voxels)
        return [self._splats(raw.coords[rows], raw.feats[rows]) for rows in voxels.grid.sample_rows]

    def _splats(self, coords: Tensor, raw: Tensor) -> Splats:
        """The parameters' ranges, for raw channels [N, 14 * 32]."""
        count, options, resolution = len(raw), self.gaussians, self.config.resolution
        parts = raw.split([options.num_gaussians * channels for channels in _CHANNELS], dim=1)
        place, colour, scale, rotation, opacity = (
            part.reshape(count, options.num_gaussians, -1) for part in parts
        )
        centre = (coords[:, None, 1:].to(raw.dtype) + 0.5) / resolution
        reach = 0.5 * options.voxel_size / resolution
        means = centre + torch.tanh(place + self.offset_perturbation) * reach - 0.5
        least = options.scaling_bias + math.log(-math.expm1(-options.scaling_bias))
        scales = (functional.softplus(scale + least) ** 2 + options.kernel_3d**2).sqrt()
        upright = torch.tensor([1.0, 0.0, 0.0, 0.0], device=raw.device, dtype=raw.dtype)
        rotations = functional.normalize(rotation * options.rotation_rate + upright, dim=-1)
        faint = math.log(options.opacity_bias / (1 - options.opacity_bias))
        return Splats(
            means=means.flatten(0, 1),
            scales=scales.flatten(0, 1),
            rotations=rotations.flatten(0, 1),
            opacities=torch.sigmoid(opacity + faint).flatten(0, 1),
            sh_dc=colour.flatten(0, 1)[:, None],
        )


def spread_offsets(gaussians: GaussianConfig) -> Tensor:
    """Raw offsets [G, 3] that spread a voxel's splats evenly: Hammersley points in the offset's range."""
    count = gaussians.num_gaussians
    if not gaussians.perturb_offset:
        return torch.zeros(count, 3)
    points = [[i / count, radical_inverse(i, 2), radical_inverse(i, 3)] for i in range(count)]
    return torch.atanh((torch.tensor(points) * 2 - 1) / gaussians.voxel_size)


def radical_inverse(number: int, base: int) -> float:
    """The digits of `number` mirrored at the point (van der Corput)."""
    value, digit = 0.0, 1.0
    while number:
        digit /= base
        value += digit * (number % base)
        number //= base
    return value
