"""`trellis-image`: one picture or several of a thing become an asset, by TRELLIS."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import RecipeDescription

from .diffusion import with_request
from .recipe import Recipe, Request
from .structured_latents import (
    FINISHING,
    LICENCE,
    MEMORY_BYTES,
    OF_PICTURES,
    SEVERAL,
    SIZE,
    result_parameters,
    sampling_parameters,
)

DESCRIPTION = RecipeDescription(
    name="trellis-image",
    title="TRELLIS from Pictures",
    summary="A thing that pictures show, as a mesh with maps; half an hour or more without a graphics card",
    task="generate",
    inputs=("images",),
    parameters=(SIZE, *result_parameters(), SEVERAL, *sampling_parameters(12, 7.5, 3.0)),
    stages=("read", "structure", "latents", *FINISHING),
    environment="full",
    weights=OF_PICTURES,
    licence=LICENCE,
    memory_bytes=MEMORY_BYTES,
    seconds=3600.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Imported here because the server reads this file and must stay light."""
    from maquette.reconstruction.conditions import Asked
    from maquette.reconstruction.trellis import generate, open_session
    from maquette.reconstruction.wish import read_wish

    asked = Asked("", request.images, "")
    session = open_session(asked, read_wish(request.parameters, request.seed), request.data, progress)
    size = float(str(request.parameters["size"]))
    return with_request(generate(session, size), DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
