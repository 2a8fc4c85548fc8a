# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows materials in a viewport whose shading hides them, as Blender's own does at the start."""

from typing import Any

import bpy


class MAQUETTE_OT_show_material(bpy.types.Operator):
    """Show materials in this viewport: its present shading leaves them out"""

    bl_idname = "maquette.show_material"
    bl_label = "Show Material"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return hides_materials(context.space_data)

    def execute(self, context: bpy.types.Context) -> set[Any]:
        space: Any = context.space_data
        space.shading.type = "MATERIAL"
        return {"FINISHED"}


def hides_materials(space: Any) -> bool:
    """Whether an editor is a viewport that shows surfaces without their maps."""
    if space is None or space.type != "VIEW_3D":
        return False
    shown = space.shading.type
    return shown == "WIREFRAME" or (shown == "SOLID" and bool(space.shading.color_type != "TEXTURE"))


CLASSES = (MAQUETTE_OT_show_material,)
