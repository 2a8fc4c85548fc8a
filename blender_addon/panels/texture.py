# SPDX-License-Identifier: GPL-3.0-or-later
"""A surface in words for the selected mesh; greyed out, with the reason, while that cannot be done."""

from typing import Any

import bpy

from .. import catalogue
from ..properties import settings
from ..scene_io.selection import reason_not_texturable
from . import parts


class MAQUETTE_PT_texture(bpy.types.Panel):
    """New maps on the selected mesh's own UVs."""

    bl_label = "Texture"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        described = catalogue.recipes("texture")
        reason = reason_greyed(context)
        if reason:
            parts.text(layout, context, reason, "INFO")
        column = layout.column()
        column.enabled = not reason
        values = settings(context)
        prompt = column.column()
        prompt.scale_y = 1.2
        prompt.prop(values, "texture_prompt", text="", placeholder="weathered oak with brass nails")
        if len(described) > 1:
            column.prop(values, "texture_recipe", text="")
        if described:
            options = column.column()
            options.use_property_split = True
            options.use_property_decorate = False
            catalogue.draw(options, context.window_manager, values.texture_recipe, advanced=False)
        row = column.row()
        row.scale_y = 1.5
        row.operator("maquette.texture", icon="TEXTURE")


def reason_greyed(context: bpy.types.Context) -> str:
    """Why nothing can be textured now, in words; empty if it can be."""
    if not catalogue.recipes("texture"):
        return "No recipe for textures is installed yet: Generate makes objects with their own"
    return reason_not_texturable(context.active_object)


CLASSES = (MAQUETTE_PT_texture,)
