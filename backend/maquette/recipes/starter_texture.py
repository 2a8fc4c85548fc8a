"""`starter-texture`: materials by the learned model for any mesh, part by part."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription

from .recipe import Recipe, Request

DESCRIPTION = RecipeDescription(
    name="starter-texture",
    title="Starter materials (learned)",
    summary="A small learned model tells a mesh's parts apart and gives each a material, offline",
    task="texture",
    inputs=("prompt?", "images?", "mesh"),
    parameters=(
        Parameter(
            "texture_size",
            "choice",
            "1024",
            "Size of the maps",
            choices=("512", "1024", "2048", "4096"),
            unit="px",
        ),
        Parameter("detail", "float", 1.0, "Strength of procedural grain and marks", minimum=0.0, maximum=2.0),
        Parameter(
            "uvs",
            "choice",
            "auto",
            "The mesh's own UVs, or new ones; auto keeps them where they are usable",
            choices=("auto", "keep", "new"),
            advanced=True,
        ),
        Parameter(
            "guidance",
            "float",
            2.0,
            "How closely the words or the picture are followed",
            minimum=1.0,
            maximum=6.0,
            advanced=True,
        ),
    ),
    stages=("understand", "unwrap", "sample", "bake"),
    memory_bytes=1 << 30,
    seconds=8.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Runs the model; imported here because the server reads this file and must stay light."""
    from maquette.starter.texture import texture

    return texture(request.mesh, request.prompt, request.images, request.parameters, request.seed, progress)


RECIPE = Recipe(DESCRIPTION, run)
