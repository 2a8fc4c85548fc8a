# SPDX-License-Identifier: GPL-3.0-or-later
"""A surface in words for the selected meshes; greyed out, with the reason, while that cannot be done."""

from typing import Any

import bpy

from .. import catalogue
from ..properties import settings
from ..scene_io import slots
from . import parts, surface_inputs


class MAQUETTE_PT_texture(bpy.types.Panel):
    """New maps on the selected meshes' own UVs, and the switch between before and after."""

    bl_label = "Texture"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        _draw_task(layout, context, "texture", "Texture", "TEXTURE")
        _switch(layout, context)


class MAQUETTE_PT_refine(bpy.types.Panel):
    """Sharper maps."""

    bl_label = "Refine"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"
    bl_parent_id = "MAQUETTE_PT_texture"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        _draw_task(self.layout, context, "refine", "Refine", "SHARPCURVE")


class MAQUETTE_PT_edit(bpy.types.Panel):
    """Other maps in part of the surface."""

    bl_label = "Edit"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"
    bl_parent_id = "MAQUETTE_PT_texture"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        _draw_task(self.layout, context, "edit", "Edit", "BRUSH_DATA")


class MAQUETTE_PT_unwrap(bpy.types.Panel):
    """A second UV map."""

    bl_label = "UVs"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"
    bl_parent_id = "MAQUETTE_PT_texture"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        reason = surface_inputs.reason_greyed(context, "unwrap")
        surface_inputs.draw_reason(layout, context, reason)
        column = layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        column.prop(settings(context), "unwrap_by")
        for recipe in catalogue.recipes("unwrap")[:1]:
            catalogue.draw(column, context.window_manager, recipe.name, advanced=False)
        row = layout.row()
        row.enabled = not reason
        row.operator("maquette.unwrap", icon="UV")
        surface_inputs.draw_outcome(layout, context, "unwrap")


def _draw_task(layout: Any, context: bpy.types.Context, task: str, words: str, icon: str) -> None:
    reason = surface_inputs.reason_greyed(context, task)
    surface_inputs.draw_reason(layout, context, reason)
    surface_inputs.draw_target(layout, context)
    surface_inputs.draw_words(layout, context, task)
    surface_inputs.draw_mask(layout, context, task)
    surface_inputs.draw_options(layout, context, task)
    surface_inputs.draw_button(layout, task, words, icon, not reason)
    surface_inputs.draw_outcome(layout, context, task)


def _switch(layout: Any, context: bpy.types.Context) -> None:
    """Before and after, where the active object has both, and how to see them."""
    pair = next(slots.pairs(context.active_object), None)
    if pair is None:
        return
    row = layout.row(align=True)
    for before, words in ((True, "Before"), (False, "After")):
        shown = pair.shows_before == before
        row.operator("maquette.switch", text=words, depress=shown).before = before
    parts.show_material(layout, context)


CLASSES = (MAQUETTE_PT_texture, MAQUETTE_PT_refine, MAQUETTE_PT_edit, MAQUETTE_PT_unwrap)
