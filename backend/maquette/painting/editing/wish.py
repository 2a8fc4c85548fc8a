"""What a person asked for, read from the parameters of `texture-edit`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from maquette.protocol import Json


@dataclass(frozen=True)
class EditWish:
    """Zeros of steps, guidance_scale and view_size stand for what suits the method and the networks."""

    prompt: str  # what it shall become
    source_prompt: str  # what it is
    seed: int
    method: str  # inpaint, dds or pds
    strength: float  # of inpainting: 1 paints anew
    identity_weight: float  # of pds
    learning_rate: float  # of dds and pds, per step and texel
    weighting: str
    materials: bool  # whether roughness and metallic follow
    detail: float  # strength of the new bumps
    views: int
    tier: str
    unwanted: str
    steps: int
    guidance_scale: float
    view_size: int
    depth_strength: float


def read_edit_wish(prompt: str, values: Mapping[str, Json], seed: int) -> EditWish:
    """The parameters are validated: each is there, of its type and in range."""

    def number(name: str) -> float:
        return float(cast(float, values[name]))

    return EditWish(
        prompt=prompt.strip(),
        source_prompt=str(values["source_prompt"]).strip(),
        seed=seed,
        method=str(values["method"]),
        strength=number("strength"),
        identity_weight=number("identity_weight"),
        learning_rate=number("learning_rate"),
        weighting=str(values["weighting"]),
        materials=bool(values["materials"]),
        detail=number("detail"),
        views=int(number("views")),
        tier=str(values["tier"]),
        unwanted=str(values["negative_prompt"]),
        steps=int(number("steps")),
        guidance_scale=number("guidance_scale"),
        view_size=int(number("view_size")),
        depth_strength=number("depth_strength"),
    )
