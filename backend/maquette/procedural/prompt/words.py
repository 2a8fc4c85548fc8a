"""The words of prompts beside the names of kinds and parts: grammar, numbers, sizes, shapes, surfaces."""

from typing import Final

_STOP_TEXT: Final = """
a an the this that these those it its his her their my your our some any there here i me you we want need
please make create generate give show get build model draw render modeled designed would like could can
should may for to by at as so just only also too then than such which who whose where be been am was were do
does did will shall let us up down over under 3d object asset prop game mesh item thing piece kind type sort
style styled looking look looks version set design concept art image picture rendering
coloured colored colour color whole entire both each every shaped shape sized size coated
covered finished wrapped bound plated clad plz pls kindly thanks thank hello
hi hey something someone thats
finished finish material materials texture textured built constructed crafted
"""
STOP: Final = frozenset(_STOP_TEXT.split())

DONE: Final = frozenset({"plated", "clad", "coated", "covered", "wrapped", "bound", "coloured", "colored"})
"""What follows a material or a colour without a meaning of its own: a gold plated sword."""

STOP_PHRASES: Final = (
    "in the style of",
    "on top",
    "a bit of",
)

WITH: Final = frozenset(
    {"with", "has", "have", "having", "featuring", "including", "plus", "wearing", "on", "holding"}
)
WITHOUT: Final = frozenset({"without", "no", "lacking", "minus", "not", "never", "w/o", "missing"})
OF: Final = frozenset({"of", "from", "in", "is", "are", "made", "being", "out", ":"})
OF_PHRASES: Final = (
    *(
        f"{done} {word}"
        for done in ("covered", "coated", "wrapped", "clad", "plated")
        for word in ("in", "with")
    ),
    *("made of", "made from", "made with", "made out of", "made up of"),
)
WITH_PHRASES: Final = (
    *(f"{done} with" for done in ("decorated", "adorned", "encrusted", "studded", "inlaid", "topped")),
    *(f"{done} with" for done in ("filled", "overflowing", "loaded", "brimming", "stuffed", "fitted")),
    "full of",
)
AND: Final = frozenset({"and", "or", "nor", "&", "+"})
BREAKS: Final = frozenset({",", ";", ".", "!", "?", "(", ")", "/", "but", "while", "though"})

NUMBERS: Final[dict[str, float]] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "fifty": 50,
    "hundred": 100, "single": 1, "double": 2, "twin": 2, "couple": 2, "pair": 2, "triple": 3, "dozen": 12,
    "half": 0.5,
}  # fmt: skip

_FULL: Final = (("full", "filled", "overflowing", "loaded"), ("empty",))
STATES: Final[
    dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
] = {  # optional part -> words for with, without
    **dict.fromkeys(("water", "drink", "fruit", "treasure", "book"), _FULL),
    "flame": (("lit", "burning", "flaming", "alight"), ("unlit", "extinguished")),
}

MARKINGS: Final = frozenset(
    {"stripe", "band", "spot"}
)  # of two colours the second is that of what they are on

UNITS: Final[dict[str, float]] = {  # in metres
    "m": 1, "metre": 1, "meter": 1, "metres": 1, "meters": 1, "cm": 0.01, "centimetre": 0.01,
    "centimeter": 0.01, "centimetres": 0.01, "centimeters": 0.01, "mm": 0.001, "millimetre": 0.001,
    "millimeter": 0.001, "millimetres": 0.001, "millimeters": 0.001, "ft": 0.3048, "foot": 0.3048,
    "feet": 0.3048, "inch": 0.0254, "inches": 0.0254,
}  # fmt: skip

THICKNESS: Final = "thickness"

DIMENSIONS: Final[dict[str, str]] = {  # word after a measure -> axis
    "tall": "z", "high": "z", "height": "z", "wide": "x", "width": "x", "broad": "x", "across": "x",
    "diameter": "x", "deep": "y", "depth": "y", "long": "longest", "length": "longest", "big": "longest",
    "size": "longest", "thick": THICKNESS, "thickness": THICKNESS,
}  # fmt: skip

SIZES: Final[dict[str, tuple[tuple[str, float], ...]]] = {  # word -> what is multiplied by how much
    "tall": (("z", 1.25),), "high": (("z", 1.25),), "short": (("z", 0.78),), "low": (("z", 0.78),),
    "squat": (("z", 0.78),), "wide": (("x", 1.28),), "broad": (("x", 1.28),), "narrow": (("x", 0.78),),
    "long": (("longest", 1.3),), "elongated": (("longest", 1.3),), "deep": (("y", 1.25),),
    "shallow": (("y", 0.8),), "thin": (("thickness", 0.75),), "fine": (("thickness", 0.75),),
    "delicate": (("thickness", 0.75),), "slender": (("thickness", 0.78), ("x", 0.9), ("y", 0.9)),
    "slim": (("thickness", 0.78), ("x", 0.9), ("y", 0.9)),
    "skinny": (("thickness", 0.72), ("x", 0.85), ("y", 0.85)), "thick": (("thickness", 1.35),),
    "sturdy": (("thickness", 1.3),), "heavy": (("thickness", 1.3),),
    "stout": (("thickness", 1.3), ("z", 0.88)), "chunky": (("thickness", 1.4), ("x", 1.08), ("y", 1.08)),
    "bulky": (("thickness", 1.35), ("x", 1.1), ("y", 1.1)),
    "fat": (("thickness", 1.3), ("x", 1.18), ("y", 1.18)), "tiny": (("scale", 0.4),),
    "miniature": (("scale", 0.2),), "mini": (("scale", 0.5),), "small": (("scale", 0.7),),
    "little": (("scale", 0.7),), "big": (("scale", 1.35),), "large": (("scale", 1.35),),
    "huge": (("scale", 2.5),), "giant": (("scale", 3.0),), "gigantic": (("scale", 3.0),),
    "enormous": (("scale", 2.5),), "massive": (("scale", 2.5), ("thickness", 1.15)),
    "oversized": (("scale", 1.6),),
}  # fmt: skip

