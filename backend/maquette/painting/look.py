"""How views are painted: what the panel's settings come to for one tier of networks."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.priors.painter import Control, ControlKind, Order
from maquette.priors.placement import Tier
from maquette.texture.controls import Controls

from .prompts import negative_prompt

Floats = npt.NDArray[np.float32]

STEPS: Final[dict[Tier, int]] = {"batched": 25, "sequential": 20, "cpu": 4}
FAST_STEPS: Final = 8
GUIDANCE: Final[dict[Tier, float]] = {"batched": 6.0, "sequential": 6.0, "cpu": 1.0}
FAST_GUIDANCE: Final = 1.0
VIEW_SIZE: Final[dict[Tier, int]] = {"batched": 768, "sequential": 768, "cpu": 512}
UNTIL: Final[dict[ControlKind, float]] = {"depth": 0.8, "normal": 0.6, "edges": 0.6}
SMALL_MODEL: Final[tuple[ControlKind, ...]] = ("depth",)


@dataclass(frozen=True)
class Look:
    """What the views shall look like, in numbers that fit the networks."""

    negative_prompt: str
    steps: int
    guidance_scale: float
    view_size: int  # pixels
    strengths: dict[ControlKind, float]  # of the controls that are used
    knows_repaint: bool  # whether the networks can be shown what a picture has to continue
    reference: npt.NDArray[np.uint8] | None = field(default=None, repr=False)  # [H, W, 3]
    reference_strength: float = 0.6

    def controls(self, drawn: Controls, views: list[int]) -> list[Control]:
        """The controls of some views; those of no strength are left out."""
        pictures: dict[ControlKind, Floats] = {
            "depth": np.repeat(drawn.depth[views][..., None], 3, axis=3),
            "normal": drawn.normal[views],
            "edges": np.repeat(drawn.edges[views][..., None], 3, axis=3),
        }
        return [
            Control(kind, pictures[kind], strength, UNTIL[kind])
            for kind, strength in self.strengths.items()
            if strength > 0
        ]

    def order(self, prompts: list[str], controls: list[Control], seed: int) -> Order:
        """An order for pictures painted anew."""
        return Order(
            prompts,
            self.view_size,
            self.steps,
            self.guidance_scale,
            seed,
            controls,
            self.negative_prompt,
            reference=self.reference,
            reference_strength=self.reference_strength,
        )


def make_look(
    tier: Tier,
    fast: bool,
    unwanted: str,
    steps: int,  # 0: as many as the networks need
    guidance_scale: float,  # 0: what suits the networks
    view_size: int,  # 0: what suits the networks
    strengths: dict[ControlKind, float],
    reference: npt.NDArray[np.uint8] | None,
    reference_strength: float,
) -> Look:
    """Zeros become what suits the tier; sizes are rounded to what the networks can take."""
    used = {kind: value for kind, value in strengths.items() if tier != "cpu" or kind in SMALL_MODEL}
    return Look(
        negative_prompt(unwanted),
        steps or (FAST_STEPS if fast else STEPS[tier]),
        guidance_scale or (FAST_GUIDANCE if fast else GUIDANCE[tier]),
        (view_size or VIEW_SIZE[tier]) // 8 * 8,
        used,
        tier != "cpu",
        reference,
        reference_strength,
    )
