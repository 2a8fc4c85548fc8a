"""The material library: what each substance looks like, and the words for it. Colours are sRGB, 0 to 1.

Base colours follow measured albedo ranges (dielectrics 0.04 to 0.9 linear; metals by their reflectance at
normal incidence); roughness is perceptual, as in glTF.
"""

from dataclasses import dataclass, replace
from typing import Final

Rgb = tuple[float, float, float]

COLORS: Final[dict[str, Rgb]] = {
    "red": (0.72, 0.07, 0.07),
    "orange": (0.91, 0.42, 0.06),
    "yellow": (0.95, 0.77, 0.12),
    "green": (0.13, 0.50, 0.19),
    "teal": (0.05, 0.48, 0.47),
    "blue": (0.09, 0.27, 0.68),
    "purple": (0.42, 0.17, 0.60),
    "pink": (0.93, 0.48, 0.62),
    "brown": (0.38, 0.22, 0.12),
    "beige": (0.85, 0.76, 0.60),
    "white": (0.92, 0.92, 0.90),
    "grey": (0.48, 0.48, 0.49),
    "black": (0.06, 0.06, 0.065),
    "turquoise": (0.20, 0.75, 0.72),
    "cream": (0.94, 0.89, 0.77),
    "navy": (0.05, 0.09, 0.28),
    "maroon": (0.38, 0.05, 0.10),
    "olive": (0.42, 0.43, 0.16),
    "lime": (0.58, 0.80, 0.17),
    "violet": (0.50, 0.30, 0.76),
}

MOST_TINTED: Final = 0.9  # opacity of black glass


@dataclass(frozen=True)
class Finish:
    """How one part looks. `pattern` names a function of patterns.py with features of `scale` metres.

    `contrast` is the pattern's strength in colour and roughness, `relief` its depth in metres. `words` is
    what people are told ("red oak"). `opacity` is how much of what lies behind it hides: glass is looked
    through.
    """

    material: str
    color: Rgb  # sRGB
    metallic: float
    roughness: float
    pattern: str = "plain"
    scale: float = 0.05
    contrast: float = 0.2
    relief: float = 0.0
    second: Rgb | None = None  # the pattern's other colour, sRGB; None: a darker shade
    emission: float = 0.0
    words: str = ""
    opacity: float = 1.0


_W = 0.09  # spacing of wood rings, metres

