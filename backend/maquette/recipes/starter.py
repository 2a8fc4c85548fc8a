"""`starter`: a prompt, a picture or both become an asset by the learned model that ships with the package."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription

from .recipe import Recipe, Request

DESCRIPTION = RecipeDescription(
    name="starter",
    title="Starter (learned)",
    summary="A small learned model: 28 kinds of things from words or a picture, in seconds, offline",
    task="generate",
    inputs=("prompt?", "images?"),
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
        Parameter("candidates", "int", 4, "Samples, of which the soundest is kept", minimum=1, maximum=32),
        Parameter("detail", "float", 1.0, "Strength of procedural grain and bumps", minimum=0.0, maximum=2.0),
        Parameter(
            "size",
            "float",
            0.0,
            "Longest side in metres; 0 takes the kind's natural size",
            minimum=0.0,
            maximum=100.0,
            unit="m",
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
    stages=("understand", "sample", "extract", "simplify", "unwrap", "bake", "finish"),
    memory_bytes=1 << 30,
    seconds=8.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Runs the generator; imported here because the server reads this file and must stay light."""
    from maquette.starter import unlearnt
    from maquette.starter.generate import generate
    from maquette.starter.model import shipped
    from maquette.starter.vocabulary import unlearnt_kind

    if not request.images:
        kind = unlearnt_kind(request.prompt, shipped().about)
        if kind:
            return unlearnt.make(kind, request.prompt, request.parameters, request.seed, progress)
    return generate(request.prompt, request.images, request.parameters, request.seed, progress)


RECIPE = Recipe(DESCRIPTION, run)
