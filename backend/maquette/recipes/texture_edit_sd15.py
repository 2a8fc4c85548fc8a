"""`texture-edit-sd15`: as `texture-edit`, with a small model that a processor can run."""

from .small_model import held_to_small_model
from .texture_edit import RECIPE as LARGE

RECIPE = held_to_small_model(
    LARGE,
    name="texture-edit-sd15",
    title="Edit with Stable Diffusion 1.5",
    summary="Changes part of the maps without a graphics card: a minute or more for each side",
    weights=("sd15", "controlnet-depth-sd15", "controlnet-inpaint-sd15", "lcm-lora-sd15"),
    fixed={"tier": "cpu"},
    seconds=900.0,
)
