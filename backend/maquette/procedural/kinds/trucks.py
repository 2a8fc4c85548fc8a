"""Trucks: a cab, a chassis, and what it carries. Drawn with the front along +X, then turned to face -Y."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Ellipsoid, Node, union
from maquette.procedural.sdf.outline import fillet
from maquette.procedural.sdf.profiled import Plate
from maquette.procedural.sdf.shaping import meet, row

from .layout import block
from .running_gear import GLASS, HEAD, RIM, SPOKE, TAIL, WHEEL, from_front, trapezoid, wheel


def _truck(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    k, w, h = design.number("length", 0.95, 1.08) * sy, 1.02 * sx, design.number("height", 0.96, 1.06) * sz
    radius = 0.46 * (k + h) / 2
    chassis_z = radius * 1.25
    cabin, glass = _cab(k, w, h, chassis_z)
    tyre, rim = wheel(design, radius, 0.32 * design.thickness)
    axles = (2.0 * k, -1.35 * k, -2.3 * k) if design.count("axle", 2, 3) == 3 else (2.0 * k, -1.8 * k)

    def placed(node: Node) -> Node:
        return union(*[node.at(x, 0.98 * w, radius) for x in axles]).mirrored("y")

    chassis = block((-2.95 * k, -0.45 * w, chassis_z - 0.28), (2.75 * k, 0.45 * w, chassis_z + 0.06), 0.03)
    beam = union(*[Cylinder(0.12, 1.9 * w).rotated("x", 90).at(x, 0, radius) for x in axles])
    struts = union(*[block((x - 0.1, -0.4 * w, radius), (x + 0.1, 0.4 * w, chassis_z)) for x in axles])
    guard = Difference(
        Cylinder(radius * 1.22, 0.36).rotated("x", 90),
        Cylinder(radius * 1.08, 1).rotated("x", 90) | block((-2, -2, -2), (2, 2, radius * 0.15)),
    )
    guards = union(*[guard.at(x, 0.96 * w, radius) for x in axles[1:]]).mirrored("y")
    bumper = block((2.62 * k, -1.08 * w, radius * 0.7), (2.86 * k, 1.08 * w, radius * 0.7 + 0.3), 0.06)
    head = (
        Cylinder(0.14, 0.16, 0.03).rotated("y", 90).at(2.76 * k, 0.78 * w, chassis_z + 0.28 * h).mirrored("y")
    )
    tail = Cuboid(0.12, 0.3, 0.14, 0.03).at(-2.96 * k, 0.8 * w, chassis_z - 0.06).mirrored("y") | block(
        (-2.96 * k, -0.85 * w, chassis_z - 0.12), (-2.85 * k, 0.85 * w, chassis_z)
    )
    slats = row(Cuboid(0.14, 1.1 * w, 0.075, 0.02), "z", 4, 0.13).at(2.72 * k, 0, chassis_z + 0.34 * h)
    parts = {
        "cab": cabin,
        "cargo": _cargo(design, k, w, h, chassis_z),
        "window": glass,
        "chassis": union(chassis, beam, struts, guards),
        "wheel": placed(tyre),
        "hubcap": placed(rim),
        "bumper": bumper | slats,
        "headlight": head,
        "taillight": tail,
    }
    if design.has("exhaust", share=0.5):
        pipe = Cylinder(0.085, 2.3 * h, 0.02).at(1.14 * k, 0.85 * w, chassis_z + 1.25 * h).mirrored("y")
        parts["exhaust"] = pipe
    return [design.part(name, solid.rotated("z", -90)) for name, solid in parts.items()]


def _cab(k: float, w: float, h: float, z: float) -> tuple[Node, Node]:
    """The driver's cab: pillars, doors, roof and step; and its glass."""
    top = z + 1.75 * h
    outline = (
        (1.25 * k, z - 0.2),
        (2.75 * k, z - 0.2),
        (2.78 * k, z + 0.75 * h),
        (2.55 * k, top),
        (1.25 * k, top),
    )
    side = Plate(fillet(outline, 0.12), 2.3 * w)
    solid = meet(0.1, side, from_front(trapezoid(1.08 * w, 0.97 * w, z - 0.6, top, 0.12), 8 * k))
    low, high = z + 0.86 * h, top - 0.22
    window = fillet(((1.45 * k, low), (2.55 * k, low), (2.46 * k, high), (1.45 * k, high)), 0.07)
    screen = from_front(trapezoid(0.92 * w, 0.86 * w, low, high, 0.08), 1.2).at(2.8 * k, 0, 0)
    arch = (
        Cylinder(0.56 * (k + h) / 2, 0.5)
        .rotated("x", 90)
        .at(2.0 * k, 1.08 * w, 0.46 * (k + h) / 2)
        .mirrored("y")
    )
    cuts = union(Plate(window, 4 * w), screen, arch)
    visor = block((2.5 * k, -0.95 * w, top - 0.16), (2.5 * k + 0.32, 0.95 * w, top - 0.06), 0.03)
    mirror = block((2.55 * k, 1.14 * w, low + 0.1), (2.55 * k + 0.1, 1.32 * w, low + 0.55 * h), 0.03) | block(
        (2.5 * k, 0.9 * w, low + 0.2), (2.5 * k + 0.1, 1.2 * w, low + 0.28)
    )
    handle = Cuboid(0.2, 0.1, 0.07, 0.02).at(1.6 * k, 1.04 * w, z + 0.6 * h).mirrored("y")
    return union(Difference(solid, cuts), visor, mirror.mirrored("y"), handle), solid.rounded(-0.03)


