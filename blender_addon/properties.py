# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: disable-error-code="valid-type"
"""What the panels edit. It lives on the window manager: not in the .blend, not touched by undo."""

from typing import Any, cast

import bpy

from maquette.protocol.recipe import MAX_PROMPT_CHARACTERS, MAX_SEED

from . import catalogue
from .jobs import Order

MAX_VARIANTS = 8
SURFACE_TASKS = ("texture", "refine", "edit")  # what can be done with the maps of the selected mesh

_items: dict[str, list[tuple[str, str, str]]] = {}  # Blender does not keep the strings of dynamic enums alive


def _recipe_items(task: str) -> list[tuple[str, str, str]]:
    _items[task] = [(r.name, r.title, r.summary) for r in catalogue.recipes(task)] or [
        ("NONE", "No recipe yet", "Recipes are known once the backend has started")
    ]
    return _items[task]


class MAQUETTE_PG_image(bpy.types.PropertyGroup):
    """One reference picture."""

    filepath: bpy.props.StringProperty(
        name="Image", description="Picture of what to make", subtype="FILE_PATH", options={"SKIP_SAVE"}
    )


class MAQUETTE_PG_settings(bpy.types.PropertyGroup):
    """The inputs of the Generate and Texture panels; `slots`, `maps`, `mask` count for all SURFACE_TASKS."""

    prompt: bpy.props.StringProperty(
        name="Prompt",
        description="What to make, in words: a thing, its materials, colours and shapes",
        maxlen=MAX_PROMPT_CHARACTERS,
    )
    recipe: bpy.props.EnumProperty(
        name="Recipe", description="How it is made", items=lambda _self, _context: _recipe_items("generate")
    )
    images: bpy.props.CollectionProperty(
        name="Images", description="Pictures of what to make", type=MAQUETTE_PG_image
    )
    seed: bpy.props.IntProperty(
        name="Seed",
        description="The same seed, prompt and settings make the same object again",
        default=0,
        min=0,
        max=MAX_SEED,
    )
    random_seed: bpy.props.BoolProperty(
        name="New Each Time", description="Roll a new seed at every press of Generate", default=True
    )
    variants: bpy.props.IntProperty(
        name="Variants",
        description="How many to make, with consecutive seeds, side by side",
        default=1,
        min=1,
        max=MAX_VARIANTS,
    )
    texture_prompt: bpy.props.StringProperty(
        name="Surface",
        description="What the surface shall be, in words: materials, colours, wear",
        maxlen=MAX_PROMPT_CHARACTERS,
    )
    refine_prompt: bpy.props.StringProperty(
        name="Surface",
        description="What the surface is, in words; may be empty",
        maxlen=MAX_PROMPT_CHARACTERS,
    )
    edit_prompt: bpy.props.StringProperty(
        name="Change To", description="What it shall become, in words", maxlen=MAX_PROMPT_CHARACTERS
    )
    texture_recipe: bpy.props.EnumProperty(
        name="Recipe",
        description="How it is textured",
        items=lambda _self, _context: _recipe_items("texture"),
    )
    refine_recipe: bpy.props.EnumProperty(
        name="Recipe", description="How it is refined", items=lambda _self, _context: _recipe_items("refine")
    )
    edit_recipe: bpy.props.EnumProperty(
        name="Recipe", description="How it is changed", items=lambda _self, _context: _recipe_items("edit")
    )
    vary_prompt: bpy.props.StringProperty(
        name="Vary To", description="What it shall become, in words", maxlen=MAX_PROMPT_CHARACTERS
    )
    vary_recipe: bpy.props.EnumProperty(
        name="Recipe",
        description="How another mesh is made of it",
        items=lambda _self, _context: _recipe_items("vary"),
    )
    texture_images: bpy.props.CollectionProperty(
        name="Images", description="Pictures of the surface", type=MAQUETTE_PG_image
    )
    texture_seed: bpy.props.IntProperty(
        name="Seed",
        description="The same seed, prompt and settings make the same maps again",
        default=0,
        min=0,
        max=MAX_SEED,
    )
    texture_random_seed: bpy.props.BoolProperty(
        name="New Each Time", description="Roll a new seed at every press of Texture", default=True
    )
    slots: bpy.props.EnumProperty(
        name="Slots",
        description="Which faces of a mesh with several materials are textured",
        items=[
            ("ACTIVE", "Active Slot", "Only the faces of the active material slot"),
            ("ALL", "All Slots", "All faces; every slot gets the new material"),
        ],
    )
    maps: bpy.props.EnumProperty(
        name="Maps",
        description="Which maps are taken over. The others stay as they are in the present material",
        items=[
            ("base_color", "Color", "Base color"),
            ("orm", "Surface", "Occlusion, roughness and metallic"),
            ("normal", "Normal", "Fine relief, as a normal map"),
        ],
        options={"ENUM_FLAG"},
        default={"base_color", "orm", "normal"},
    )
    unwrap_by: bpy.props.EnumProperty(
        name="Unwrap",
        description="What lays the faces out. Both cut along the same seams",
        items=[
            ("MAQUETTE", "Maquette", "At once, for meshes of any size"),
            (
                "BLENDER",
                "Blender",
                "By Blender's least stretch; Blender waits for it, seconds for large meshes",
            ),
        ],
    )
    mask: bpy.props.EnumProperty(
        name="Area",
        description="Which part of the surface may change; all else is kept bit for bit",
        items=[
            ("ALL", "Everything", "The whole surface may change"),
            ("SELECTED", "Selected Faces", "The faces that are selected in Edit Mode"),
            ("FACE_SET", "Face Set", "One face set of Sculpt Mode"),
            ("VERTEX_GROUP", "Vertex Group", "The active vertex group, where its weight is above one half"),
            ("IMAGE", "Painted Image", "The bright parts of an image on the mesh's UVs"),
        ],
    )
    mask_face_set: bpy.props.IntProperty(
        name="Face Set", description="Number of the face set that may change", default=1, min=1
    )
    mask_image: bpy.props.StringProperty(
        name="Image", description="Bright parts of this image may change, dark ones are kept"
    )
    all_jobs: bpy.props.BoolProperty(
        name="Show All", description="Show every job of the list, not only the latest", default=False
    )


