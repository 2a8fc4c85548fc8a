"""Things that hold goods: barrel, crate, chest, bucket."""

from math import atan2, cos, degrees, sin

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.joinery import sturdiness
from maquette.procedural.kinds.layout import girth
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Node, Sphere, Torus, union
from maquette.procedural.sdf.outline import Path, curve, fillet, rectangle
from maquette.procedural.sdf.profiled import Lathe, Plate, Vessel, Wire
from maquette.procedural.sdf.shaping import row

PLANKS = ("oak", "pine", "walnut", "driftwood")
IRONS = ("iron", "rusty iron", "bronze", "steel")


def _barrel(design: Design) -> list[Part]:
    height = design.number("height", 0.82, 0.98) * design.stretch[2]
    belly = design.number("belly", 0.29, 0.33) * girth(design)
    end = belly * design.number("taper", 0.78, 0.86)
    hoops = design.count("hoop", 4, 6)
    staves = design.count("stave", 16, 20)
    rim, thick = height / 2, 0.03 * sturdiness(design)
    outer = curve([(end, -rim), (belly, 0), (end, rim)])
    arc = outer[:-1]
    middle = height / 2
    croze = rim - 0.045  # where the heads sit
    closed = design.has("lid", share=0.75)
    inner = (croze,) if closed else (0.0, 0.03 - croze)
    body = Lathe(
        (
            (0, -croze, 0),
            (end - thick, -croze, 0),
            (end - thick, -rim, 0),
            *arc,
            (end, rim, 0),
            (end - thick, rim, 0),
            *((end - thick, z, 0) for z in inner),
            (0, inner[-1], 0),
        )
    )
    seam = Wire(outer, 0.0075).radial(staves)
    boards = row(Cuboid(0.008, 2 * belly, 0.012), "x", 3, end * 0.5).at(z=croze + 0.015)
    shell = Difference(body, seam, 0.004)
    parts = [design.part("stave", shell.at(z=middle))]
    bands = [_hoop(z, end, belly, rim, thick) for z in _hoop_heights(hoops, rim)]
    parts.append(design.part("hoop", union(*bands).at(z=middle), grain="x"))
    if closed:
        head = Cylinder(end - thick * 0.6, 0.03, 0.008).at(z=croze)
        batten = Cuboid(0.07, 1.8 * (end - thick), 0.024, 0.006).at(z=croze + 0.02)
        parts.append(
            design.part("lid", Difference(head, boards, 0.003).at(z=middle) | batten.at(z=middle), grain="y")
        )
    if design.has("tap", share=0.35):
        parts.append(design.part("tap", _tap().at(0, -end - (belly - end) * 0.3, height * 0.24)))
    return parts


def _hoop_heights(count: int, rim: float) -> list[float]:
    """Heights of the hoops about the middle: at the ends, and pairs towards the belly."""
    if count == 1:
        return [0.0]
    shares = [1 - 2 * i / (count - 1) for i in range(count)]
    return [(rim - 0.028) * (abs(s) ** 0.8 if s > 0 else -(abs(s) ** 0.8)) for s in shares]


def _hoop(z: float, end: float, belly: float, rim: float, thick: float) -> Node:
    """An iron band that follows the bulge, with a rivet."""
    half = 0.024

    def radius(at: float) -> float:
        return belly - (belly - end) * (at / rim) ** 2

    low, high = radius(z - half), radius(z + half)
    path = fillet(
        [
            (low - thick * 0.5, z - half),
            (low + 0.008, z - half),
            (high + 0.008, z + half),
            (high - thick * 0.5, z + half),
        ],
        0.004,
    )
    return Lathe(path) | Sphere(0.0125).at(
        (low + high) / 2 * sin(0.5), -(low + high) / 2 * cos(0.5) - 0.004, z
    )


def _tap() -> Node:
    """A spigot with its key."""
    spout = Cylinder(0.019, 0.15, 0.004).rotated("x", 90).at(y=-0.035)
    nose = Cylinder(0.016, 0.05, 0.004).at(0, -0.092, -0.02)
    key = Cylinder(0.009, 0.06).at(0, -0.075, 0.03) | Cylinder(0.011, 0.055, 0.005).rotated("y", 90).at(
        0, -0.075, 0.058
    )
    collar = Cylinder(0.03, 0.02, 0.006).rotated("x", 90).at(y=-0.004)
    return union(spout, nose, key, collar)


