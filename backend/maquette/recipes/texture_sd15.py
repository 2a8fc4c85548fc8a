"""`texture-sd15`: as `texture-sdxl`, with a small distilled model that a processor can run."""

from dataclasses import replace
from typing import Final

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Json

from . import texture_sdxl
from .recipe import Recipe, Request

_LARGE: Final = texture_sdxl.DESCRIPTION
_FIXED: Final[dict[str, Json]] = {
    "tier": "cpu",
    "fast": False,
    "normal_strength": 0.0,
    "edge_strength": 0.0,
    "reference_strength": 0.0,
}

DESCRIPTION = replace(
    _LARGE,
    name="texture-sd15",
    title="Stable Diffusion 1.5 Texture",
    summary="New maps for any mesh from a prompt, without a graphics card: a minute or more for each side",
    inputs=("prompt", "mesh", "maps?", "views?"),
    parameters=tuple(parameter for parameter in _LARGE.parameters if parameter.name not in _FIXED),
    weights=("sd15", "controlnet-depth-sd15", "lcm-lora-sd15"),
    licence="creativeml-openrail-m",
    memory_bytes=6 << 30,
    seconds=900.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """The other recipe's way, held to the small model."""
    asset = texture_sdxl.run(replace(request, parameters=request.parameters | _FIXED), progress)
    asked: dict[str, Json] = {
        "recipe": DESCRIPTION.name,
        "parameters": dict(request.parameters),
        "licence": DESCRIPTION.licence,
    }
    return replace(asset, provenance=asset.provenance | asked)


RECIPE = Recipe(DESCRIPTION, run)