def _cargo(design: Design, k: float, w: float, h: float, z: float) -> Node:
    """What the truck carries: a closed box with ribs, an open bed with boards, or a tank."""
    form = design.shape("cargo", ("box", "open", "round"))
    back, front = -2.95 * k, 1.1 * k
    middle, length = (back + front) / 2, front - back
    floor = block((back, -1.08 * w, z - 0.02), (front, 1.08 * w, z + 0.16), 0.03)
    if form == "round":
        tank = Ellipsoid(length * 0.62, 1.0 * w, 0.82 * h) & Cuboid(length * 0.96, 3, 3)
        hoops = row(
            Difference(
                Cylinder(1.03 * w, 0.12, 0.02).rotated("y", 90), Cylinder(0.7 * w, 1).rotated("y", 90)
            ),
            "x",
            3,
            length * 0.3,
        )
        body = Cylinder(0.98 * w, length * 0.9, 0.2).rotated("y", 90)
        dome = Cylinder(0.28, 0.5, 0.04).at(0, 0, 0.98 * w) | row(
            Cuboid(0.3, 1.2 * w, 0.9, 0.03), "x", 3, length * 0.3
        ).at(0, 0, -0.55 * w)
        return floor | union(body | tank, hoops, dome).at(middle, 0, z + 0.16 + 0.99 * w)
    tall = 1.95 * h if form == "box" else 0.62 * h
    outer = block((back, -1.1 * w, z + 0.08), (front, 1.1 * w, z + tall), 0.04)
    rib = row(Cuboid(0.11, 2.32 * w, tall - 0.1, 0.03), "x", 6, length * 0.19).at(
        middle, 0, z + 0.08 + tall / 2 - 0.03
    )
    if form == "box":
        doors = row(Cuboid(0.1, 0.95 * w, tall - 0.3, 0.03), "y", 2, 1.03 * w).at(
            back, 0, z + tall / 2 + 0.05
        )
        rods = row(Cylinder(0.045, tall - 0.3), "y", 2, 0.4 * w).at(back - 0.06, 0, z + tall / 2 + 0.05)
        return union(floor, outer, rib & outer.rounded(0.045), doors, rods)
    inside = block((back + 0.1, -1.0 * w, z + 0.18), (front - 0.1, 1.0 * w, z + 3))
    gaps = (
        row(Cuboid(length * 2, 0.06, 0.05), "z", 2, tall * 0.33)
        .at(0, 1.1 * w, z + 0.12 + tall / 2)
        .mirrored("y")
    )
    return union(floor, Difference(outer, inside | gaps), Difference(rib, inside))


KINDS = (
    Kind(
        "truck",
        ("lorry", "semi", "pickup", "pickup truck", "fire truck", "fire engine", "van", "hauler"),
        "vehicles",
        (
            PartSpec(
                "cab",
                ("cabin", "body", "hood"),
                ("car paint",),
                ("red", "blue", "yellow", "green", "orange", "teal"),
            ),
            PartSpec(
                "cargo",
                ("box", "bed", "trailer", "tank", "container"),
                ("painted metal", "aluminium"),
                ("white", "grey", "beige", "cream"),
            ),
            GLASS,
            PartSpec("chassis", ("frame", "underbody"), ("iron",), ("black",)),
            PartSpec("axle", (), ("iron",), follows="chassis"),
            WHEEL,
            RIM,
            SPOKE,
            PartSpec("bumper", ("grille", "grill"), ("chrome", "steel")),
            HEAD,
            TAIL,
            PartSpec("exhaust", ("pipe", "stack", "chimney"), ("chrome",), optional=True),
        ),
        _truck,
        shapes={"cargo": ("box", "open", "round")},
        counts={"spoke": (4, 10), "axle": (2, 3)},
    ),
)
