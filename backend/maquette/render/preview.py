"""A picture of an asset as one would put it in a README: three soft lights, a quiet background, a grounded
shadow.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Asset
from maquette.protocol import bad_input

from .cameras import Camera, fit_perspective
from .exposure import expose
from .ground import Ground
from .lighting import light_scene
from .studio import build_studio
from .surface import corner_attributes
from .textures import build_pyramid, face_opacity
from .tone import to_bytes
from .view import Scene

Floats = npt.NDArray[np.float32]

_FOV_DEG: Final = 26.0
_FILL: Final = 0.82
_FINE_SIZE: Final = 512  # pixels from which a picture shows how smooth its shadows are
_COARSE_DOME: Final = 0.4  # of the directions of the sky, for smaller ones
_TOP: Final = np.array([0.52, 0.53, 0.55], dtype=np.float32)  # of the backdrop, linear
_FLOOR: Final = np.array([0.84, 0.84, 0.83], dtype=np.float32)


def render_preview(
    asset: Asset,
    size: int = 768,
    azimuth_deg: float = 35.0,
    elevation_deg: float = 20.0,
) -> npt.NDArray[np.uint8]:  # [size, size, 3] sRGB
    """The asset from three quarters, filling the picture. Raises bad_input where there is nothing to see."""
    mesh = asset.mesh
    if len(mesh.faces) == 0 or mesh.uvs is None:
        raise bad_input("the mesh has no faces or no UVs: there is nothing to render")
    camera = fit_perspective(mesh.vertices[mesh.faces.ravel()], azimuth_deg, elevation_deg, _FOV_DEG, _FILL)
    studio = build_studio(azimuth_deg)
    opacity = face_opacity(asset.material, mesh.uvs)
    dome_share = 1.0 if size >= _FINE_SIZE else _COARSE_DOME
    lighting = light_scene(mesh.vertices.astype(np.float64), mesh.faces, studio, opacity, dome_share)
    pyramid = build_pyramid(asset.material)
    scene = Scene(mesh, asset.material.alpha_mode, corner_attributes(mesh), pyramid, studio, lighting)
    color, transmitted = expose(scene, camera, size)
    return to_bytes(color + transmitted[..., None] * _backdrop(camera, lighting.ground, size))


def _backdrop(camera: Camera, ground: Ground, size: int) -> Floats:  # [size, size, 3] linear
    """A gradient, brighter around the object, times the shadow on the floor; floor and wall meet nowhere."""
    y, x = ((np.mgrid[0:size, 0:size] + 0.5) / size).astype(np.float32)
    rise = np.clip((y - 0.1) / 0.75, 0, 1)
    gradient = _TOP + (_FLOOR - _TOP) * (rise * rise * (3 - 2 * rise))[..., None]
    glow = np.exp(-((x - 0.5) ** 2 + (y - 0.62) ** 2) / np.float32(0.18))
    light = (np.float32(0.86) + np.float32(0.2) * glow) * _floor_brightness(camera, ground, size)
    return np.asarray(gradient * light[..., None])


def _floor_brightness(camera: Camera, ground: Ground, size: int) -> Floats:  # [size, size]
    """The shadow on the floor as each pixel sees it; 1 above the horizon."""
    directions = camera.rays(size, size)[1].reshape(-1, 3).astype(np.float32)
    eyes = np.broadcast_to(camera.position.astype(np.float32), directions.shape)
    brightness = ground.below(eyes, directions)
    return np.where(directions[:, 2] < 0, brightness, 1).reshape(size, size).astype(np.float32)
