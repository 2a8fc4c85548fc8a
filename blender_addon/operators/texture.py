# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: disable-error-code="valid-type"
"""New maps for the selected meshes: made from words, made sharper, or changed in part."""

from typing import Any

import bpy

from maquette.protocol import MaquetteError

from .. import catalogue, runtime
from ..panels.surface_inputs import reason_greyed
from ..properties import SURFACE_TASKS, settings
from ..scene_io import slots
from .generate import random_seed
from .surface_orders import surface_orders

_DESCRIPTIONS = {
    "texture": "Make new maps for the selected meshes from words. Mesh, UVs and the old material are kept",
    "refine": "Make the maps of the selected meshes sharper. The old material is kept",
    "edit": "Change the maps of the selected meshes, where the mask allows it. The old material is kept",
}


class MAQUETTE_OT_texture(bpy.types.Operator):
    """Make new maps for the selected meshes"""

    bl_idname = "maquette.texture"
    bl_label = "Texture"

    task: bpy.props.EnumProperty(
        name="Task",
        description="What is done with the maps",
        items=[(task, task.capitalize(), "") for task in SURFACE_TASKS],
        options={"SKIP_SAVE"},
    )

    @classmethod
    def description(cls, context: bpy.types.Context, properties: Any) -> str:
        return _DESCRIPTIONS[properties.task]

    def execute(self, context: bpy.types.Context) -> set[Any]:
        reason = reason_greyed(context, self.task)
        if reason:
            self.report({"ERROR"}, reason)
            return {"CANCELLED"}
        values = settings(context)
        recipe = catalogue.recipe(getattr(values, f"{self.task}_recipe"))
        seed = random_seed() if values.texture_random_seed else values.texture_seed
        try:
            orders = surface_orders(context, self.task, recipe, seed)
        except MaquetteError as error:
            self.report({"ERROR"}, error.message)
            return {"CANCELLED"}
        for order, target in orders:
            runtime.current().order(order, target)
        values.texture_seed = seed
        return {"FINISHED"}


class MAQUETTE_OT_switch(bpy.types.Operator):
    """Show the selected meshes with the material from before the last texture, or with the new one"""

    bl_idname = "maquette.switch"
    bl_label = "Before / After"
    bl_options = {"REGISTER", "UNDO"}

    before: bpy.props.BoolProperty(
        name="Before", description="Show the old material, not the new one", options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return any(True for item in context.selected_objects for _ in slots.pairs(item))

    def execute(self, context: bpy.types.Context) -> set[Any]:
        for item in context.selected_objects:
            for pair in list(slots.pairs(item)):
                slots.switch(pair, self.before)
        return {"FINISHED"}


CLASSES = (MAQUETTE_OT_texture, MAQUETTE_OT_switch)
