"""`texture-sd15`: as `texture-sdxl`, with a small distilled model that a processor can run."""

from .small_model import held_to_small_model
from .texture_sdxl import RECIPE as LARGE

RECIPE = held_to_small_model(
    LARGE,
    name="texture-sd15",
    title="Texture with Stable Diffusion 1.5",
    summary="New maps for any mesh from a prompt, without a graphics card: a minute or more for each side",
    inputs=("prompt", "mesh", "maps?", "mask?", "views?"),
    weights=("sd15", "controlnet-depth-sd15", "lcm-lora-sd15"),
    fixed={
        "tier": "cpu",
        "fast": False,
        "normal_strength": 0.0,
        "edge_strength": 0.0,
        "reference_strength": 0.0,
    },
    seconds=900.0,
)
