"""Ceramics for the table: mug, teapot, bowl, vase."""

from math import cos, pi, sin

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.joinery import sturdiness
from maquette.procedural.kinds.layout import girth
from maquette.procedural.kinds.vessels import BAND, GLAZES, belt, filling, radius_at, solid
from maquette.procedural.sdf import Cylinder, Difference, Ellipsoid, Node, Sphere, Torus, Tube, blend, union
from maquette.procedural.sdf.outline import Path, curve, fillet, rectangle
from maquette.procedural.sdf.profiled import Lathe, Strip, Vessel, Wire

MUGS = ("cylindrical", "tapered", "bulbous")


VASES = ("bulbous", "tapered", "curved", "cylindrical")


def _mug(design: Design) -> list[Part]:
    wide, tall = girth(design), design.stretch[2]
    height = design.number("height", 0.085, 0.11) * tall
    radius = design.number("radius", 0.038, 0.046) * wide
    wall = 0.0052 * sturdiness(design)
    floor = wall / 2 + 0.003
    style = design.shape("body", MUGS)
    if style == "cylindrical":
        side: Path = fillet([(0, floor), (radius, floor), (radius, height)], 0.012, closed=False)[1:]
    elif style == "tapered":
        side = curve([(radius * 0.68, floor), (radius * 0.86, height * 0.35), (radius * 1.06, height)], 25)
    else:
        side = curve([(radius * 0.66, floor), (radius * 1.08, height * 0.42), (radius * 0.9, height)], 15)
    path: Path = ((0, floor, 0), *side)
    foot = Lathe(rectangle(0.006, 0.008, 0.0025, path[1][0] * 0.93, 0.004))
    clear = design.sees_through("body")
    parts = [design.part("body", union(Vessel(path, wall), foot))]
    if design.has("handle"):
        parts.append(design.part("handle", _mug_handle(design, path, height)))
    if design.has("band", share=0.45):
        low = height * design.number("band", 0.18, 0.7)
        bands = [belt(path, wall, z, height * 0.055, clear) for z in (low, low + height * 0.1)]
        parts.append(design.part("band", union(*bands), grain="x"))
    if design.has("drink", usual=False):
        drink = filling(path, wall, 0.82 * height, clear)
        parts.append(design.part("drink", drink))
    return parts


def _mug_handle(design: Design, path: Path, height: float) -> Node:
    """An ear from wall to wall, thicker where it joins."""
    style = design.shape("handle", ("round", "angular"))
    low, high = height * 0.22, height * 0.82
    a, b = radius_at(path, high), radius_at(path, low)
    reach = max(a, b) + height * design.number("handle", 0.28, 0.36)
    r = 0.0055 * sturdiness(design)
    if style == "angular":
        corners = [(a, high), (reach, high), (reach * 0.98, low), (b, low)]
        ear = fillet(corners, height * 0.12, closed=False)
    else:
        ear = curve([(a, high), (reach * 0.97, high * 0.9), (reach, height * 0.5), (b, low)], 20, 200)
    strap = Strip(ear, 1.7 * r, 2.6 * r, 0.8 * r)
    joints = [
        Ellipsoid(r * 1.1, r * 1.9, r * 2.0).at(x, 0, z) for x, z in ((a + r * 0.6, high), (b + r * 0.6, low))
    ]
    return blend(r, strap, *joints)


