"""What the recipes of TRELLIS.2 share: parameters, weights, licence."""

from typing import Final

from maquette.protocol import Parameter

from .diffusion import count, share, texture_size
from .structured_latents import SEVERAL

LICENCE: Final = "mit and dinov3-license"  # of TRELLIS.2, and of what it sees pictures with
OF_PICTURES: Final = ("trellis-decoders", "trellis2-shape-512", "trellis2-texture-512", "dinov3-vitl16")

TRIANGLES: Final = Parameter(
    "triangles", "int", 50000, "Triangle budget of the mesh", minimum=500, maximum=1000000
)
SHARED: Final = (
    Parameter(
        "transparency", "bool", False, "Let thin and clear parts be looked through; else all is opaque"
    ),
    SEVERAL,
    Parameter(
        "memory",
        "choice",
        "auto",
        "Where networks wait: on the disk, in main memory, on the device; auto by what is free",
        choices=("auto", "low", "balanced", "fast"),
        advanced=True,
    ),
    count("texture_steps", 12, "Steps in which the material is found", 1, 100),
    share("texture_guidance", 1.0, "How literally it follows; 1 unguided", 20.0, advanced=True),
)


def result_size() -> Parameter:
    """Of the maps."""
    return texture_size("2048", "Size of the maps")


def shape_parameters() -> tuple[Parameter, ...]:
    """Of the two flows that find the shape."""
    return (
        count("structure_steps", 12, "Steps in which the place of the shape is found", 1, 100),
        share("structure_guidance", 7.5, "How literally it follows; 1 unguided", 20.0, advanced=True),
        count("shape_steps", 12, "Steps in which the shape is found", 1, 100),
        share("shape_guidance", 7.5, "How literally it follows; 1 unguided", 20.0, advanced=True),
    )
