"""`texture-enlarge`: super-resolution alone, for which none of the large networks is needed."""

from .small_model import held_to_small_model
from .texture_refine import RECIPE as LARGE

RECIPE = held_to_small_model(
    LARGE,
    name="texture-enlarge",
    title="Super-Resolution",
    summary="Larger maps with the detail that Swin2SR sees in the sides of the mesh: a small download",
    inputs=("mesh", "maps", "mask?"),
    weights=("swin2sr-x4",),
    fixed={
        "rounds": 0,
        "super_resolution": True,
        "strength": 0.35,
        "final_strength": 0.15,
        "negative_prompt": "",
        "method": "gather",
        "delight": 1.0,
        "tier": "auto",
        "steps": 0,
        "guidance_scale": 0.0,
        "view_size": 0,
        "tile_strength": 0.6,
        "depth_strength": 0.6,
    },
    seconds=600.0,
    licence="Apache-2.0",
    defaults={"texture_size": "4096"},
)