MATERIALS: Final[dict[str, Finish]] = {
    "oak": Finish("oak", (0.62, 0.44, 0.26), 0, 0.52, "grain", _W, 0.5, 0.0004, (0.42, 0.27, 0.14)),
    "walnut": Finish("walnut", (0.36, 0.22, 0.14), 0, 0.48, "grain", _W, 0.5, 0.0004, (0.20, 0.11, 0.06)),
    "pine": Finish("pine", (0.80, 0.63, 0.40), 0, 0.55, "grain", _W, 0.45, 0.0004, (0.66, 0.45, 0.24)),
    "mahogany": Finish(
        "mahogany", (0.44, 0.19, 0.11), 0, 0.40, "grain", _W, 0.45, 0.0003, (0.27, 0.10, 0.05)
    ),
    "ebony": Finish("ebony", (0.12, 0.09, 0.08), 0, 0.38, "grain", _W, 0.4, 0.0003, (0.06, 0.045, 0.04)),
    "bamboo": Finish("bamboo", (0.78, 0.68, 0.40), 0, 0.45, "grain", 0.05, 0.3, 0.0003, (0.64, 0.52, 0.26)),
    "driftwood": Finish(
        "driftwood", (0.56, 0.52, 0.47), 0, 0.80, "grain", _W, 0.6, 0.0012, (0.36, 0.32, 0.28)
    ),
    "painted wood": Finish("painted wood", (0.80, 0.78, 0.72), 0, 0.42, "painted", _W, 0.18, 0.0003),
    "iron": Finish("iron", (0.30, 0.29, 0.29), 1, 0.55, "hammered", 0.02, 0.2, 0.0006),
    "steel": Finish("steel", (0.70, 0.70, 0.71), 1, 0.28, "scratched", 0.03, 0.18, 0.0001),
    "brushed steel": Finish("brushed steel", (0.66, 0.66, 0.67), 1, 0.36, "brushed", 0.004, 0.25, 0.0001),
    "aluminium": Finish("aluminium", (0.82, 0.83, 0.84), 1, 0.34, "brushed", 0.004, 0.18, 0.0001),
    "chrome": Finish("chrome", (0.83, 0.84, 0.85), 1, 0.08, "scratched", 0.05, 0.06, 0.0),
    "silver": Finish("silver", (0.93, 0.92, 0.89), 1, 0.20, "scratched", 0.03, 0.12, 0.0001),
    "gold": Finish("gold", (0.98, 0.79, 0.37), 1, 0.20, "scratched", 0.03, 0.12, 0.0001),
    "brass": Finish("brass", (0.86, 0.71, 0.40), 1, 0.30, "scratched", 0.03, 0.18, 0.0001),
    "copper": Finish("copper", (0.93, 0.62, 0.52), 1, 0.28, "scratched", 0.03, 0.18, 0.0001),
    "bronze": Finish("bronze", (0.62, 0.45, 0.27), 1, 0.42, "hammered", 0.025, 0.22, 0.0004),
    "rusty iron": Finish(
        "rusty iron", (0.33, 0.30, 0.28), 1, 0.55, "rust", 0.07, 1.0, 0.0010, (0.48, 0.23, 0.10)
    ),
    "painted metal": Finish("painted metal", (0.60, 0.62, 0.64), 0, 0.33, "painted", 0.08, 0.12, 0.0001),
    "plastic": Finish("plastic", (0.62, 0.64, 0.67), 0, 0.36, "speckle", 0.004, 0.05, 0.00008),
    "rubber": Finish("rubber", (0.07, 0.07, 0.075), 0, 0.85, "speckle", 0.003, 0.15, 0.0001),
    "ceramic": Finish("ceramic", (0.90, 0.88, 0.83), 0, 0.14, "glaze", 0.05, 0.10, 0.0002),
    "porcelain": Finish("porcelain", (0.94, 0.94, 0.93), 0, 0.08, "glaze", 0.06, 0.04, 0.0001),
    "terracotta": Finish("terracotta", (0.72, 0.39, 0.25), 0, 0.85, "speckle", 0.006, 0.25, 0.0003),
    "clay": Finish("clay", (0.62, 0.48, 0.38), 0, 0.88, "speckle", 0.008, 0.22, 0.0005),
    "glass": Finish("glass", (0.78, 0.88, 0.86), 0, 0.04, "glaze", 0.10, 0.06, 0.0, opacity=0.22),
    "clear plastic": Finish(
        "clear plastic", (0.84, 0.87, 0.88), 0, 0.14, "speckle", 0.02, 0.05, 0.0, opacity=0.32
    ),
    "crystal": Finish(
        "crystal", (0.72, 0.78, 0.93), 0, 0.05, "veins", 0.12, 0.25, 0.0, (0.90, 0.94, 1.0), opacity=0.8
    ),
    "ice": Finish(
        "ice", (0.72, 0.87, 0.94), 0, 0.12, "veins", 0.15, 0.30, 0.0003, (0.92, 0.97, 1.0), opacity=0.75
    ),
    "jade": Finish("jade", (0.30, 0.56, 0.40), 0, 0.16, "veins", 0.12, 0.30, 0.0, (0.56, 0.74, 0.56)),
    "stone": Finish("stone", (0.47, 0.46, 0.44), 0, 0.88, "stone", 0.10, 0.45, 0.0020, (0.33, 0.32, 0.31)),
    "granite": Finish(
        "granite", (0.55, 0.52, 0.51), 0, 0.55, "granite", 0.012, 0.7, 0.0002, (0.18, 0.17, 0.18)
    ),
    "marble": Finish("marble", (0.91, 0.90, 0.88), 0, 0.18, "veins", 0.22, 0.55, 0.0, (0.50, 0.50, 0.53)),
    "sandstone": Finish(
        "sandstone", (0.78, 0.64, 0.45), 0, 0.92, "strata", 0.08, 0.4, 0.0012, (0.63, 0.47, 0.31)
    ),
    "slate": Finish("slate", (0.27, 0.30, 0.33), 0, 0.70, "strata", 0.03, 0.3, 0.0008),
    "concrete": Finish("concrete", (0.58, 0.57, 0.55), 0, 0.92, "stone", 0.05, 0.25, 0.0006),
    "brick": Finish("brick", (0.60, 0.25, 0.17), 0, 0.90, "bricks", 0.24, 0.5, 0.0040, (0.68, 0.65, 0.60)),
    "plaster": Finish("plaster", (0.89, 0.86, 0.79), 0, 0.90, "speckle", 0.02, 0.12, 0.0006),
    "roof tile": Finish("roof tile", (0.62, 0.26, 0.17), 0, 0.80, "tiles", 0.22, 0.35, 0.0080),
    "thatch": Finish("thatch", (0.70, 0.56, 0.30), 0, 0.95, "grain", 0.03, 0.8, 0.0060, (0.45, 0.33, 0.15)),
    "straw": Finish("straw", (0.83, 0.69, 0.36), 0, 0.90, "weave", 0.012, 0.4, 0.0010, (0.60, 0.45, 0.20)),
    "wicker": Finish("wicker", (0.66, 0.47, 0.27), 0, 0.70, "weave", 0.024, 0.6, 0.0030, (0.36, 0.22, 0.10)),
    "fabric": Finish("fabric", (0.55, 0.53, 0.50), 0, 0.92, "weave", 0.006, 0.30, 0.0004),
    "wool": Finish("wool", (0.76, 0.70, 0.62), 0, 0.96, "fuzz", 0.008, 0.30, 0.0012),
    "velvet": Finish("velvet", (0.45, 0.10, 0.16), 0, 0.75, "fuzz", 0.004, 0.22, 0.0003),
    "leather": Finish("leather", (0.36, 0.20, 0.11), 0, 0.50, "leather", 0.010, 0.30, 0.0005),
    "paper": Finish("paper", (0.93, 0.91, 0.85), 0, 0.90, "speckle", 0.004, 0.06, 0.0001),
    "cardboard": Finish("cardboard", (0.70, 0.55, 0.38), 0, 0.88, "grain", 0.008, 0.15, 0.0001),
    "rope": Finish("rope", (0.74, 0.62, 0.42), 0, 0.92, "weave", 0.015, 0.5, 0.0015, (0.50, 0.39, 0.22)),
    "bone": Finish("bone", (0.90, 0.85, 0.72), 0, 0.55, "speckle", 0.02, 0.18, 0.0004),
    "wax": Finish("wax", (0.93, 0.88, 0.74), 0, 0.40, "glaze", 0.03, 0.10, 0.0003),
    "skin": Finish("skin", (0.87, 0.66, 0.53), 0, 0.60, "speckle", 0.004, 0.06, 0.0001),
    "fur": Finish("fur", (0.50, 0.36, 0.23), 0, 0.95, "fuzz", 0.012, 0.5, 0.0025),
    "bark": Finish("bark", (0.33, 0.24, 0.17), 0, 0.95, "bark", 0.06, 0.7, 0.0080, (0.17, 0.12, 0.08)),
    "leaf": Finish("leaf", (0.19, 0.42, 0.13), 0, 0.62, "foliage", 0.05, 0.55, 0.0060, (0.10, 0.27, 0.07)),
    "needles": Finish(
        "needles", (0.10, 0.29, 0.15), 0, 0.75, "foliage", 0.03, 0.55, 0.0060, (0.05, 0.16, 0.08)
    ),
    "grass": Finish("grass", (0.30, 0.50, 0.14), 0, 0.85, "fuzz", 0.02, 0.5, 0.0030, (0.18, 0.34, 0.07)),
    "moss": Finish("moss", (0.30, 0.40, 0.13), 0, 0.95, "fuzz", 0.02, 0.5, 0.0030),
    "soil": Finish("soil", (0.25, 0.17, 0.11), 0, 0.97, "stone", 0.02, 0.5, 0.0025),
    "snow": Finish("snow", (0.94, 0.96, 0.98), 0, 0.75, "fuzz", 0.03, 0.06, 0.0010),
    "petal": Finish("petal", (0.88, 0.35, 0.50), 0, 0.60, "glaze", 0.02, 0.20, 0.0002),
    "mushroom": Finish("mushroom", (0.88, 0.82, 0.70), 0, 0.60, "speckle", 0.02, 0.12, 0.0004),
    "lit": Finish("lit", (1.0, 0.90, 0.70), 0, 0.60, "plain", 0.05, 0.0, 0.0, emission=1.0),
    "paint": Finish("paint", (0.55, 0.08, 0.08), 0, 0.22, "plain", 0.05, 0.03, 0.0),
    "car paint": Finish("car paint", (0.55, 0.05, 0.06), 0.25, 0.16, "flakes", 0.0015, 0.10, 0.0),
}

