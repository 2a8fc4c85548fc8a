# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays become a Blender mesh by writing its attributes: an order of magnitude faster than from_pydata."""

from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

UV_MAP = "UVMap"


def build_mesh(
    name: str,
    vertices: npt.NDArray[np.float32],  # [V, 3] metres, Z up
    faces: npt.NDArray[np.int32],  # [F, 3] counter-clockwise
    uvs: npt.NDArray[np.float32] | None = None,  # [F, 3, 2] per corner, (0, 0) bottom left
) -> bpy.types.Mesh:
    """A smooth shaded triangle mesh. Blender trusts these indices: the client has checked them on arrival."""
    count = len(faces)
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(vertices))
    mesh.loops.add(3 * count)
    mesh.polygons.add(count)
    _attribute(mesh, "position", "FLOAT_VECTOR", "POINT").foreach_set("vector", _flat(vertices, np.float32))
    _attribute(mesh, ".corner_vert", "INT", "CORNER").foreach_set("value", _flat(faces, np.int32))
    mesh.polygons.foreach_set("loop_start", np.arange(0, 3 * count, 3, dtype=np.int32))
    if uvs is not None:
        layer = mesh.uv_layers.new(name=UV_MAP, do_init=False)
        layer.uv.foreach_set("vector", _flat(uvs, np.float32))
    mesh.update(calc_edges=True)
    if _has_collapsed(faces):
        mesh.validate()
    mesh.shade_smooth()
    return mesh


def _attribute(mesh: bpy.types.Mesh, name: str, kind: str, domain: str) -> Any:
    attributes: Any = mesh.attributes
    return (attributes.get(name) or attributes.new(name, kind, domain)).data


def _flat(array: npt.NDArray[Any], dtype: type[np.generic]) -> npt.NDArray[Any]:
    return np.ascontiguousarray(array, dtype=dtype).reshape(-1)


def _has_collapsed(faces: npt.NDArray[np.int32]) -> bool:
    """Whether a face uses a vertex twice. Only then is Blender's validation worth its time: it drops them."""
    a, b, c = faces[:, 0], faces[:, 1], faces[:, 2]
    return bool(((a == b) | (b == c) | (c == a)).any())
