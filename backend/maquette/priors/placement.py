"""Where networks run and at which precision: by what the machine has free now, or as a person chose.

The sizes are those of the published files at half precision: SDXL with ControlNet-Union takes about 10 GB,
and a picture of 768 pixels about 0.8 GB of activations with guidance.
"""

from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

import torch

from maquette.protocol import bad_input

Tier = Literal["batched", "sequential", "cpu"]
TIERS: Final = ("auto", *get_args(Tier))

GB: Final = 1 << 30
BATCHED_FROM: Final = 12 * GB  # free memory of a CUDA device
RESIDENT_FROM: Final = 16 * GB  # below, networks wait in main memory for their turn
CONTROLNET_STAYS_FROM: Final = 10 * GB
_WEIGHTS: Final = 10 * GB
_PICTURE: Final = GB * 4 // 5


@dataclass(frozen=True)
class Placement:
    """`batched` paints all views at once, the others one after another; `cpu` is the small, quick model.

    `chunk` is how many pictures a network sees at a time, 0 for all. With `offload`, only the network that
    works lies on the device; `keep_controlnet` leaves that one there all the same.
    """

    tier: Tier
    device: str
    dtype: torch.dtype
    offload: bool = False
    keep_controlnet: bool = True
    chunk: int = 0


def place(wanted: str) -> Placement:
    """The placement for one of TIERS on this machine. Raises bad_input for another word."""
    if wanted not in TIERS:
        raise bad_input(f"tier {wanted[:40]!r} is none of {', '.join(TIERS)}")
    if torch.cuda.is_available():
        return place_on("cuda", torch.cuda.mem_get_info()[0], wanted)
    if torch.backends.mps.is_available():
        limit = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
        return place_on("mps", limit, wanted)
    return place_on("cpu", 0, wanted)


def place_on(device: str, free_bytes: int, wanted: str) -> Placement:
    """`place` for a device, cuda, mps or cpu, with so much free memory (unused for cpu)."""
    if device == "cpu":
        # A person may ask for the large model on a processor too; there, memory is the system's to manage.
        tier = cast(Tier, "cpu" if wanted == "auto" else wanted)
        return Placement(tier, "cpu", torch.float32, chunk=1 if tier == "batched" else 0)
    automatic = "batched" if device == "cuda" and free_bytes >= BATCHED_FROM else "sequential"
    tier = cast(Tier, automatic if wanted == "auto" else wanted)
    if tier == "cpu":
        return Placement(tier, "cpu", torch.float32)
    is_resident = device != "cuda" or free_bytes >= RESIDENT_FROM
    return Placement(
        tier,
        device,
        torch.float16,
        offload=not is_resident,
        keep_controlnet=is_resident or free_bytes >= CONTROLNET_STAYS_FROM,
        chunk=max(1, (free_bytes - _WEIGHTS) // _PICTURE),
    )
