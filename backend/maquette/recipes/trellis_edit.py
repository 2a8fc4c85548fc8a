"""`trellis-edit`: a part of a mesh is made anew, shape and looks, by TRELLIS; all else is kept."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription, bad_input

from .diffusion import count, share, with_request
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

NAME = "trellis-edit"
AXES = (("x", "left to right"), ("y", "front to back"), ("z", "bottom to top"))


def box_parameters() -> tuple[Parameter, ...]:
    """Two ends along each axis."""
    return tuple(
        share(f"{end}_{axis}", default, f"Where the part {word}, {way}: a share of the mesh's box")
        for axis, way in AXES
        for end, default, word in (("from", 0.0, "begins"), ("to", 1.0, "ends"))
    )


DESCRIPTION = RecipeDescription(
    name=NAME,
    title="Edit Part with TRELLIS",
    summary="A part of a mesh, in a box or painted, made anew from words or pictures; all else is kept",
    task="vary",
    inputs=("prompt?", "images?", "mesh", "maps?", "mask?"),
    parameters=(
        *box_parameters(),
        Parameter("shape", "bool", True, "The shape changes too, and not detail and colours alone"),
        *result_parameters(),
        count("grow", 2, "Sixty-fourths of the mesh around the part that may change too", 0, 16),
        count("repeats", 2, "How often each step is taken: more fits the part better to the rest", 1, 10),
        count("views", 150, "Pictures taken of the mesh to know its looks; fewer are quicker", 4, 150),
        SEVERAL,
        TEXT_MODEL,
        *sampling_parameters(25, 7.5, 5.0),
    ),
    stages=("read", "encode", "structure", "latents", *FINISHING),
    environment="full",
    weights=(DECODERS, "trellis-encoders", "dinov2-with-registers-large"),
    licence=LICENCE,
    memory_bytes=MEMORY_BYTES,
    seconds=14400.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Raises bad_input without a mesh, a part of it, or words and pictures; missing_weights for what these
    need. What it runs is imported here because the server reads this file and must stay light.
    """
    if request.mesh is None:
        raise bad_input(f"{NAME} starts from a mesh: select one")
    if not request.prompt.strip() and not request.images:
        raise bad_input("there is neither a prompt nor a picture: give one of them")
    from maquette.reconstruction.conditions import check_weights, read_asked
    from maquette.reconstruction.local_edit import edit_mesh, read_change
    from maquette.reconstruction.trellis import open_session
    from maquette.reconstruction.wish import read_wish

    change = read_change(request.parameters, request.mask)
    asked = read_asked(request.prompt, request.images, str(request.parameters["text_model"]), request.data)
    check_weights(request.data, (*asked.weights, *DESCRIPTION.weights), NAME)
    session = open_session(asked, read_wish(request.parameters, request.seed), request.data, progress)
    return with_request(edit_mesh(session, request.mesh, request.maps, change), DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
