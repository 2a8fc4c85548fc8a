"""Shields and bows."""

from math import cos, radians, sin

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.joinery import sturdiness
from maquette.procedural.sdf import (
    Cuboid,
    Cylinder,
    Ellipsoid,
    Node,
    Sphere,
    Torus,
    Tube,
    union,
)
from maquette.procedural.sdf.outline import Path, Point, circle, curve, fillet, rectangle
from maquette.procedural.sdf.profiled import Lathe, Plate, Strip, Wire
from maquette.procedural.sdf.shaped import Bent
from maquette.procedural.sdf.shaping import row

SHIELDS = ("pointed", "round", "oval", "rectangular")


def _shield(design: Design) -> list[Part]:
    sx, _, sz = design.stretch
    shape = design.shape("", SHIELDS)
    width, height = design.number("width", 0.52, 0.62) * sx, design.number("height", 0.68, 0.8) * sz
    if shape == "round":
        height = width / sx * sz
    path = _shield_outline(shape, width, height)
    thick, rim = 0.02 * sturdiness(design), 0.016 * sturdiness(design)
    bend = width * design.number("bend", 0.8, 1.3)
    nodes: dict[str, list[Node]] = {
        "face": [Plate(path, thick, 0.004)],
        "rim": [Wire(path, rim, closed=True)],
        "emblem": [],
    }
    if design.has("emblem", share=0.6):
        nodes["emblem"] = [_emblem(design, path, width, height, thick)]

    def place(node: Node) -> Node:
        return Bent(node, bend).rotated("z", 180).at(z=height / 2 + rim)

    parts = [design.part(name, place(union(*found))) for name, found in nodes.items() if found]
    middle = height * (0.08 if shape == "pointed" else 0)
    z = height / 2 + rim + middle
    if design.has("boss", share=0.8 if shape != "pointed" else 0.45):
        dome = Ellipsoid(width * 0.13, 0.055, width * 0.13) & Cuboid(1, 0.2, 1).at(y=-0.09)
        flange = Cylinder(width * 0.165, 0.016, 0.004).rotated("x", 90)
        rivets = Sphere(0.0095).at(width * 0.148, 0, 0.008).radial(8).rotated("x", 90)
        parts.append(design.part("boss", union(dome, flange, rivets).at(0, -thick / 2 - 0.002, z)))
    grip = curve([(-0.1, 0.0), (-0.07, 0.06), (0.07, 0.06), (0.1, 0.0)], 90, -90)
    parts.append(
        design.part(
            "handle", Strip(grip, 0.014, 0.034, 0.005).rotated("x", -90).at(0, 0.005 / bend, z), grain="x"
        )
    )
    return parts


def _shield_outline(shape: str, width: float, height: float) -> Path:
    """The silhouette, centred on the origin."""
    w, h = width / 2, height / 2
    if shape == "round":
        return circle(w) if abs(w - h) < 1e-6 else curve(_ellipse(w, h), closed=True)
    if shape == "oval":
        return curve(_ellipse(w * 0.88, h), closed=True)
    if shape == "rectangular":
        return rectangle(width * 0.9, height, 0.05)
    right = curve([(w, h * 0.92), (w * 0.98, h * 0.2), (w * 0.62, -h * 0.45), (0.0, -h)], -90, -140)
    left = curve([(0.0, -h), (-w * 0.62, -h * 0.45), (-w * 0.98, h * 0.2), (-w, h * 0.92)], 140, 90)
    return (*right[:-1], *left[:-1], (-w, h * 0.92, -0.1), (0.0, h, -0.1))


def _ellipse(a: float, b: float) -> list[Point]:
    return [(a * cos(radians(t)), b * sin(radians(t))) for t in range(0, 360, 30)]


def _emblem(design: Design, path: Path, width: float, height: float, thick: float) -> Node:
    """A device on the front: a cross, a chevron or a pale, cut to the shield's outline."""
    style = design.shape("emblem", ("cross", "chevron", "stripe"))
    bar = width * 0.15
    if style == "cross":
        shape: Node = Cuboid(bar, 0.2, 2 * height) | Cuboid(2 * width, 0.2, bar).at(z=height * 0.08)
    elif style == "chevron":
        shape = Cuboid(width, 0.2, bar).at(x=width / 2).rotated("y", 32).at(z=height * 0.16).mirrored("x")
    else:
        shape = Cuboid(bar * 1.6, 0.2, 2 * height)
    return (Plate(path, thick) & shape).at(y=0.003)


