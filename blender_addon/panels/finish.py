# SPDX-License-Identifier: GPL-3.0-or-later
"""A raw mesh made fit for work: the panel with its budget."""

from typing import Any

import bpy

from .. import catalogue
from . import parts, surface_inputs


class MAQUETTE_PT_finish(bpy.types.Panel):
    """What a finished copy of the selected mesh shall be."""

    bl_label = "Finish Mesh"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(catalogue.recipes("finish"))

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        recipe = catalogue.recipes("finish")[0]
        item: Any = context.active_object
        if item is None or item.type != "MESH":
            parts.text(layout, context, "Select a mesh to finish", "INFO")
        else:
            layout.label(text=item.name, icon="MESH_DATA")
        column = layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        catalogue.draw(column, context.window_manager, recipe.name, False)
        header, body = layout.panel("maquette_finish_advanced", default_closed=True)
        header.label(text="Advanced")
        if body is not None:
            body.use_property_split = True
            body.use_property_decorate = False
            catalogue.draw(body, context.window_manager, recipe.name, True)
        row = layout.row(align=True)
        row.scale_y = 1.4
        row.operator("maquette.finish", icon="MOD_DECIM")
        row.operator("maquette.quads", icon="MESH_GRID")
        surface_inputs.draw_outcome(layout, context, "finish")


CLASSES = (MAQUETTE_PT_finish,)
