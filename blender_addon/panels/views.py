# SPDX-License-Identifier: GPL-3.0-or-later
"""The views that the selected texture was made of, each with a button that paints it again."""

from typing import Any

import bpy

from .. import runtime, thumbnails
from ..scene_io.view_sheet import sheet_of
from . import parts

_COLUMNS = 3


class MAQUETTE_PT_views(bpy.types.Panel):
    """Drawn only for textures that were made of views."""

    bl_label = "Views"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"
    bl_parent_id = "MAQUETTE_PT_texture"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return sheet_of(context.active_object) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        found = sheet_of(context.active_object)
        if found is None:
            return
        origin, cut = found
        if origin.request_id not in runtime.current().views:
            layout.operator("maquette.show_views", icon="IMAGE_DATA")
            return
        parts.text(layout, context, "Redo paints one side anew and keeps what the others show")
        grid = layout.grid_flow(columns=_COLUMNS, row_major=True, even_columns=True, align=True)
        for number in range(cut.count):
            cell = grid.column(align=True)
            cell.template_icon(icon_value=thumbnails.tile(origin.request_id, number), scale=4.0)
            cell.operator("maquette.redo_view", icon="FILE_REFRESH").view = number


CLASSES = (MAQUETTE_PT_views,)