def _bow(design: Design) -> list[Part]:
    height = design.number("height", 1.0, 1.2) * design.stretch[2]
    belly = design.number("belly", 0.2, 0.27) * design.stretch[0]
    style = design.shape("limb", ("curved", "straight"))
    r, h = 0.0125 * sturdiness(design), height / 2
    if style == "curved":
        outline = [
            (0.0, 0.0),
            (0.02, 0.1 * h),
            (-belly * 0.25, 0.55 * h),
            (-belly * 0.85, 0.86 * h),
            (-belly * 0.72, h),
        ]
        nock = (-belly * 0.85, 0.87 * h)
    else:
        outline = [
            (0.0, 0.0),
            (0.0, 0.12 * h),
            (-belly * 0.3, 0.6 * h),
            (-belly * 0.62, 0.85 * h),
            (-belly * 0.8, h),
        ]
        nock = (-belly * 0.75, 0.95 * h)
    points = tuple((x, 0.0, z) for x, z in outline)
    limb = Tube(points, (r * 1.15, r * 1.1, r, r * 0.75, r * 0.62)).mirrored("z")
    string = Cylinder(height / 170, 2 * nock[1]).at(x=nock[0])
    grip = Tube(((0.0, 0, -0.075), (0.008, 0, 0), (0.0, 0, 0.075)), (r * 1.35, r * 1.6, r * 1.35))
    tip = Sphere(r * 0.95).at(points[-1][0], 0, points[-1][2]).mirrored("z")
    wraps = row(Torus(r * 1.3, r * 0.32), "z", 2, 0.16)
    middle = belly * 0.4
    z = h + r * 0.95
    parts = [
        design.part("limb", union(limb, tip).at(middle, 0, z)),
        design.part("string", string.at(middle, 0, z)),
        design.part("grip", union(grip, wraps).at(middle, 0, z)),
    ]
    if design.has("arrow", share=0.4):
        parts.append(design.part("arrow", _arrow(height).at(middle + nock[0], 0, z)))
    return parts


def _arrow(height: float) -> Node:
    """An arrow on the string, pointing along +X."""
    r = height / 160
    shaft = Cylinder(r, height * 0.6).rotated("y", 90).at(x=height * 0.3 - 0.012)
    head = Lathe(((0, 0, 0), (r * 3, 0, 0), (0, 0.07, 0))).rotated("y", 90).at(x=height * 0.6 - 0.02)
    vane = fillet([(0.02, 0), (0.12, 0), (0.105, 0.03), (0.01, 0.03)], 0.006)
    return union(shaft, head, Plate(vane, r * 2, 0.003).rotated("z", 0).mirrored("z"))


KINDS = (
    Kind(
        name="shield",
        words=("shield", "buckler", "heater shield"),
        group="weapon",
        parts=(
            PartSpec(
                "face",
                ("body", "front", "board"),
                ("painted wood", "oak", "steel"),
                ("red", "navy", "green", "cream", "maroon"),
            ),
            PartSpec("rim", ("edge", "border", "band"), ("iron", "brass", "steel", "bronze")),
            PartSpec(
                "emblem", ("cross", "crest", "device", "symbol"), ("gold", "painted metal"), optional=True
            ),
            PartSpec("boss", ("umbo", "rivet"), ("iron", "brass"), follows="rim", optional=True),
            PartSpec("handle", ("strap", "grip"), ("leather",)),
        ),
        build=_shield,
        shapes={"": SHIELDS, "emblem": ("cross", "chevron", "stripe")},
    ),
    Kind(
        name="bow",
        words=("bow", "longbow", "recurve bow", "hunting bow"),
        group="weapon",
        parts=(
            PartSpec("limb", ("body", "arm", "stave"), ("walnut", "oak", "mahogany")),
            PartSpec("string", ("bowstring",), ("rope",)),
            PartSpec("grip", ("handle",), ("leather", "fabric")),
            PartSpec("arrow", (), ("pine",), optional=True, usual=False),
        ),
        build=_bow,
        shapes={"limb": ("curved", "straight")},
    ),
)
