"""`trellis2-texture`: the selected mesh gets materials as a picture shows them, by TRELLIS.2."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription, bad_input

from .diffusion import with_request
from .recipe import Recipe, Request
from .trellis2_shared import LICENCE, SHARED, result_size

DESCRIPTION = RecipeDescription(
    name="trellis2-texture",
    title="TRELLIS.2 Texture",
    summary="New maps for any mesh from a picture of such a thing; for graphics cards, hours without one",
    task="texture",
    inputs=("images", "mesh", "maps?", "mask?"),
    parameters=(
        result_size(),
        Parameter(
            "uvs",
            "choice",
            "auto",
            "Keep the mesh's UVs where they are usable, keep them in any case, or make new ones",
            choices=("auto", "keep", "new"),
        ),
        Parameter(
            "resolution",
            "choice",
            "512",
            "Voxels to a side; 1024 is slower by ten times, with weights of its own: trellis2-texture-1024",
            choices=("512", "1024"),
        ),
        *SHARED,
    ),
    stages=("read", "unwrap", "voxels", "texture", "decode", "bake"),
    environment="full",
    weights=("trellis2-encoder", "trellis2-texture-512", "dinov3-vitl16"),
    licence=LICENCE,
    memory_bytes=16 << 30,
    seconds=3600.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Raises bad_input without a mesh. What it runs is imported here because the server reads this file and
    must stay light.
    """
    if request.mesh is None:
        raise bad_input(f"{DESCRIPTION.name} paints a mesh: select one")
    from maquette.reconstruction.trellis2 import open_session, texture
    from maquette.reconstruction.trellis2_wish import read_wish

    wish = read_wish(request.parameters, request.seed)
    session = open_session(request.images, wish, request.data, "texture", progress)
    made = texture(session, request.mesh, request.maps, request.mask)
    return with_request(made, DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
