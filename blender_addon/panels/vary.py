# SPDX-License-Identifier: GPL-3.0-or-later
"""The selected mesh as the start of another one: in words or pictures, whole or in part."""

from typing import Any

import bpy

from maquette.protocol import RecipeDescription

from .. import catalogue
from ..properties import settings
from . import parts, surface_inputs


class MAQUETTE_PT_vary(bpy.types.Panel):
    """What shall become of a copy of the selected mesh."""

    bl_label = "Vary Shape"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(catalogue.recipes("vary"))

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        values, recipe = settings(context), chosen_recipe(context)
        if recipe is None:
            return
        reason = reason_greyed(context)
        item: Any = context.active_object
        if reason:
            parts.text(layout, context, reason, "INFO")
        else:
            layout.label(text=item.name, icon="MESH_DATA")
        layout.prop(values, "vary_prompt", text="", placeholder="what it shall become")
        layout.prop(values, "vary_recipe", text="")
        parts.text(layout, context, recipe.summary)
        parts.download(layout, context, recipe)
        if any(name.startswith("images") for name in recipe.inputs):
            parts.images(layout, values.texture_images, surface=True)
        surface_inputs.draw_mask(layout, context, "vary")
        _options(layout, context, values, recipe)
        row = layout.row()
        row.scale_y = 1.4
        row.operator("maquette.vary", icon="MOD_REMESH")
        surface_inputs.draw_outcome(layout, context, "vary")


def chosen_recipe(context: bpy.types.Context) -> RecipeDescription | None:
    """The recipe that the panel stands on; None before the backend has told of any."""
    return surface_inputs.chosen_recipe(context, "vary")


def reason_greyed(context: bpy.types.Context) -> str:
    """Why nothing can be varied now; empty where it can be."""
    item: Any = context.active_object
    if item is None or item.type != "MESH":
        return "Select a mesh to start from"
    if chosen_recipe(context) is None:
        return "Start the backend first: it tells what it can do"
    return "" if len(item.data.polygons) or item.modifiers else f"{item.name} has no faces"


def _options(layout: Any, context: bpy.types.Context, values: Any, recipe: RecipeDescription) -> None:
    for advanced, title in ((False, "Options"), (True, "Advanced")):
        header, body = layout.panel(f"maquette_vary_{title.lower()}", default_closed=True)
        header.label(text=title)
        if body is None:
            continue
        body.use_property_split = True
        body.use_property_decorate = False
        catalogue.draw(body, context.window_manager, recipe.name, advanced)
        if not advanced:
            parts.seed(body, values, surface=True)


CLASSES = (MAQUETTE_PT_vary,)