def attach() -> None:
    """Gives every window manager its settings."""
    props: Any = bpy.props
    cast(Any, bpy.types.WindowManager).maquette = props.PointerProperty(type=MAQUETTE_PG_settings)


def detach() -> None:
    """Takes them away."""
    del cast(Any, bpy.types.WindowManager).maquette


def settings(context: bpy.types.Context) -> Any:
    """The panels' inputs."""
    return cast(Any, context.window_manager).maquette


def snapshot(group: Any) -> dict[str, Any]:
    """The values of a property group, because loading a file resets the window manager's."""
    values: dict[str, Any] = {}
    for item in group.bl_rna.properties:
        if item.identifier in ("rna_type", "name"):
            continue
        value = getattr(group, item.identifier)
        values[item.identifier] = [snapshot(child) for child in value] if item.type == "COLLECTION" else value
    return values


def restore(group: Any, values: dict[str, Any]) -> None:
    """Puts the values of a snapshot back; one that does not fit any more keeps its default."""
    for name, value in values.items():
        if isinstance(value, list):
            collection = getattr(group, name)
            collection.clear()
            for child in value:
                restore(collection.add(), child)
        elif name in group.bl_rna.properties and value != "":
            try:
                setattr(group, name, value)
            except TypeError:  # an enum item that is gone
                continue


def fill(context: bpy.types.Context, order: Order) -> None:
    """Puts an earlier order back into the panel that it came from, to be changed and made again."""
    values = settings(context)
    described = catalogue.recipe(order.recipe)
    task = described.task if described is not None else order.task
    if task not in ("generate", "vary", *SURFACE_TASKS):
        return
    prefix = "" if task == "generate" else f"{task}_"
    setattr(values, f"{prefix}prompt", order.prompt)
    if described is not None:
        setattr(values, f"{prefix}recipe", order.recipe)
        catalogue.set_values(context.window_manager, order.recipe, order.parameters)
    if order.seed >= 0:
        seed = "texture_" if prefix else ""
        setattr(values, f"{seed}seed", order.seed)
        setattr(values, f"{seed}random_seed", False)


CLASSES = (MAQUETTE_PG_image, MAQUETTE_PG_settings)
