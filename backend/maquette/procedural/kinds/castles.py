"""Castle towers, round or square."""

from math import pi

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Difference, Node, Sphere, Torus, Tube, union
from maquette.procedural.sdf.outline import curve, straight
from maquette.procedural.sdf.profiled import Lathe, Plate
from maquette.procedural.sdf.shaping import Grounded, row

from .layout import block, girth, wanted
from .openings import arched_window, around, door


def _castle_tower(design: Design) -> list[Part]:
    height = design.number("height", 7.5, 9.5) * design.stretch[2]
    radius = design.number("radius", 1.75, 2.15) * girth(design)
    square = design.shape("wall", ("round", "square")) == "square"
    bar = height / 62 * min(design.thickness, 1.5)
    crown = radius * 1.2
    walls, teeth = _keep(design, square, radius, crown, height)
    leaf, frame, knob = door(radius * 0.62, height * 0.22, bar * 0.9, "round")
    front = (0.0, -radius * 1.05, 0.0)
    slit, recess = _arrow_slits(design, square, radius, height, bar)
    straps = row(Cuboid(radius * 0.6, bar * 1.2, bar * 0.9), "z", 2, height * 0.09).at(
        0, -bar * 0.55, height * 0.08
    )
    parts = [
        design.part("wall", Grounded(walls)),
        design.part("battlement", teeth),
        design.part("stone", _loose_stones(design, square, radius, height, bar)),
        design.part("door", leaf.at(*front)),
        design.part("strap", (straps | knob).at(*front)),
        design.part("frame", union(frame.at(*front), slit)),
        design.part("window", recess),
    ]
    if design.has("roof", share=0.4):
        parts.append(design.part("roof", _spire(square, radius, height)))
    if wanted(design, "flag", share=0.5):
        top = height * (1.36 if design.has("roof", share=0.4) else 0.97)
        pole, cloth = _flag(height, bar, design.shape("flag", ("pointed", "square")))
        parts += [design.part("pole", pole.at(0, 0, top)), design.part("flag", cloth.at(0, 0, top))]
    return parts


