"""`texture-procedural`: materials from words on any mesh, with nothing to download."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription

from .recipe import Recipe, Request

DESCRIPTION = RecipeDescription(
    name="texture-procedural",
    title="Procedural Material",
    summary="Materials, wear, moss, rust, paint from words, on the mesh's own UVs, in seconds, offline",
    task="texture",
    inputs=("prompt", "mesh", "maps?", "mask?"),
    parameters=(
        Parameter(
            "texture_size",
            "choice",
            "2048",
            "Size of the maps",
            choices=("512", "1024", "2048", "4096"),
            unit="px",
        ),
        Parameter("wear", "float", 1.0, "Strength of wear and age; 0 is none", minimum=0.0, maximum=2.0),
        Parameter(
            "scale",
            "float",
            1.0,
            "Size of the pattern; 1 suits the size of the object",
            minimum=0.1,
            maximum=10.0,
        ),
        Parameter(
            "uvs",
            "choice",
            "auto",
            "The mesh's own UVs, or new ones; auto keeps them where they are usable",
            choices=("auto", "keep", "new"),
            advanced=True,
        ),
    ),
    stages=("understand", "unwrap", "examine", "paint"),
    memory_bytes=1 << 30,
    seconds=8.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Runs the painter; imported here because the server reads this file and must stay light."""
    from maquette.procedural.texturing.generate import texture

    return texture(
        request.mesh, request.prompt, request.parameters, request.seed, progress, request.maps, request.mask
    )


RECIPE = Recipe(DESCRIPTION, run)
