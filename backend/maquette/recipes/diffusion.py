"""What the recipes that paint with diffusion share: parameters, weights, and what they say of a result."""

from dataclasses import replace
from typing import Final

from maquette.assets import Asset
from maquette.protocol import Json, Parameter, RecipeDescription

from .recipe import Request

WEIGHTS: Final = ("sdxl-base", "sdxl-vae-fp16-fix", "controlnet-union-sdxl")
LICENCE: Final = "openrail++"
MEMORY_BYTES: Final = 14 << 30
NEGATIVE_PROMPT: Final = Parameter("negative_prompt", "text", "", "What must not be seen")
TIER: Final = Parameter(
    "tier",
    "choice",
    "auto",
    "All views at once (12 GB), one after another (6 GB), or Stable Diffusion 1.5 on a CPU",
    choices=("auto", "batched", "sequential", "cpu"),
    advanced=True,
)


def texture_size(default: str, help: str) -> Parameter:
    """The side of the maps."""
    sizes = ("256", "512", "1024", "2048", "4096")
    return Parameter("texture_size", "choice", default, help, choices=sizes, unit="px")


def share(
    name: str, default: float, help: str, maximum: float = 1.0, minimum: float = 0.0, advanced: bool = False
) -> Parameter:
    """A strength from `minimum` to `maximum`."""
    return Parameter(name, "float", default, help, minimum=minimum, maximum=maximum, advanced=advanced)


def count(name: str, default: int, help: str, minimum: int, maximum: int, unit: str = "") -> Parameter:
    """A whole number, among the advanced parameters."""
    return Parameter(name, "int", default, help, minimum=minimum, maximum=maximum, unit=unit, advanced=True)


def with_request(asset: Asset, description: RecipeDescription, request: Request) -> Asset:
    """The asset whose provenance also says what was asked of which recipe, where it does not by itself."""
    asked: dict[str, Json] = {
        "recipe": description.name,
        "prompt": request.prompt,
        "seed": request.seed,
        "parameters": dict(request.parameters),
        "licence": description.licence,
    }
    return replace(asset, provenance=asked | asset.provenance)
