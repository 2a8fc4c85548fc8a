"""The words of prompts for textures: what is done to a surface, what lies on it, where, and how much."""

from typing import Final

ADJECTIVES: Final[dict[str, tuple[tuple[str, float], ...]]] = {  # word -> layers and amounts
    **dict.fromkeys(("rusty", "rusted", "corroded", "rusting", "oxidized", "oxidised"), (("rust", 1.0),)),
    **dict.fromkeys(("mossy", "moss covered", "moss grown"), (("moss", 1.0),)),
    **dict.fromkeys(("overgrown",), (("ivy", 0.9), ("moss", 0.8))),
    **dict.fromkeys(("lichened", "lichen covered"), (("lichen", 1.0),)),
    **dict.fromkeys(("moldy", "mouldy", "mildewed", "musty"), (("mold", 1.1),)),
    **dict.fromkeys(("dusty", "dust covered"), (("dust", 1.0),)),
    **dict.fromkeys(("sandy", "sand covered", "sand blown"), (("sand", 1.0),)),
    **dict.fromkeys(("snowy", "snow covered", "snowcapped", "snow capped"), (("snow", 1.0),)),
    **dict.fromkeys(("frosty", "frosted", "frost covered", "rimed"), (("frost", 1.0),)),
    **dict.fromkeys(("frozen", "icy", "ice covered"), (("frost", 0.8), ("ice", 0.9))),
    **dict.fromkeys(("muddy", "mud covered", "mud splattered"), (("mud", 1.0),)),
    **dict.fromkeys(("dirty", "grubby", "soiled", "smudged", "unwashed"), (("dirty", 1.0),)),
    **dict.fromkeys(("filthy", "grimy", "grungy"), (("dirty", 1.5),)),
    **dict.fromkeys(("sooty", "blackened", "smoke stained"), (("soot", 1.2),)),
    **dict.fromkeys(("ashy", "ash covered"), (("ash", 1.0),)),
    **dict.fromkeys(("greasy", "oily", "oil stained"), (("grease", 1.1),)),
    **dict.fromkeys(("bloody", "blood stained", "bloodied", "blood splattered"), (("blood", 1.0),)),
    **dict.fromkeys(("slimy", "gooey"), (("slime", 1.0),)),
    **dict.fromkeys(("salty", "salt crusted"), (("salt", 1.0),)),
    **dict.fromkeys(("worn", "used", "rubbed", "distressed", "well worn"), (("worn", 1.2),)),
    **dict.fromkeys(("battered", "beaten", "beat up"), (("worn", 1.3), ("dented", 0.9), ("scratched", 0.7))),
    **dict.fromkeys(("weathered", "aged", "rustic"), (("weathered", 1.0),)),
    **dict.fromkeys(("old", "vintage", "antique"), (("weathered", 0.7),)),
    **dict.fromkeys(("ancient", "ruined", "decayed", "eroded"), (("weathered", 1.3), ("pitted", 0.8))),
    **dict.fromkeys(("scratched", "scuffed", "scraped", "scratchy", "clawed"), (("scratched", 1.0),)),
    **dict.fromkeys(("cracked", "crackled", "fractured", "shattered", "broken"), (("cracked", 1.0),)),
    **dict.fromkeys(("dented", "dinged", "bumped"), (("dented", 1.0),)),
    **dict.fromkeys(("pitted", "pockmarked", "porous"), (("pitted", 1.0),)),
    **dict.fromkeys(("wet", "damp", "soaked", "moist", "rain soaked", "dripping"), (("wet", 1.0),)),
    **dict.fromkeys(("polished", "shiny", "glossy", "gleaming", "varnished", "waxed"), (("shiny", 1.0),)),
    **dict.fromkeys(("lacquered", "glazed", "sleek", "mirror"), (("shiny", 1.3),)),
    **dict.fromkeys(("matte", "matt", "dull", "unpolished", "flat"), (("matte", 1.0),)),
    **dict.fromkeys(("satin",), (("matte", 0.35),)),
    **dict.fromkeys(("rough", "coarse", "rugged", "bumpy"), (("rough", 1.0),)),
    **dict.fromkeys(("smooth", "sanded"), (("smooth", 1.0),)),
    **dict.fromkeys(("faded", "bleached", "sun bleached", "washed out", "sun faded"), (("faded", 1.0),)),
    **dict.fromkeys(("tarnished", "blued"), (("tarnished", 1.0),)),
    **dict.fromkeys(("patinated", "patinaed"), (("verdigris", 1.0),)),
    **dict.fromkeys(("burnt", "burned", "charred", "scorched", "singed"), (("burnt", 1.0),)),
    **dict.fromkeys(
        ("stained", "blotchy", "discolored", "discoloured", "water stained"), (("stained", 1.1),)
    ),
}

