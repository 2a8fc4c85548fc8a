# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's own unwrap on the seams of a UV map: least stretch (SLIM), angle based before Blender 4.3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

MARGIN = 16 / 2048  # between islands, as a share of the map's side
_SAME = 1e-6  # UV units below which two corners are one


def seams_of(mesh: Any, layer: Any) -> npt.NDArray[np.bool_]:  # [E]
    """The edges where the polygons at their sides lie apart in a UV map."""
    count = len(mesh.loops)
    edges, vertices = np.empty(count, np.int32), np.empty(count, np.int32)
    mesh.loops.foreach_get("edge_index", edges)
    mesh.loops.foreach_get("vertex_index", vertices)
    uvs = np.empty(2 * count, np.float32)
    layer.uv.foreach_get("vector", uvs)
    uvs = uvs.reshape(-1, 2)
    starts, totals = np.empty(len(mesh.polygons), np.int32), np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_start", starts)
    mesh.polygons.foreach_get("loop_total", totals)
    following = np.arange(1, count + 1)
    following[starts + totals - 1] = starts
    is_upward = (vertices < vertices[following])[:, None]
    ends = np.where(is_upward, np.hstack([uvs, uvs[following]]), np.hstack([uvs[following], uvs]))  # [L, 4]
    low, high = np.full((len(mesh.edges), 4), np.inf), np.full((len(mesh.edges), 4), -np.inf)
    np.minimum.at(low, edges, ends)
    np.maximum.at(high, edges, ends)
    return np.asarray((high - low > _SAME).any(axis=1))


def unwrap_on_seams(context: bpy.types.Context, item: bpy.types.Object, layer: Any) -> None:
    """Lays the islands of a UV map out anew, without touching anything else of the mesh."""
    mesh: Any = item.data
    seams = seams_of(mesh, layer)
    with _copy(context, mesh, layer.name) as made:
        made.data.edges.foreach_set("use_seam", seams)
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.mesh.reveal(select=False)
        bpy.ops.mesh.select_all(action="SELECT")
        bpy.ops.uv.unwrap(method=_best_method(), margin=MARGIN)
        bpy.ops.uv.select_all(action="SELECT")
        bpy.ops.uv.average_islands_scale()
        bpy.ops.uv.pack_islands(margin=MARGIN)
        bpy.ops.object.mode_set(mode="OBJECT")
        uvs = np.empty(2 * len(mesh.loops), np.float32)
        made.data.uv_layers[layer.name].uv.foreach_get("vector", uvs)
    layer.uv.foreach_set("vector", uvs)
    mesh.update()


@contextmanager
def _copy(context: bpy.types.Context, mesh: Any, uv_map: str) -> Iterator[Any]:
    """A selected and active object with a copy of the mesh; selection and active come back after it."""
    layer: Any = context.view_layer
    active, selected = layer.objects.active, list(layer.objects.selected)
    made: Any = bpy.data.objects.new("Maquette unwrap", mesh.copy())
    layer.active_layer_collection.collection.objects.link(made)
    try:
        for other in selected:
            other.select_set(False)
        layer.objects.active = made
        made.select_set(True)
        made.data.uv_layers.active = made.data.uv_layers[uv_map]
        yield made
    finally:
        copied = made.data
        bpy.data.objects.remove(made)
        bpy.data.meshes.remove(copied)
        for other in selected:
            other.select_set(True)
        layer.objects.active = active


def _best_method() -> Any:
    operator: Any = bpy.ops.uv.unwrap
    known = operator.get_rna_type().properties["method"].enum_items.keys()
    return "MINIMUM_STRETCH" if "MINIMUM_STRETCH" in known else "ANGLE_BASED"
