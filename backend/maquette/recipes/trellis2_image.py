"""`trellis2-image`: one picture or several of a thing become an asset with its material, by TRELLIS.2."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription

from .diffusion import with_request
from .recipe import Recipe, Request
from .structured_latents import SIZE
from .trellis2_shared import LICENCE, OF_PICTURES, SHARED, TRIANGLES, result_size, shape_parameters

DESCRIPTION = RecipeDescription(
    name="trellis2-image",
    title="TRELLIS.2 from Pictures",
    summary="A thing that pictures show, with its materials; made for graphics cards, hours without one",
    task="generate",
    inputs=("images",),
    parameters=(
        SIZE,
        Parameter(
            "resolution",
            "choice",
            "512",
            "Voxels to a side; above 512 slower by ten times and more, with weights of their own: "
            "trellis2-shape-1024 and trellis2-texture-1024",
            choices=("512", "1024", "1024_cascade", "1536_cascade"),
        ),
        TRIANGLES,
        result_size(),
        *shape_parameters(),
        *SHARED,
    ),
    stages=(
        *("read", "structure", "shape", "refine", "texture", "decode"),
        *("clean", "repair", "simplify", "unwrap", "bake"),
    ),
    environment="full",
    weights=OF_PICTURES,
    licence=LICENCE,
    memory_bytes=16 << 30,
    seconds=7200.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Imported here because the server reads this file and must stay light."""
    from maquette.reconstruction.trellis2 import generate, open_session
    from maquette.reconstruction.trellis2_wish import read_wish

    wish = read_wish(request.parameters, request.seed)
    session = open_session(request.images, wish, request.data, "generate", progress)
    return with_request(generate(session, float(str(request.parameters["size"]))), DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
