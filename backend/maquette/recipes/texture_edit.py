"""`texture-edit`: part of the maps that the selected mesh wears is changed, and nothing else."""

from dataclasses import replace

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Json, Parameter, RecipeDescription, bad_input

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
        Parameter("strength", "float", 0.9, "How much inpaint changes; 1 anew", minimum=0.1, maximum=1.0),
        Parameter(
            "identity_weight",
            "float",
            0.03,
            "How strongly pds holds on to what is there",
            minimum=0.0,
            maximum=2.0,
        ),
        Parameter("detail", "float", 0.5, "Relief of what is new", minimum=0.0, maximum=2.0),
        Parameter("materials", "bool", True, "Roughness and metallic follow, where Marigold is here"),
        Parameter("negative_prompt", "text", "", "What must not be seen"),
        Parameter(
            "learning_rate",
            "float",
            0.01,
            "How far dds and pds move a texel in a step",
            minimum=0.0005,
            maximum=0.1,
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
        Parameter("views", "int", 8, "Most sides", minimum=1, maximum=10, advanced=True),
        Parameter(
            "tier",
            "choice",
            "auto",
            "All views at once (12 GB), one after another (6 GB), or Stable Diffusion 1.5 on a CPU",
            choices=("auto", "batched", "sequential", "cpu"),
            advanced=True,
        ),
        Parameter(
            "steps",
            "int",
            0,
            "Of each painting, or of dds and pds; 0 as needed",
            minimum=0,
            maximum=2000,
            advanced=True,
        ),
        Parameter(
            "guidance_scale",
            "float",
            0.0,
            "How literally the prompt is taken; 0 as suits method and networks",
            minimum=0.0,
            maximum=100.0,
            advanced=True,
        ),
        Parameter(
            "view_size",
            "int",
            0,
            "Side of each view; 0 as suits the networks",
            minimum=0,
            maximum=1024,
            unit="px",
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
    stages=("load", "prepare", "edit", "materials", "bake"),
    environment="full",
    weights=("sdxl-base", "sdxl-vae-fp16-fix", "controlnet-union-sdxl"),
    licence="openrail++",
    memory_bytes=14 << 30,
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
    asked: dict[str, Json] = {
        "recipe": NAME,
        "prompt": request.prompt,
        "seed": request.seed,
        "parameters": dict(request.parameters),
        "licence": DESCRIPTION.licence,
    }
    return replace(asset, provenance=asked | asset.provenance)


RECIPE = Recipe(DESCRIPTION, run)
