"""Colours and finishes of the training data: what prompts control, and the words for it."""

from dataclasses import dataclass
from typing import Final

from maquette.procedural.materials import COLORS as ALL_COLORS
from maquette.procedural.materials import Rgb

COLORS: Final[dict[str, Rgb]] = {  # sRGB; far enough apart to be told from each other in any light
    name: ALL_COLORS[name]
    for name in (
        *("red", "orange", "yellow", "lime", "green", "turquoise", "blue", "purple", "pink", "brown"),
        *("beige", "white", "grey", "black"),
    )
}

COLOR_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "red": ("scarlet", "crimson", "ruby", "bright red", "cherry red"),
    "orange": ("tangerine", "bright orange", "amber"),
    "yellow": ("lemon", "bright yellow", "golden yellow", "canary"),
    "lime": ("lime green", "yellow green", "light green"),
    "green": ("emerald", "forest green", "dark green", "leafy green"),
    "turquoise": ("cyan", "aqua", "teal", "aquamarine"),
    "blue": ("azure", "cobalt", "royal blue", "sapphire"),
    "purple": ("violet", "plum", "amethyst"),
    "pink": ("rose", "salmon pink", "hot pink", "light pink"),
    "brown": ("chocolate", "dark brown", "chestnut", "coffee"),
    "beige": ("cream", "tan", "sandy", "off white"),
    "white": ("snow white", "pure white", "whitish"),
    "grey": ("gray", "ash grey", "greyish"),
    "black": ("jet black", "pitch black", "ebony", "dark black"),
}


@dataclass(frozen=True)
class FinishSpec:
    """A substance as a pair of numbers that no other finish has, and how it is spoken of."""

    metallic: float
    roughness: float
    words: tuple[str, ...]  # adjectives, the usual one first
    nouns: tuple[str, ...]  # "made of ..."
    colors: tuple[str, ...]  # that it has when none is asked for, the most usual first


FINISHES: Final[dict[str, FinishSpec]] = {
    "wooden": FinishSpec(
        0, 0.56, ("wooden", "wood", "oak", "timber", "pine"), ("wood", "oak", "timber"), ("brown", "beige")
    ),
    "plastic": FinishSpec(
        0, 0.32, ("plastic", "acrylic", "vinyl"), ("plastic", "vinyl"), ("white", "red", "blue", "yellow")
    ),
    "ceramic": FinishSpec(
        0, 0.08, ("ceramic", "porcelain", "glazed", "glossy"), ("ceramic", "porcelain"), ("white", "blue")
    ),
    "stone": FinishSpec(
        0, 0.78, ("stone", "rocky", "granite"), ("stone", "rock", "granite"), ("grey", "beige")
    ),
    "fabric": FinishSpec(
        0,
        0.97,
        ("fabric", "cloth", "textile", "matte"),
        ("fabric", "cloth"),
        ("grey", "beige", "blue", "red"),
    ),
    "metal": FinishSpec(1, 0.34, ("metal", "steel", "metallic"), ("metal", "steel"), ("grey", "white")),
    "chrome": FinishSpec(
        1,
        0.07,
        ("chrome", "chromed", "polished metal", "mirrored"),
        ("chrome", "polished metal"),
        ("white", "grey"),
    ),
    "iron": FinishSpec(
        1,
        0.66,
        ("iron", "cast iron", "wrought iron", "rough metal"),
        ("iron", "cast iron"),
        ("black", "grey"),
    ),
}

NAMED_LOOKS: Final[dict[tuple[str, str], tuple[str, ...]]] = {  # a word for both at once
    ("yellow", "metal"): ("golden", "gold", "brass"),
    ("yellow", "chrome"): ("shiny gold", "polished gold"),
    ("orange", "metal"): ("copper", "bronze"),
    ("white", "metal"): ("silver", "silvery"),
    ("grey", "metal"): ("steel", "metal"),
    ("brown", "wooden"): ("wooden", "oak", "walnut"),
    ("beige", "wooden"): ("pine", "light wooden", "birch"),
    ("grey", "stone"): ("stone", "granite"),
    ("beige", "stone"): ("sandstone",),
    ("white", "ceramic"): ("porcelain", "white ceramic"),
    ("black", "iron"): ("iron", "cast iron"),
}


def appearance(color: str, finish: str) -> tuple[float, float, float, float, float]:
    """sRGB, metallic and roughness of a look."""
    spec = FINISHES[finish]
    return (*COLORS[color], spec.metallic, spec.roughness)
