"""Flower, mushroom and pumpkin."""

from dataclasses import replace

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import (
    Cuboid,
    Cylinder,
    Difference,
    Ellipsoid,
    Node,
    Revolved,
    Sphere,
    Tube,
    blend,
    union,
)
from maquette.procedural.sdf.outline import curve, fillet
from maquette.procedural.sdf.profiled import Lathe
from maquette.procedural.sdf.shaping import Grounded, stretched

from .layout import breadth, girth, leaf_blade, limb, sphere_directions, wanted


def _mushroom(design: Design) -> list[Part]:
    height = design.number("height", 0.15, 0.20) * design.stretch[2]
    form = design.shape("cap", tuple(_CAPS))
    spread = height * {"round": 0.52, "flat": 0.68, "pointed": 0.46}[form]
    spread *= breadth(design) * design.number("spread", 0.9, 1.1)
    rise = height * {"round": 0.40, "flat": 0.24, "pointed": 0.58}[form]
    radius = height * 0.115 * design.thickness * design.number("stem", 0.9, 1.25)
    eaves = height - rise
    cap, gills = _cap(spread, rise, eaves, radius, form)
    bend = design.number("bend", -0.08, 0.08) * height
    stem = limb(
        ((bend, 0, 0), (bend * 0.4, 0, eaves * 0.5), (0, 0, eaves + rise * 0.3)),
        (radius * 1.5, radius, radius * 0.8),
    )
    parts = [design.part("cap", cap), design.part("gills", gills), design.part("stem", Grounded(stem))]
    if design.has("ring", share=0.6):
        skirt = Revolved(
            (
                (radius * 0.6, 0),
                (radius * 1.9, -height * 0.07),
                (radius * 2.0, -height * 0.045),
                (radius * 0.7, height * 0.03),
            ),
            radius * 0.08,
        )
        parts.append(design.part("ring", skirt.at(bend * 0.2, 0, eaves * 0.8)))
    if wanted(design, "spot", share=0.75):
        parts.append(design.part("spot", _spots(design, spread, rise, eaves, form)))
    return parts


_CAPS = {  # outlines from the top to the rim, as shares of the spread and of the rise
    "round": ((0, 1), (0.34, 0.95), (0.71, 0.72), (0.92, 0.38), (1, 0)),
    "flat": ((0, 1), (0.4, 0.93), (0.78, 0.7), (0.96, 0.35), (1, 0)),
    "pointed": ((0, 1), (0.16, 0.9), (0.46, 0.52), (0.82, 0.2), (1, 0)),
}


def _cap(spread: float, rise: float, eaves: float, radius: float, form: str) -> tuple[Node, Node]:
    """The cap with its rolled rim, and the gills below it."""
    outer = curve(
        [(spread * r, eaves + rise * z) for r, z in _CAPS[form]], start_deg=0 if form != "pointed" else -40
    )
    rim = fillet(
        (
            (spread, eaves),
            (spread * 0.97, eaves - rise * 0.07),
            (spread * 0.9, eaves - rise * 0.05),
            (spread * 0.8, eaves + rise * 0.05),
            (0, eaves + rise * 0.22),
        ),
        spread * 0.02,
        closed=False,
    )
    cap = Lathe((*outer, *rim[1:]))
    count = 22
    blade = Cuboid(spread * 0.8, spread * 0.045, rise * 0.5).at(spread * 0.46, 0, eaves + rise * 0.19)
    cone = Revolved(
        (
            (0, eaves + rise * 0.02),
            (spread * 0.86, eaves + rise * 0.02),
            (spread * 0.8, eaves + rise * 0.2),
            (0, eaves + rise * 0.4),
        )
    )
    sheet = Revolved(
        ((0, eaves + rise * 0.06), (spread * 0.84, eaves + rise * 0.06), (0, eaves + rise * 0.4))
    )
    return cap, sheet | (blade.radial(count) & cone)


def _spots(design: Design, spread: float, rise: float, eaves: float, form: str) -> Node:
    """Warts on the cap, flattened against it."""
    warts: list[Node] = []
    count = design.count("spot", 9, 14)
    for i, (x, y, z) in enumerate(sphere_directions(count, 0.12)):
        size = spread * design.number(f"spot {i}", 0.09, 0.17)
        bulge = {"round": 0.96, "flat": 0.99, "pointed": 0.80}[form]
        warts.append(
            Ellipsoid(size, size, size * 0.7).at(
                x * spread * bulge, y * spread * bulge, eaves + rise * z * bulge
            )
        )
    return union(*warts)


