"""Normals of the faces of triangle meshes; `assets.tangent_space` has those that a mesh is shaded with."""

import numpy as np

from maquette.assets.mesh import Floats, Ints

from .field import normalized
from .topology import link_corners, mesh_edges


def face_normals(vertices: Floats, faces: Ints) -> Floats:
    """[F, 3] unit normals; (0, 0, 1) for a face without area."""
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    return normalized(np.cross(b - a, c - a))


def crease_normals(vertices: Floats, faces: Ints, least_cosine: float) -> Floats:
    """[F, 3, 3] unit normals of the corners: smooth, but not across edges whose faces differ by more.

    The faces around a vertex fall into fans that creases bound; each face of a fan counts with its angle.
    """
    corners = vertices[faces].astype(np.float64)
    ahead = normalized(np.roll(corners, -1, axis=1) - corners)
    behind = normalized(np.roll(corners, 1, axis=1) - corners)
    angles = np.arccos(np.clip(np.einsum("fci,fci->fc", ahead, behind), -1, 1))
    flat = face_normals(vertices, faces)
    pairs = mesh_edges(faces).pairs()
    alike = np.einsum("pi,pi->p", flat[pairs[:, 0] // 3], flat[pairs[:, 1] // 3]) > least_cosine
    fans = link_corners(faces, pairs[alike])  # [3F]
    weighted = (angles[..., None] * flat[:, None]).reshape(-1, 3)
    summed = np.stack([np.bincount(fans, weighted[:, axis]) for axis in range(3)], axis=1)
    return normalized(summed)[fans].reshape(-1, 3, 3)
