"""How right a whole material is: its maps beside known ones, and what they make of light from elsewhere.

Maps that each are a little off may still look the same, and light that was painted into a base colour may fit
its own pictures: under other lights both show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Material, Mesh
from maquette.assets.color import linear_to_srgb
from maquette.render.cameras import Camera
from maquette.render.environment import PICTURE_ROWS, Environment, picture_directions, prefilter
from maquette.render.gbuffer import interpolated_attributes, view_buffer
from maquette.render.split_sum import shade
from maquette.texture.views import orbit

from .held_out import DIRECTIONS
from .pictures import decibels

Floats = npt.NDArray[np.float32]

AMBIENT: Final = 0.2  # radiance from everywhere
LIGHTS: Final = ((-0.6, -0.5, 0.6), (0.8, -0.3, 0.5), (0.1, 0.9, 0.4))  # towards each light
COLORS: Final = ((2.0, 1.8, 1.5), (1.6, 1.8, 2.1), (1.8, 1.8, 1.8))  # and its greatest radiance


@dataclass(frozen=True)
class Relit:
    """Errors are means of absolute differences, 0..1, over the pixels that show the mesh."""

    psnr_db: float  # of shaded pictures in sRGB, under every light
    roughness_error: float
    metallic_error: float


def compare_materials(
    mesh: Mesh,
    material: Material,
    truth: Material,  # maps of any size
    image_size: int = 256,
    cameras: Sequence[Camera] | None = None,
) -> Relit:
    """Over all cameras and three broad lights, one at a time; by default the held-out views."""
    attributes = interpolated_attributes(mesh)
    squared, maps = [], []
    for camera in cameras or orbit(mesh, DIRECTIONS):
        surface = view_buffer(mesh, camera, image_size, image_size, attributes)
        for light in broad_lights():
            shown, expected = (
                shade(surface, worn, light, camera)[surface.covered] for worn in (material, truth)
            )
            squared.append((_as_seen(shown) - _as_seen(expected)) ** 2)
        uv = surface.uv[surface.covered]
        maps.append(np.abs(_nearest(material.orm, uv) - _nearest(truth.orm, uv)))
    _, roughness, metallic = np.concatenate(maps).mean(axis=0, dtype=np.float64)
    mean = float(np.concatenate(squared).mean(dtype=np.float64))
    return Relit(decibels(mean), float(roughness), float(metallic))


@cache
def broad_lights() -> tuple[Environment, ...]:
    """Three surroundings of the second order of the spherical harmonics."""
    directions = picture_directions(PICTURE_ROWS)
    made = []
    for towards, color in zip(LIGHTS, COLORS, strict=True):
        facing = 0.5 + 0.5 * directions @ (
            np.asarray(towards, np.float32) / np.float32(np.linalg.norm(towards))
        )
        made.append(
            prefilter((AMBIENT + facing[..., None] ** 2 * np.asarray(color, np.float32)).astype(np.float32))
        )
    return tuple(made)


def _as_seen(linear: Floats) -> Floats:
    return np.asarray(linear_to_srgb(np.clip(linear, 0, 1)), dtype=np.float32)


def _nearest(image: npt.NDArray[np.uint8], uv: Floats) -> Floats:  # [S, S, 3], [N, 2] -> [N, 3] 0..1
    size = len(image)
    column = np.clip((uv[:, 0] * size).astype(np.intp), 0, size - 1)
    row = np.clip(((1 - uv[:, 1]) * size).astype(np.intp), 0, size - 1)
    return image[row, column].astype(np.float32) / np.float32(255)
