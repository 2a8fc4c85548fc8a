# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: disable-error-code="valid-type"
"""A copy of the selected mesh in quads."""

from typing import Any

import bpy

from maquette.protocol import MaquetteError

from ..scene_io import quads


class MAQUETTE_OT_quads(bpy.types.Operator):
    """Make a copy of the selected mesh in quads, without UVs, and hide the original. Takes some seconds"""

    bl_idname = "maquette.quads"
    bl_label = "Quad Copy"
    bl_options = {"REGISTER", "UNDO"}

    faces: bpy.props.IntProperty(
        name="Faces", description="About how many quads", default=4000, min=100, max=50000
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        item = context.active_object
        if item is None or item.type != "MESH" or item.mode != "OBJECT":
            cls.poll_message_set("Select a mesh, in Object Mode")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[Any]:
        item: Any = context.active_object
        if context.window is not None:
            context.window.cursor_set("WAIT")
        try:
            made, found = quads.remesh(context, item, self.faces)
        except MaquetteError as error:
            self.report({"ERROR"}, error.message)
            return {"CANCELLED"}
        finally:
            if context.window is not None:
                context.window.cursor_set("DEFAULT")
        for other in context.selected_objects:
            other.select_set(False)
        item.hide_set(True)
        made.select_set(True)
        layer: Any = context.view_layer
        layer.objects.active = made
        self.report({"INFO"}, f"{found.faces} faces, {found.quad_share:.0%} quads, from {found.way}")
        return {"FINISHED"}


CLASSES = (MAQUETTE_OT_quads,)