def _vase(design: Design) -> list[Part]:
    height = design.number("height", 0.24, 0.38) * design.stretch[2]
    wide = height / design.stretch[2] * girth(design)
    wall = height * 0.026 * sturdiness(design)
    path = _vase_path(design, height, wide, wall)
    foot = path[1][0]
    ring = Lathe(rectangle(wall * 1.3, wall * 1.2, wall * 0.4, foot * 0.95, wall * 0.6))
    body: Node = union(Vessel(path, wall), ring)
    relief = design.shape("", ("plain", "ribbed", "fluted"))
    widest = max(r for r, _, _ in path)
    if relief == "fluted":
        flank = tuple((r + wall / 2, z, b) for r, z, b in path[1:])
        body = Difference(body, Wire(flank, widest * 0.05).radial(18), widest * 0.02)
    elif relief == "ribbed":
        rings = [belt(path, wall * 1.5, height * 0.12 * i, wall * 1.1) for i in range(1, 8)]
        body = union(body, *rings)
    parts = [design.part("body", body)]
    lip = path[-1]
    parts.append(design.part("rim", Torus(lip[0], wall * 0.78).at(z=lip[1]), grain="x"))
    if design.has("band", share=0.4):
        z = height * design.number("band", 0.35, 0.6)
        parts.append(
            design.part(
                "band",
                union(
                    belt(path, wall + 0.002, z, height * 0.05),
                    belt(path, wall + 0.002, z + height * 0.075, height * 0.02),
                ),
            )
        )
    if design.has("handle", share=0.3):
        parts.append(design.part("handle", _vase_handles(design, path, height, wall)))
    return parts


def _vase_path(design: Design, height: float, wide: float, wall: float) -> Path:
    """The wall of a vase: foot, belly, neck and lip drawn from the seed."""
    style = design.shape("body", VASES)
    foot = wide * design.number("foot", 0.13, 0.19)
    belly = wide * design.number("belly", 0.24, 0.34)
    neck = wide * design.number("neck", 0.08, 0.14)
    lip = wide * design.number("lip", 0.13, 0.2)
    z, h = wall * 0.9, height
    if style == "bulbous":
        at = h * design.number("at", 0.34, 0.55)
        side = curve([(foot, z), (belly, at), (neck, h * 0.83), (max(lip, neck * 1.1), h - wall * 0.8)], 30)
    elif style == "tapered":
        at = h * design.number("at", 0.66, 0.78)
        side = curve(
            [(foot, z), (belly * 0.95, at), (neck * 1.5, h * 0.93), (neck * 1.6, h - wall * 0.8)], 75, 80
        )
    elif style == "curved":
        waist = h * design.number("at", 0.45, 0.62)
        side = curve(
            [(foot * 1.35, z), (foot * 1.5, h * 0.14), (neck * 1.1, waist), (lip * 1.35, h - wall * 0.8)], 50
        )
    else:
        r = belly * 0.72
        side = (
            *fillet([(0, z), (r, z), (r * 1.04, h * 0.92)], wall * 2, closed=False)[1:-1],
            *curve([(r * 1.03, h * 0.86), (r * 0.9, h * 0.94), (r * 0.98, h - wall * 0.8)]),
        )
    return ((0, z, 0), *side)


def _vase_handles(design: Design, path: Path, height: float, wall: float) -> Node:
    """Two ears from shoulder to neck."""
    low, high = height * design.number("ear", 0.5, 0.58), height * 0.86
    a, b = radius_at(path, high), radius_at(path, low)
    reach = max(a, b) + height * 0.09
    ear = curve([(a, high), (reach, (high + low) / 2 + height * 0.06), (b, low)], 15, 215)
    return Wire(ear, wall * 0.8).mirrored("x")


