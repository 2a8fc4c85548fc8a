# SPDX-License-Identifier: GPL-3.0-or-later
"""The selected mesh as arrays, triangulated the way Blender itself draws it."""

from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from maquette.protocol import MaquetteError, bad_input


@dataclass(frozen=True)
class MeshArrays:
    """One object's base mesh in its own space."""

    vertices: npt.NDArray[np.float32]  # [V, 3] metres
    faces: npt.NDArray[np.int32]  # [F, 3]
    uvs: npt.NDArray[np.float32]  # [F, 3, 2] per corner of its active UV map


def reason_not_texturable(item: bpy.types.Object | None) -> str:
    """Why an object cannot be textured, in words for the panel; empty if it can."""
    if item is None or item.type != "MESH":
        return "Select a mesh to texture"
    mesh: Any = item.data
    if not len(mesh.polygons):
        return f"{item.name} has no faces"
    if mesh.uv_layers.active is None:
        return f"{item.name} has no UV map: unwrap it first"
    return ""


def read_mesh(item: bpy.types.Object) -> MeshArrays:
    """Raises bad_input for anything but a mesh with faces and UVs. Modifiers stay: the maps fit with them."""
    reason = reason_not_texturable(item)
    if reason:
        raise bad_input(reason)
    mesh: Any = item.data
    mesh.calc_loop_triangles()
    vertices = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.attributes["position"].data.foreach_get("vector", vertices)
    count = len(mesh.loop_triangles)
    faces, loops = np.empty(3 * count, np.int32), np.empty(3 * count, np.int32)
    mesh.loop_triangles.foreach_get("vertices", faces)
    mesh.loop_triangles.foreach_get("loops", loops)
    uvs = np.empty(2 * len(mesh.loops), np.float32)
    mesh.uv_layers.active.uv.foreach_get("vector", uvs)
    if not np.isfinite(uvs).all() or not np.isfinite(vertices).all():
        raise MaquetteError(
            "bad_input", f"{item.name} has broken coordinates: clean the mesh up", "change_input"
        )
    return MeshArrays(
        vertices.reshape(-1, 3), faces.reshape(-1, 3), uvs.reshape(-1, 2)[loops].reshape(-1, 3, 2)
    )
