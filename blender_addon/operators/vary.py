# SPDX-License-Identifier: GPL-3.0-or-later
"""A new mesh made from the selected one: other detail on its shape, or a part of it anew."""

from dataclasses import replace
from typing import Any

import bpy

from maquette.protocol import Frame, MaquetteError, RecipeDescription, bad_input

from .. import catalogue, runtime
from ..jobs import Order
from ..panels.vary import chosen_recipe, reason_greyed
from ..properties import settings
from ..scene_io import mask, picture, placement, worn_maps
from ..scene_io.selection import Subject
from ..scene_io.surface import read_surface
from .generate import random_seed, takes, target_at_cursor


class MAQUETTE_OT_vary(bpy.types.Operator):
    """Make a new mesh from the selected one and put it beside. The selected one is kept"""

    bl_idname = "maquette.vary"
    bl_label = "Vary"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = reason_greyed(context)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[Any]:
        values, item = settings(context), context.active_object
        recipe = chosen_recipe(context)
        assert item is not None
        assert recipe is not None
        try:
            order = _order(context, recipe, item)
        except MaquetteError as error:
            self.report({"ERROR"}, error.message)
            return {"CANCELLED"}
        target = replace(target_at_cursor(context), location=placement.beside(item))
        runtime.current().order(order, target)
        values.texture_seed = order.seed
        return {"FINISHED"}


def _order(context: bpy.types.Context, recipe: RecipeDescription, item: bpy.types.Object) -> Order:
    """The mesh as it is shown, with its maps and the part that may change. Raises bad_input."""
    values = settings(context)
    prompt = values.vary_prompt.strip() if takes(recipe, "prompt") else ""
    frames = picture.read_pictures(values.texture_images) if takes(recipe, "images") else {}
    if not prompt and not frames:
        raise bad_input("There is neither a prompt nor a picture: give one of them")
    parameters = catalogue.values(context.window_manager, recipe.name)
    seed = random_seed() if values.texture_random_seed else values.texture_seed
    return Order(recipe.name, "vary", prompt, parameters, seed, frames | _mesh(context, recipe, item))


def _mesh(context: bpy.types.Context, recipe: RecipeDescription, item: bpy.types.Object) -> dict[str, Frame]:
    values = settings(context)
    subject = Subject(item, tuple(range(len(item.material_slots))))
    found = worn_maps.look(subject) if takes(recipe, "maps") else ""
    worn = found if isinstance(found, worn_maps.Worn) else None
    weigh = mask.weigher(values, item) if takes(recipe, "mask") else None
    surface = read_surface(context, subject, uv_map=worn.uv_map if worn else "", weigh=weigh)
    size = int(str(catalogue.values(context.window_manager, recipe.name).get("texture_size", 1024)))
    frames = {"vertices": Frame.from_array(surface.vertices), "faces": Frame.from_array(surface.faces)}
    part = mask.frames(values, surface, False, size) if takes(recipe, "mask") else {}
    if surface.uvs is not None and (worn is not None or part):
        frames["uvs"] = Frame.from_array(surface.uvs)
    return frames | part | (worn_maps.encode(worn, size) if worn is not None else {})


CLASSES = (MAQUETTE_OT_vary,)
