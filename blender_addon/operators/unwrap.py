# SPDX-License-Identifier: GPL-3.0-or-later
"""A second UV map for the selected meshes, whose own are kept."""

from typing import Any

import bpy

from maquette.protocol import MaquetteError

from .. import runtime
from ..panels.surface_inputs import reason_greyed
from .surface_orders import unwrap_orders


class MAQUETTE_OT_unwrap(bpy.types.Operator):
    """Give the selected meshes a second UV map, called Maquette, and make it the active one"""

    bl_idname = "maquette.unwrap"
    bl_label = "New UV Map"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        reason = reason_greyed(context, "unwrap")
        try:
            orders = unwrap_orders(context) if not reason else []
        except MaquetteError as error:
            reason = error.message
        if reason:
            self.report({"ERROR"}, reason)
            return {"CANCELLED"}
        for order, target in orders:
            runtime.current().order(order, target)
        return {"FINISHED"}


CLASSES = (MAQUETTE_OT_unwrap,)
