"""How a texture looks from where no picture was taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maquette.assets import Mesh
from maquette.render.cameras import Camera
from maquette.texture.views import look_up_pixels, orbit, render

from .pictures import decibels, ssim
from .texels import Floats

# Between the directions that views are planned from.
DIRECTIONS = ((30.0, 20.0), (150.0, 20.0), (270.0, 20.0), (90.0, -25.0), (330.0, -50.0), (210.0, 65.0))


@dataclass(frozen=True)
class HeldOut:
    """Unlit pictures of a texture beside those of the true one; pixels of the object only."""

    psnr_db: float
    ssim: float


def held_out(
    mesh: Mesh,
    texture: Floats,  # [S, S, C]
    truth: Floats,  # [S, S, C]
    image_size: int = 1024,
    cameras: Sequence[Camera] | None = None,
) -> HeldOut:
    """Over all cameras; by default six that lie between the ones views are planned from."""
    cameras = cameras or orbit(mesh, DIRECTIONS)
    lookup = look_up_pixels(mesh, cameras, len(truth), image_size)
    masks = lookup.covered
    shown, expected = render(lookup, texture), render(lookup, truth)
    squared = np.mean((shown[masks] - expected[masks]) ** 2, dtype=np.float64)
    alike = [ssim(*views) for views in zip(shown, expected, masks, strict=True)]
    return HeldOut(decibels(float(squared)), float(np.mean(alike)))
