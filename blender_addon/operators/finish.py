# SPDX-License-Identifier: GPL-3.0-or-later
"""A clean copy of the selected mesh, within a budget, with its detail in maps."""

from dataclasses import replace
from typing import Any

import bpy

from maquette.protocol import Frame, MaquetteError

from .. import catalogue, runtime
from ..jobs import Order
from ..scene_io import placement, worn_maps
from ..scene_io.selection import Subject
from ..scene_io.surface import read_surface
from .generate import target_at_cursor


class MAQUETTE_OT_finish(bpy.types.Operator):
    """Repair, decimate and unwrap a copy of the selected mesh, and bake its detail and maps into new maps"""

    bl_idname = "maquette.finish"
    bl_label = "Finish"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        item = context.active_object
        if item is None or item.type != "MESH":
            cls.poll_message_set("Select a mesh")
            return False
        return bool(catalogue.recipes("finish"))

    def execute(self, context: bpy.types.Context) -> set[Any]:
        item: Any = context.active_object
        try:
            order = _order(context, item)
        except MaquetteError as error:
            self.report({"ERROR"}, error.message)
            return {"CANCELLED"}
        target = target_at_cursor(context)
        target = replace(target, location=placement.beside(item), name=f"{item.name} Finished")
        runtime.current().order(order, target)
        return {"FINISHED"}


def _order(context: bpy.types.Context, item: bpy.types.Object) -> Order:
    """The mesh as it is shown, with the maps it wears where they can be read. Raises bad_input."""
    recipe = catalogue.recipes("finish")[0]
    parameters = catalogue.values(context.window_manager, recipe.name)
    subject = Subject(item, tuple(range(len(item.material_slots))))
    found = worn_maps.look(subject)
    worn = found if isinstance(found, worn_maps.Worn) else None
    surface = read_surface(context, subject, uv_map=worn.uv_map if worn else "")
    frames = {"vertices": Frame.from_array(surface.vertices), "faces": Frame.from_array(surface.faces)}
    if surface.uvs is not None and worn is not None:
        frames["uvs"] = Frame.from_array(surface.uvs)
        frames |= worn_maps.encode(worn, int(str(parameters["texture_size"])))
    return Order(recipe.name, "finish", "", parameters, 0, frames)


CLASSES = (MAQUETTE_OT_finish,)
