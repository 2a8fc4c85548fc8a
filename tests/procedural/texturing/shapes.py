"""Meshes for tests of textures."""

import numpy as np
import trimesh

from maquette.assets import Mesh


def mesh_of(shape: trimesh.Trimesh) -> Mesh:
    return Mesh(np.array(shape.vertices, np.float32), np.array(shape.faces, np.int32))


def ball(subdivisions: int = 3) -> Mesh:
    return mesh_of(trimesh.creation.icosphere(subdivisions=subdivisions, radius=0.5))


def cube() -> Mesh:
    return mesh_of(trimesh.creation.box((1, 1, 1)))


def table() -> Mesh:
    """A plate of 1 x 1 at a height of 0.3 over a wider floor: the floor's middle is under a roof."""
    plate = trimesh.creation.box((1, 1, 0.1))
    floor = trimesh.creation.box((2, 2, 0.1))
    plate.apply_translation((0, 0, 0.3))
    return mesh_of(trimesh.util.concatenate([plate, floor]))
