"""`procedural`: a prompt becomes a parametric asset, with nothing to download."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription

from .recipe import Recipe, Request

DESCRIPTION = RecipeDescription(
    name="procedural",
    title="Procedural",
    summary="Parametric objects with physically based materials, in seconds, offline",
    task="generate",
    inputs=("prompt",),
    parameters=(
        Parameter("triangles", "int", 20000, "Triangle budget of the mesh", minimum=500, maximum=200000),
        Parameter(
            "texture_size",
            "choice",
            "1024",
            "Size of the maps",
            choices=("512", "1024", "2048", "4096"),
            unit="px",
        ),
        Parameter("detail", "float", 1.0, "Strength of grain, scratches and bumps", minimum=0.0, maximum=2.0),
        Parameter(
            "size",
            "float",
            0.0,
            "Longest side in metres; 0 keeps the natural size",
            minimum=0.0,
            maximum=100.0,
            unit="m",
        ),
    ),
    stages=("understand", "extract", "simplify", "unwrap", "bake", "finish"),
    memory_bytes=1 << 30,
    seconds=5.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Runs the generator; imported here because the server reads this file and must stay light."""
    from maquette.procedural.generate import generate

    return generate(request.prompt, request.parameters, request.seed, progress)


RECIPE = Recipe(DESCRIPTION, run)