def _crate(design: Design) -> list[Part]:
    size = design.number("size", 0.55, 0.75)
    w, d, h = (size * s * design.number(f"side {i}", 0.85, 1.15) for i, s in enumerate(design.stretch))
    planks = design.count("plank", 3, 5)
    board, post = 0.026 * sturdiness(design), 0.075 * sturdiness(design)
    pitch = (h - 0.02) / planks
    strip = Cuboid(w - 0.02, board, pitch - 0.014, 0.005)
    sides = row(strip, "z", planks, pitch).at(0, d / 2 - board * 0.9, h / 2).mirrored("y")
    ends = row(Cuboid(board, d - 0.02, pitch - 0.014, 0.005), "z", planks, pitch)
    floor = Cuboid(w - 0.02, d - 0.02, board).at(z=board)
    walls = union(sides, ends.at(w / 2 - board * 0.9, 0, h / 2).mirrored("x"), floor)
    corner = Cuboid(post, board, h, 0.006).at(w / 2 - post / 2 + 0.006, d / 2, h / 2)
    corner = corner | Cuboid(board, post, h, 0.006).at(w / 2 + 0.002, d / 2 - post / 2 + 0.006, h / 2)
    lip = Cuboid(w + board, board, post * 0.9, 0.006).at(0, d / 2 + 0.001, h / 2 - post * 0.45).mirrored("z")
    side_lip = (
        Cuboid(board, d + board, post * 0.9, 0.006).at(w / 2 + 0.001, 0, h / 2 - post * 0.45).mirrored("z")
    )
    rails = union(lip.mirrored("y"), side_lip.mirrored("x")).at(z=h / 2)
    frame = union(corner.mirrored("x").mirrored("y"), rails, _braces(design, w, d, h, board, post))
    parts = [design.part("plank", walls, grain="x"), design.part("frame", frame, grain="z")]
    if design.has("lid", share=0.65):
        slats = row(Cuboid(w + board * 0.6, d / 5 - 0.012, board, 0.005), "y", 5, d / 5)
        battens = row(Cuboid(post, d - 0.04, board, 0.005), "x", 2, w * 0.6).at(z=board * 0.8)
        parts.append(design.part("lid", union(slats, battens).at(z=h + board * 0.42), grain="x"))
    nail = Sphere(0.011).at(w / 2 - post * 0.35, d / 2 + board * 0.5, h / 2 - post * 0.45)
    side_nail = Sphere(0.011).at(w / 2 + board * 0.55, d / 2 - post * 0.35, h / 2 - post * 0.45)
    nails = union(nail, side_nail).mirrored("x").mirrored("y").mirrored("z").at(z=h / 2)
    return [*parts, design.part("nail", nails)]


def _braces(design: Design, w: float, d: float, h: float, board: float, post: float) -> Node:
    """What stiffens the sides: a diagonal, a cross or an upright."""
    style = design.shape("frame", ("diagonal", "crossed", "straight"))
    nodes = []
    for span, away, turn in ((w, d, 0), (d, w, 90)):
        inner = (span - post, h - 1.8 * post)
        if style == "straight":
            brace: Node = Cuboid(post, board, h - 0.05, 0.006)
        else:
            length = (inner[0] ** 2 + inner[1] ** 2) ** 0.5
            one = Cuboid(length, board * 0.9, post * 0.85, 0.006)
            angle = -degrees(atan2(inner[1], inner[0]))
            brace = one.rotated("y", angle)
            if style == "crossed":
                brace = brace | one.rotated("y", -angle)
        placed = brace.at(y=away / 2 - 0.001)
        nodes.append(union(placed, placed.rotated("z", 180)).rotated("z", turn))
    return union(*nodes).at(z=h / 2)


