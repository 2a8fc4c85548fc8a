# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: disable-error-code="valid-type"
"""A texture's views: shown, and one of them painted again."""

from typing import Any

import bpy

from maquette.protocol import MaquetteError

from .. import runtime
from ..scene_io.view_sheet import sheet_of
from .generate import random_seed
from .surface_orders import redo_order


class _OnViews:
    """What acts on the views of the active object's material."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return sheet_of(context.active_object) is not None


class MAQUETTE_OT_show_views(_OnViews, bpy.types.Operator):
    """Show the pictures that this texture was made of"""

    bl_idname = "maquette.show_views"
    bl_label = "Show Its Views"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        found = sheet_of(context.active_object)
        assert found is not None
        try:
            runtime.current().fetch_views(found[0].request_id)
        except MaquetteError:
            self.report({"WARNING"}, "The views of this texture are not kept any more: texture it again")
            return {"CANCELLED"}
        return {"FINISHED"}


class MAQUETTE_OT_redo_view(_OnViews, bpy.types.Operator):
    """Paint this view again with another seed, and leave what the others show as it is"""

    bl_idname = "maquette.redo_view"
    bl_label = "Redo"

    view: bpy.props.IntProperty(
        name="View", description="Which of the views, counted from 0", min=0, options={"SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> set[Any]:
        found, current = sheet_of(context.active_object), runtime.current()
        assert found is not None
        origin, cut = found
        pictures = current.views.get(origin.request_id)
        if pictures is None or self.view >= cut.count:
            self.report({"WARNING"}, "Show the views first, then choose one of them")
            return {"CANCELLED"}
        try:
            order, target = redo_order(context, origin, pictures, self.view, random_seed())
        except MaquetteError as error:
            self.report({"ERROR"}, error.message)
            return {"CANCELLED"}
        current.order(order, target)
        return {"FINISHED"}


CLASSES = (MAQUETTE_OT_show_views, MAQUETTE_OT_redo_view)
