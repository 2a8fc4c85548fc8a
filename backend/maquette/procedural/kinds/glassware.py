"""Bottles, potions, goblets."""

from math import cos, radians, sin

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.joinery import sturdiness
from maquette.procedural.kinds.layout import girth
from maquette.procedural.kinds.vessels import CORK, LABEL, belt, filling, radius_at, solid
from maquette.procedural.sdf import Ellipsoid, Node, Sphere, Torus, union
from maquette.procedural.sdf.outline import Path, Point, curve, fillet, rectangle
from maquette.procedural.sdf.profiled import Lathe, Strip, Vessel

BOTTLES = ("cylindrical", "tapered", "bulbous")


FLASKS = ("round", "conical", "cylindrical")


def _bottle(design: Design) -> list[Part]:
    wide, tall = girth(design), design.stretch[2]
    height = design.number("height", 0.25, 0.31) * tall
    radius = design.number("radius", 0.036, 0.042) * wide
    wall = 0.005 * sturdiness(design)
    neck = radius * design.number("neck", 0.32, 0.4)
    style = design.shape("body", BOTTLES)
    floor, h = wall / 2, height
    if style == "cylindrical":
        shoulder = h * design.number("shoulder", 0.54, 0.64)
        side = (
            *fillet([(0, floor), (radius, floor), (radius, shoulder)], 0.009, closed=False)[1:-1],
            *curve(
                [(radius, shoulder), (radius * 0.72, shoulder + 0.11 * h), (neck, shoulder + 0.17 * h)],
                90,
                97,
            ),
            (neck * 0.92, h - wall / 2, 0),
        )
    elif style == "tapered":
        shoulder = h * design.number("shoulder", 0.42, 0.5)
        side = (
            *fillet([(0, floor), (radius, floor), (radius, shoulder)], 0.009, closed=False)[1:-1],
            *curve(
                [(radius, shoulder), (radius * 0.8, h * 0.6), (neck * 1.1, h * 0.82), (neck, h - wall / 2)],
                90,
                92,
            ),
        )
    else:
        side = curve(
            [(radius * 0.75, floor), (radius * 1.3, h * 0.26), (neck * 1.2, h * 0.56), (neck, h - wall / 2)],
            10,
            90,
        )
    path: Path = ((0, floor, 0), *side)
    corked, clear = design.has("cork", share=0.6), design.sees_through("body")
    glass = solid(path, wall) if corked and not clear else Vessel(path, wall)
    lip = Lathe(rectangle(wall * 1.6, 0.014, 0.003, neck + wall * 0.6, h - 0.012))
    parts = [design.part("body", union(glass, lip))]
    if corked:
        foot = 0.45 if clear else 0.85  # apart from the wall that it is seen through
        cork = Lathe(
            fillet([(0, -0.02), (neck * foot, -0.02), (neck * 1.02, 0.018), (0, 0.018)], [0, 0, 0.003, 0])
        )
        parts.append(design.part("cork", cork.at(z=h)))
    if design.has("label", share=0.6):
        level, size = (0.3, 0.26) if style != "bulbous" else (0.26, 0.16)
        parts.append(design.part("label", belt(path, wall, h * level, h * size, clear)))
    return parts


def _flask(design: Design) -> list[Part]:
    wide, tall = girth(design), design.stretch[2]
    height = design.number("height", 0.14, 0.18) * tall
    radius = design.number("radius", 0.048, 0.056) * wide
    wall, neck = 0.004 * sturdiness(design), 0.0155 * wide
    style = design.shape("body", FLASKS)
    floor, h = wall / 2, height
    top = h - wall / 2
    if style == "round":
        z = min(radius, h * 0.4)
        side = curve(
            [(radius * 0.45, floor), (radius, z), (neck, 2.02 * z), (neck, h * 0.86), (neck * 1.35, top)], 5
        )
    elif style == "conical":
        side = (
            *fillet([(0, floor), (radius, floor), (neck, h * 0.68)], 0.012, closed=False)[1:-1],
            *curve([(neck, h * 0.7), (neck, h * 0.86), (neck * 1.35, top)], 90),
        )
    else:
        r = radius * 0.72
        side = (
            *fillet([(0, floor), (r, floor), (r, h * 0.58), (neck, h * 0.7)], 0.014, closed=False)[1:-1],
            *curve([(neck, h * 0.7), (neck, h * 0.88), (neck * 1.35, top)], 90),
        )
    path: Path = ((0, floor, 0), *side)
    level = h * design.number("level", 0.36, 0.5)
    liquid = filling(path, wall, level, clear=True)
    corked = design.has("cork", share=0.85)
    clear = design.sees_through("glass")
    glass = solid(path, wall) if corked and not clear else Vessel(path, wall)
    parts = [
        design.part("glass", glass | Torus(neck * 1.05, 0.0036).at(z=h * 0.78)),
        design.part("liquid", liquid | _bubbles(design, path, wall, level)),
    ]
    if corked:
        parts.append(design.part("cork", _stopper(neck, radius_at(path, top), wall, clear).at(z=h + 0.002)))
    if design.has("label", share=0.4):
        parts.append(design.part("label", _tag(path, wall, level)))
    return parts


