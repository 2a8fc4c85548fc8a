"""What a person asked for, read from a recipe's parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from maquette.protocol import Json
from maquette.texture.target import UvChoice


@dataclass(frozen=True)
class Finish:
    """What the maps are made with."""

    delight: float  # 0..1
    detail: float  # strength of the normal map's bumps
    roughness: float  # where no network tells
    metallic: float


@dataclass(frozen=True)
class Wish:
    """Zeros stand for what suits the networks."""

    prompt: str
    seed: int
    texture_size: int
    uvs: UvChoice
    views: int
    tier: str
    fast: bool
    unwanted: str
    steps: int
    guidance_scale: float
    view_size: int
    depth_strength: float
    normal_strength: float
    edge_strength: float
    reference_strength: float
    finish: Finish
    redo_view: int  # below 0 for none


def read_wish(prompt: str, values: Mapping[str, Json], seed: int) -> Wish:
    """The parameters are validated: each is there, of its type and in range."""

    def number(name: str) -> float:
        return float(cast(float, values[name]))

    return Wish(
        prompt=prompt.strip() or "the object in the reference picture",
        seed=seed,
        texture_size=int(str(values["texture_size"])),
        uvs=cast(UvChoice, values["uvs"]),
        views=int(number("views")),
        tier=str(values["tier"]),
        fast=bool(values["fast"]),
        unwanted=str(values["negative_prompt"]),
        steps=int(number("steps")),
        guidance_scale=number("guidance_scale"),
        view_size=int(number("view_size")),
        depth_strength=number("depth_strength"),
        normal_strength=number("normal_strength"),
        edge_strength=number("edge_strength"),
        reference_strength=number("reference_strength"),
        finish=Finish(number("delight"), number("detail"), number("roughness"), number("metallic")),
        redo_view=int(number("redo_view")),
    )