def _teapot(design: Design) -> list[Part]:
    wide, tall = girth(design), design.stretch[2]
    r, h = design.number("radius", 0.078, 0.09) * wide, design.number("height", 0.115, 0.14) * tall
    wall = 0.0058 * sturdiness(design)
    style = design.shape("body", ("round", "tapered", "cylindrical"))
    belly = {"round": (1.0, 0.5), "tapered": (1.0, 0.3), "cylindrical": (0.94, 0.5)}[style]
    z, mouth = wall, r * 0.52
    if style == "cylindrical":
        side: Path = fillet([(0, z), (r * 0.9, z), (r * 0.86, h * 0.9), (mouth, h)], 0.016, closed=False)[1:]
    else:
        side = curve([(r * 0.62, z), (r * belly[0], h * belly[1]), (r * 0.8, h * 0.84), (mouth, h)], 20)
    path: Path = ((0, z, 0), *side)
    lidded = design.has("lid")
    foot = Lathe(rectangle(0.009, 0.008, 0.003, path[1][0] * 0.93, 0.004))
    rim = Torus(mouth, wall * 0.75).at(z=h)
    spout, bore = _spout(r * 0.86, h, design)
    body = union(solid(path, wall) if lidded else Vessel(path, wall), foot, rim)
    parts = [
        design.part("body", body),
        design.part("spout", Difference(spout, bore)),
        design.part("handle", _teapot_handle(design, path, r, h)),
    ]
    if lidded:
        parts.append(design.part("lid", _lid(mouth + wall * 0.4, r * 0.2).at(z=h)))
        parts.append(design.part("knob", _lid_knob(r * 0.15).at(z=h + r * 0.2 - 0.002)))
    if design.has("band", share=0.4):
        parts.append(design.part("band", belt(path, wall + 0.0015, h * belly[1], h * 0.07)))
    return parts


def _spout(start: float, h: float, design: Design) -> tuple[Node, Node]:
    """The spout, towards +X, and the bore that opens its mouth."""
    lift = design.number("spout", 0.9, 1.05)
    points = (
        (start * 0.9, 0.0, h * 0.36),
        (start * 1.36, 0.0, h * 0.5),
        (start * 1.62, 0.0, h * 0.78),
        (start * 1.92, 0.0, h * lift),
    )
    radii = (0.026, 0.0178, 0.0125, 0.0105)
    bore = Tube((points[2], points[3], (start * 2.04, 0.0, h * lift * 1.08)), (0.0045, 0.0062, 0.0075))
    flare = Sphere(0.0125).at(*points[3])
    return blend(0.006, Tube(points, radii), flare), bore


def _teapot_handle(design: Design, path: Path, r: float, h: float) -> Node:
    """An ear behind the pot, or a hoop over it."""
    t = 0.0066 * sturdiness(design)
    if design.shape("handle", ("round", "arched")) == "arched":
        a = r * 0.66
        hoop = curve(
            [(-a, h * 0.78), (-a * 1.02, h * 1.35), (0.0, h * 1.85), (a * 1.02, h * 1.35), (a, h * 0.78)],
            95,
            -95,
        )
        return Wire(hoop, t)
    low, high = h * 0.24, h * 0.8
    a, b = radius_at(path, high), radius_at(path, low)
    ear = curve([(-a, high), (-r * 1.42, h * 0.86), (-r * 1.5, h * 0.55), (-b, low)], 160, -30)
    return Strip(ear, t * 1.8, t * 2.5, t * 0.85)


def _lid(radius: float, rise: float) -> Node:
    """A domed lid with its rim."""
    dome = curve([(radius, 0.004), (radius * 0.72, rise * 0.72), (0.0, rise)], 100, 180)
    return Lathe(((0, -0.006, 0), (radius * 0.9, -0.006, 0), (radius * 1.04, 0.0, 0), *dome))


def _lid_knob(r: float) -> Node:
    return Lathe(
        (
            (0, -0.2 * r, 0),
            (0.55 * r, -0.2 * r, 0),
            *curve([(0.5 * r, 0.2 * r), (r, 0.95 * r), (0.0, 1.75 * r)], 90, 180),
        )
    )


def _bowl(design: Design) -> list[Part]:
    wide, tall = girth(design), design.stretch[2]
    r, h = design.number("radius", 0.085, 0.12) * wide, design.number("height", 0.06, 0.085) * tall
    wall = 0.0062 * sturdiness(design)
    style = design.shape("body", ("round", "conical", "straight"))
    foot = r * 0.42
    mids = {"round": (0.88, 0.45), "conical": (0.72, 0.5), "straight": (0.98, 0.4)}
    mid = mids[style]
    path: Path = ((0, 0.012, 0), *curve([(foot, 0.012), (r * mid[0], h * mid[1]), (r, h - wall * 0.5)], 8))
    ring = Lathe(rectangle(0.0075, 0.014, 0.003, foot * 0.95, 0.007))
    parts = [design.part("body", union(Vessel(path, wall), ring))]
    parts.append(design.part("rim", Torus(r, wall * 0.62).at(z=h - wall * 0.5), grain="x"))
    if design.has("fruit", share=0.0):
        parts.append(design.part("fruit", _fruit(r, h)))
    return parts