CHIPPED: Final[dict[str, float]] = {  # word -> how much more of a coat of paint is gone
    **dict.fromkeys(("chipped", "flaking", "flaked", "peeling", "peeled"), 0.45),
    **dict.fromkeys(("worn", "battered", "weathered", "aged", "ancient", "beaten", "distressed"), 0.25),
    **dict.fromkeys(("old", "vintage", "antique", "used", "scratched", "scuffed", "rubbed", "rustic"), 0.18),
    **dict.fromkeys(("rusty", "rusted", "corroded"), 0.22),
}

NEW: Final = frozenset({"clean", "new", "pristine", "brand new", "spotless", "immaculate", "fresh", "unused"})

NOUNS: Final[dict[str, str]] = {  # what lies on a surface or was done to it -> layer
    "rust": "rust", "corrosion": "rust", "oxidation": "rust",
    "moss": "moss", "algae": "moss", "lichen": "lichen", "ivy": "ivy", "vine": "ivy", "grass": "grass",
    "leaf": "ivy", "foliage": "ivy", "plant": "ivy", "mold": "mold", "mould": "mold", "mildew": "mold",
    "fungus": "mold", "verdigris": "verdigris", "patina": "verdigris",
    "dust": "dust", "cobweb": "dust", "sand": "sand", "ash": "ash", "snow": "snow", "frost": "frost",
    "rime": "frost", "ice": "ice", "icicle": "ice", "dirt": "dirt", "grime": "dirt", "filth": "dirt",
    "mud": "mud", "soil": "soil", "earth": "soil", "soot": "soot", "smoke": "soot", "char": "burnt",
    "grease": "grease", "oil": "grease", "blood": "blood", "gore": "blood", "slime": "slime", "goo": "slime",
    "tar": "tar", "honey": "honey", "syrup": "honey", "caramel drip": "honey", "salt": "salt",
    "scratch": "scratched", "scuff": "scratched", "claw mark": "scratched", "scrape": "scratched",
    "dent": "dented", "ding": "dented", "pit": "pitted", "pore": "pitted", "hole": "pitted",
    "wear": "worn", "wear and tear": "worn", "stain": "stained", "blotch": "stained", "watermark": "stained",
    "burn": "burnt", "burn mark": "burnt", "scorch mark": "burnt", "tarnish": "tarnished",
    "water": "wet", "rain": "wet", "dew": "wet", "puddle": "wet", "raindrop": "wet", "droplet": "wet",
    "chip": "chipped", "paint chip": "chipped",
}  # fmt: skip

FIGURES: Final[dict[str, str]] = {  # what a material may be laid in or on as -> inlay
    "vein": "veins", "veining": "veins", "vein pattern": "veins",
    "crack": "seams", "fissure": "seams", "seam": "seams", "kintsugi": "seams", "joint": "seams",
    "nail": "studs", "stud": "studs", "rivet": "studs", "screw": "studs", "bolt": "studs", "tack": "studs",
    "button": "studs", "nailhead": "studs",
    "spot": "spots", "dot": "spots", "speckle": "spots", "freckle": "spots", "polka dot": "spots",
    "stripe": "stripes", "band": "stripes", "ring": "stripes", "hoop": "stripes", "line": "stripes",
}  # fmt: skip

MARKS: Final[dict[str, str]] = {  # a shape that a substance lies in -> its place
    "patch": "patches", "spatter": "splashes", "splatter": "splashes", "splash": "splashes",
    "drop": "splashes", "drip": "drips", "streak": "drips", "run": "drips", "edging": "edges",
    "trim": "edges", "rim": "edges", "accent": "edges", "highlight": "edges", "detail": "edges",
    "inlay": "crevices", "filling": "crevices", "grout": "crevices", "coat": "everywhere",
    "coating": "everywhere", "layer": "everywhere", "film": "everywhere", "plating": "everywhere",
    "flake": "patches", "blanket": "settled",
}  # fmt: skip

SPOTS: Final[dict[str, str]] = {  # where, after "on", "in", "at" ... -> a place
    "edge": "edges", "corner": "edges", "ridge": "edges", "rim": "edges", "border": "edges",
    "crevice": "crevices", "crack": "crevices", "cranny": "crevices", "recess": "crevices",
    "cavity": "crevices", "gap": "crevices", "fold": "crevices", "groove": "crevices", "hollow": "crevices",
    "crease": "crevices", "depth": "crevices", "joint": "crevices",
    "top": "settled", "upper side": "settled", "upper surface": "settled", "upside": "settled",
    "head": "high", "upper half": "high", "upper part": "high",
    "bottom": "low", "base": "low", "foot": "low", "lower half": "low", "lower part": "low",
    "underside": "low", "side": "sides", "place": "patches", "spot": "patches",
    "everywhere": "everywhere", "all over": "everywhere", "surface": "patches",
}  # fmt: skip

