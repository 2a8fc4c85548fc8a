"""What a G-buffer's pixels see: where the surface is, how it faces, and what its material says there."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.assets.tangent_space import corner_tangents, vertex_normals

from . import textures
from .cameras import Camera
from .paths import CHOOSER
from .textures import MipPyramid
from .vectors import dot, unit

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class CornerAttributes:
    """Everything that is interpolated over faces, side by side: one read fetches all of it."""

    values: Floats  # [F, 3, 12] position, normal, tangent with its sign, uv
    face_normals: Floats  # [F, 3] unit


@dataclass(frozen=True)
class Surface:
    """N visible points and their material."""

    position: Floats  # [N, 3] world
    normal: Floats  # [N, 3] unit, with the normal map, on the viewer's side
    base_color: Floats  # [N, 3] linear
    alpha: Floats  # [N]
    occlusion: Floats  # [N] 1 is open
    roughness: Floats  # [N] perceptual
    metallic: Floats  # [N]
    emission: Floats | None  # [N, 3] linear
    is_front: npt.NDArray[np.bool_]  # [N] whether the face is seen from outside


def corner_attributes(mesh: Mesh) -> CornerAttributes:
    """The mesh must have UVs."""
    assert mesh.uvs is not None
    normals = vertex_normals(mesh)
    corners = mesh.vertices[mesh.faces]
    values = [corners, normals[mesh.faces], corner_tangents(mesh, normals), mesh.uvs]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return CornerAttributes(np.concatenate(values, axis=2).astype(np.float32), unit(across))


def interpolate(
    values: Floats,  # [F, 3, C]
    face: npt.NDArray[np.integer[Any]],  # [N], -1 for none
    barycentric: Floats,  # [N, 3]
) -> Floats:  # [N, C]
    """What the corners carry, at points of their faces; zero at points of no face, whose weights are zero."""
    return CHOOSER.choose(len(face)).interpolate(values, face, barycentric)


def read_surface(
    attributes: CornerAttributes,
    pyramid: MipPyramid,
    levels: Floats,  # [F] mip level of each face
    camera: Camera,
    face: npt.NDArray[np.integer[Any]],  # [N]
    barycentric: Floats,  # [N, 3]
) -> Surface:
    """The surface at N points given by face and weights."""
    values = interpolate(attributes.values, face, barycentric)
    to_viewer = camera.towards(values[:, :3])
    maps = textures.sample(pyramid, values[:, 10:12], levels[face])
    return surface_from(values, maps, to_viewer, dot(attributes.face_normals[face], to_viewer) > 0)


def surface_from(
    values: Floats,  # [N, 12] as `CornerAttributes.values`, interpolated
    maps: Floats,  # [N, C] as `textures.sample` gives them
    to_viewer: Floats,  # [N, 3] unit
    is_front: npt.NDArray[np.bool_],  # [N]
) -> Surface:
    """The surface at N points with what the maps say there."""
    bump = maps[:, textures.NORMAL] * 2 - np.float32(256 / 255)  # 128 is flat
    normal, roughness = _bend(values, bump, maps[:, textures.ROUGHNESS])
    normal[~is_front] *= -1
    has_emission = maps.shape[1] > textures.EMISSIVE.start
    return Surface(
        position=values[:, :3],
        normal=_towards_viewer(normal, to_viewer),
        base_color=maps[:, textures.BASE_COLOR],
        alpha=maps[:, textures.ALPHA],
        occlusion=maps[:, textures.OCCLUSION],
        roughness=roughness,
        metallic=maps[:, textures.METALLIC],
        emission=maps[:, textures.EMISSIVE] if has_emission else None,
        is_front=is_front,
    )


def _bend(values: Floats, bump: Floats, roughness: Floats) -> tuple[Floats, Floats]:
    """World normals from tangent-space ones, and roughness with what filtering took out of the normals.

    Averaged normals are short; the missing length is the variance of the slopes that a pixel no longer
    shows, and widens the highlight instead (Toksvig, "Mipmapping Normal Maps", 2004): alpha squared grows
    by (1 - l) / l.
    """
    normal, tangent, sign = values[:, 3:6], values[:, 6:9], values[:, 9:10]
    bitangent = np.cross(normal, tangent) * sign
    bent = tangent * bump[:, :1] + bitangent * bump[:, 1:2] + normal * bump[:, 2:]
    length = np.clip(np.sqrt(dot(bump, bump)), 0.5, 1)
    alpha_squared = roughness**4 + (1 - length) / length
    return unit(bent), np.minimum(alpha_squared, 1) ** np.float32(0.25)


def _towards_viewer(normal: Floats, to_viewer: Floats) -> Floats:
    """Interpolation and normal maps turn some normals near the outline away; they are tilted back to
    edge-on.
    """
    facing = dot(normal, to_viewer)[:, None]
    return unit(normal + np.maximum(np.float32(0.02) - facing, 0) * to_viewer)
