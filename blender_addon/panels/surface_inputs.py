# SPDX-License-Identifier: GPL-3.0-or-later
"""What Texture, Refine and Edit ask for alike: whose surface, in which words, which part of it, how."""

from typing import Any

import bpy

from maquette.protocol import RecipeDescription

from .. import catalogue, runtime
from ..jobs import Fate
from ..properties import settings
from ..scene_io import worn_maps
from ..scene_io.selection import reason_not_texturable, selected_meshes, subjects
from . import parts

_WORDS = {  # task -> what has to be there first, placeholder of the prompt
    "texture": ("No recipe for textures is installed", "rusty iron with green moss"),
    "refine": ("No recipe that refines maps is installed", "what the surface is, may be empty"),
    "unwrap": ("No recipe that unwraps is installed", ""),
    "edit": ("No recipe that edits maps is installed", "what it shall become"),
}
_TAKEN_BLIND = ("texture", "unwrap")
_UNTOLD = "Start the backend first: it tells what it can do"


def chosen_recipe(context: bpy.types.Context, task: str) -> RecipeDescription | None:
    """The recipe that the panel stands on; None before the backend has told of any."""
    return catalogue.recipe(getattr(settings(context), f"{task}_recipe"))


def reason_greyed(context: bpy.types.Context, task: str) -> str:
    """Why the button cannot be pressed now, in words; empty if it can be.

    Before the first start of the backend nothing is known of its recipes: then Texture and UVs can be
    pressed, and the first recipe that does it is taken.
    """
    if not catalogue.recipes() and task not in _TAKEN_BLIND:
        return _UNTOLD
    if catalogue.recipes() and not catalogue.recipes(task):
        return _WORDS[task][0]
    if task == "unwrap":
        return reason_not_texturable(context, new_uvs=True)
    recipe = chosen_recipe(context, task)
    new_uvs = recipe is not None and catalogue.values(context.window_manager, recipe.name).get("uvs") == "new"
    slots = settings(context).slots
    reason = reason_not_texturable(context, slots, new_uvs)
    if not reason and recipe is not None and "maps" in recipe.inputs:
        found = (worn_maps.look(subject) for subject in subjects(context, slots))
        reason = next((words for words in found if isinstance(words, str)), "")
    return reason


def draw_reason(layout: Any, context: bpy.types.Context, reason: str) -> None:
    """Why the button is greyed, if it is, and the button that starts the backend where that is the reason."""
    if reason:
        parts.text(layout, context, reason, "INFO")
    if reason == _UNTOLD and not parts.backend_line(layout, context):
        layout.operator("maquette.start_backend", text="Start Backend", icon="PLAY")


def draw_target(layout: Any, context: bpy.types.Context) -> None:
    """What would be textured, and which slots of it."""
    values = settings(context)
    found = subjects(context, values.slots)
    if not found:
        return
    column = layout.column(align=True)
    names = found[0].item.name if len(found) == 1 else f"{len(found)} meshes, each on its own"
    column.label(text=names, icon="MESH_DATA")
    if len(found) == 1 and found[0].others:
        others = found[0].others
        shown = "1 other object shows" if others == 1 else f"{others} other objects show"
        parts.text(column, context, f"{shown} the same mesh, and gets the material too", "LINKED")
    if any(len(item.material_slots) > 1 for item in selected_meshes(context)):
        layout.row().prop(values, "slots", expand=True)


def draw_words(layout: Any, context: bpy.types.Context, task: str) -> None:
    """The prompts, the recipe where there is a choice, and reference pictures where it looks at them."""
    values, recipe = settings(context), chosen_recipe(context, task)
    if recipe is None or any(name.startswith("prompt") for name in recipe.inputs):
        prompt = layout.column()
        prompt.scale_y = 1.2
        prompt.prop(values, f"{task}_prompt", text="", placeholder=_WORDS[task][1])
        if recipe is not None:
            now = "what it is now, may be empty"
            catalogue.draw_second_prompt(prompt, context.window_manager, recipe.name, now)
    if len(catalogue.recipes(task)) > 1:
        layout.prop(values, f"{task}_recipe", text="")
    if recipe is not None:
        parts.download(layout, context, recipe)
    if recipe is not None and any(name.startswith("images") for name in recipe.inputs):
        parts.images(layout, values.texture_images, surface=True)


def draw_options(layout: Any, context: bpy.types.Context, task: str) -> None:
    """The recipe's parameters, the maps that are wanted, the mask and the seed, folded away."""
    values, recipe = settings(context), chosen_recipe(context, task)
    if recipe is None:
        return
    for advanced, title in ((False, "Options"), (True, "Advanced")):
        if advanced and not any(p.advanced for p in recipe.parameters):
            continue
        header, body = layout.panel(f"maquette_{task}_{title.lower()}", default_closed=True)
        header.label(text=title)
        if body is None:
            continue
        body.use_property_split = True
        body.use_property_decorate = False
        catalogue.draw(body, context.window_manager, recipe.name, advanced)
        if not advanced:
            body.row(heading="Maps").prop(values, "maps")
            parts.seed(body, values, surface=True)


def draw_mask(layout: Any, context: bpy.types.Context, task: str) -> None:
    """Which part may change, for recipes that can leave the rest alone."""
    values, recipe = settings(context), chosen_recipe(context, task)
    if recipe is None or not any(name.startswith("mask") for name in recipe.inputs):
        return
    column = layout.column()
    column.use_property_split = True
    column.use_property_decorate = False
    column.prop(values, "mask")
    if values.mask == "FACE_SET":
        column.prop(values, "mask_face_set")
    elif values.mask == "IMAGE":
        column.prop_search(values, "mask_image", bpy.data, "images")


def draw_button(layout: Any, task: str, words: str, icon: str, enabled: bool) -> None:
    """The button itself."""
    row = layout.row()
    row.enabled = enabled
    row.scale_y = 1.6
    row.operator("maquette.texture", text=words, icon=icon).task = task


def draw_outcome(layout: Any, context: bpy.types.Context, task: str) -> None:
    """How far the latest job of a task is, what it says of itself, or what went wrong."""
    current = runtime.current()
    job = current.jobs.latest(task)
    if job is None:
        return
    if job.is_open and not parts.backend_line(layout, context):
        parts.job_bar(layout, job)
        parts.preview(layout, job)
    elif job.fate is Fate.ARRIVING and job.waits_for:
        parts.text(layout, context, job.waits_for, "SORTTIME")
    elif job.error is not None and job.fate is Fate.ENDED:
        parts.error_box(layout, context, job.error, job.key)
    notes = job.notes or (["Done"] if job.fate is Fate.PLACED else [])
    for number, note in enumerate(notes):
        parts.text(layout, context, note, "INFO" if number else "CHECKMARK")
