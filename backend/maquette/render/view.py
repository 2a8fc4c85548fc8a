"""One layer of what a camera sees of an object in its studio."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.assets.material import AlphaMode

from .cameras import Camera
from .lighting import Lighting, Received
from .rasterize import GBuffer
from .shade import shade
from .studio import Studio
from .surface import CornerAttributes, Surface, read_surface
from .textures import MipPyramid, face_levels
from .tone import tone_map

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Scene:
    """The object, ready to be seen from anywhere in its studio."""

    mesh: Mesh
    alpha_mode: AlphaMode
    attributes: CornerAttributes
    pyramid: MipPyramid
    studio: Studio
    lighting: Lighting


@dataclass(frozen=True)
class View:
    """A scene, a camera, and the surfaces that it sees: the nearest, or those of one layer behind."""

    scene: Scene
    camera: Camera
    levels: Floats  # [F] mip level of each face
    buffer: GBuffer

    def surface(self, pixels: Indices) -> Surface:  # [N] flat indices
        scene = self.scene
        face = self.buffer.face_id.reshape(-1)[pixels]
        weights = self.buffer.barycentric.reshape(-1, 3)[pixels]
        return read_surface(scene.attributes, scene.pyramid, self.levels, self.camera, face, weights)

    def light(self, pixels: Indices) -> Received:
        surface = self.surface(pixels)
        return self.scene.lighting.at(surface.position, surface.normal)

    def look(self, pixels: Indices, light: Received) -> tuple[Floats, Floats]:
        """What the pixels show, tone-mapped and weighted [N, 3], and how much they hide of what is behind
        [N].

        Clear bodies keep their mirror image; their far walls are left out, as viewers of glTF do.
        """
        scene, surface = self.scene, self.surface(pixels)
        to_viewer = self.camera.towards(surface.position)
        body, mirror = shade(surface, to_viewer, light, scene.studio, scene.lighting.ground)
        if scene.alpha_mode == "OPAQUE":
            return tone_map(body + mirror), np.ones_like(surface.alpha)
        if scene.alpha_mode == "MASK":
            shows = surface.alpha >= 0.5
            alpha = shows.astype(np.float32)
        else:
            shows = surface.is_front
            alpha = surface.alpha * shows
        seen = body * alpha[:, None] + mirror * shows[:, None]
        return tone_map(np.asarray(seen, dtype=np.float32)), alpha


def mip_levels(scene: Scene, camera: Camera, size: int, samples: int) -> Floats:  # [F]
    """The mip level of each face in a square picture of `size` pixels with so many samples each."""
    assert scene.mesh.uvs is not None
    clip = camera.project(scene.mesh.vertices)
    screen = clip[:, :2] / clip[:, 3:] * (size / 2 * np.sqrt(samples))
    return face_levels(scene.mesh.uvs, screen[scene.mesh.faces], int(scene.pyramid.sizes[0]))
