from dataclasses import replace
from pathlib import Path

import bpy
import pytest

from blender_addon import catalogue
from maquette.protocol import Parameter, RecipeDescription

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]

RECIPE = RecipeDescription(
    name="sculptor-2",
    title="Sculptor",
    summary="Carves",
    task="generate",
    inputs=("prompt",),
    stages=("carve",),
    parameters=(
        Parameter("triangles", "int", 5000, "Budget", minimum=100, maximum=9000),
        Parameter("size", "float", 0.5, "Longest side", minimum=0.0, maximum=2.0, unit="m", advanced=True),
        Parameter("maps", "choice", "1024", "Map size", choices=("512", "1024"), unit="px"),
        Parameter("tier", "choice", "auto", "How", choices=("auto", "cpu", "one_by_one")),
        Parameter("closed", "bool", True, "Without holes"),
        Parameter("style", "text", "plain", "In words"),
        Parameter("name", "text", "", "Called like an attribute of Blender's"),
    ),
)


@pytest.fixture(autouse=True)
def described() -> None:
    catalogue.update([RECIPE])


def group() -> object:
    return bpy.context.window_manager.maquette_sculptor_2


def test_defaults_are_those_of_the_description() -> None:
    values = catalogue.values(bpy.context.window_manager, "sculptor-2")
    assert values == {p.name: p.default for p in RECIPE.parameters}
    assert RECIPE.validated(values) == values


def test_blender_keeps_values_in_range_and_shows_units_and_help() -> None:
    group().value_triangles = 10**6
    assert group().value_triangles == 9000
    properties = group().bl_rna.properties
    assert properties["value_size"].unit == "LENGTH"
    assert properties["value_triangles"].description == "Budget"
    assert [item.name for item in properties["value_maps"].enum_items] == ["512 px", "1024 px"]
    assert [item.name for item in properties["value_tier"].enum_items] == ["Auto", "CPU", "One By One"]


def test_values_of_an_earlier_job_are_put_back_and_unknown_ones_left_out() -> None:
    manager = bpy.context.window_manager
    catalogue.set_values(manager, "sculptor-2", {"triangles": 700, "style": "rough", "gone": 1})
    values = catalogue.values(manager, "sculptor-2")
    assert (values["triangles"], values["style"]) == (700, "rough")


def test_a_recipe_that_changed_is_built_anew_and_one_that_is_gone_is_taken_back() -> None:
    catalogue.update([replace(RECIPE, parameters=RECIPE.parameters[:1])])
    assert list(catalogue.values(bpy.context.window_manager, "sculptor-2")) == ["triangles"]
    catalogue.update([])
    assert not hasattr(bpy.types.WindowManager, "maquette_sculptor_2")
    assert not [name for name in dir(bpy.types) if "sculptor" in name]


def test_what_was_set_outlives_a_recipe_list_that_says_the_same() -> None:
    group().value_triangles = 700
    catalogue.update([replace(RECIPE)])
    assert group().value_triangles == 700


def test_what_was_typed_outlives_loading_a_file() -> None:
    group().value_size = 1.25
    settings = bpy.context.window_manager.maquette
    settings.prompt, settings.recipe = "a lamp", "sculptor-2"
    settings.images.add().filepath = "/tmp/lamp.png"
    bpy.ops.wm.read_homefile(use_empty=True)
    settings = bpy.context.window_manager.maquette
    assert (settings.prompt, settings.recipe, settings.images[0].filepath) == (
        "a lamp",
        "sculptor-2",
        "/tmp/lamp.png",
    )
    assert group().value_size == 1.25


def test_descriptions_are_kept_for_the_next_start(tmp_path: Path) -> None:
    catalogue.save(tmp_path)
    catalogue.clear()
    catalogue.load(tmp_path)
    assert catalogue.recipes() == [RECIPE]


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"name": 3}]', '[{"name": "x"}]'])
def test_a_damaged_list_is_no_list(tmp_path: Path, content: str) -> None:
    catalogue.clear()
    (tmp_path / "recipes.json").write_text(content)
    catalogue.load(tmp_path)
    assert catalogue.recipes() == []
