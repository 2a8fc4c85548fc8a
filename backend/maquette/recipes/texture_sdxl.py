"""`texture-sdxl`: the selected mesh gets new maps by SDXL, steered by its shape and a reference picture."""

from dataclasses import replace

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Json, Parameter, RecipeDescription, bad_input

from .recipe import Recipe, Request

NAME = "texture-sdxl"

DESCRIPTION = RecipeDescription(
    name=NAME,
    title="SDXL Texture",
    summary="New maps for any mesh from a prompt or a reference picture; slow without a graphics card",
    task="texture",
    inputs=("prompt?", "images?", "mesh", "maps?", "views?"),
    parameters=(
        Parameter(
            "texture_size",
            "choice",
            "1024",
            "Size of the maps",
            choices=("256", "512", "1024", "2048", "4096"),
            unit="px",
        ),
        Parameter("views", "int", 10, "Sides that are painted; up to four are added", minimum=1, maximum=10),
        Parameter(
            "uvs",
            "choice",
            "auto",
            "Keep the mesh's UVs where they are usable, keep them in any case, or make new ones",
            choices=("auto", "keep", "new"),
        ),
        Parameter("delight", "float", 0.8, "How much baked light is taken out", minimum=0.0, maximum=1.0),
        Parameter("detail", "float", 0.5, "Relief of the normal map", minimum=0.0, maximum=2.0),
        Parameter("negative_prompt", "text", "", "What must not be seen"),
        Parameter(
            "reference_strength",
            "float",
            0.6,
            "How closely the reference picture is followed",
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            "fast",
            "bool",
            False,
            "Paint in 8 steps with SDXL-Lightning, less varied",
        ),
        Parameter(
            "tier",
            "choice",
            "auto",
            "All views at once (12 GB), one after another (6 GB), or Stable Diffusion 1.5 on a CPU",
            choices=("auto", "batched", "sequential", "cpu"),
            advanced=True,
        ),
        Parameter("steps", "int", 0, "Steps a view; 0 as needed", minimum=0, maximum=100, advanced=True),
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
            "Side of each view; 0 as suits the networks",
            minimum=0,
            maximum=1024,
            unit="px",
            advanced=True,
        ),
        Parameter(
            "depth_strength",
            "float",
            0.7,
            "How strictly depth is followed",
            minimum=0.0,
            maximum=1.5,
            advanced=True,
        ),
        Parameter(
            "normal_strength",
            "float",
            0.4,
            "How strictly the surface's tilt is followed",
            minimum=0.0,
            maximum=1.5,
            advanced=True,
        ),
        Parameter(
            "edge_strength",
            "float",
            0.0,
            "How strictly outlines are followed: for thin parts",
            minimum=0.0,
            maximum=1.5,
            advanced=True,
        ),
        Parameter(
            "roughness",
            "float",
            0.6,
            "Where no network tells",
            minimum=0.0,
            maximum=1.0,
            advanced=True,
        ),
        Parameter(
            "metallic",
            "float",
            0.0,
            "Where no network tells",
            minimum=0.0,
            maximum=1.0,
            advanced=True,
        ),
        Parameter(
            "redo_view",
            "int",
            -1,
            "Number of the one view to paint again; -1 for all",
            minimum=-1,
            maximum=13,
            advanced=True,
        ),
    ),
    stages=("load", "prepare", "paint", "materials", "bake"),
    environment="full",
    weights=("sdxl-base", "sdxl-vae-fp16-fix", "controlnet-union-sdxl"),
    licence="openrail++",
    memory_bytes=14 << 30,
    seconds=1800.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Raises bad_input without a mesh, or without a prompt and a reference picture. What it runs is imported
    here because the server reads this file and must stay light.
    """
    if request.mesh is None:
        raise bad_input(f"{NAME} paints a mesh: select one")
    if not request.prompt.strip() and not request.images:
        raise bad_input("there is neither a prompt nor a reference picture: give one of them")
    from maquette.painting.texture import paint_mesh
    from maquette.painting.wish import read_wish

    asset = paint_mesh(
        request.mesh,
        request.maps,
        request.images[0][..., :3] if request.images else None,
        request.views,
        read_wish(request.prompt, request.parameters, request.seed),
        request.data,
        progress,
    )
    asked: dict[str, Json] = {
        "recipe": NAME,
        "prompt": request.prompt,
        "seed": request.seed,
        "parameters": dict(request.parameters),
        "licence": DESCRIPTION.licence,
    }
    return replace(asset, provenance=asked | asset.provenance)


RECIPE = Recipe(DESCRIPTION, run)
