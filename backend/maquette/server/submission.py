"""Judges a submit before anything is written: is the recipe here, and do parameters and inputs fit it?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from maquette import weights
from maquette.protocol import Frame, Json, MaquetteError, RecipeDescription, bad_input
from maquette.protocol.inputs import MAP_NAMES, MASK, MESH_ARRAYS, VIEWS
from maquette.protocol.messages import Submit
from maquette.protocol.recipe import MAX_SEED


def find_recipe(name: str, descriptions: Iterable[RecipeDescription]) -> RecipeDescription:
    """The recipe of that name. Raises `unknown_recipe`, naming those there are."""
    by_name = {description.name: description for description in descriptions}
    if name not in by_name:
        raise MaquetteError(
            "unknown_recipe",
            f"recipe {name[:60]!r} is unknown: choose one of {', '.join(by_name)}",
            "choose_recipe",
        )
    return by_name[name]


def with_weights(description: RecipeDescription, data: Path) -> RecipeDescription:
    """The description as it holds for the weights that lie on this disk now."""
    absent = weights.missing(data, description.weights)
    download_bytes = weights.total_bytes([*map(weights.find, absent)]) or 0
    return replace(description, weights_here=not absent, download_bytes=download_bytes)


def check_installed(description: RecipeDescription, environments: Mapping[str, bool], data: Path) -> None:
    """Raises `missing_weights` with the remedy for what the recipe needs and this machine lacks."""
    if not environments.get(description.environment, False):
        raise MaquetteError(
            "missing_weights",
            f"recipe {description.name} needs PyTorch, which is not installed: install the"
            f" {description.environment} environment, or Maquette with its extra torch",
            "install_environment",
            {"environment": description.environment},
        )
    if absent := weights.missing(data, description.weights):
        raise weights.missing_error(absent, f"recipe {description.name}")


def checked_parameters(request: Submit, description: RecipeDescription) -> dict[str, Json]:
    """Every parameter, given or default. Raises bad_input for them, for the seed and for the inputs."""
    if not -1 <= request.seed <= MAX_SEED:
        raise bad_input(f"seed {request.seed} is not from 0 to {MAX_SEED}, nor -1 for any")
    _check_prompt(request.prompt, description)
    _check_images(request.frames, description)
    _check_mesh(request.frames, description)
    _check_maps(request.frames, description)
    return description.validated(request.parameters)


def _check_prompt(prompt: str, description: RecipeDescription) -> None:
    if "prompt" in description.inputs and not prompt.strip():
        raise bad_input(f"recipe {description.name} needs a prompt: describe what to make")
    if prompt.strip() and not {"prompt", "prompt?"} & set(description.inputs):
        raise bad_input(f"recipe {description.name} takes no prompt: leave it empty")


def _check_images(frames: Mapping[str, Frame], description: RecipeDescription) -> None:
    images = [name for name in frames if name.startswith("image_")]
    if "images" in description.inputs and not images:
        raise bad_input(f"recipe {description.name} needs at least one image: add one")
    if images and not {"images", "images?"} & set(description.inputs):
        raise bad_input(f"recipe {description.name} takes no images: remove {', '.join(images)}")


def _check_mesh(frames: Mapping[str, Frame], description: RecipeDescription) -> None:
    arrays = set(MESH_ARRAYS) & set(frames)
    if "mesh" in description.inputs:
        if not {"vertices", "faces"} <= arrays:
            raise bad_input(f"recipe {description.name} needs a mesh: send vertices and faces")
    elif arrays:
        raise bad_input(f"recipe {description.name} takes no mesh: leave out {', '.join(sorted(arrays))}")


def _check_maps(frames: Mapping[str, Frame], description: RecipeDescription) -> None:
    maps = [name for name in MAP_NAMES if name in frames]
    if "maps" in description.inputs and "base_color" not in maps:
        raise bad_input(f"recipe {description.name} needs a textured mesh: give it a base colour map first")
    for kind, given in (("maps", maps), *((name, [name] * (name in frames)) for name in (MASK, VIEWS))):
        if given and not {kind, f"{kind}?"} & set(description.inputs):
            raise bad_input(f"recipe {description.name} takes no {kind}: leave out {', '.join(given)}")