DEGREES: Final[dict[str, float]] = {  # exponent on the size that follows
    "very": 1.6, "really": 1.6, "extremely": 2.0, "extra": 1.6, "super": 1.8, "quite": 1.2, "rather": 1.1,
    "slightly": 0.5, "somewhat": 0.6, "bit": 0.5,
}  # fmt: skip

SHAPES: Final[dict[str, tuple[str, ...]]] = {  # word -> shapes that it may stand for, the best first
    "round": ("round", "circular", "spherical", "domed", "curved"),
    "circular": ("round", "circular"),
    "rounded": ("rounded", "round", "curved"),
    "spherical": ("spherical", "round", "globe"),
    "globe": ("globe", "spherical", "round"),
    "ball": ("spherical", "globe", "round"),
    "cylindrical": ("cylindrical", "round", "straight"),
    "square": ("square", "boxy", "rectangular"),
    "squared": ("square", "boxy", "rectangular"),
    "boxy": ("boxy", "square", "rectangular"),
    "cubic": ("boxy", "square"),
    "rectangular": ("rectangular", "square", "boxy"),
    "oblong": ("rectangular", "oval"),
    "oval": ("oval", "elliptical", "round"),
    "elliptical": ("oval", "elliptical"),
    "triangular": ("triangular", "pointed", "gabled"),
    "hexagonal": ("hexagonal",),
    "octagonal": ("octagonal", "hexagonal"),
    "pentagonal": ("pentagonal",),
    "star": ("star",),
    "heart": ("heart",),
    "conical": ("conical", "pointed", "cone", "tapered"),
    "cone": ("conical", "cone", "pointed"),
    "pyramidal": ("pyramidal", "pyramid", "pointed"),
    "pointed": ("pointed", "pointy", "conical", "gabled", "sharp"),
    "pointy": ("pointed", "conical", "gabled"),
    "sharp": ("pointed", "sharp", "angular"),
    "curved": ("curved", "arched", "curly", "round"),
    "bent": ("curved", "bent"),
    "arched": ("arched", "curved", "rounded"),
    "domed": ("domed", "dome", "arched", "round"),
    "dome": ("domed", "dome"),
    "flat": ("flat",),
    "straight": ("straight", "flat"),
    "tapered": ("tapered", "conical"),
    "angular": ("angular", "square", "boxy"),
    "twisted": ("twisted", "spiral"),
    "spiral": ("spiral", "twisted"),
    "gabled": ("gabled", "pointed"),
    "bulbous": ("bulbous", "round"),
    "wavy": ("wavy", "curved"),
    **{
        f"{number} sided": shapes
        for numbers, shapes in (
            (("3", "three"), ("triangular",)),
            (("4", "four"), ("square",)),
            (("5", "five"), ("pentagonal",)),
            (("6", "six"), ("hexagonal",)),
            (("8", "eight"), ("octagonal",)),
            (("7", "seven", "9", "nine", "10", "ten", "12", "twelve"), ()),
        )
        for number in numbers
    },
}

GLOSSES: Final[dict[str, str]] = {  # word -> one of design.GLOSS's names
    "shiny": "shiny", "glossy": "shiny", "polished": "shiny", "gleaming": "shiny", "varnished": "shiny",
    "lacquered": "shiny", "waxed": "shiny", "sleek": "shiny", "glazed": "shiny", "satin": "satin",
    "matte": "matte", "matt": "matte", "mat": "matte", "dull": "matte", "unpolished": "matte",
    "frosted": "matte",
    "rough": "rough", "coarse": "rough", "rugged": "rough", "bumpy": "rough", "smooth": "smooth",
    "weathered": "weathered", "worn": "weathered", "aged": "weathered", "old": "weathered",
    "ancient": "weathered", "antique": "weathered", "battered": "weathered", "scratched": "weathered",
    "rustic": "weathered", "vintage": "weathered", "dirty": "weathered", "new": "clean", "clean": "clean",
    "pristine": "clean", "modern": "clean",
    "glowing": "glowing", "luminous": "glowing", "luminescent": "glowing", "fluorescent": "glowing",
}  # fmt: skip

ACCENTS: Final = frozenset(
    {"accent", "detail", "trim", "trimming", "highlight", "ornament", "decoration", "edging"}
)
