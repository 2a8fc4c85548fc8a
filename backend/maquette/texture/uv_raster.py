"""Which point of a mesh lies under each texel of its texture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints, Mesh
from maquette.assets.tangent_space import corner_tangents, vertex_normals
from maquette.render.cameras import texel_corners
from maquette.render.rasterize import rasterize_plane
from maquette.render.surface import interpolate


@dataclass(frozen=True)
class UvBuffer:
    """Maps of R rows of S texels, a whole texture or a band of it; row 0 is the top."""

    face_id: Ints  # [R, S], -1 where no face lies
    barycentric: Floats  # [R, S, 3] weights of the face's corners at the texel's centre

    @property
    def covered(self) -> npt.NDArray[np.int64]:
        """[K] the flat indices of the texels that a face covers, ascending."""
        return np.flatnonzero(self.face_id >= 0)


@dataclass(frozen=True)
class SurfacePoints:
    """The surface under K texels, as a viewer interpolates it. Normals and tangents are not unit vectors."""

    texels: npt.NDArray[np.int64]  # [K] flat index of the texel
    faces: npt.NDArray[np.int64]  # [K]
    positions: Floats  # [K, 3] metres
    normals: Floats  # [K, 3]
    tangents: Floats  # [K, 4] with the sign of the bitangent


def rasterize_uv(
    faces: Ints, uvs: Floats, size: int, first_row: int = 0, rows: int | None = None
) -> UvBuffer:
    """Draws the faces [F, 3] at their corner UVs [F, 3, 2], or a band of `rows` rows from `first_row` on.

    Where faces overlap the first one wins.
    """
    rows = size if rows is None else rows
    corners = texel_corners(uvs, size)
    corners[..., 1] -= first_row
    return UvBuffer(*rasterize_plane(corners, size, rows))


def surface_points(mesh: Mesh, buffer: UvBuffer) -> SurfacePoints:
    """Position, shading normal and tangent under every covered texel, each interpolated over its face."""
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    normals = vertex_normals(mesh)
    tangents = corner_tangents(mesh, normals)
    texels = buffer.covered
    faces = buffer.face_id.reshape(-1)[texels].astype(np.int64)
    weights = buffer.barycentric.reshape(-1, 3)[texels]
    corners = [mesh.vertices[mesh.faces], normals[mesh.faces], tangents[..., :3]]
    blended = interpolate(np.concatenate(corners, axis=2).astype(np.float32), faces, weights)
    signs = tangents[faces, 0, 3:]
    return SurfacePoints(
        texels, faces, blended[:, :3], blended[:, 3:6], np.concatenate([blended[:, 6:], signs], axis=1)
    )


def texel_steps(mesh: Mesh, size: int) -> tuple[Floats, Floats]:
    """How far one column to the right [F, 3] and one row up [F, 3] of the map are on each face, in metres."""
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    edge, side = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    flat = mesh.uvs.astype(np.float64) * size
    (u1, v1), (u2, v2) = (flat[:, 1] - flat[:, 0]).T, (flat[:, 2] - flat[:, 0]).T
    determinant = u1 * v2 - u2 * v1
    inverse = np.divide(1, determinant, out=np.zeros_like(determinant), where=np.abs(determinant) > 1e-12)
    right = (edge * v2[:, None] - side * v1[:, None]) * inverse[:, None]
    up = (side * u1[:, None] - edge * u2[:, None]) * inverse[:, None]
    return right.astype(np.float32), up.astype(np.float32)


@dataclass(frozen=True)
class Neighbours:
    """For K texels, the number of the neighbour on each side, -1 where no face covers it; all [K]."""

    right: npt.NDArray[np.int64]
    left: npt.NDArray[np.int64]
    above: npt.NDArray[np.int64]
    below: npt.NDArray[np.int64]


def find_neighbours(texels: npt.NDArray[np.int64], shape: tuple[int, ...]) -> Neighbours:
    """Looks up the neighbours of texels [K], flat indices of a map of `shape` [R, S]."""
    rows, size = shape
    wide = size + 2  # a border of uncovered texels
    number = np.full((rows + 2) * wide, -1, np.int64)
    at = (texels // size + 1) * wide + texels % size + 1
    number[at] = np.arange(len(texels))
    return Neighbours(number[at + 1], number[at - 1], number[at - wide], number[at + wide])
