"""`trellis2-image`: one picture or several of a thing become an asset with its material, by TRELLIS.2."""

from typing import Final

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription

from .diffusion import count, share, texture_size, with_request
from .recipe import Recipe, Request

LICENCE: Final = "mit and dinov3-license"  # of TRELLIS.2, and of what it sees pictures with
OF_PICTURES: Final = ("trellis-decoders", "trellis2-shape-512", "trellis2-texture-512", "dinov3-vitl16")

SHARED: Final = (
    Parameter(
        "transparency", "bool", False, "Let thin and clear parts be looked through; else all is opaque"
    ),
    Parameter(
        "several",
        "choice",
        "stochastic",
        "Several pictures: one after another, a step each, or the mean of all at every step",
        choices=("stochastic", "multidiffusion"),
        advanced=True,
    ),
    Parameter(
        "memory",
        "choice",
        "auto",
        "Where networks wait: on the disk, in main memory, on the device; auto by what is free",
        choices=("auto", "low", "balanced", "fast"),
        advanced=True,
    ),
    count("texture_steps", 12, "Steps in which the material is found", 1, 100),
    share("texture_guidance", 1.0, "How literally it follows; 1 unguided", maximum=20.0, advanced=True),
)

DESCRIPTION = RecipeDescription(
    name="trellis2-image",
    title="TRELLIS.2 from Pictures",
    summary="A thing that pictures show, with its materials; made for graphics cards, hours without one",
    task="generate",
    inputs=("images",),
    parameters=(
        Parameter("size", "float", 1.0, "Longest side in metres", minimum=0.01, maximum=100.0, unit="m"),
        Parameter(
            "resolution",
            "choice",
            "512",
            "Voxels to a side; above 512 slower by ten times and more, with weights of their own: "
            "trellis2-shape-1024 and trellis2-texture-1024",
            choices=("512", "1024", "1024_cascade", "1536_cascade"),
        ),
        Parameter("triangles", "int", 50000, "Triangle budget of the mesh", minimum=500, maximum=1000000),
        texture_size("2048", "Size of the maps"),
        count("structure_steps", 12, "Steps in which the place of the shape is found", 1, 100),
        share("structure_guidance", 7.5, "How literally it follows; 1 unguided", maximum=20.0, advanced=True),
        count("shape_steps", 12, "Steps in which the shape is found", 1, 100),
        share("shape_guidance", 7.5, "How literally it follows; 1 unguided", maximum=20.0, advanced=True),
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
    session = open_session(request.images, wish, request.data, False, progress)
    return with_request(generate(session, float(str(request.parameters["size"]))), DESCRIPTION, request)


RECIPE = Recipe(DESCRIPTION, run)
