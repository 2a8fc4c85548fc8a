"""Frames: Maquette's own (Z up, front faces -Y, as in Blender) and glTF's (Y up, front faces +Z).

The conversion is a rotation, so it serves positions, directions, normals and the first three numbers of
tangents alike, and leaves the winding of faces and the handedness of tangents as they are.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def z_up_to_gltf(vectors: Array) -> Array:  # [..., 3] -> [..., 3]
    """(x, y, z) becomes (x, z, -y)."""
    return np.stack([vectors[..., 0], vectors[..., 2], -vectors[..., 1]], axis=-1)


def gltf_to_z_up(vectors: Array) -> Array:  # [..., 3] -> [..., 3]
    """(x, y, z) becomes (x, -z, y)."""
    return np.stack([vectors[..., 0], -vectors[..., 2], vectors[..., 1]], axis=-1)


def uvs_to_gltf(uvs: Array) -> Array:  # [..., 2] -> [..., 2]
    """Moves (0, 0) from the bottom left to the top left, or back: the flip is its own inverse."""
    return np.stack([uvs[..., 0], 1 - uvs[..., 1]], axis=-1)
