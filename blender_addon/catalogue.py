# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipes that the backend described, and one property group per recipe, built from its parameters.

Blender then draws every parameter with its own range, unit, default and tooltip: a new recipe needs no new
add-on.
"""

import json
import logging
import re
from pathlib import Path
from typing import Any

import bpy

from maquette.protocol import Json, MaquetteError, Parameter, RecipeDescription

SECOND_PROMPT = "source_prompt"  # the parameter of edits that says what is there now

_FILE = "recipes.json"
_PREFIX = "value_"  # a parameter may be called like one of Blender's own attributes

_WRITTEN = {"cpu": "CPU", "dds": "DDS", "pds": "PDS", "uvs": "UVs", "xatlas": "xatlas"}  # else in title case

_PROPS: Any = bpy.props  # the stubs take what these return for nothing

_logger = logging.getLogger(__name__)

_recipes: dict[str, RecipeDescription] = {}
_groups: dict[str, type[bpy.types.PropertyGroup]] = {}


def recipes(task: str = "") -> list[RecipeDescription]:
    """The described recipes, of one task or all, in the backend's order."""
    return [recipe for recipe in _recipes.values() if task in ("", recipe.task)]


def recipe(name: str) -> RecipeDescription | None:
    """A described recipe, None if the backend has not told of it."""
    return _recipes.get(name)


def update(descriptions: list[RecipeDescription]) -> None:
    """Takes over what the backend described; property groups are built anew only for recipes that changed."""
    fresh = {description.name: description for description in descriptions}
    for name in [name for name, known in _recipes.items() if fresh.get(name) != known]:
        _drop(name)
    for name, description in fresh.items():
        if name not in _groups:
            _build(description)
    _recipes.clear()
    _recipes.update(fresh)


def save(folder: Path) -> None:
    """Keeps the descriptions, so that the panel is complete before the backend was started the next time."""
    document = json.dumps([description.to_json() for description in _recipes.values()])
    (folder / _FILE).write_text(document, encoding="utf-8")


def load(folder: Path) -> None:
    """Takes over the descriptions of the last time, if there was one and it can be read."""
    try:
        update(
            [RecipeDescription.from_json(entry) for entry in json.loads((folder / _FILE).read_text("utf-8"))]
        )
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError, KeyError, MaquetteError) as error:
        _logger.info("The recipes of the last time cannot be read: %s", error)


def clear() -> None:
    """Unregisters every property group."""
    for name in list(_groups):
        _drop(name)
    _recipes.clear()


def groups() -> list[str]:
    """The window manager's attributes that hold parameters."""
    return [_attribute(name) for name in _groups]


def values(window_manager: Any, name: str) -> dict[str, Json]:
    """What the artist set for a recipe, ready to submit."""
    group = getattr(window_manager, _attribute(name))
    return {p.name: getattr(group, _PREFIX + p.name) for p in _recipes[name].parameters}


def set_values(window_manager: Any, name: str, new: dict[str, Json]) -> None:
    """Puts the parameters of an earlier job back into the panel; unknown ones are left out."""
    group = getattr(window_manager, _attribute(name), None)
    for parameter in _recipes[name].parameters if group is not None else ():
        if parameter.name in new:
            setattr(group, _PREFIX + parameter.name, parameter.validated(new[parameter.name]))


def draw(layout: bpy.types.UILayout, window_manager: Any, name: str, advanced: bool) -> None:
    """The plain or the advanced parameters of a recipe, one row each. Words get the whole row, and those that
    belong to the prompt stand beside it (`draw_second_prompt`).
    """
    group = getattr(window_manager, _attribute(name))
    for parameter in _recipes[name].parameters:
        if parameter.advanced != advanced or parameter.name == SECOND_PROMPT:
            continue
        if parameter.type == "text":
            layout.prop(group, _PREFIX + parameter.name, text="", placeholder=_title(parameter.name))
        else:
            layout.prop(group, _PREFIX + parameter.name)


def draw_second_prompt(layout: bpy.types.UILayout, window_manager: Any, name: str, placeholder: str) -> None:
    """What the prompt of a recipe starts from, where it asks for that."""
    if any(parameter.name == SECOND_PROMPT for parameter in _recipes[name].parameters):
        group = getattr(window_manager, _attribute(name))
        layout.prop(group, _PREFIX + SECOND_PROMPT, text="", placeholder=placeholder)


def _attribute(name: str) -> str:
    return "maquette_" + re.sub(r"[^a-z0-9]", "_", name.lower())


def _build(description: RecipeDescription) -> None:
    annotations = {_PREFIX + p.name: _property(p) for p in description.parameters}
    title = "MAQUETTE_PG" + _attribute(description.name).removeprefix("maquette")
    group = type(title, (bpy.types.PropertyGroup,), {"__annotations__": annotations})
    bpy.utils.register_class(group)
    _groups[description.name] = group
    setattr(bpy.types.WindowManager, _attribute(description.name), _PROPS.PointerProperty(type=group))


def _drop(name: str) -> None:
    group = _groups.pop(name, None)
    if group is not None:
        delattr(bpy.types.WindowManager, _attribute(name))
        bpy.utils.unregister_class(group)


def _title(word: str) -> str:
    """A name of the protocol as Blender writes names."""
    return _WRITTEN.get(word) or word.replace("_", " ").title()


def _property(parameter: Parameter) -> Any:
    """The Blender property of a parameter."""
    shown: dict[str, Any] = {
        "name": _title(parameter.name),
        "description": parameter.help,
    }
    if parameter.type == "choice":
        unit = f" {parameter.unit}" if parameter.unit else ""
        items = [(choice, _title(choice) + unit, parameter.help) for choice in parameter.choices]
        return _PROPS.EnumProperty(items=items, default=str(parameter.default), **shown)
    shown["default"] = parameter.default
    if parameter.type == "bool":
        return _PROPS.BoolProperty(**shown)
    if parameter.type == "text":
        return _PROPS.StringProperty(**shown)
    number = int if parameter.type == "int" else float
    if parameter.minimum is not None:
        shown["min"] = number(parameter.minimum)
    if parameter.maximum is not None:
        shown["max"] = number(parameter.maximum)
    if parameter.type == "int":
        return _PROPS.IntProperty(**shown)
    if parameter.unit == "m":
        shown["unit"] = "LENGTH"
    return _PROPS.FloatProperty(**shown)
