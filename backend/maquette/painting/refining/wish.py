"""What a person asked for, read from the parameters of `texture-refine`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from maquette.protocol import Json


@dataclass(frozen=True)
class RefineWish:
    """Zeros of steps, guidance_scale and view_size stand for what suits the networks."""

    prompt: str
    seed: int
    texture_size: int
    super_resolution: bool
    rounds: int
    strength: float  # of the first round, as diffusers counts: the share of the noise that is added
    final_strength: float  # of the last
    method: str  # gather or adam
    detail: float  # strength of the new bumps
    delight: float  # how much of the light that networks paint in is taken out
    views: int
    tier: str
    unwanted: str
    steps: int  # that are taken in a round
    guidance_scale: float
    view_size: int
    tile_strength: float
    depth_strength: float

    def strength_of(self, number: int) -> float:
        """Of one round, falling evenly from the first to the last."""
        share = number / max(1, self.rounds - 1)
        return self.strength + share * (self.final_strength - self.strength)


def read_refine_wish(prompt: str, values: Mapping[str, Json], seed: int) -> RefineWish:
    """The parameters are validated: each is there, of its type and in range."""

    def number(name: str) -> float:
        return float(cast(float, values[name]))

    return RefineWish(
        prompt=prompt.strip() or "a highly detailed object",
        seed=seed,
        texture_size=int(str(values["texture_size"])),
        super_resolution=bool(values["super_resolution"]),
        rounds=int(number("rounds")),
        strength=number("strength"),
        final_strength=number("final_strength"),
        method=str(values["method"]),
        detail=number("detail"),
        delight=number("delight"),
        views=int(number("views")),
        tier=str(values["tier"]),
        unwanted=str(values["negative_prompt"]),
        steps=int(number("steps")),
        guidance_scale=number("guidance_scale"),
        view_size=int(number("view_size")),
        tile_strength=number("tile_strength"),
        depth_strength=number("depth_strength"),
    )
