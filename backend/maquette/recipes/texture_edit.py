"""`texture-edit`: part of the maps that the selected mesh wears is changed, and nothing else."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription, bad_input

from .diffusion import LICENCE, MEMORY_BYTES, NEGATIVE_PROMPT, TIER, WEIGHTS, count, share, with_request
from .recipe import Recipe, Request

NAME = "texture-edit"

DESCRIPTION = RecipeDescription(
    name=NAME,
    title="Edit with SDXL",
    summary="Changes what a mask leaves free, or what two prompts tell apart; slow without a graphics card",
    task="edit",
    inputs=("prompt", "mesh", "maps", "mask?"),
    parameters=(
        Parameter("source_prompt", "text", "", "What it is now; the prompt says what it shall become"),
        Parameter(
            "method",
            "choice",
            "inpaint",
            "Paint the part anew, or move its texels from one prompt to the other: dds freely, pds near to "
            "what is there",
            choices=("inpaint", "dds", "pds"),
        ),
        share("strength", 0.9, "How much inpaint changes; 1 anew", minimum=0.1),
        share("identity_weight", 0.03, "How strongly pds holds on to what is there", maximum=2.0),
        share("detail", 0.5, "Relief of what is new", maximum=2.0),
        Parameter("materials", "bool", True, "Roughness and metallic follow, where Marigold is here"),
        NEGATIVE_PROMPT,
        share(
            "learning_rate",
            0.01,
            "How far dds and pds move a texel in a step",
            maximum=0.1,
            minimum=0.0005,
            advanced=True,
        ),
        Parameter(
            "weighting",
            "choice",
            "uniform",
            "Which noise counts more for dds and pds: fantasia1 for detail, sds and recon for shapes",
            choices=("uniform", "sds", "fantasia0", "fantasia1", "recon"),
            advanced=True,
        ),
        count("views", 8, "Most sides", 1, 10),
        TIER,
        count("steps", 0, "Of each painting, or of dds and pds; 0 as needed", 0, 2000),
        share(
            "guidance_scale",
            0.0,
            "How literally the prompt is taken; 0 as suits method and networks",
            maximum=100.0,
            advanced=True,
        ),
        count("view_size", 0, "Side of each view; 0 as suits the networks", 0, 1024, unit="px"),
        share("depth_strength", 0.6, "How strictly depth is followed", maximum=1.5, advanced=True),
    ),
    stages=("load", "prepare", "edit", "materials", "bake"),
    environment="full",
    weights=WEIGHTS,
    licence=LICENCE,
    memory_bytes=MEMORY_BYTES,
    seconds=1200.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Raises bad_input without a mesh, its maps, UVs for them, or words for what they shall become. What it
    runs is imported here because the server reads this file and must stay light.
    """
    from maquette.painting.editing.edit import edit_maps
    from maquette.painting.editing.wish import read_edit_wish
    from maquette.painting.worn import check_worn

    mesh, maps = check_worn(request.mesh, request.maps, NAME)
    if not request.prompt.strip():
        raise bad_input("the prompt is empty: write what it shall become")
    wish = read_edit_wish(request.prompt, request.parameters, request.seed)
    asset = edit_maps(mesh, maps, request.mask, wish, request.data, progress)
    return with_request(asset, DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
