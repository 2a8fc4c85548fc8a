"""`texture-refine`: the maps that the selected mesh wears become sharper, and larger."""

from dataclasses import replace

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Json, Parameter, RecipeDescription

from .recipe import Recipe, Request

NAME = "texture-refine"

DESCRIPTION = RecipeDescription(
    name=NAME,
    title="Sharpen with SDXL",
    summary="Finer detail on the maps a mesh wears, up to 4K; slow without a graphics card",
    task="refine",
    inputs=("prompt?", "mesh", "maps", "mask?"),
    parameters=(
        Parameter(
            "texture_size",
            "choice",
            "2048",
            "Size of the maps; they never become smaller",
            choices=("256", "512", "1024", "2048", "4096"),
            unit="px",
        ),
        Parameter(
            "super_resolution", "bool", False, "Fill larger maps with detail that Swin2SR sees in them"
        ),
        Parameter(
            "rounds", "int", 2, "How often all sides are worked over; 0 for none", minimum=0, maximum=8
        ),
        Parameter(
            "strength", "float", 0.35, "How much the first round may change", minimum=0.05, maximum=0.8
        ),
        Parameter(
            "final_strength", "float", 0.15, "How much the last round may change", minimum=0.05, maximum=0.8
        ),
        Parameter("detail", "float", 0.5, "Relief of the new detail", minimum=0.0, maximum=2.0),
        Parameter("negative_prompt", "text", "", "What must not be seen"),
        Parameter(
            "method",
            "choice",
            "gather",
            "Blend what the views change, or fit the texels to them step by step: sharper and slower",
            choices=("gather", "adam"),
            advanced=True,
        ),
        Parameter(
            "delight",
            "float",
            1.0,
            "How much of the light that is painted in is taken out again",
            minimum=0.0,
            maximum=1.0,
            advanced=True,
        ),
        Parameter("views", "int", 10, "Sides; up to four are added", minimum=1, maximum=10, advanced=True),
        Parameter(
            "tier",
            "choice",
            "auto",
            "All views at once (12 GB), one after another (6 GB), or Stable Diffusion 1.5 on a CPU",
            choices=("auto", "batched", "sequential", "cpu"),
            advanced=True,
        ),
        Parameter("steps", "int", 0, "Steps a round; 0 as needed", minimum=0, maximum=50, advanced=True),
        Parameter(
            "guidance_scale",
            "float",
            0.0,
            "How literally the prompt is taken; 0 as suits the networks",
            minimum=0.0,
            maximum=20.0,
            advanced=True,
        ),
        Parameter(
            "view_size",
            "int",
            0,
            "Side of each view, painted in tiles where it is large; 0 as suits the networks",
            minimum=0,
            maximum=4096,
            unit="px",
            advanced=True,
        ),
        Parameter(
            "tile_strength",
            "float",
            0.6,
            "How strictly what is there is followed",
            minimum=0.0,
            maximum=1.5,
            advanced=True,
        ),
        Parameter(
            "depth_strength",
            "float",
            0.6,
            "How strictly depth is followed",
            minimum=0.0,
            maximum=1.5,
            advanced=True,
        ),
    ),
    stages=("load", "prepare", "enlarge", "refine", "bake"),
    environment="full",
    weights=("sdxl-base", "sdxl-vae-fp16-fix", "controlnet-union-sdxl"),
    licence="openrail++",
    memory_bytes=14 << 30,
    seconds=1800.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Raises bad_input without a mesh, its maps, or UVs for them. What it runs is imported here because the
    server reads this file and must stay light.
    """
    from maquette.painting.refining.refine import refine_maps
    from maquette.painting.refining.wish import read_refine_wish
    from maquette.painting.worn import check_worn

    mesh, maps = check_worn(request.mesh, request.maps, NAME)
    wish = read_refine_wish(request.prompt, request.parameters, request.seed)
    asset = refine_maps(mesh, maps, request.mask, wish, request.data, progress)
    asked: dict[str, Json] = {
        "recipe": NAME,
        "prompt": request.prompt,
        "seed": request.seed,
        "parameters": dict(request.parameters),
        "licence": DESCRIPTION.licence,
    }
    return replace(asset, provenance=asked | asset.provenance)


RECIPE = Recipe(DESCRIPTION, run)
