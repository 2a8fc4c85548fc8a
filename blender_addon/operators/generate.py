# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: disable-error-code="valid-type"
"""Generate, and the small buttons around the prompt."""

import secrets
import uuid
from pathlib import Path
from typing import Any

import bpy

from maquette.protocol import MaquetteError, RecipeDescription, bad_input
from maquette.protocol.inputs import MAX_IMAGES
from maquette.protocol.recipe import MAX_SEED

from .. import catalogue, runtime
from ..jobs import Order, Target
from ..properties import settings
from ..scene_io.picture import EXTENSIONS, read_pictures

_PROPS: Any = bpy.props  # the stubs take what these return for nothing
_SURFACE = _PROPS.BoolProperty(
    name="Surface", description="Of the Texture panel, not of Generate", options={"HIDDEN", "SKIP_SAVE"}
)
_FILE = _PROPS.StringProperty(
    name="Image", description="Picture of what to make", subtype="FILE_PATH", options={"SKIP_SAVE"}
)
_PREFIXES = {False: "", True: "texture_"}  # of the settings


class MAQUETTE_OT_generate(bpy.types.Operator):
    """Make what the prompt says and put it at the 3D cursor. Blender stays usable meanwhile"""

    bl_idname = "maquette.generate"
    bl_label = "Generate"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        values = settings(context)
        try:
            orders = _orders(context, values)
        except MaquetteError as error:
            self.report({"WARNING"}, error.message)
            return {"CANCELLED"}
        target = target_at_cursor(context)
        for order in orders:
            runtime.current().order(order, target)
        values.seed = orders[0].seed
        return {"FINISHED"}


class MAQUETTE_OT_roll_seed(bpy.types.Operator):
    """Roll another seed and keep it"""

    bl_idname = "maquette.roll_seed"
    bl_label = "Roll Seed"

    surface: _SURFACE

    def execute(self, context: bpy.types.Context) -> set[Any]:
        values, prefix = settings(context), _PREFIXES[self.surface]
        setattr(values, f"{prefix}seed", random_seed())
        setattr(values, f"{prefix}random_seed", False)
        return {"FINISHED"}


class MAQUETTE_OT_add_image(bpy.types.Operator):
    """Choose a picture of what to make"""

    bl_idname = "maquette.add_image"
    bl_label = "Add Image"

    filepath: _FILE
    filter_glob: bpy.props.StringProperty(
        default=";".join("*" + extension for extension in EXTENSIONS), options={"HIDDEN"}
    )
    surface: _SURFACE

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        if self.filepath:
            return self.execute(context)
        manager: Any = context.window_manager
        manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[Any]:
        return _add_image(self, context, Path(self.filepath), self.surface)


class MAQUETTE_OT_drop_image(bpy.types.Operator):
    """Take the dropped picture as one of what to make"""

    bl_idname = "maquette.drop_image"
    bl_label = "Make This with Maquette"
    bl_options = {"INTERNAL"}

    filepath: _FILE

    def execute(self, context: bpy.types.Context) -> set[Any]:
        return _add_image(self, context, Path(self.filepath), False)


class MAQUETTE_OT_drop_surface(bpy.types.Operator):
    """Take the dropped picture as one of the surface that the selected mesh shall have"""

    bl_idname = "maquette.drop_surface"
    bl_label = "Texture Like This with Maquette"
    bl_options = {"INTERNAL"}

    filepath: _FILE

    def execute(self, context: bpy.types.Context) -> set[Any]:
        return _add_image(self, context, Path(self.filepath), True)


class MAQUETTE_OT_remove_image(bpy.types.Operator):
    """Take this picture out"""

    bl_idname = "maquette.remove_image"
    bl_label = "Remove Image"

    index: bpy.props.IntProperty(
        name="Number", description="Which of the pictures, counted from 0", options={"HIDDEN", "SKIP_SAVE"}
    )
    surface: _SURFACE

    def execute(self, context: bpy.types.Context) -> set[Any]:
        _images(settings(context), self.surface).remove(self.index)
        return {"FINISHED"}


def takes(recipe: RecipeDescription | None, name: str) -> bool:
    """Whether a recipe has a use for an input, required or not."""
    return recipe is not None and any(item in (name, f"{name}?") for item in recipe.inputs)


def takes_images(name: str) -> bool:
    """Whether a recipe looks at pictures."""
    return takes(catalogue.recipe(name), "images")


def random_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(MAX_SEED + 1)


def target_at_cursor(context: bpy.types.Context) -> Target:
    """The scene that asks, and where its 3D cursor stands now: it may move on while the job runs."""
    scene: Any = context.scene
    x, y, z = scene.cursor.location
    return Target(runtime.current().file_number, scene.session_uid, (x, y, z), batch=uuid.uuid4().hex)


def _add_image(
    operator: bpy.types.Operator, context: bpy.types.Context, path: Path, surface: bool
) -> set[Any]:
    """Lists a picture, and chooses a recipe that looks at pictures where there is one."""
    values = settings(context)
    images = _images(values, surface)
    problem = "" if path.is_file() else f"There is no image {path.name}: choose another"
    if len(images) >= MAX_IMAGES:
        problem = f"There are {MAX_IMAGES} images already: remove one"
    if problem:
        operator.report({"WARNING"}, problem)
        return {"CANCELLED"}
    images.add().filepath = str(path)
    task, chosen = ("texture", "texture_recipe") if surface else ("generate", "recipe")
    takers = [recipe.name for recipe in catalogue.recipes(task) if takes(recipe, "images")]
    if takers and getattr(values, chosen) not in takers:
        setattr(values, chosen, takers[0])
    return {"FINISHED"}


def _images(values: Any, surface: bool) -> Any:
    return getattr(values, f"{_PREFIXES[surface]}images")


def _orders(context: bpy.types.Context, values: Any) -> list[Order]:
    """One order per variant, with consecutive seeds. Raises bad_input."""
    frames = read_pictures(values.images) if takes_images(values.recipe) else {}
    prompt = values.prompt.strip()
    if not prompt and not frames:
        raise bad_input("The prompt is empty: write what to make")
    recipe = catalogue.recipe(values.recipe)
    parameters = catalogue.values(context.window_manager, recipe.name) if recipe else {}
    seed = random_seed() if values.random_seed else values.seed
    return [
        Order(
            recipe.name if recipe else "",
            "generate",
            prompt,
            parameters,
            (seed + number) % (MAX_SEED + 1),
            frames,
        )
        for number in range(values.variants)
    ]


CLASSES = (
    MAQUETTE_OT_generate,
    MAQUETTE_OT_roll_seed,
    MAQUETTE_OT_add_image,
    MAQUETTE_OT_drop_image,
    MAQUETTE_OT_drop_surface,
    MAQUETTE_OT_remove_image,
)
