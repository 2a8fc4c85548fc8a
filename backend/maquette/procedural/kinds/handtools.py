"""Tools of the workshop: wrench, screwdriver."""

from math import log

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.joinery import sturdiness
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Node, Torus, Tube, union
from maquette.procedural.sdf.outline import circle, curve, fillet, rectangle, regular
from maquette.procedural.sdf.profiled import Lathe, Plate
from maquette.procedural.sdf.shaping import row, stretched

STEELS = ("steel", "iron", "brushed steel")


def _wrench(design: Design) -> list[Part]:
    sx, _, sz = design.stretch
    length = design.number("length", 0.2, 0.26) * sz
    jaw = design.number("jaw", 0.024, 0.029) * sx
    thick = 0.012 * sturdiness(design)
    style = design.shape("head", ("open", "round", "adjustable"))
    shank_w = jaw * 0.82
    low_r = jaw * (0.62 if style == "adjustable" else 0.72)
    ring_z, jaw_z = low_r, length - jaw
    low_z, high_z, w = ring_z + low_r * 0.8, jaw_z - jaw * 0.6, shank_w / 2
    outline = fillet([(-w * 0.84, low_z), (w * 0.84, low_z), (w, high_z), (-w, high_z)], 0.002)
    shank = Plate(outline, thick * 0.72, 0.0025)
    recess = Plate(
        rectangle(shank_w * 0.44, (jaw_z - ring_z) * 0.62, shank_w * 0.2, 0, (jaw_z + ring_z) / 2), 0.004
    )
    handle = Difference(shank, recess.at(y=thick * 0.36).mirrored("y"), 0.001)
    top = _ring_end(jaw * 0.86) if style == "round" else _open_end(jaw, thick)
    if style == "adjustable":
        top = union(_open_end(jaw, thick), *_worm(jaw, thick))
    low = _hang_end(low_r) if style == "adjustable" else _ring_end(low_r)
    return [
        design.part("head", union(_thicken(top, thick).at(z=jaw_z), _thicken(low, thick).at(z=ring_z))),
        design.part("handle", handle),
    ]


def _thicken(node: Node, thick: float) -> Node:
    """Drawn with unit depth, made as thick as the tool."""
    return node & Cuboid(1, thick, 1)


def _open_end(jaw: float, thick: float) -> Node:
    """A fork with parallel jaws, tilted by 15 degrees, about the origin, opening upwards."""
    head = Plate(circle(jaw), thick, 0.0025)
    mouth = Plate(rectangle(jaw * 0.86, jaw * 1.6, jaw * 0.3, 0, jaw * 0.7), 1)
    return Difference(head, mouth, 0.002).rotated("y", 15)


def _ring_end(radius: float) -> Node:
    """A ring with twelve points inside, about the origin."""
    ring = Plate(circle(radius), 0.0155, 0.003)
    star = Plate(regular(6, radius * 0.7), 1)
    return Difference(ring, union(star, star.rotated("y", 30)))


def _hang_end(radius: float) -> Node:
    """A rounded end with a hole to hang it by."""
    return Difference(Plate(circle(radius), 0.0155, 0.003), Plate(circle(radius * 0.42), 1))


def _worm(jaw: float, thick: float) -> tuple[Node, Node]:
    """The knurled screw of an adjustable wrench, and its jaw's slide."""
    worm = row(Torus(jaw * 0.2, jaw * 0.085), "z", 5, jaw * 0.13).rotated("y", 90).at(0.0, 0, -jaw * 0.55)
    slide = Plate(
        fillet(
            [
                (jaw * 0.25, -0.4 * jaw),
                (jaw * 1.15, -0.4 * jaw),
                (jaw * 1.15, jaw * 0.25),
                (jaw * 0.45, jaw * 0.8),
            ],
            0.003,
        ),
        thick * 0.9,
        0.002,
    )
    return stretched(worm, y=1.2), slide


def _screwdriver(design: Design) -> list[Part]:
    sz, wide = design.stretch[2], max(design.stretch[:2], key=lambda factor: abs(log(factor)))
    grip, shaft = design.number("grip", 0.095, 0.115) * sz, design.number("shaft", 0.1, 0.14) * sz
    r, rod = 0.0155 * design.thickness * wide, 0.0042 * design.thickness * wide
    side = curve(
        [
            (r * 0.75, 0.002),
            (r, 0.2 * grip),
            (r * 0.92, 0.6 * grip),
            (r * 0.6, 0.84 * grip),
            (r * 0.72, 0.95 * grip),
        ]
    )
    body = Lathe(((0, 0, 0), *side, (r * 0.5, grip, 0), (0, grip, 0)))
    flutes = Tube(((r * 1.12, 0, grip * 0.05), (r * 1.05, 0, grip * 0.66)), (r * 0.26, r * 0.26)).radial(
        6 if design.unit("flutes") < 0.5 else 8
    )
    z = grip + shaft
    tip = _driver_tip(design.shape("shaft", ("flat", "pointed")), rod)
    return [
        design.part("handle", Difference(body, flutes, 0.003)),
        design.part("shaft", union(Cylinder(rod, shaft + 0.01).at(z=grip + shaft / 2 - 0.014), tip.at(z=z))),
        design.part("collar", Cylinder(r * 0.55, 0.014, 0.002).at(z=grip + 0.002)),
    ]


def _driver_tip(shape: str, rod: float) -> Node:
    """The end of a screwdriver's shaft, its shoulder about z = 0: a flat blade or a cross point."""
    if shape == "flat":
        half = [(rod * 1.1, 0.004), (rod * 1.5, -0.004), (rod, -0.022)]
        blade = fillet([*half, *((-x, z) for x, z in reversed(half))], 0.0008)
        return Plate(blade, rod * 1.1)
    cone = Lathe(
        ((0, -0.024, 0), (rod, -0.024, 0), (rod * 1.25, -0.008, 0), (rod * 0.4, 0.004, 0), (0, 0.004, 0))
    )
    notch = Cuboid(rod, rod, 0.03).at(rod * 0.85, rod * 0.85, 0.003)
    return Difference(cone, notch.mirrored("x").mirrored("y"), 0.0005)


KINDS = (
    Kind(
        name="wrench",
        words=("wrench", "spanner", "monkey wrench"),
        group="tool",
        parts=(
            PartSpec("head", ("jaw", "body"), ("chrome", "steel", "brushed steel")),
            PartSpec("handle", ("shank", "grip"), ("steel",), follows="head"),
        ),
        build=_wrench,
        shapes={"head": ("open", "round", "adjustable")},
    ),
    Kind(
        name="screwdriver",
        words=("screwdriver", "flathead screwdriver", "phillips screwdriver"),
        group="tool",
        parts=(
            PartSpec("handle", ("grip",), ("plastic", "pine"), ("red", "yellow", "orange", "blue", "black")),
            PartSpec("shaft", ("blade", "rod", "tip"), ("chrome", "steel")),
            PartSpec("collar", ("ferrule",), ("steel",), follows="shaft"),
            PartSpec("flute", ("groove",), ("plastic",), follows="handle"),
        ),
        build=_screwdriver,
        shapes={"shaft": ("flat", "pointed")},
    ),
)
