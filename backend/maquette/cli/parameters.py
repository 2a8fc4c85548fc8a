"""Chooses the recipe, and turns KEY=VALUE into parameters of the types that the recipe declares."""

from collections.abc import Sequence

from maquette.protocol import Json, MaquetteError, Parameter, RecipeDescription, bad_input

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def choose_recipe(
    recipes: Sequence[RecipeDescription], task: str, name: str, has_images: bool
) -> RecipeDescription:
    """The named recipe, or the first for the task that takes what is given.

    Raises `unknown_recipe` or bad_input, naming the recipes that would do.
    """
    fitting = [recipe for recipe in recipes if recipe.task == task]
    names = ", ".join(recipe.name for recipe in fitting)
    if not fitting:
        here = ", ".join(f"{recipe.name} ({recipe.task})" for recipe in recipes)
        raise MaquetteError("unknown_recipe", f"no recipe for {task} is installed: there is {here or 'none'}")
    if name:
        chosen = [recipe for recipe in fitting if recipe.name == name]
        if not chosen:
            other = next((recipe.task for recipe in recipes if recipe.name == name), None)
            fault = "is unknown" if other is None else f"is for {other}, not for {task}"
            message = f"recipe {name[:60]!r} {fault}: choose one of {names}"
            raise MaquetteError("unknown_recipe", message, "choose_recipe")
        fitting = chosen
    if has_images:
        seeing = [recipe for recipe in fitting if {"images", "images?"} & set(recipe.inputs)]
        if not seeing:
            blind = ", ".join(recipe.name for recipe in fitting)
            raise bad_input(f"recipe {blind} takes no images: describe the object in words")
        return seeing[0]
    return fitting[0]


def read_parameters(recipe: RecipeDescription, settings: Sequence[str]) -> dict[str, Json]:
    """The parameters given as KEY=VALUE. Raises bad_input for what the recipe would refuse."""
    known = {parameter.name: parameter for parameter in recipe.parameters}
    given: dict[str, Json] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise bad_input(f"--set {setting[:60]} is not KEY=VALUE: write --set {setting[:60]}=...")
        given[name] = _value(known[name], text) if name in known else text
    recipe.validated(given)
    return given


def _value(parameter: Parameter, text: str) -> Json:
    if parameter.type == "bool" and text.lower() in (*_TRUE, *_FALSE):
        return text.lower() in _TRUE
    if parameter.type in ("int", "float"):
        try:
            return float(text) if parameter.type == "float" or not _is_whole(text) else int(text)
        except ValueError:
            return text  # refused by the recipe, in its own words
    return text


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and len(text) < 20