MATERIAL_WORDS: Final[dict[str, str]] = {  # adjective or synonym -> name in MATERIALS
    "wood": "oak", "wooden": "oak", "timber": "oak", "oaken": "oak", "hardwood": "walnut", "teak": "walnut",
    "cherry wood": "mahogany", "birch": "pine", "maple": "pine", "weathered wood": "driftwood",
    "metal": "steel", "metallic": "steel", "metallic grey": "steel", "cast iron": "iron",
    "wrought iron": "iron", "stainless steel": "brushed steel", "polished steel": "chrome",
    "aluminum": "aluminium", "tin": "aluminium", "golden": "gold", "gilded": "gold", "brazen": "brass",
    "rusty": "rusty iron", "rusted": "rusty iron", "rusty metal": "rusty iron", "rusty steel": "rusty iron",
    "corroded": "rusty iron", "painted steel": "painted metal", "plastics": "plastic", "acrylic": "plastic",
    "vinyl": "plastic", "earthenware": "clay", "stoneware": "ceramic", "china": "porcelain",
    "glassy": "glass", "crystalline": "crystal", "icy": "ice", "frozen": "ice", "rock": "stone",
    "rocky": "stone", "cobblestone": "stone", "limestone": "sandstone", "cement": "concrete",
    "bricks": "brick", "stucco": "plaster", "tiled": "roof tile", "shingle": "roof tile",
    "thatched": "thatch", "rattan": "wicker", "woven": "wicker", "cloth": "fabric", "linen": "fabric",
    "cotton": "fabric", "canvas": "fabric", "upholstered": "fabric", "textile": "fabric", "woollen": "wool",
    "woolen": "wool", "knitted": "wool", "leathery": "leather", "ivory": "bone", "leafy": "leaf",
    "grassy": "grass", "mossy": "moss", "earth": "soil", "dirt": "soil", "snowy": "snow", "furry": "fur",
    "fluffy": "fur", "glowing": "lit", "lacquered": "paint", "painted": "painted wood", "polished": "chrome",
    "clear acrylic": "clear plastic", "transparent plastic": "clear plastic", "plexiglass": "clear plastic",
    "plexiglas": "clear plastic", "perspex": "clear plastic", "acrylic glass": "clear plastic",
}  # fmt: skip


def finish(material: str, color: str | Rgb | None = None) -> Finish:
    """The finish of a material, in its own colour or tinted: wood is then stained, metal anodised."""
    base = MATERIALS[material]
    if color is None:
        return replace(base, words=material)
    rgb = COLORS[color] if isinstance(color, str) else color
    words = f"{color} {material}" if isinstance(color, str) else material
    second = None
    if base.second is not None and base.pattern not in ("rust", "bricks"):
        second = (rgb[0] * 0.55, rgb[1] * 0.55, rgb[2] * 0.55)
    elif base.second is not None:
        second = base.second
    opacity = base.opacity if base.opacity == 1 else _tinted(base, rgb)
    return replace(base, color=rgb, second=second, words=words, opacity=opacity)


def _tinted(clear: Finish, rgb: Rgb) -> float:
    """The opacity of a see-through material in another colour: deeper tints let less light through."""
    depth = max(0.0, 1 - sum(rgb) / sum(clear.color))
    return clear.opacity + (MOST_TINTED - clear.opacity) * depth * depth