def _flower(design: Design) -> list[Part]:
    height = design.number("height", 0.38, 0.52) * design.stretch[2]
    radius = height * design.number("bloom", 0.19, 0.24) / design.stretch[2]
    form = design.shape("petal", ("round", "pointed", "tulip"))
    thin = height * 0.016 * design.thickness
    bow = design.number("bow", -0.06, 0.06) * height
    stem = Tube(
        ((bow, 0, 0), (bow * 1.4, 0, height * 0.35), (0, 0, height * 0.8), (0, 0, height * 0.93)),
        (thin * 1.2, thin, thin, thin * 1.5),
    )
    head = (0.0, 0.0, height * 0.93)
    tilt = design.number("tilt", 14, 32)
    petals, centre = _tulip(radius) if form == "tulip" else _daisy(design, form, radius)
    leaf = leaf_blade(height * 0.42, 55, 0.35, height * 0.12, height * 0.0085)
    leaves = leaf.rotated("z", design.number("leaf", 0, 360)).at(bow, 0, height * 0.05)
    for i in range(1, design.count("leaf", 2, 3)):
        other = leaf_blade(
            height * design.number(f"long {i}", 0.32, 0.46), 48, 0.3, height * 0.12, height * 0.0085
        )
        leaves = leaves | other.rotated("z", design.number("leaf", 0, 360) + 150 * i).at(
            bow, 0, height * (0.05 + 0.09 * i)
        )
    mound = (
        Ellipsoid(height * 0.17, height * 0.17, height * 0.045)
        .roughened(height * 0.012, height * 0.06, design.seed, 2)
        .at(bow, 0, 0)
    )
    parts = [
        design.part("petal", petals.rotated("x", tilt).at(*head)),
        design.part("center", centre.rotated("x", tilt).at(*head)),
        design.part("stem", Grounded(stem)),
        design.part("leaf", leaves),
        design.part("soil", Grounded(mound)),
    ]
    return [replace(p, solid=stretched(p.solid, *design.stretch[:2])) for p in parts]


def _daisy(design: Design, form: str, radius: float) -> tuple[Node, Node]:
    """A disc of petals in two whorls around a domed centre."""
    count = design.count("petal", 7, 12)
    width = min(3.4 / count, 0.5) * radius * (0.8 if form == "pointed" else 0.95)
    ends = (0.11, 0.15, 0.11) if form == "round" else (0.13, 0.11, 0.05)
    thick = radius * 0.055
    spine = ((radius * 0.2, 0, 0), (radius * 0.68, 0, radius * 0.1), (radius * 0.96, 0, radius * 0.02))
    scale = thick / max(ends)
    petal = stretched(Tube(spine, tuple(e * scale for e in ends)), y=width / thick)
    under = petal.rotated("y", 9).radial(count, 180 / count).scaled(0.94)
    dome = Ellipsoid(radius * 0.33, radius * 0.33, radius * 0.2).at(0, 0, radius * 0.06)
    seeds = [
        Sphere(radius * 0.05).at(x * radius * 0.3, y * radius * 0.3, radius * (0.06 + 0.18 * z))
        for x, y, z in sphere_directions(8, 0.3)
    ]
    return petal.radial(count) | under, blend(radius * 0.04, dome, *seeds)


def _tulip(radius: float) -> tuple[Node, Node]:
    """Six petals that close to a cup."""
    spine = (
        (radius * 0.1, 0, -radius * 0.05),
        (radius * 0.52, 0, radius * 0.35),
        (radius * 0.55, 0, radius * 0.9),
        (radius * 0.36, 0, radius * 1.45),
    )
    thick = radius * 0.08
    petal = stretched(limb(spine, (thick, thick, thick, thick * 0.4), 2), y=4.6)
    cup = petal.radial(3, 30) | petal.scaled(0.9).radial(3, 90)
    return cup, Ellipsoid(radius * 0.25, radius * 0.25, radius * 0.5).at(0, 0, radius * 0.25)