def _fruit(r: float, h: float) -> Node:
    """Apples piled up in a bowl."""
    size = r * 0.37
    apple = Lathe(
        curve(
            [
                (0.0, -size * 0.8),
                (size * 0.6, -size * 0.85),
                (size, 0.1 * size),
                (size * 0.45, size * 0.8),
                (0.0, size * 0.62),
            ],
            0,
            215,
        )
    )
    ring = union(
        *(
            apple.at(r * 0.46 * cos(2 * pi * i / 4), r * 0.46 * sin(2 * pi * i / 4), h * 0.84)
            for i in range(4)
        )
    )
    heap = Cylinder(r * 0.4, h * 0.8).at(z=h * 0.42) | Cylinder(size * 0.5, size * 1.4).at(
        z=h * 0.84 + size * 0.3
    )
    return union(ring, apple.at(z=h * 0.84 + size * 1.15), heap)


KINDS = (
    Kind(
        name="mug",
        words=("mug", "cup", "coffee mug", "coffee cup", "tea cup", "teacup", "tankard"),
        group="tableware",
        parts=(
            PartSpec("body", ("cup",), ("ceramic", "porcelain", "clay"), GLAZES),
            PartSpec("handle", ("ear",), ("ceramic",), follows="body", optional=True),
            BAND,
            PartSpec(
                "drink",
                ("coffee", "tea", "liquid"),
                ("glass",),
                ("brown",),
                least_opacity=1.0,
                optional=True,
                usual=False,
            ),
        ),
        build=_mug,
        shapes={"body": MUGS, "handle": ("round", "angular")},
    ),
    Kind(
        name="teapot",
        words=("teapot", "tea pot", "kettle", "coffee pot"),
        group="tableware",
        parts=(
            PartSpec("body", ("pot",), ("ceramic", "porcelain", "copper"), GLAZES),
            PartSpec("spout", (), ("ceramic",), follows="body"),
            PartSpec("handle", ("ear",), ("ceramic",), follows="body"),
            PartSpec("lid", ("top", "cover"), ("ceramic",), follows="body", optional=True),
            PartSpec("knob", (), ("ceramic",), follows="lid"),
            BAND,
        ),
        build=_teapot,
        shapes={"body": ("round", "tapered", "cylindrical"), "handle": ("round", "arched")},
    ),
    Kind(
        name="bowl",
        words=("bowl", "fruit bowl", "soup bowl", "salad bowl"),
        group="tableware",
        parts=(
            PartSpec("body", ("side",), ("ceramic", "oak", "porcelain", "clay"), GLAZES),
            PartSpec("rim", ("lip", "edge"), ("ceramic",), follows="body"),
            PartSpec("fruit", ("apple",), ("petal",), ("red", "lime"), optional=True, usual=False),
        ),
        build=_bowl,
        shapes={"body": ("round", "conical", "straight")},
    ),
    Kind(
        name="vase",
        words=("vase", "urn", "amphora", "flower vase"),
        group="tableware",
        parts=(
            PartSpec("body", ("belly",), ("ceramic", "porcelain", "terracotta", "marble", "glass"), GLAZES),
            PartSpec("rim", ("lip", "mouth", "edge"), ("ceramic", "gold"), follows="body"),
            PartSpec("band", ("stripe", "ring"), ("gold", "ceramic"), optional=True),
            PartSpec("handle", ("ear",), ("ceramic",), follows="body", optional=True),
        ),
        build=_vase,
        shapes={"body": VASES, "": ("plain", "ribbed", "fluted")},
    ),
)
