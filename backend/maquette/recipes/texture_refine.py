"""`texture-refine`: the maps that the selected mesh wears become sharper, and larger."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription

from .diffusion import (
    LICENCE,
    MEMORY_BYTES,
    NEGATIVE_PROMPT,
    TIER,
    WEIGHTS,
    count,
    share,
    texture_size,
    with_request,
)
from .recipe import Recipe, Request

NAME = "texture-refine"

DESCRIPTION = RecipeDescription(
    name=NAME,
    title="Sharpen with SDXL",
    summary="Finer detail on the maps a mesh wears, up to 4K; slow without a graphics card",
    task="refine",
    inputs=("prompt?", "mesh", "maps", "mask?"),
    parameters=(
        texture_size("2048", "Size of the maps; they never become smaller"),
        Parameter(
            "super_resolution", "bool", False, "Fill larger maps with detail that Swin2SR sees in them"
        ),
        Parameter(
            "rounds", "int", 2, "How often all sides are worked over; 0 for none", minimum=0, maximum=8
        ),
        share("strength", 0.35, "How much the first round may change", maximum=0.8, minimum=0.05),
        share("final_strength", 0.15, "How much the last round may change", maximum=0.8, minimum=0.05),
        share("detail", 0.5, "Relief of the new detail", maximum=2.0),
        NEGATIVE_PROMPT,
        Parameter(
            "method",
            "choice",
            "gather",
            "Blend what the views change, or fit the texels to them step by step: sharper and slower",
            choices=("gather", "adam"),
            advanced=True,
        ),
        share("delight", 1.0, "How much of the light that is painted in is taken out again", advanced=True),
        count("views", 10, "Sides; up to four are added", 1, 10),
        TIER,
        count("steps", 0, "Steps a round; 0 as needed", 0, 50),
        share(
            "guidance_scale",
            0.0,
            "How literally the prompt is taken; 0 as suits the networks",
            maximum=20.0,
            advanced=True,
        ),
        count(
            "view_size",
            0,
            "Side of each view, painted in tiles where it is large; 0 as suits the networks",
            0,
            4096,
            unit="px",
        ),
        share("tile_strength", 0.6, "How strictly what is there is followed", maximum=1.5, advanced=True),
        share("depth_strength", 0.6, "How strictly depth is followed", maximum=1.5, advanced=True),
    ),
    stages=("load", "prepare", "enlarge", "refine", "bake"),
    environment="full",
    weights=WEIGHTS,
    licence=LICENCE,
    memory_bytes=MEMORY_BYTES,
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
    return with_request(asset, DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
