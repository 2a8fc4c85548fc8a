# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays become a Blender mesh by writing its attributes: an order of magnitude faster than from_pydata."""

from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from maquette.protocol import MaquetteError

UV_MAP = "UVMap"


def build_mesh(
    name: str,
    vertices: npt.NDArray[np.float32],  # [V, 3] metres, Z up
    faces: npt.NDArray[np.int32],  # [F, 3] counter-clockwise
    uvs: npt.NDArray[np.float32] | None = None,  # [F, 3, 2] per corner, (0, 0) bottom left
) -> bpy.types.Mesh:
    """A smooth shaded triangle mesh. Raises MaquetteError for arrays that would corrupt Blender's memory."""
    _check(vertices, faces, uvs)
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


def _check(
    vertices: npt.NDArray[np.float32], faces: npt.NDArray[np.int32], uvs: npt.NDArray[np.float32] | None
) -> None:
    """Blender trusts what is written to attributes, so indices out of range would crash it."""
    if (
        vertices.ndim != 2
        or vertices.shape[1] != 3
        or faces.ndim != 2
        or faces.shape[1] != 3
        or not len(faces)
    ):
        raise _broken(f"arrays of shapes {vertices.shape} and {faces.shape} are no triangle mesh")
    if int(faces.min()) < 0 or int(faces.max()) >= len(vertices):
        raise _broken(f"faces point to vertex {int(faces.max())} of {len(vertices)}")
    if not np.isfinite(vertices).all():
        raise _broken("some vertices are not finite")
    if uvs is not None and uvs.shape != (*faces.shape, 2):
        raise _broken(f"UVs of shape {uvs.shape} do not belong to {len(faces)} faces")


def _broken(reason: str) -> MaquetteError:
    return MaquetteError("internal", f"The mesh that arrived is broken ({reason}): try another seed", "retry")


def _has_collapsed(faces: npt.NDArray[np.int32]) -> bool:
    """Whether a face uses a vertex twice. Only then is Blender's validation worth its time: it drops them."""
    a, b, c = faces[:, 0], faces[:, 1], faces[:, 2]
    return bool(((a == b) | (b == c) | (c == a)).any())
