"""`trellis-vary`: a mesh's coarse shape with other detail and colours, by TRELLIS."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import RecipeDescription, bad_input

from .diffusion import with_request
from .recipe import Recipe, Request
from .structured_latents import (
    DECODERS,
    FINISHING,
    LICENCE,
    MEMORY_BYTES,
    SEVERAL,
    TEXT_MODEL,
    result_parameters,
    sampling_parameters,
)

NAME = "trellis-vary"

DESCRIPTION = RecipeDescription(
    name=NAME,
    title="Vary with TRELLIS",
    summary="Other detail and colours on the coarse shape of a mesh, from words or pictures: a new mesh",
    task="vary",
    inputs=("prompt?", "images?", "mesh"),
    parameters=(
        *result_parameters(),
        SEVERAL,
        TEXT_MODEL,
        *sampling_parameters(25, 7.5, 5.0, structure=False),
    ),
    stages=("read", "latents", *FINISHING),
    environment="full",
    weights=(DECODERS,),
    licence=LICENCE,
    memory_bytes=MEMORY_BYTES,
    seconds=3600.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Raises bad_input without a mesh, or without words and pictures; missing_weights for what these need.
    What it runs is imported here because the server reads this file and must stay light.
    """
    if request.mesh is None:
        raise bad_input(f"{NAME} starts from a mesh: select one")
    if not request.prompt.strip() and not request.images:
        raise bad_input("there is neither a prompt nor a picture: give one of them")
    from maquette.reconstruction.conditions import check_weights, read_asked
    from maquette.reconstruction.trellis import open_session, vary
    from maquette.reconstruction.wish import read_wish

    asked = read_asked(request.prompt, request.images, str(request.parameters["text_model"]), request.data)
    check_weights(request.data, asked.weights, NAME)
    session = open_session(asked, read_wish(request.parameters, request.seed), request.data, progress)
    return with_request(vary(session, request.mesh), DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