def _pumpkin(design: Design) -> list[Part]:
    radius = design.number("radius", 0.15, 0.21) * girth(design)
    form = design.shape("body", ("round", "flat", "tall"))
    high = (
        radius * {"round": 0.82, "flat": 0.60, "tall": 1.08}[form] * design.stretch[2] / girth(design) ** 0.5
    )
    ribs = design.count("rib", 9, 13)
    lobe = Ellipsoid(radius * 0.5, radius * 3.3 / ribs, high).at(radius * 0.5, 0, 0)
    body = blend(radius * 0.1, Ellipsoid(radius * 0.66, radius * 0.66, high * 0.74), lobe.radial(ribs, 90))
    body = Difference(body, Ellipsoid(radius * 0.3, radius * 0.3, high * 0.2).at(0, 0, high), radius * 0.15)
    lean = design.number("lean", -0.25, 0.25) * radius
    thick = radius * 0.13 * design.thickness
    twig = Tube(
        ((0, 0, high * 0.7), (lean * 0.3, 0, high * 1.05), (lean * 1.8, 0, high + radius * 0.34)),
        (thick * 1.5, thick, thick * 1.15),
    )
    parts = [design.part("body", body), design.part("stem", twig)]
    if design.has("face", usual=False):
        face, glow = _face(radius, high)
        parts[0] = design.part("body", Difference(body, face))
        parts.append(design.part("face", glow))
    if design.has("leaf", share=0.6):
        leaf = (
            leaf_blade(radius * 0.8, 20, 0.5, radius * 0.5, radius * 0.03)
            .rotated("z", design.number("leaf", 200, 340))
            .at(0, 0, high * 0.84)
        )
        parts.append(design.part("leaf", leaf))
    drop = high * 0.95
    return [Part(p.name, Grounded(p.solid.at(0, 0, drop)), p.finish, p.grain) for p in parts]


def _face(radius: float, high: float) -> tuple[Node, Node]:
    """A carved face on the front, and the light behind it."""
    eye = Cylinder(radius * 0.17, radius, 0).rotated("x", 90).at(radius * 0.32, -radius, high * 0.25)
    mouth = Difference(
        Cylinder(radius * 0.5, radius).rotated("x", 90),
        Cylinder(radius * 0.5, radius * 1.2).rotated("x", 90).at(0, 0, radius * 0.2),
    )
    cut = eye.mirrored("x") | mouth.at(0, -radius, -high * 0.1)
    return cut, Ellipsoid(radius * 0.82, radius * 0.72, high * 0.8)


_SOIL = PartSpec("soil", ("earth", "dirt", "ground"), ("soil",))


KINDS = (
    Kind(
        "mushroom",
        ("toadstool", "fungus", "fly agaric"),
        "plants",
        (
            PartSpec("cap", ("hat", "head", "top"), ("mushroom",), ("red", "brown", "orange", "beige")),
            PartSpec("gills", ("gill", "lamella"), ("mushroom",), ("cream",)),
            PartSpec("stem", ("stalk", "foot"), ("mushroom",)),
            PartSpec("ring", ("skirt", "collar"), ("mushroom",), follows="stem", optional=True),
            PartSpec("spot", ("dot", "wart"), ("mushroom",), ("white",), optional=True),
        ),
        _mushroom,
        shapes={"cap": tuple(_CAPS)},
        counts={"spot": (5, 20)},
    ),
    Kind(
        "flower",
        ("daisy", "tulip", "sunflower", "rose", "blossom"),
        "plants",
        (
            PartSpec(
                "petal",
                ("bloom",),
                ("petal",),
                ("pink", "red", "yellow", "white", "violet", "orange"),
            ),
            PartSpec("center", ("middle", "centre", "heart"), ("petal",), ("yellow", "brown")),
            PartSpec("stem", ("stalk",), ("leaf",)),
            PartSpec("leaf", ("foliage",), ("leaf",), follows="stem"),
            _SOIL,
        ),
        _flower,
        shapes={"petal": ("round", "pointed", "tulip")},
        counts={"petal": (5, 16), "leaf": (1, 4)},
    ),
    Kind(
        "pumpkin",
        ("gourd", "squash", "jack o lantern", "jack-o'-lantern", "halloween pumpkin"),
        "plants",
        (
            PartSpec("body", ("skin", "rind"), ("wax",), ("orange",)),
            PartSpec("rib", ("lobe", "segment"), ("wax",), follows="body"),
            PartSpec("stem", ("stalk",), ("bark",), ("olive",)),
            PartSpec("leaf", (), ("leaf",), optional=True),
            PartSpec("face", ("eye", "mouth"), ("lit",), optional=True, usual=False),
        ),
        _pumpkin,
        shapes={"body": ("round", "flat", "tall")},
        counts={"rib": (7, 16)},
    ),
)
