"""Normals of the faces of triangle meshes; `assets.tangent_space` has those that a mesh is shaded with."""

import numpy as np

from maquette.assets.mesh import Floats, Ints

from .field import normalized


def face_normals(vertices: Floats, faces: Ints) -> Floats:
    """[F, 3] unit normals; (0, 0, 1) for a face without area."""
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    return normalized(np.cross(b - a, c - a))