AMOUNTS: Final[dict[str, float]] = {
    "heavily": 1.6, "heavy": 1.5, "thick": 1.5, "thickly": 1.5, "very": 1.45, "extremely": 1.8,
    "really": 1.45, "badly": 1.5, "severely": 1.7, "completely": 1.9, "totally": 1.9, "fully": 1.8,
    "entirely": 1.9, "deeply": 1.4, "deep": 1.3, "much": 1.4, "lots of": 1.6, "a lot of": 1.6,
    "plenty of": 1.5, "many": 1.4, "lot": 1.5, "quite": 1.15, "rather": 1.1, "extra": 1.4, "dense": 1.5,
    "large": 1.25, "big": 1.25, "wide": 1.3, "bold": 1.3,
    "slightly": 0.55, "lightly": 0.55, "light": 0.6, "faintly": 0.45, "subtle": 0.5, "subtly": 0.5,
    "faint": 0.45, "a bit of": 0.55, "a bit": 0.55, "bit": 0.55, "a little": 0.55, "little": 0.55,
    "a hint of": 0.4, "hint": 0.4, "a touch of": 0.45, "touch": 0.45, "some": 0.85, "somewhat": 0.7,
    "thin": 0.6, "thinly": 0.6, "fine": 0.7, "few": 0.6, "sparse": 0.6, "partly": 0.8, "partially": 0.8,
    "mildly": 0.6, "hairline": 0.5, "tiny": 0.6, "small": 0.7,
}  # fmt: skip

WITH: Final = frozenset({"with", "has", "having", "featuring", "plus", "including", "bearing", "showing"})
COVERED: Final = (
    *(f"{done} {word}" for done in ("covered", "caked", "coated", "crusted", "smeared", "sprinkled",
    "spattered",
      "splattered", "stained", "overgrown", "overrun", "dusted", "encrusted", "layered", "topped")
      for word in ("in", "with", "by")),
)  # fmt: skip
FITTED: Final = tuple(
    f"{done} with" for done in ("studded", "inlaid", "veined", "adorned", "decorated", "trimmed", "filled")
)
WITHOUT: Final = frozenset({"without", "no", "not", "minus", "lacking", "free of"})
ON: Final = frozenset({"on", "over", "atop", "on top of", "upon", "above", "covering"})
AT: Final = frozenset(
    {"in", "at", "along", "around", "near", "under", "between", "inside", "within", "towards"}
)
AND: Final = frozenset({"and", "&", "+", ",", ";", ".", "but", "also", "then", "/", "(", ")", "or"})
UNDER: Final = frozenset({"beneath", "underneath", "revealing", "exposing", "showing through to"})
PLATED: Final = frozenset({"plated", "coated", "gilt", "gilded", "clad", "plate"})
PAINTED: Final = frozenset({"painted", "repainted", "spray painted", "enamelled", "enameled"})
GLOWING: Final = frozenset({"glowing", "luminous", "molten", "burning", "fluorescent", "radiant", "neon lit"})

_STOP_TEXT: Final = """
a an the of its it is are this that my our your their to for from made make out as like looking look
looks style styled kind type sort type texture textured textures material materials surface finish
finished please realistic pbr seamless tileable 4k 8k 2k high quality detailed beautiful nice covered
parts part area areas pattern patterned where which there been being be has give some of color colour
colored coloured tone toned tones set through all by into onto real natural plain pure solid whole object
mesh model surface surfaces growing growth running grown left spread spreading forming peeking hand time
age years one dry lit
"""
STOP: Final = frozenset(_STOP_TEXT.split())

