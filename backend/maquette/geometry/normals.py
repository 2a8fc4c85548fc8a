"""Normals of triangle meshes."""

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints

from .field import normalized


def face_normals(vertices: Floats, faces: Ints) -> Floats:
    """[F, 3] unit normals; (0, 0, 1) for a face without area."""
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    return normalized(np.cross(b - a, c - a))


def corner_angles(corners: npt.NDArray[np.floating[npt.NBitBase]]) -> npt.NDArray[np.float64]:  # [F, 3, 3]
    """[F, 3] the inner angle at each corner, in radians."""
    forward = np.roll(corners, -1, axis=1) - corners
    backward = np.roll(corners, 1, axis=1) - corners
    sine = np.linalg.norm(np.cross(forward, backward), axis=2)
    cosine = np.einsum("fij,fij->fi", forward, backward)
    angles: npt.NDArray[np.float64] = np.arctan2(sine, cosine)
    return angles


def vertex_normals(vertices: Floats, faces: Ints) -> Floats:
    """[V, 3] one unit normal per vertex: the face normals weighted by their angle at the vertex.

    This is what Blender shades a smooth mesh with, so a GLB that stores these normals looks the same there.
    """
    weights = corner_angles(vertices[faces].astype(np.float64)).reshape(-1)
    per_corner = np.repeat(face_normals(vertices, faces), 3, axis=0) * weights[:, None]
    ids = faces.reshape(-1)
    sums = [np.bincount(ids, per_corner[:, i], len(vertices)) for i in range(3)]
    return normalized(np.stack(sums, axis=1))
