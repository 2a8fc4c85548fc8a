# SPDX-License-Identifier: GPL-3.0-or-later
"""What is submitted for the selected meshes: their surfaces, the maps they wear, masks and pictures."""

import uuid
from dataclasses import replace
from typing import Any

import bpy

from maquette.protocol import Frame, Json, RecipeDescription, bad_input

from .. import catalogue, runtime
from ..jobs import Order, Target, Wearer
from ..properties import settings
from ..scene_io import mask, picture, uv_maps, worn_maps
from ..scene_io.provenance import Origin
from ..scene_io.selection import ALL_SLOTS, Subject, subjects
from ..scene_io.surface import Surface, read_surface, topology
from ..scene_io.worn_maps import Worn
from .generate import takes

_EMPTY = {
    "texture": "The prompt is empty: write what the surface shall be",
    "refine": "The prompt is empty: write what the surface is",
    "edit": "The prompt is empty: write what it shall become",
}


def surface_orders(
    context: bpy.types.Context, task: str, recipe: RecipeDescription | None, seed: int
) -> list[tuple[Order, Target]]:
    """One job for each selected mesh. Raises bad_input where one of them cannot be ordered."""
    base = _order(context, task, recipe, seed)
    return [
        _with_surface(context, base, recipe, subject)
        for subject in subjects(context, settings(context).slots)
    ]


def unwrap_orders(context: bpy.types.Context) -> list[tuple[Order, Target]]:
    """A second UV map for each selected mesh. Raises bad_input."""
    recipe = next(iter(catalogue.recipes("unwrap")), None)
    values = catalogue.values(context.window_manager, recipe.name) if recipe is not None else {}
    base = Order(recipe.name if recipe is not None else "", "unwrap", "", values, 0)
    by_blender = settings(context).unwrap_by == "BLENDER"
    found = [_with_surface(context, base, recipe, one, True) for one in subjects(context, ALL_SLOTS)]
    return [
        (order, replace(target, wearer=replace(target.wearer, blender_unwraps=by_blender)))
        for order, target in found
        if target.wearer is not None
    ]


def redo_order(
    context: bpy.types.Context, origin: Origin, sheet: bytes, view: int, seed: int
) -> tuple[Order, Target]:
    """The texture of the active slot once more, with one of its views painted anew. Raises bad_input."""
    recipe = catalogue.recipe(origin.recipe)
    found = [one for one in subjects(context, "ACTIVE") if one.item == context.active_object]
    if recipe is None or not found:
        raise bad_input(f"The recipe {origin.recipe} is not known: start the backend and select the mesh")
    known = {parameter.name for parameter in recipe.parameters}
    parameters = {name: value for name, value in origin.parameters.items() if name in known}
    parameters |= {"redo_view": view, "uvs": "keep"}
    frames = {"views": Frame("image/png", sheet)}
    base = Order(origin.recipe, recipe.task, origin.prompt, parameters, seed, frames)
    return _with_surface(context, base, recipe, found[0])


def _order(context: bpy.types.Context, task: str, recipe: RecipeDescription | None, seed: int) -> Order:
    """What is the same for every mesh: words, pictures and settings. Raises bad_input."""
    values = settings(context)
    takes_words = recipe is None or takes(recipe, "prompt")
    prompt = getattr(values, f"{task}_prompt").strip() if takes_words else ""
    frames = picture.read_pictures(values.texture_images) if takes(recipe, "images") else {}
    if not prompt and not frames and (recipe is None or "prompt" in recipe.inputs):
        raise bad_input(_EMPTY[task])
    parameters = catalogue.values(context.window_manager, recipe.name) if recipe else {}
    return Order(recipe.name if recipe else "", task, prompt, parameters, seed, frames)


def _with_surface(
    context: bpy.types.Context,
    base: Order,
    recipe: RecipeDescription | None,
    subject: Subject,
    new_uvs: bool = False,
) -> tuple[Order, Target]:
    """The order for one mesh, and where its result goes. Raises bad_input."""
    values, parameters = settings(context), dict(base.parameters)
    scene: Any = context.scene
    new_uvs |= parameters.get("uvs") == "new"
    is_redone = "views" in base.frames
    worn = worn_maps.find(subject) if is_redone else _worn(recipe, subject)
    weigh = mask.weigher(values, subject.item) if takes(recipe, "mask") else None
    surface = read_surface(context, subject, new_uvs, worn.uv_map if worn else "", weigh)
    if not surface.is_own and "uvs" in parameters:
        parameters["uvs"] = "keep"  # the mesh under the modifiers could not be given others
    frames = base.frames | _mesh_frames(surface, new_uvs)
    size = _size(parameters)
    if worn is not None:
        frames |= worn_maps.encode(worn, size)
    if takes(recipe, "mask"):
        frames |= mask.frames(values, surface, new_uvs, size)
    order = replace(base, parameters=parameters, frames=frames)
    target = Target(
        runtime.current().file_number,
        scene.session_uid,
        batch=uuid.uuid4().hex,
        wearer=_wearer(subject, surface, tuple(values.maps)),
    )
    return order, target


def _worn(recipe: RecipeDescription | None, subject: Subject) -> Worn | None:
    """The maps the subject wears, for a recipe that takes them. One that only may have them does without."""
    if recipe is None or not takes(recipe, "maps"):
        return None
    if "maps" in recipe.inputs:
        return worn_maps.find(subject)
    worn = worn_maps.look(subject)
    layer = uv_maps.active(subject.item.data)
    is_there = isinstance(worn, Worn) and layer is not None and worn.uv_map in ("", layer.name)
    return worn if isinstance(worn, Worn) and is_there else None


def _mesh_frames(surface: Surface, new_uvs: bool) -> dict[str, Frame]:
    frames = {
        "vertices": Frame.from_array(surface.vertices),
        "faces": Frame.from_array(surface.faces),
        "polygons": Frame.from_array(surface.polygons),
    }
    if surface.uvs is not None and not new_uvs:
        frames["uvs"] = Frame.from_array(surface.uvs)
    return frames


def _wearer(subject: Subject, surface: Surface, maps: tuple[str, ...]) -> Wearer:
    item: Any = subject.item
    return Wearer(
        item.session_uid,
        subject.slots,
        surface.uv_map,
        maps,
        topology=topology(item.data),
        loops=surface.loops if surface.is_own else None,
    )


def _size(parameters: dict[str, Json]) -> int:
    """The side of the maps that a recipe will make, in texels."""
    size = parameters.get("texture_size", "1024")
    return int(size) if isinstance(size, int | str) else 1024
