"""The surface under every texel: place, face, and a normal that is smooth but for creases."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.assets.mesh import Floats, Ints
from maquette.geometry.normals import face_normals
from maquette.geometry.topology import link_corners, mesh_edges
from maquette.render.vectors import dot, unit
from maquette.texture.uv_raster import rasterize_uv

CREASE_COSINE = np.float32(0.77)  # faces that meet at more than 40 degrees are not smoothed into each other


@dataclass(frozen=True)
class TexelPoints:
    """T texels on a mesh."""

    texels: npt.NDArray[np.int64]  # [T] flat index, ascending
    faces: Ints  # [T]
    positions: Floats  # [T, 3] metres
    normals: Floats  # [T, 3] unit


def texel_points(mesh: Mesh, size: int) -> TexelPoints:
    """Points under the texels of a texture of `size` a side. The mesh must have UVs."""
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    buffer = rasterize_uv(mesh.faces, mesh.uvs, size)
    texels = buffer.covered
    faces = buffer.face_id.reshape(-1)[texels]
    weights = buffer.barycentric.reshape(-1, 3)[texels]
    corners = np.concatenate([mesh.vertices[mesh.faces], crease_normals(mesh)], axis=2)  # [F, 3, 6]
    values = sum(weights[:, k : k + 1] * corners[faces, k] for k in range(3))
    values = np.asarray(values, dtype=np.float32)
    return TexelPoints(texels, faces, values[:, :3], unit(values[:, 3:]))


def crease_normals(mesh: Mesh) -> Floats:  # [F, 3, 3] unit
    """Normals of the corners, averaged by area over the faces around that no crease parts from theirs."""
    faces = weld_places(mesh)
    flat = face_normals(mesh.vertices, mesh.faces).astype(np.float32)
    pairs = mesh_edges(faces).pairs()
    smooth = dot(flat[pairs[:, 0] // 3], flat[pairs[:, 1] // 3]) > CREASE_COSINE
    group = link_corners(faces, pairs[smooth])
    corners = mesh.vertices[mesh.faces]
    doubled_area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    weighted = np.repeat(flat * doubled_area[:, None], 3, axis=0)  # [3F, 3]
    summed = np.stack([np.bincount(group, weighted[:, axis]) for axis in range(3)], axis=1)
    return unit(summed[group]).reshape(-1, 3, 3)


def weld_places(mesh: Mesh) -> Ints:  # [F, 3]
    """The faces by the number of their corners' place: vertices split at UV seams count as one."""
    bits = np.ascontiguousarray(mesh.vertices + np.float32(0)).view(np.uint32).astype(np.uint64)  # -0 is 0
    order = np.lexsort(bits.T)
    ordered = bits[order]
    differs = np.concatenate([[False], (ordered[1:] != ordered[:-1]).any(axis=1)])
    number = np.empty(len(bits), np.int32)
    number[order] = np.cumsum(differs)
    return number[mesh.faces]
