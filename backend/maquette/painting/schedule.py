"""How networks of each tier paint over pictures: how large, and along which schedule."""

from typing import Final

from maquette.priors.placement import Tier

TILE: Final[dict[Tier, int]] = {"batched": 1024, "sequential": 1024, "cpu": 512}  # pixels they know best
MOST_STEPS: Final[dict[Tier, int]] = {"batched": 1000, "sequential": 1000, "cpu": 50}  # distilled from 50


def img2img_steps(tier: Tier, wanted: int, strength: float) -> tuple[int, int]:
    """Steps of a whole schedule, and how many of them img2img runs at that strength: as many as are wanted,
    or as the longest schedule has.
    """
    total = wanted = min(wanted, MOST_STEPS[tier])
    while int(total * strength) < wanted and total < MOST_STEPS[tier]:
        total += 1
    return total, max(1, int(total * strength))