def _stopper(neck: float, rim: float, wall: float, clear: bool) -> Node:
    """A flask's cork; in clear glass it sits in the rim, apart from the neck that it is seen through."""
    if not clear:
        side = [(neck * 0.95, -0.016), (neck * 1.25, 0.018)]
    else:
        side = [(neck * 0.45, -0.016), (rim, -0.002 - wall / 2), (max(neck * 1.25, rim), 0.018)]
    return Lathe(fillet([(0, -0.016), *side, (0, 0.018)], [0.0] * len(side) + [0.004, 0.0]))


def _bubbles(design: Design, path: Path, wall: float, level: float) -> Node:
    """A few bubbles that rise along the glass."""
    found = []
    for i in range(5):
        z = level * design.number(f"bubble {i}", 0.55, 1.12)
        angle = radians(design.number(f"turn {i}", -150, -10))
        r = radius_at(path, z) + wall * 0.45
        found.append(
            Sphere(design.number(f"bubble size {i}", 0.0028, 0.0048)).at(r * cos(angle), r * sin(angle), z)
        )
    return union(*found)


def _tag(path: Path, wall: float, level: float) -> Node:
    """A square of paper on the front."""
    z = level * 0.62
    window = Strip(((-0.014, z, 0), (0.014, z, 0)), 0.03, 0.2)
    return (solid(path, wall + 0.003) & window.at(y=-0.1)) - solid(path, wall - 0.002)


def _goblet(design: Design) -> list[Part]:
    wide, tall = girth(design), design.stretch[2]
    h, r = design.number("height", 0.16, 0.2) * tall, design.number("radius", 0.038, 0.046) * wide
    wall, stem = 0.0042 * sturdiness(design), 0.0062 * sturdiness(design)
    style = design.shape("bowl", ("round", "conical", "curved"))
    start = h * design.number("stem", 0.42, 0.52)
    mid = {"round": (1.12, 0.4), "conical": (0.55, 0.5), "curved": (0.9, 0.3)}[style]
    cup: list[Point] = [(0.0, start), (r * mid[0], start + (h - start) * mid[1]), (r, h - wall / 2)]
    bowl = Vessel(curve(cup, 0), wall)
    base = (
        (0, 0, 0),
        (r * 0.88, 0, 0.2),
        (r * 0.88, 0.005, 0),
        *curve([(r * 0.86, 0.006), (stem * 2.0, 0.016), (stem, h * 0.14)], 165, 90),
        (stem, start - 0.004, 0),
        (stem * 2.2, start + 0.004, 0),
        (0, start + 0.006, 0),
    )
    parts = [design.part("bowl", bowl), design.part("stem", Lathe(base))]
    if design.has("bead", share=0.5):
        bead = curve([(stem * 0.9, h * 0.19), (stem * 2.3, h * 0.265), (stem * 0.9, h * 0.34)])
        parts.append(design.part("bead", Lathe(((0, h * 0.19, 0), *bead, (0, h * 0.34, 0)))))
    if design.has("drink", usual=False):
        level = start + (h - start) * 0.6
        drink = filling(curve(cup, 0), wall, level, design.sees_through("bowl"))
        parts.append(design.part("drink", drink))
    if design.has("gem", usual="gem" in design.counts or design.unit("gems") < 0.35):
        gem = Ellipsoid(0.0055, 0.0062, 0.0078).at(r * mid[0] + wall * 0.5, 0, start + (h - start) * mid[1])
        parts.append(design.part("gem", gem.radial(design.count("gem", 4, 8), -90)))
    return parts


KINDS = (
    Kind(
        name="bottle",
        words=("bottle", "wine bottle", "beer bottle", "glass bottle"),
        group="tableware",
        parts=(
            PartSpec("body", ("glass",), ("glass",), ("green", "brown", "olive", "turquoise", "teal")),
            CORK,
            LABEL,
        ),
        build=_bottle,
        shapes={"body": BOTTLES},
    ),
    Kind(
        name="potion",
        words=("potion", "flask", "potion bottle", "magic potion", "elixir", "vial", "phial"),
        group="tableware",
        parts=(
            PartSpec(
                "liquid",
                ("potion", "fluid"),
                ("glass",),
                ("red", "purple", "lime", "blue", "turquoise", "pink"),
                least_opacity=0.72,
            ),
            PartSpec("glass", ("bottle", "body"), ("glass",)),
            CORK,
            LABEL,
        ),
        build=_flask,
        shapes={"body": FLASKS},
    ),
    Kind(
        name="goblet",
        words=("goblet", "chalice", "wine glass", "wineglass", "grail", "trophy cup"),
        group="tableware",
        parts=(
            PartSpec("bowl", ("cup", "body"), ("gold", "silver", "bronze", "glass")),
            PartSpec("stem", ("base", "foot"), ("gold",), follows="bowl"),
            PartSpec("bead", ("node",), ("gold",), follows="stem", optional=True),
            PartSpec(
                "gem",
                ("jewel", "ruby", "emerald"),
                ("crystal",),
                ("red", "green", "blue"),
                least_opacity=1.0,
                optional=True,
            ),
            PartSpec(
                "drink",
                ("wine", "liquid"),
                ("glass",),
                ("maroon",),
                least_opacity=1.0,
                optional=True,
                usual=False,
            ),
        ),
        build=_goblet,
        shapes={"bowl": ("round", "conical", "curved")},
        counts={"gem": (3, 10)},
    ),
)
