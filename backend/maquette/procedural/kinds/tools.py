"""Tools with a wooden handle: hammer, axe, pickaxe, shovel."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.joinery import sturdiness
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Node, Sphere, Torus, Tube, blend, union
from maquette.procedural.sdf.outline import Path, curve, fillet, rectangle
from maquette.procedural.sdf.profiled import Blade, Lathe, Plate
from maquette.procedural.sdf.shaped import Bent
from maquette.procedural.sdf.shaping import row, stretched

HEADS = ("claw", "square", "round")


STEELS = ("steel", "iron", "brushed steel")


HANDLES = ("oak", "walnut", "pine")


def _haft(length: float, radius: float, swell: float) -> Node:
    """A wooden handle standing on z = 0: oval, waisted, flared at its foot."""
    r = radius
    side = curve(
        [
            (r * 1.0, 0.004),
            (r * 1.18 * swell, 0.05 * length),
            (r * 0.98, 0.22 * length),
            (r * 0.86, 0.5 * length),
        ],
        60,
        92,
    )
    path = (
        (0, 0, 0),
        (r * 0.8, 0, 0),
        *side,
        (r * 0.9, length * 0.85, 0),
        (r * 0.85, length, 0),
        (0, length, 0),
    )
    return stretched(Lathe(path), y=1.3, x=0.9)


def _hammer(design: Design) -> list[Part]:
    sx, _, sz = design.stretch
    style = design.shape("head", HEADS)
    length = design.number("length", 0.28, 0.33) * sz
    size = design.number("head", 0.9, 1.1) * sx
    radius = 0.0135 * sturdiness(design)
    head_z = length - 0.02
    if style == "claw":
        head = _claw_head(size)
    elif style == "square":
        block = Cuboid(0.125 * size, 0.052, 0.052, 0.008)
        waist = Cuboid(0.035, 0.06, 0.06, 0.005)
        head = Difference(block, _corner_cuts(size), 0.002) | waist
    else:
        barrel = Lathe(
            (
                *curve([(0.03, -0.058 * size), (0.036, 0), (0.03, 0.058 * size)])[:-1],
                (0.03, 0.058 * size, 0),
                (0, 0.058 * size, 0),
                (0, -0.058 * size, 0),
            )
        )
        bands = row(Lathe(rectangle(0.008, 0.014, 0.003, 0.033, 0)), "z", 2, 0.074 * size)
        head = union(barrel, bands).rotated("y", 90)
    parts = [
        design.part("head", head.at(z=head_z), grain="x"),
        design.part("handle", _haft(length + 0.012, radius, design.number("swell", 0.95, 1.15))),
    ]
    if design.has("grip", share=0.4):
        parts.append(design.part("grip", _rubber_grip(length * 0.4, radius)))
    return parts


def _claw_head(size: float) -> Node:
    """Face, neck, cheek and a split claw, along X with the face at +X."""
    face = Lathe(
        (
            (0, 0.03, 0),
            (0.0115, 0.03, 0),
            *curve([(0.0115, 0.042), (0.0165, 0.05)]),
            (0.0165, 0.068, 0),
            (0.015, 0.07, 0),
            (0, 0.071, 0),
        )
    )
    cheek = Cuboid(0.036, 0.027, 0.034, 0.004)
    neck = Tube(((0, 0, 0), (0.045, 0, 0)), (0.0145, 0.0115))
    claw = Tube(
        ((-0.008, 0.004, 0.004), (-0.035, 0.0065, 0.005), (-0.06, 0.009, -0.006), (-0.078, 0.0115, -0.026)),
        (0.0115, 0.0088, 0.0066, 0.0046),
    ).mirrored("y")
    return union(blend(0.006, cheek, neck, claw), face.rotated("y", 90)).scaled(size)


def _corner_cuts(size: float) -> Node:
    """What turns a square block into a sledge head with eight-sided ends."""
    cut = Cuboid(0.05, 0.04, 0.04).rotated("x", 45).at(0.068 * size, 0.038, 0.038)
    return cut.mirrored("x").mirrored("y").mirrored("z")


def _rubber_grip(length: float, radius: float) -> Node:
    """A moulded sleeve over the lower end of a handle, with ribs."""
    sleeve = Tube(((0, 0, radius * 1.45), (0, 0, length)), (radius * 1.45, radius * 1.2)) & Cuboid(
        1, 1, 2 * length
    )
    ribs = row(Torus(radius * 1.3, radius * 0.22), "z", 7, length * 0.11)
    return stretched(union(sleeve, ribs.at(z=length * 0.5)), x=0.9, y=1.25)


def _axe(design: Design) -> list[Part]:
    sx, _, sz = design.stretch
    length = design.number("length", 0.55, 0.75) * sz
    reach, drop = design.number("reach", 0.13, 0.17) * sx, design.number("edge", 0.075, 0.105) * sz
    blades = design.count("blade", 1, 1)
    style = design.shape("blade", ("bearded", "curved", "straight"))
    thin, thick = length / 68, 0.034 * sturdiness(design)
    r = 0.0165 * sturdiness(design)
    z = length - 0.06
    blade = Blade(_bit_outline(style, reach, drop), thick, thin, 0.055).at(z=z)
    eye = Cuboid(0.062, thick + 0.022, 0.07, 0.008).at(z=z)
    head: Node = union(blade, eye)
    if blades >= 2:
        head = union(blade.mirrored("x"), eye)
    else:
        head = union(head, Cuboid(0.05, thick + 0.012, 0.052, 0.007).at(-0.04, 0, z))
    wedge = Cuboid(0.026, 0.012, 0.01, 0.002).at(z=length + 0.012)
    parts = [
        design.part("blade", head, grain="x"),
        design.part("handle", union(_haft(length + 0.012, r, design.number("swell", 1.0, 1.2)), wedge)),
    ]
    if design.has("grip", share=0.5):
        sleeve = Cylinder(r * 1.1, r * 5.6, r * 0.2)
        wraps = row(Torus(r * 1.02, r * 0.3), "z", 9, r * 0.62) | sleeve
        parts.append(design.part("grip", stretched(wraps, y=1.3, x=0.95).at(z=length * 0.22)))
    return parts


def _bit_outline(style: str, reach: float, drop: float) -> Path:
    """The silhouette of an axe blade from the eye at x = 0 to its edge at x = reach, about z = 0."""
    w, h = reach, drop
    low = h * (1.5 if style == "bearded" else 1.0)
    edge_top, edge_low = (w, h), (w * 0.97, -low)
    upper = curve([(-0.01, 0.03), (w * 0.45, 0.028), edge_top], 0, 42)
    bulge = {"bearded": 0.2, "curved": 0.42, "straight": 0.06}[style]
    lower = curve([edge_low, (w * 0.5, -0.034), (-0.01, -0.03)], 138, 180)
    return (*upper[:-1], (*edge_top, -bulge), *lower[:-1], (-0.01, -0.03, 0))


def _pickaxe(design: Design) -> list[Part]:
    sx, _, sz = design.stretch
    length, half = design.number("length", 0.7, 0.82) * sz, design.number("half", 0.26, 0.32) * sx
    sag, r = design.number("sag", 0.05, 0.09), 0.0175 * sturdiness(design)
    z = length - 0.05
    points = ((0, 0, 0), (half * 0.4, 0, -sag * 0.12), (half * 0.75, 0, -sag * 0.5), (half, 0, -sag))
    spike = Tube(points, (0.021, 0.0185, 0.0135, 0.0075))
    chisel = [
        (0, 0.02),
        (half * 0.92, -sag * 0.75),
        (half * 0.98, -sag * 1.05),
        (half * 0.6, -sag * 0.52),
        (0, -0.022),
    ]
    if design.shape("head", ("pointed", "flat")) == "pointed":
        head = spike.mirrored("x")
    else:
        adze = Plate(fillet(chisel, 0.004), 0.05, 0.006)
        head = union(spike, adze.rotated("z", 180))
    eye = Cuboid(0.07, 0.06, 0.062, 0.012)
    return [
        design.part("head", union(head, eye).at(z=z), grain="x"),
        design.part("handle", _haft(length, r, 1.1)),
    ]


def _shovel(design: Design) -> list[Part]:
    sx, _, sz = design.stretch
    length, width = design.number("length", 0.95, 1.15) * sz, design.number("width", 0.2, 0.24) * sx
    tall = width * design.number("blade", 1.25, 1.45) / sx * sz
    w, r = width / 2, 0.0165 * sturdiness(design)
    if design.shape("blade", ("pointed", "square")) == "pointed":
        right = curve([(0, 0), (w * 0.72, tall * 0.3), (w, tall * 0.7)], 15, 92)
        left = curve([(-w, tall * 0.7), (-w * 0.72, tall * 0.3), (0, 0)], -92, -15)
        path = (*right, (w * 0.96, tall, 0), (-w * 0.96, tall, 0), *left[:-1])
    else:
        path = fillet([(-w * 0.92, 0), (w * 0.92, 0), (w, tall), (-w, tall)], [0.012, 0.012, 0.03, 0.03])
    pan = Bent(Plate(path, 0.015 * sturdiness(design), 0.004), width * 0.75)
    socket = Tube(((0, 0.012, tall * 0.6), (0, 0.0, tall + 0.14)), (r * 0.6, r * 1.35))
    shaft = Cylinder(r, length - tall - 0.06).at(z=(length + tall + 0.06) / 2)
    parts = [
        design.part(
            "blade",
            union(
                pan, socket, Bent(Cuboid(width * 0.96, 0.02, 0.016, 0.005), width * 0.75).at(z=tall - 0.004)
            ),
        ),
        design.part("shaft", shaft),
    ]
    z = length
    if design.shape("handle", ("angular", "straight")) == "angular":
        yoke = curve([(0, -0.02), (0.045, 0.03), (0.052, 0.1)], 20, 90)
        grip = Cylinder(0.0155, 0.115, 0.006).rotated("y", 90).at(z=z + 0.1)
        arms = Tube(tuple((x, 0.0, z + dz) for x, dz, _ in yoke), (0.013,) * len(yoke)).mirrored("x")
        parts.append(design.part("handle", union(arms, grip), grain="x"))
    else:
        parts.append(design.part("handle", union(Sphere(r * 1.5).at(z=z), Torus(r, r * 0.3).at(z=z - 0.03))))
    return parts


_HANDLE = PartSpec("handle", ("haft", "shaft", "stick"), HANDLES)


_GRIP = PartSpec("grip", ("sleeve", "wrapping"), ("rubber", "leather"), optional=True, usual=False)


KINDS = (
    Kind(
        name="hammer",
        words=("hammer", "claw hammer", "sledgehammer", "mallet", "war hammer", "warhammer"),
        group="tool",
        parts=(PartSpec("head", ("top", "body"), STEELS), _HANDLE, _GRIP),
        build=_hammer,
        shapes={"head": HEADS},
    ),
    Kind(
        name="axe",
        words=("axe", "ax", "battle axe", "hatchet", "battleaxe", "tomahawk", "double axe"),
        group="tool",
        parts=(PartSpec("blade", ("head", "edge", "bit"), STEELS), _HANDLE, _GRIP),
        build=_axe,
        shapes={"blade": ("bearded", "curved", "straight")},
        counts={"blade": (1, 2)},
    ),
    Kind(
        name="pickaxe",
        words=("pickaxe", "pick", "mattock"),
        group="tool",
        parts=(PartSpec("head", ("blade", "point"), ("iron", "steel", "rusty iron")), _HANDLE),
        build=_pickaxe,
        shapes={"head": ("pointed", "flat")},
    ),
    Kind(
        name="shovel",
        words=("shovel", "spade"),
        group="tool",
        parts=(
            PartSpec("blade", ("head", "scoop", "pan"), ("steel", "iron", "rusty iron")),
            PartSpec("shaft", ("stick", "pole"), HANDLES),
            PartSpec("handle", ("grip",), HANDLES, follows="shaft"),
        ),
        build=_shovel,
        shapes={"blade": ("pointed", "square"), "handle": ("angular", "straight")},
    ),
)
