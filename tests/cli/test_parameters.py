"""Which recipe a command means, and what its KEY=VALUE become."""

import pytest

from maquette.cli.parameters import choose_recipe, read_parameters
from maquette.protocol import MaquetteError, Parameter, RecipeDescription


def recipe(name: str, task: str = "generate", inputs: tuple[str, ...] = ("prompt",)) -> RecipeDescription:
    parameters = (
        Parameter("triangles", "int", 20000, "Budget", minimum=500, maximum=200000),
        Parameter("detail", "float", 1.0, "Strength", minimum=0.0, maximum=2.0),
        Parameter("smooth", "bool", False, "Shade smooth"),
        Parameter("texture_size", "choice", "1024", "Size", choices=("512", "1024")),
        Parameter("label", "text", "", "Name"),
    )
    return RecipeDescription(name, name, "", task, inputs, parameters, ())


RECIPES = (
    recipe("words"),
    recipe("eyes", inputs=("prompt?", "images")),
    recipe("paint", "texture", ("mesh",)),
)


def test_the_first_recipe_for_the_task_that_takes_the_input_is_chosen() -> None:
    assert choose_recipe(RECIPES, "generate", "", has_images=False).name == "words"
    assert choose_recipe(RECIPES, "generate", "", has_images=True).name == "eyes"
    assert choose_recipe(RECIPES, "generate", "eyes", has_images=False).name == "eyes"
    assert choose_recipe(RECIPES, "texture", "", has_images=False).name == "paint"


@pytest.mark.parametrize(
    ("task", "name", "has_images", "words"),
    [
        ("generate", "nothing", False, "'nothing' is unknown: choose one of words, eyes"),
        ("generate", "paint", False, "'paint' is for texture, not for generate: choose one of words, eyes"),
        ("deform", "", False, "no recipe for deform is installed: there is words (generate)"),
        ("generate", "words", True, "recipe words takes no images"),
    ],
)
def test_what_no_recipe_can_do_is_one_sentence(task: str, name: str, has_images: bool, words: str) -> None:
    with pytest.raises(MaquetteError) as caught:
        choose_recipe(RECIPES, task, name, has_images)
    assert words in caught.value.message


def test_values_get_the_types_that_the_recipe_declares() -> None:
    settings = ["triangles=600", "detail=0.5", "smooth=YES", "texture_size=512", "label=a=b"]
    assert read_parameters(RECIPES[0], settings) == {
        "triangles": 600,
        "detail": 0.5,
        "smooth": True,
        "texture_size": "512",
        "label": "a=b",
    }


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("triangles", "is not KEY=VALUE"),
        ("triangles=", "is not a number"),
        ("triangles=many", "is not a number"),
        ("triangles=1.5", "is not a whole number"),
        ("triangles=499", "below 500"),
        ("triangles=" + "9" * 5000, "is not a number"),
        ("triangles=1e300", "is not a whole number"),
        ("detail=nan", "is not a number"),
        ("detail=inf", "is not a number"),
        ("detail=2.01", "above 2"),
        ("smooth=maybe", "neither true nor false"),
        ("texture_size=513", "is not one of 512, 1024"),
        ("polygons=5", "has no parameter 'polygons'"),
        ("=5", "has no parameter ''"),
    ],
)
def test_bad_settings_are_refused_before_a_job_is_sent(setting: str, words: str) -> None:
    with pytest.raises(MaquetteError) as caught:
        read_parameters(RECIPES[0], [setting])
    assert caught.value.code == "bad_input"
    assert words in caught.value.message
