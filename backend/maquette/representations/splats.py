"""Gaussian splats, as decoders give them and renderers take them."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True, eq=False)
class Splats:
    """G anisotropic Gaussians. Z up; colours are degree-0 spherical harmonics, max(0, 0.2821 c + 0.5)."""

    means: Tensor  # [G, 3]
    scales: Tensor  # [G, 3] standard deviations along the own axes
    rotations: Tensor  # [G, 4] unit quaternions, (w, x, y, z)
    opacities: Tensor  # [G, 1] 0..1
    sh_dc: Tensor  # [G, 1, 3]