MATERIAL_EXTRAS: Final[dict[str, str]] = {  # words that only textures know -> a material of the library
    "wood planks": "oak", "planks": "oak", "plank": "oak", "bark wood": "bark", "hide": "leather",
    "stones": "stone", "boulder": "stone", "volcanic rock": "slate", "asphalt": "concrete",
    "tarmac": "concrete", "chalk": "plaster", "alabaster": "marble", "onyx": "marble", "jasper": "granite",
    "malachite": "marble", "emerald stone": "crystal", "lead": "iron", "nickel": "steel", "zinc": "aluminium",
    "foil": "aluminium", "carbon fiber": "fabric", "carbon fibre": "fabric", "burlap": "fabric",
    "velour": "velvet", "foam": "plastic",
    "latex": "rubber", "resin": "plastic", "shell": "bone", "horn": "bone", "tooth": "bone",
    "scale": "leather",
    "parchment": "paper", "gold leaf": "gold", "silver leaf": "silver", "copper leaf": "copper",
    "denim": "fabric",
    "obsidian": "glass", "lapis lazuli": "marble", "turquoise stone": "marble",
    "opal": "porcelain",
    "rubber duck": "rubber", "quartz": "crystal", "travertine": "sandstone", "cobble": "stone",
    "pebble": "stone", "terra cotta": "terracotta", "roof tiles": "roof tile", "tiles": "roof tile",
    "mud brick": "clay", "mortar": "plaster", "coal": "slate", "charcoal wood": "ebony", "wax seal": "wax",
    "stainless": "brushed steel", "corten steel": "iron", "sheet metal": "steel", "green marble": "marble",
    "flesh": "skin", "sandpaper": "sandstone", "dirt": "soil", "chocolate": "wax", "cork": "cardboard",
}  # fmt: skip

DEFAULT_BASE: Final[dict[str, str]] = {  # layer -> the material that it is usually seen on
    "rust": "iron", "scratched": "steel", "dented": "steel", "tarnished": "silver", "verdigris": "copper",
    "burnt": "oak", "shiny": "steel", "grease": "steel", "studs": "leather", "paint": "steel",
    "leaf gold": "oak", "veins": "marble", "seams": "porcelain", "worn": "leather",
}  # fmt: skip

OWN_COLORS: Final[dict[str, str]] = {
    "iron": "#7b7672",  # material word -> its colour, where the library's material has another
    "jade": "muted green", "obsidian": "black", "onyx": "black", "coal": "black",
    "lapis lazuli": "deep blue", "malachite": "dark green", "turquoise stone": "turquoise",
    "asphalt": "dark grey",
    "tarmac": "dark grey", "lead": "dark grey",
    "jasper": "dark red",
    "emerald stone": "deep green", "chocolate": "dark brown", "flesh": "pale red", "cork": "light brown",
    "chalk": "white", "mud": "#6b513b", "burlap": "light brown", "green marble": "dark green",
}  # fmt: skip

PATTERN_WORDS: Final[dict[str, tuple[str, float, float, float]]] = {  # pattern, scale, contrast, relief
    "brushed": ("brushed", 0.004, 0.25, 0.0001),
    "hammered": ("hammered", 0.034, 0.25, 0.0016),
    "veined": ("veins", 0.22, 0.55, 0.0),
    "speckled": ("granite", 0.012, 0.6, 0.0001),
    "woven": ("weave", 0.008, 0.4, 0.0006),
    "layered": ("strata", 0.05, 0.4, 0.0012),
    "knitted": ("weave", 0.016, 0.4, 0.0012),
}

SHOWN: Final = {"wooden": "wood", "golden": "gold", "metallic": "metal", "oaken": "oak", "woollen": "wool"}

NOUN_BASES: Final = {
    "mud": "soil",
    "dirt": "soil",
    "soil": "soil",
    "sand": "sandstone",
    "salt": "plaster",
    "ash": "concrete",
}

CORROSION: Final[dict[str, str]] = {  # material -> what becomes of it instead of rust
    "copper": "verdigris", "bronze": "verdigris", "brass": "verdigris", "silver": "tarnished",
    "gold": "tarnished",
    "aluminium": "tarnished",
}  # fmt: skip

WRITTEN_OUT: Final[dict[str, str]] = {  # word -> what it stands for
    "lava rock": "black slate with glowing orange cracks",
    "lava": "black slate with glowing orange cracks",
    "magma": "black slate with glowing orange cracks",
    "frosted glass": "matte pale glass",
    "stained wood": "dark wood",
    "frost bitten": "frosty",
    "well used": "used",
    "cast iron": "rough iron",
    "wrought iron": "hammered iron",
    "corten": "very rusty",
    "weathering steel": "very rusty steel",
}

_THINGS_TEXT: Final = """
wall pot armor armour skull tree chair table box barrel helmet sword shield statue door floor roof house car
robot vase cup mug bowl monkey suzanne head body face ball sphere cube rock column pillar tower castle boat
ship tool axe hammer lamp bench crate chest coin ring jewel armchair sofa boot shoe glove bag jacket shirt
"""
THINGS: Final = frozenset(_THINGS_TEXT.split())
