"""`trellis2-edit`: a part of a mesh is made anew from pictures by TRELLIS.2, shape and materials; all else is
kept.
"""

from typing import Final

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription, bad_input

from .diffusion import count, with_request
from .recipe import Recipe, Request
from .trellis2_shared import LICENCE, OF_PICTURES, SHARED, TRIANGLES, result_size, shape_parameters
from .trellis_edit import box_parameters

NAME: Final = "trellis2-edit"

DESCRIPTION = RecipeDescription(
    name=NAME,
    title="Edit Part with TRELLIS.2",
    summary="A part of a mesh, in a box or painted, made anew from a picture; for graphics cards",
    task="vary",
    inputs=("images", "mesh", "maps?", "mask?"),
    parameters=(
        *box_parameters(),
        Parameter("shape", "bool", True, "The shape changes too, and not the materials alone"),
        Parameter(
            "resolution",
            "choice",
            "512",
            "Voxels to a side; 1024 is slower by ten times, with weights of its own: trellis2-shape-1024 and "
            "trellis2-texture-1024",
            choices=("512", "1024"),
        ),
        TRIANGLES,
        result_size(),
        count(
            "grow",
            1,
            "Cells of 16 voxels around the part that may change too",
            0,
            16,
        ),
        count("repeats", 2, "How often each step is taken: more fits the part better to the rest", 1, 10),
        *shape_parameters(),
        *SHARED,
    ),
    stages=(
        *("read", "encode", "structure", "shape", "texture", "decode"),
        *("clean", "repair", "simplify", "unwrap", "bake"),
    ),
    environment="full",
    weights=(*OF_PICTURES, "trellis-encoders", "trellis2-encoder", "trellis2-texture-encoder"),
    licence=LICENCE,
    memory_bytes=16 << 30,
    seconds=14400.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Raises bad_input without a mesh or a part of it. What it runs is imported here because the server reads
    this file and must stay light.
    """
    if request.mesh is None:
        raise bad_input(f"{NAME} starts from a mesh: select one")
    from maquette.reconstruction.local_edit import read_change
    from maquette.reconstruction.local_edit2 import edit_mesh
    from maquette.reconstruction.trellis2 import open_session
    from maquette.reconstruction.trellis2_wish import read_wish

    change = read_change(request.parameters, request.mask)
    wish = read_wish(request.parameters, request.seed)
    session = open_session(request.images, wish, request.data, "edit", progress)
    return with_request(edit_mesh(session, request.mesh, request.maps, change), DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
