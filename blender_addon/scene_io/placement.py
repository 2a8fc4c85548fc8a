# SPDX-License-Identifier: GPL-3.0-or-later
"""Where results stand: in one collection of the scene, at the 3D cursor, variants side by side, selected."""

from typing import Any, cast

import bpy

COLLECTION = "Maquette"
_MARK = "maquette_collection"
_GAP = 0.15  # between variants, as a share of the wider neighbour

Vector = tuple[float, float, float]


def reason_to_wait(window_manager: bpy.types.WindowManager) -> str:
    """Why nothing may be added to the scene at this moment, in words for the Jobs panel; empty if it may."""
    if bpy.app.is_job_running("RENDER") or bpy.app.is_job_running("OBJECT_BAKE"):
        return "Appears when the render is done"
    for window in window_manager.windows:
        active = window.view_layer.objects.active
        if active is not None and active.mode != "OBJECT":
            return "Appears when you are back in Object Mode"
        if any("UNDO" in running.bl_options for running in window.modal_operators):
            return "Appears when the current tool is done"
    return ""


def scene_by_uid(uid: int) -> bpy.types.Scene | None:
    """The scene with a session identifier, which a rename does not change; None once it was deleted."""
    return next((scene for scene in bpy.data.scenes if scene.session_uid == uid), None)


def slot_offset(widths: list[float], width: float) -> float:
    """How far along X the centre of the next variant is from the first, given the widths placed so far."""
    offset, previous = 0.0, None
    for current in [*widths, width]:
        if previous is not None:
            offset += (previous + current) / 2 + _GAP * max(previous, current)
        previous = current
    return offset


def object_by_uid(uid: int) -> bpy.types.Object | None:
    """The object with a session identifier; None once it was deleted."""
    return next((item for item in bpy.data.objects if item.session_uid == uid), None)


def width_of(item: bpy.types.Object) -> float:
    """Extent of a mesh object along X in metres."""
    corners = [corner[0] for corner in item.bound_box]
    return float(max(corners) - min(corners))


def beside(item: bpy.types.Object) -> Vector:
    """Where one more like it stands, to its right."""
    here = item.matrix_world.translation
    return (here.x + slot_offset([width_of(item)], width_of(item)), here.y, here.z)


def place(item: bpy.types.Object, scene: bpy.types.Scene, location: Vector) -> None:
    """Links an object to the scene's Maquette collection and makes it the one that is selected and active."""
    view_layer = _view_layer(scene)
    item.location = location
    _collection(scene, view_layer).objects.link(item)
    for other in list(view_layer.objects.selected):
        other.select_set(False, view_layer=view_layer)
    view_layer.update()
    item.select_set(True, view_layer=view_layer)
    view_layer.objects.active = item


def show(item: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    """Selects an object that stands in the scene already; False when it stands elsewhere."""
    view_layer = _view_layer(scene)
    if view_layer.objects.get(item.name) != item:
        return False
    for other in list(view_layer.objects.selected):
        other.select_set(False, view_layer=view_layer)
    item.hide_set(False, view_layer=view_layer)
    item.select_set(True, view_layer=view_layer)
    view_layer.objects.active = item
    return True


def _view_layer(scene: bpy.types.Scene) -> bpy.types.ViewLayer:
    """The layer of a window that shows the scene, else the scene's first."""
    manager = bpy.context.window_manager
    shown = [w.view_layer for w in (manager.windows if manager else ()) if w.scene == scene]
    return shown[0] if shown else scene.view_layers[0]


def _collection(scene: bpy.types.Scene, view_layer: bpy.types.ViewLayer) -> bpy.types.Collection:
    """The scene's Maquette collection, known by its mark after a rename; the root where that is hidden."""
    for collection in scene.collection.children_recursive:
        if cast(Any, collection).get(_MARK):
            return collection if _is_visible(collection, view_layer) else scene.collection
    collection = bpy.data.collections.new(COLLECTION)
    cast(Any, collection)[_MARK] = True
    scene.collection.children.link(collection)
    return collection


def _is_visible(collection: bpy.types.Collection, view_layer: bpy.types.ViewLayer) -> bool:
    layers = [view_layer.layer_collection]
    while layers:
        layer = layers.pop()
        if layer.collection == collection:
            return bool(layer.is_visible) and not layer.exclude
        layers.extend(layer.children)
    return False
