"""Metallic-roughness surfaces in an environment: image-based lighting by the split sum.

Karis, "Real Shading in Unreal Engine 4", 2013: the mirror lobe's integral is taken as the product of the
light blurred over the lobe and of the lobe's own integral, each known in advance. Quick, and without shadows
but for the occlusion map: for tests, and for looks in passing; the previews are lit by `preview`.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Material
from maquette.threads import map_threads

from . import textures
from .brdf import mirror_occlusion, reflectance
from .cameras import Camera
from .environment import Environment
from .gbuffer import SurfaceBuffer
from .surface import Surface, surface_from
from .textures import MipPyramid, build_pyramid
from .vectors import dot

Floats = npt.NDArray[np.float32]

_PIXELS: Final = 1 << 14  # shaded at a time, so that intermediate arrays stay in the cache
_TURNED_AWAY: Final = -0.25  # cosines below it are of back faces; above, smooth normals at the outline


def shade(
    surface: SurfaceBuffer,  # of a view
    material: Material,
    environment: Environment,
    camera: Camera,  # the view's
) -> Floats:  # [H, W, 3] linear RGB, zero where nothing is
    """What the camera sees of the surface with its material. Alpha is not looked at."""
    pyramid = build_pyramid(material)
    levels = _mip_levels(surface, int(pyramid.sizes[0]))
    image = np.zeros((surface.face_id.size, 3), dtype=np.float32)

    def shade_part(pixels: npt.NDArray[np.intp]) -> None:
        row, column = np.divmod(pixels, surface.face_id.shape[1])
        points = _surface_points(surface, pyramid, levels, camera, row, column)
        image[pixels] = reflect(points, camera.towards(points.position), environment)

    map_threads(shade_part, _chunks(np.flatnonzero(surface.covered)))
    return image.reshape(*surface.face_id.shape, 3)


def reflect(surface: Surface, to_viewer: Floats, environment: Environment) -> Floats:  # [N, 3] -> [N, 3]
    """Radiance towards the viewer."""
    facing = np.clip(dot(surface.normal, to_viewer), 0, 1)
    _, mirrored = reflectance(surface.base_color, surface.metallic, surface.roughness, facing)
    direction = 2 * facing[:, None] * surface.normal - to_viewer
    mirror = mirrored * environment.mirrored(direction, surface.roughness)
    mirror *= mirror_occlusion(surface.occlusion, surface.roughness, facing)[:, None]
    albedo = surface.base_color * (1 - surface.metallic[:, None])
    body = albedo * (1 - mirrored) * environment.diffuse(surface.normal) * surface.occlusion[:, None]
    emission = np.float32(0) if surface.emission is None else surface.emission
    return np.asarray(mirror + body + emission)


def _surface_points(
    surface: SurfaceBuffer,
    pyramid: MipPyramid,
    levels: Floats,  # [H, W]
    camera: Camera,
    row: npt.NDArray[np.intp],  # [N]
    column: npt.NDArray[np.intp],  # [N]
) -> Surface:
    fields = (surface.position, surface.normal, surface.tangent, surface.uv)
    values = np.concatenate([field[row, column] for field in fields], axis=1)
    maps = textures.sample(pyramid, values[:, 10:12], levels[row, column])
    to_viewer = camera.towards(values[:, :3])
    return surface_from(values, maps, to_viewer, dot(values[:, 3:6], to_viewer) > _TURNED_AWAY)


def _mip_levels(surface: SurfaceBuffer, size: int) -> Floats:  # [H, W]
    """The level at which a texel covers about a pixel: from how far the UV moves to the nearer neighbour.

    The other neighbour may lie across a seam or an outline.
    """
    across = _least_step(surface.uv, surface.covered)
    down = _least_step(surface.uv.swapaxes(0, 1), surface.covered.T).T
    texels = size**2 * across * down
    level = 0.5 * np.log2(np.maximum(texels, 1))
    return np.where(np.isfinite(level), level, 0).astype(np.float32)


def _least_step(uv: Floats, covered: npt.NDArray[np.bool_]) -> Floats:  # [H, W, 2], [H, W] -> [H, W]
    """The lesser distance to the UVs on the left and on the right; infinite where there is no neighbour."""
    gap = np.diff(uv, axis=1)
    step = np.where(covered[:, 1:] & covered[:, :-1], np.sqrt(dot(gap, gap)), np.float32(np.inf))
    edge = np.full((len(uv), 1), np.inf, dtype=np.float32)
    return np.minimum(np.hstack([edge, step]), np.hstack([step, edge]))


def _chunks(pixels: npt.NDArray[np.intp]) -> Iterator[npt.NDArray[np.intp]]:
    for start in range(0, len(pixels), _PIXELS):
        yield pixels[start : start + _PIXELS]
