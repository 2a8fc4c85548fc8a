"""What points of a detailed mesh look like: nothing in particular, by its maps, or by a material in space."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from maquette.assets import Material, Mesh
from maquette.assets.color import linear_to_srgb
from maquette.assets.mesh import Floats
from maquette.assets.tangent_space import corner_tangents, vertex_normals
from maquette.geometry.field import normalized
from maquette.geometry.normals import crease_normals
from maquette.geometry.repair.clean import face_areas
from maquette.progress import Progress
from maquette.render.textures import (
    ALPHA,
    BASE_COLOR,
    EMISSIVE,
    METALLIC,
    NORMAL,
    OCCLUSION,
    ROUGHNESS,
    build_pyramid,
    sample,
)

from .cage import Hits
from .surface import Surface, sample_surface

PLAIN_COLOR: Final = 0.8  # sRGB, of a mesh that wears nothing
PLAIN_ROUGHNESS: Final = 0.5
CREASE_COSINE: Final = 0.64  # edges that bend by more than 50 degrees are sharp
FLAT_NORMAL: Final = (128, 128, 255)


@dataclass(frozen=True)
class Worn:
    """K points of a mesh."""

    base_color: Floats  # [K, 4] sRGB and alpha, 0..1
    occlusion: Floats  # [K] 0..1, 1 where the look does not say
    roughness: Floats  # [K] 0..1
    metallic: Floats  # [K] 0..1
    emissive: Floats  # [K, 3] sRGB
    normals: Floats  # [K, 3] unit


Look = Callable[[Hits, Progress], Worn]


def plain_look(mesh: Mesh) -> Look:
    """Light grey, smooth but for creases."""
    normals = crease_normals(mesh.vertices, mesh.faces, CREASE_COSINE)

    def look(hits: Hits, progress: Progress) -> Worn:
        ones = np.ones(len(hits.faces), np.float32)
        color = np.full((len(ones), 4), PLAIN_COLOR, np.float32)
        color[:, 3] = 1
        smooth = normalized(interpolated(normals[hits.faces], hits))
        return Worn(color, ones, ones * np.float32(PLAIN_ROUGHNESS), ones * 0, color[:, :3] * 0, smooth)

    return look


def surface_look(mesh: Mesh, surface: Surface) -> Look:
    """As `surface` says. Its heights are left out: the mesh itself has the relief."""
    plain = plain_look(mesh)

    def look(hits: Hits, progress: Progress) -> Worn:
        bare = plain(hits, progress)
        points = interpolated(mesh.vertices[mesh.faces[hits.faces]], hits)
        found = sample_surface(surface, points, bare.normals, progress)
        opacity = bare.base_color[:, 3:] if found.opacity is None else found.opacity[:, None]
        color = np.concatenate([found.base_color_srgb, opacity], axis=1)
        normals, glow = bare.normals, bare.emissive
        if found.normal_offset is not None:
            normals = normalized(normals + found.normal_offset)
        if found.emissive_srgb is not None:
            glow = found.emissive_srgb
        return Worn(color, bare.occlusion, found.roughness, found.metallic, glow, normals)

    return look


def maps_look(mesh: Mesh, material: Material, texel: float) -> Look:
    """As its maps say, read at the level that fits texels of that width in metres.

    A normal map bends the smooth normals that it was made for; without relief in it, creases are sharp.
    """
    assert mesh.uvs is not None, "a mesh with maps has UVs"
    uvs = mesh.uvs
    has_relief = bool((np.abs(material.normal.astype(np.int16) - FLAT_NORMAL) > 2).any())
    frames = _frames(mesh, smooth=has_relief)
    pyramid = build_pyramid(material)
    widths = texel_widths(mesh, len(material.base_color))

    def look(hits: Hits, progress: Progress) -> Worn:
        progress.check()
        levels = np.log2(np.maximum(texel / widths[hits.faces], 1)).astype(np.float32)
        maps = sample(pyramid, interpolated(uvs[hits.faces], hits), levels)
        color = np.concatenate([linear_to_srgb(maps[:, BASE_COLOR]), maps[:, ALPHA, None]], axis=1)
        glow = linear_to_srgb(maps[:, EMISSIVE]) if material.emissive is not None else color[:, :3] * 0
        frame = interpolated(frames[hits.faces], hits)
        normals = _bent(maps[:, NORMAL], frame, frames[hits.faces, 0, 6])
        return Worn(
            color.astype(np.float32),
            maps[:, OCCLUSION],
            maps[:, ROUGHNESS],
            maps[:, METALLIC],
            glow.astype(np.float32),
            normals,
        )

    return look


def interpolated(corners: Floats, hits: Hits) -> Floats:  # [K, 3, C] -> [K, C]
    """Values given at the corners of the faces that were hit, at the hits."""
    values: Floats = np.einsum("kc,kci->ki", hits.weights, corners)
    return values


def texel_widths(mesh: Mesh, size: int) -> Floats:
    """[F] metres that a texel of a map of `size` is wide on each face."""
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    first, second = (mesh.uvs[:, i].astype(np.float64) - mesh.uvs[:, 0] for i in (1, 2))
    flat = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2
    widths = np.sqrt(face_areas(mesh.vertices, mesh.faces) / np.maximum(flat, 1e-12)) / size
    return np.asarray(widths, np.float32)


def _frames(mesh: Mesh, smooth: bool) -> Floats:
    """[F, 3, 7] normal, tangent and the sign of the bitangent of each corner."""
    of_vertices = vertex_normals(mesh)
    tangents = corner_tangents(mesh, of_vertices)
    normals = of_vertices[mesh.faces]
    if not smooth:
        normals = crease_normals(mesh.vertices, mesh.faces, CREASE_COSINE)
    return np.concatenate([normals, tangents], axis=2)


def _bent(encoded: Floats, frame: Floats, sign: Floats) -> Floats:
    """[K, 3] unit normals that a normal map [K, 3] makes of frames [K, 7], as a viewer computes them."""
    x, y, z = (encoded * 2 - 1).T[..., None]
    normal, tangent = frame[:, :3], frame[:, 3:6]
    bitangent = np.cross(normal, tangent) * sign[:, None]
    return normalized(x * tangent + y * bitangent + z * normal)
