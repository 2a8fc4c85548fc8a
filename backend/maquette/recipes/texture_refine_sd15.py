"""`texture-refine-sd15`: as `texture-refine`, with a small distilled model that a processor can run."""

from .small_model import held_to_small_model
from .texture_refine import RECIPE as LARGE

RECIPE = held_to_small_model(
    LARGE,
    name="texture-refine-sd15",
    title="Sharpen with Stable Diffusion 1.5",
    summary="Finer detail on the maps a mesh wears, without a graphics card: a minute or more for each side",
    weights=("sd15", "controlnet-depth-sd15", "controlnet-tile-sd15", "lcm-lora-sd15"),
    fixed={"tier": "cpu"},
    seconds=1200.0,
)