def _bucket(design: Design) -> list[Part]:
    height = design.number("height", 0.28, 0.34) * design.stretch[2]
    top = design.number("top", 0.145, 0.17) * girth(design)
    foot = top * design.number("taper", 0.7, 0.84)
    wall = 0.013 * sturdiness(design)
    hoops = design.count("hoop", 2, 3)
    path: Path = ((0, 0.03, 0), *fillet([(0, 0.03), (foot, 0.03), (top, height)], 0.02, closed=False)[1:])
    side = Vessel(path, wall)
    skirt = Lathe(rectangle(wall * 1.15, 0.045, 0.004, foot - wall * 0.2, 0.0226))
    body: Node = side | skirt
    if design.shape("body", ("smooth", "planked")) == "planked":
        groove = Wire(((foot + wall * 0.5, 0.0, 0), (top + wall * 0.5, height, 0)), 0.0038).radial(14)
        body = Difference(body, groove, 0.003)
    rings = []
    for i in range(hoops):
        z = height * (0.14 + 0.72 * i / max(hoops - 1, 1))
        r = foot + (top - foot) * (z - 0.03) / (height - 0.03) + wall * 0.5
        rings.append(Lathe(rectangle(0.008, 0.024, 0.003, r + 0.001, 0)).at(z=z))
    rim = Torus(top, wall * 0.85).at(z=height)
    bail, ears = _bail(top + wall * 0.9, height - 0.035, sturdiness(design), design.number("bail", 0.0, 1.0))
    parts = [design.part("body", body), design.part("rim", rim, grain="x")]
    if rings:
        parts.append(design.part("hoop", union(*rings), grain="x"))
    if design.has("handle"):
        parts.append(design.part("handle", union(bail, ears), grain="x"))
    if design.has("water", usual=False):
        level = 0.03 + (height - 0.03) * 0.72
        water = Lathe((*path, (0, height, 0))) & Cylinder(1.0, 2 * level)
        parts.append(design.part("water", water))
    return parts


def _bail(reach: float, z: float, thick: float, up: float) -> tuple[Node, Node]:
    """The swinging handle with a turned grip, and the ears that hold it."""
    r = 0.0052 * thick
    tall = reach * 1.15
    arch = curve(
        [(-reach, 0), (-reach * 0.86, tall * 0.6), (0, tall), (reach * 0.86, tall * 0.6), (reach, 0)], 90, -90
    )
    grip = Cylinder(0.0125 * thick, reach * 0.62, 0.005).rotated("y", 90).at(z=tall)
    lean = -58 + 45 * up
    bail = union(Wire(arch, r), grip).rotated("x", lean).at(z=z)
    ear = Plate(rectangle(0.034, 0.05, 0.012), 0.012, 0.003).rotated("z", 90).at(reach - 0.004, 0, z - 0.004)
    boss = Sphere(0.0085 * thick).at(reach + 0.002, 0, z)
    return bail, union(ear, boss).mirrored("x")


KINDS = (
    Kind(
        name="barrel",
        words=("barrel", "cask", "keg", "wine barrel", "rain barrel"),
        group="container",
        parts=(
            PartSpec("stave", ("body", "plank", "board"), PLANKS),
            PartSpec("hoop", ("band", "ring", "strap"), IRONS),
            PartSpec("lid", ("top", "cover"), PLANKS, follows="stave", optional=True),
            PartSpec("tap", ("spigot", "faucet"), ("brass", "oak"), optional=True, usual=False),
        ),
        build=_barrel,
        counts={"hoop": (1, 8), "stave": (10, 28)},
    ),
    Kind(
        name="crate",
        words=("crate", "wooden box", "shipping crate", "box"),
        group="container",
        parts=(
            PartSpec("plank", ("board", "side", "slat", "body"), PLANKS),
            PartSpec("frame", ("edge", "brace", "corner"), PLANKS, follows="plank"),
            PartSpec("lid", ("top", "cover"), PLANKS, follows="plank", optional=True),
            PartSpec("nail", ("rivet", "bolt"), IRONS),
        ),
        build=_crate,
        shapes={"frame": ("diagonal", "crossed", "straight")},
        counts={"plank": (2, 7)},
    ),
    Kind(
        name="bucket",
        words=("bucket", "pail"),
        group="container",
        parts=(
            PartSpec("body", ("side", "wall"), ("steel", "oak", "painted metal", "iron", "plastic")),
            PartSpec("rim", ("lip", "edge"), ("steel", "iron"), follows="body"),
            PartSpec("hoop", ("band", "ring"), ("iron", "steel"), follows="rim"),
            PartSpec("handle", ("bail", "grip"), ("iron", "steel"), optional=True),
            PartSpec(
                "water", ("liquid",), ("glass",), ("blue",), least_opacity=1.0, optional=True, usual=False
            ),
        ),
        build=_bucket,
        shapes={"body": ("smooth", "planked")},
        counts={"hoop": (1, 4)},
    ),
)
