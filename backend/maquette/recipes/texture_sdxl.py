"""`texture-sdxl`: the selected mesh gets new maps by SDXL, steered by its shape and a reference picture."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription, bad_input

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

NAME = "texture-sdxl"

DESCRIPTION = RecipeDescription(
    name=NAME,
    title="Texture with SDXL",
    summary="New maps for any mesh from a prompt or a reference picture; slow without a graphics card",
    task="texture",
    inputs=("prompt?", "images?", "mesh", "maps?", "mask?", "views?"),
    parameters=(
        texture_size("1024", "Size of the maps"),
        Parameter("views", "int", 10, "Sides that are painted; up to four are added", minimum=1, maximum=10),
        Parameter(
            "uvs",
            "choice",
            "auto",
            "Keep the mesh's UVs where they are usable, keep them in any case, or make new ones",
            choices=("auto", "keep", "new"),
        ),
        share("delight", 0.8, "How much baked light is taken out"),
        share("detail", 0.5, "Relief of the normal map", maximum=2.0),
        NEGATIVE_PROMPT,
        share("reference_strength", 0.6, "How closely the reference picture is followed"),
        Parameter(
            "fast",
            "bool",
            False,
            "Paint in 8 steps with SDXL-Lightning, less varied",
        ),
        TIER,
        count("steps", 0, "Steps a view; 0 as needed", 0, 100),
        share(
            "guidance_scale",
            0.0,
            "How literally the prompt is taken; 0 as suits the networks",
            maximum=20.0,
            advanced=True,
        ),
        count("view_size", 0, "Side of each view; 0 as suits the networks", 0, 1024, unit="px"),
        share("depth_strength", 0.7, "How strictly depth is followed", maximum=1.5, advanced=True),
        share(
            "normal_strength", 0.4, "How strictly the surface's tilt is followed", maximum=1.5, advanced=True
        ),
        share(
            "edge_strength",
            0.0,
            "How strictly outlines are followed: for thin parts",
            maximum=1.5,
            advanced=True,
        ),
        share("roughness", 0.6, "Where no network tells", advanced=True),
        share("metallic", 0.0, "Where no network tells", advanced=True),
        count("redo_view", -1, "Number of the one view to paint again; -1 for all", -1, 13),
    ),
    stages=("load", "prepare", "paint", "materials", "bake"),
    environment="full",
    weights=WEIGHTS,
    licence=LICENCE,
    memory_bytes=MEMORY_BYTES,
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
        request.mask,
    )
    return with_request(asset, DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
