# SPDX-License-Identifier: GPL-3.0-or-later
"""What a press of Texture is about: the selected meshes, which slots of each, and why one cannot be textured.

Objects that share one mesh and one material count once, since one material serves them all.
"""

from dataclasses import dataclass
from typing import Any

import bpy

ALL_SLOTS = "ALL"


@dataclass(frozen=True)
class Subject:
    """One mesh that gets one new material, through one of the objects that show it."""

    item: bpy.types.Object
    slots: tuple[
        int, ...
    ]  # whose faces are textured; empty for a mesh without slots, which is textured whole
    others: int = 0  # further objects that will show the material too


def selected_meshes(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The selected mesh objects, the active one first."""
    active = context.active_object
    chosen = [item for item in context.selected_objects if item.type == "MESH"]
    if active is not None and active.type == "MESH" and (active in chosen or active.mode != "OBJECT"):
        return [active, *(item for item in chosen if item != active)]
    return chosen


def subjects(context: bpy.types.Context, slots: str) -> list[Subject]:
    """What is to be textured; `slots` is ALL_SLOTS, or anything else for each object's active slot."""
    found: dict[tuple[object, ...], Subject] = {}
    for item in selected_meshes(context):
        subject = Subject(item, _slots(item, slots), _others(item))
        found.setdefault(_identity(subject), subject)
    return list(found.values())


def reason_not_texturable(context: bpy.types.Context, slots: str = ALL_SLOTS, new_uvs: bool = False) -> str:
    """Why the selection cannot be textured, in words for the panel; empty if it can be.

    It is asked at every redraw, so that it only looks at what costs nothing to look at.
    """
    items = selected_meshes(context)
    if not items:
        return _reason_no_mesh(context.active_object)
    return next(filter(None, (_reason(item, slots, new_uvs) for item in items)), "")


def _reason_no_mesh(active: bpy.types.Object | None) -> str:
    if active is not None and active.select_get() and active.instance_collection is not None:
        return f"{active.name} is an instance of a collection: select the mesh itself, or make it real"
    if active is not None and active.select_get() and active.type in ("CURVE", "SURFACE", "META", "FONT"):
        return f"{active.name} is no mesh: convert it first (Object > Convert > Mesh)"
    return "Select a mesh to texture"


def _reason(item: bpy.types.Object, slots: str, new_uvs: bool) -> str:
    data: Any = item.data
    if not len(data.polygons) and not item.modifiers:
        return f"{item.name} has no faces"
    chosen = [item.material_slots[slot].material for slot in _slots(item, slots)]
    tiled = "" if new_uvs else next(filter(None, map(_tiled_picture, chosen)), "")
    if tiled:
        return f"{item.name} wears {tiled}, made of UDIM tiles, which Texture cannot fill: choose new UVs"
    if not item.is_editable or (not data.is_editable and not _has_own_slots(item, slots)):
        return f"{item.name} is linked from another file: make it local first (Object > Relations)"
    return ""


def _tiled_picture(material: bpy.types.Material | None) -> str:
    """The first picture in a material that is made of UDIM tiles."""
    nodes: Any = material.node_tree.nodes if material is not None and material.node_tree is not None else ()
    pictures = [node.image for node in nodes if node.type == "TEX_IMAGE" and node.image is not None]
    return next((picture.name for picture in pictures if picture.source == "TILED"), "")


def _slots(item: bpy.types.Object, slots: str) -> tuple[int, ...]:
    count = len(item.material_slots)
    if slots == ALL_SLOTS or count < 2:
        return tuple(range(count))
    return (item.active_material_index or 0,)


def _has_own_slots(item: bpy.types.Object, slots: str) -> bool:
    """Whether the materials belong to the object, so that its mesh need not change."""
    chosen = _slots(item, slots)
    return bool(chosen) and all(item.material_slots[slot].link == "OBJECT" for slot in chosen)


def _identity(subject: Subject) -> tuple[object, ...]:
    """What two objects must have in common to be textured by one job."""
    item, slots = subject.item, subject.slots
    is_shared = all(item.material_slots[slot].link == "DATA" for slot in slots)
    if not is_shared:
        return (item.name_full,)
    return (item.data.name_full if item.data else "", slots)


def _others(item: bpy.types.Object) -> int:
    data: Any = item.data
    if data.users < 2 or any(slot.link == "OBJECT" for slot in item.material_slots):
        return 0
    return sum(1 for other in bpy.data.objects if other.data == data and other != item)
