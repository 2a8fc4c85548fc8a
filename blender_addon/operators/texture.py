# SPDX-License-Identifier: GPL-3.0-or-later
"""New maps for the selected mesh."""

import uuid
from typing import Any

import bpy

from maquette.protocol import Frame, MaquetteError

from .. import catalogue, runtime
from ..jobs import Order, Target
from ..panels.texture import reason_greyed
from ..properties import settings
from ..scene_io.selection import read_mesh
from .generate import random_seed


class MAQUETTE_OT_texture(bpy.types.Operator):
    """Make a new material for the selected mesh, on its own UVs. The old one is kept"""

    bl_idname = "maquette.texture"
    bl_label = "Texture"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = reason_greyed(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[Any]:
        item: Any = context.active_object
        scene: Any = context.scene
        values = settings(context)
        try:
            arrays = read_mesh(item)
        except MaquetteError as error:
            self.report({"WARNING"}, error.message)
            return {"CANCELLED"}
        order = Order(
            values.texture_recipe,
            "texture",
            values.texture_prompt.strip(),
            catalogue.values(context.window_manager, values.texture_recipe),
            random_seed() if values.random_seed else values.seed,
            {
                "vertices": Frame.from_array(arrays.vertices),
                "faces": Frame.from_array(arrays.faces),
                "uvs": Frame.from_array(arrays.uvs),
            },
        )
        target = Target(
            runtime.current().file_number,
            scene.session_uid,
            batch=uuid.uuid4().hex,
            object_uid=item.session_uid,
        )
        runtime.current().order(order, target)
        return {"FINISHED"}


CLASSES = (MAQUETTE_OT_texture,)