def _keep(design: Design, square: bool, radius: float, crown: float, height: float) -> tuple[Node, Node]:
    """The body with a flared foot and a wider fighting platform on corbels; and battlements."""
    merlons = design.count("battlement", 8, 10)
    top, deck = height, height * 0.87
    if square:
        shaft = Cuboid(2 * radius * 0.94, 2 * radius * 0.94, deck, radius * 0.04).at(0, 0, deck / 2)
        foot = (
            Cuboid(2.3 * radius, 2.3 * radius, height * 0.12)
            .tapered(-height * 0.06, height * 0.06, 0.84)
            .at(0, 0, height * 0.06)
        )
        head = Difference(
            block((-crown, -crown, deck - height * 0.06), (crown, crown, top - height * 0.05), radius * 0.03),
            block((-crown * 0.82, -crown * 0.82, deck), (crown * 0.82, crown * 0.82, top + 1)),
        )
        front = _merlons(crown, height, merlons - 3 - (merlons - 3) // 2, radius * 0.03)
        sides = _merlons(crown, height, (merlons - 3) // 2 + 1, radius * 0.03)
        teeth = front.mirrored("y") | sides.rotated("z", 90).mirrored("x")
        corbel = row(
            Cuboid(radius * 0.16, radius * 0.5, height * 0.06, radius * 0.03), "x", 5, radius * 0.44
        ).at(0, radius * 0.92, deck - height * 0.075)
        corbels = corbel.mirrored("y") | corbel.rotated("z", 90).mirrored("x")
        return union(shaft, foot, head, corbels), teeth
    outline = straight(
        (
            (0, 0),
            (radius * 1.16, 0),
            (radius * 1.12, height * 0.05),
            (radius * 0.97, height * 0.13),
            (radius * 0.92, deck - height * 0.06),
            (crown, deck),
            (crown, top - height * 0.05),
            (crown * 0.83, top - height * 0.05),
            (crown * 0.83, deck),
            (0, deck),
        )
    )
    tooth = block(
        (crown * 0.83, -crown * pi / merlons * 0.58, deck),
        (crown * 1.0, crown * pi / merlons * 0.58, top),
        radius * 0.03,
    )
    corbel = block(
        (radius * 0.8, -radius * 0.07, deck - height * 0.085),
        (crown * 0.985, radius * 0.07, deck - height * 0.005),
        radius * 0.03,
    )
    band = Torus(radius * 0.93, height * 0.012).at(0, 0, height * 0.5)
    return union(Lathe(outline), corbel.radial(16), band), tooth.radial(merlons, 360 / merlons / 2)


def _merlons(crown: float, height: float, count: int, round: float) -> Node:
    """The battlements of one side of a square tower, the outer ones on its corners."""
    pitch = crown * 2 / (count - 0.45)
    tooth = Cuboid(pitch * 0.55, crown * 0.2, height * 0.13, round)
    return row(tooth, "x", count, pitch).at(0, crown * 0.9, height * 0.945)


def _loose_stones(design: Design, square: bool, radius: float, height: float, bar: float) -> Node:
    """Single blocks that stand out of the masonry."""
    face = radius * (0.94 if square else 0.945)
    stones: list[Node] = []
    for i in range(12):
        z = height * (0.17 + 0.6 * ((i * 0.618 + design.unit("stones")) % 1))
        wide = radius * design.number(f"stone {i}", 0.26, 0.42)
        stone: Node = Cuboid(bar * 1.6, wide, height * 0.034, bar * 0.25)
        if square:
            stone = stone.at(face, radius * design.number(f"along {i}", -0.7, 0.7), z).rotated(
                "z", 90 * (i % 4)
            )
        else:
            stone = stone.at(face - bar * 0.1, 0, z).rotated("z", 137.5 * i + design.number("turn", 0, 90))
        stones.append(stone)
    return union(*stones)


def _arrow_slits(design: Design, square: bool, radius: float, height: float, bar: float) -> tuple[Node, Node]:
    """Stone frames and the dark openings in them."""
    frame, glass = arched_window(radius * 0.26, height * 0.11, bar * 0.8)
    face, levels = radius * (0.94 if square else 0.93), (0.34, 0.6)
    turns = (-90, 0) if square else (-90 + design.number("slit", -30, 30), 15)
    frames = [
        around(frame, 4 if square else 3, face, t, height * z) for z, t in zip(levels, turns, strict=True)
    ]
    panes = [
        around(glass, 4 if square else 3, face, t, height * z) for z, t in zip(levels, turns, strict=True)
    ]
    return union(*frames), union(*panes)


def _spire(square: bool, radius: float, height: float) -> Node:
    """A pointed roof inside the battlements."""
    r, low, high = radius * 0.97, height * 0.86, height * 1.38
    if square:
        base = Cuboid(2 * r, 2 * r, high - low).tapered(-(high - low) / 2, (high - low) / 2, 0.05)
        return base.at(0, 0, (high + low) / 2)
    return Lathe(
        (
            *straight(((0, low), (r * 0.9, low), (r * 0.9, height * 0.97), (r * 1.0, height * 0.97))),
            *curve(((r * 1.0, height * 0.985), (r * 0.42, height * 1.17), (0.0, high))),
        )
    )


def _flag(height: float, bar: float, form: str) -> tuple[Node, Node]:
    """A pole from below the origin up, and a waving flag at its top."""
    tall, length = height * 0.26, height * 0.2
    pole = Tube(((0, 0, -height * 0.12), (0, 0, tall)), (bar * 0.55, bar * 0.5)) | Sphere(bar * 0.95).at(
        0, 0, tall
    )
    z0, z1 = tall * 0.5, tall * 0.95
    if form == "pointed":
        outline = straight(((0, z0), (length, (z0 + z1) / 2), (0, z1)))
    else:
        outline = straight(((0, z0), (length * 0.9, z0), (length * 0.9, z1), (0, z1)))
    return pole, Plate(outline, bar * 0.75, bar * 0.2).rotated("z", -25)


_DOOR = PartSpec("door", ("gate", "entrance"), ("oak", "walnut"))


KINDS = (
    Kind(
        "castle tower",
        ("tower", "castle", "keep", "turret", "fortress", "watchtower"),
        "buildings",
        (
            PartSpec("wall", ("masonry", "side"), ("stone", "sandstone", "concrete")),
            PartSpec("stone", ("block",), ("stone",), follows="wall"),
            PartSpec("battlement", ("merlon", "crenellation"), ("stone",), follows="wall"),
            _DOOR,
            PartSpec("strap", ("hinge", "knob", "fitting"), ("iron",)),
            PartSpec("frame", ("trim", "arch"), ("sandstone", "granite")),
            PartSpec("window", ("arrow slit", "slit", "opening"), ("glass",), ("black",), least_opacity=1.0),
            PartSpec("roof", ("spire",), ("slate", "roof tile"), optional=True, usual=False),
            PartSpec(
                "flag", ("banner", "pennant"), ("fabric",), ("red", "blue", "green", "purple"), optional=True
            ),
            PartSpec("pole", ("flagpole", "mast"), ("oak",)),
        ),
        _castle_tower,
        shapes={"wall": ("round", "square"), "flag": ("pointed", "square")},
        counts={"battlement": (6, 14)},
    ),
)
