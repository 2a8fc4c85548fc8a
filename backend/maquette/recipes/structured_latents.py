"""What the recipes of TRELLIS share: parameters, stages, licence."""

from typing import Final

from maquette.protocol import Parameter

from .diffusion import count, share, texture_size

LICENCE: Final = "mit"
DECODERS: Final = "trellis-decoders"
OF_PICTURES: Final = ("trellis-image-large", DECODERS, "dinov2-with-registers-large")
FINISHING: Final = ("decode", "clean", "repair", "simplify", "unwrap", "bake")
MEMORY_BYTES: Final = 6 << 30

SIZE: Final = Parameter("size", "float", 1.0, "Longest side in metres", minimum=0.01, maximum=100.0, unit="m")
SEVERAL: Final = Parameter(
    "several",
    "choice",
    "stochastic",
    "Several pictures: one after another, a step each, or the mean of all at every step, which takes longer",
    choices=("stochastic", "multidiffusion"),
    advanced=True,
)
TEXT_MODEL: Final = Parameter(
    "text_model",
    "choice",
    "auto",
    "Which network reads words: trellis-text-base, -large or -xlarge; auto takes the largest that is here",
    choices=("auto", "base", "large", "xlarge"),
    advanced=True,
)


def of_texts(size: str) -> tuple[str, ...]:
    """The weights for words, by the size of the flows: base, large or xlarge."""
    return (f"trellis-text-{size}", DECODERS, "clip-vit-large-patch14")


def result_parameters() -> tuple[Parameter, ...]:
    """How the finished asset shall be."""
    return (
        Parameter("triangles", "int", 20000, "Triangle budget of the mesh", minimum=500, maximum=500000),
        texture_size("1024", "Size of the maps"),
        share("delight", 0.5, "How much light is taken out of the colours"),
        share("roughness", 0.6, "Of the whole surface: TRELLIS knows colours only", advanced=True),
        share("metallic", 0.0, "Of the whole surface", advanced=True),
        Parameter(
            "colors",
            "choice",
            "splats",
            "Whose colours: of the splats, which are sharper, or of the mesh",
            choices=("splats", "mesh"),
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
    )


def sampling_parameters(
    steps: int, structure_guidance: float, latent_guidance: float, structure: bool = True
) -> tuple[Parameter, ...]:
    """Of the two flows, or of the second alone."""
    shape = (
        count("structure_steps", steps, "Steps in which the shape is found", 1, 100),
        _guidance("structure_guidance", structure_guidance, "How literally the shape follows"),
    )
    looks = (
        count("latent_steps", steps, "Steps in which detail and colours are found", 1, 100),
        _guidance("latent_guidance", latent_guidance, "How literally detail and colours follow"),
    )
    return (*(shape if structure else ()), *looks)


def _guidance(name: str, default: float, help: str) -> Parameter:
    return share(name, default, help, maximum=20.0, advanced=True)
