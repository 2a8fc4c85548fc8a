"""Which tier a machine gets: by what is free, or by word."""

import pytest
import torch

from maquette.priors.placement import GB, Placement, place, place_on
from maquette.protocol import MaquetteError

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(
    ("device", "free_gb", "wanted", "tier", "offload"),
    [
        ("cuda", 24, "auto", "batched", False),
        ("cuda", 12, "auto", "batched", True),
        ("cuda", 8, "auto", "sequential", True),
        ("cuda", 24, "sequential", "sequential", False),
        ("cuda", 8, "batched", "batched", True),
        ("mps", 16, "auto", "sequential", False),
        ("cpu", 0, "auto", "cpu", False),
        ("cpu", 0, "batched", "batched", False),
        ("cuda", 24, "cpu", "cpu", False),
    ],
)
def test_memory_or_a_person_decides(device: str, free_gb: int, wanted: str, tier: str, offload: bool) -> None:
    placement = place_on(device, free_gb * GB, wanted)
    assert (placement.tier, placement.offload) == (tier, offload)
    is_half = placement.device != "cpu"
    assert placement.dtype == (torch.float16 if is_half else torch.float32)


def test_more_memory_shows_the_networks_more_pictures_at_a_time() -> None:
    chunks = [place_on("cuda", free * GB, "batched").chunk for free in (8, 16, 24, 80)]
    assert chunks == sorted(chunks)
    assert chunks[0] == 1
    assert chunks[-1] > 14


def test_this_machine_has_a_place() -> None:
    assert isinstance(place("auto"), Placement)


def test_an_unknown_tier_is_refused() -> None:
    with pytest.raises(MaquetteError, match="'huge' is none of auto, batched, sequential, cpu"):
        place("huge")
