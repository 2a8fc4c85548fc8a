"""Cars. Bodies are drawn in side view with the front along +X, then turned to face -Y."""

import math
from dataclasses import dataclass

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Ellipsoid, Node, Torus, union
from maquette.procedural.sdf.outline import fillet
from maquette.procedural.sdf.polyhedron import inset_polyhedron
from maquette.procedural.sdf.profiled import Plate
from maquette.procedural.sdf.shaping import Grounded, meet, row, symmetric

from .layout import Point, block
from .running_gear import GLASS, HEAD, RIM, SPOKE, TAIL, WHEEL, from_above, from_front, trapezoid, wheel

Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Body:
    """A car's lines at a length of 4 m, front along +X: side views (x, z) and half widths."""

    lower: Outline
    cabin: Outline
    nose: float  # half width at the very front
    waist: float  # largest half width
    roof: float  # half width of the roof
    axle: float  # distance of the axles from the middle
    wheel: float  # radius of the wheels
    clearance: float


BODIES = {
    "sedan": Body(
        ((1.92, 0.26), (2.0, 0.44), (1.97, 0.66), (1.72, 0.78),
         (0.85, 0.90), (-1.2, 0.92), (-1.88, 0.90), (-2.0, 0.72), (-1.95, 0.28)),
        ((0.98, 0.82), (0.25, 1.38), (-0.72, 1.40), (-1.42, 0.86)), 0.60, 0.84, 0.58, 1.22, 0.325, 0.2,
    ),
    "hatchback": Body(
        ((1.90, 0.26), (1.99, 0.46), (1.95, 0.70), (1.70, 0.82),
         (1.0, 0.95), (-1.6, 0.98), (-1.92, 0.95), (-2.0, 0.60), (-1.94, 0.28)),
        ((1.15, 0.86), (0.42, 1.50), (-1.30, 1.50), (-1.88, 0.92)), 0.62, 0.86, 0.62, 1.24, 0.34, 0.2,
    ),
    "sporty": Body(
        ((1.92, 0.20), (2.02, 0.34), (1.97, 0.52), (1.55, 0.70),
         (0.80, 0.81), (-0.9, 0.86), (-1.92, 0.90), (-2.0, 0.70), (-1.93, 0.24)),
        ((0.92, 0.74), (0.02, 1.17), (-0.50, 1.18), (-1.72, 0.84)), 0.64, 0.90, 0.54, 1.22, 0.325, 0.14,
    ),
    "boxy": Body(
        ((1.92, 0.38), (1.99, 0.55), (1.97, 0.92), (1.85, 1.00),
         (0.98, 1.05), (-1.6, 1.06), (-1.95, 1.05), (-2.0, 0.72), (-1.96, 0.40)),
        ((1.02, 0.98), (0.72, 1.72), (-1.80, 1.72), (-1.95, 1.0)), 0.78, 0.88, 0.74, 1.22, 0.40, 0.32,
    ),
    "round": Body(
        ((1.80, 0.26), (1.98, 0.46), (1.86, 0.70), (1.50, 0.90),
         (0.95, 1.00), (-1.1, 1.02), (-1.62, 0.90), (-1.98, 0.50), (-1.85, 0.26)),
        ((1.02, 0.86), (0.48, 1.46), (-0.42, 1.50), (-1.50, 0.90)), 0.48, 0.80, 0.54, 1.20, 0.36, 0.22,
    ),
}  # fmt: skip


def _scaled(outline: Outline, x: float, z: float) -> Outline:
    return tuple((px * x, pz * z) for px, pz in outline)


def _car(design: Design) -> list[Part]:
    form = design.shape("body", tuple(BODIES))
    line = BODIES[form]
    sx, sy, sz = design.stretch
    k = design.number("length", 0.96, 1.08) * sy
    w = design.number("width", 0.97, 1.04) * sx
    h = design.number("height", 0.96, 1.05) * sz
    lower = _lower_body(line, k, w, h, 0.2 if form == "round" else 0.1)
    cabin = _cabin_solid(line, k, w, h, 0.3 if form == "round" else 0.14)
    wheel_r = line.wheel * (k + h) / 2
    arches = (
        Cylinder(wheel_r * 1.13, 0.5)
        .rotated("x", 90)
        .at(line.axle * k, line.waist * w, wheel_r)
        .mirrored("x")
        .mirrored("y")
    )
    pillars = Difference(cabin, _window_cuts(line, k, w, h))
    skin = Difference(lower, arches, 0.02)
    flare = Difference(
        Torus(wheel_r * 1.13, 0.035).rotated("x", 90).at(0, 0, wheel_r),
        block((-2, -1, -1), (2, 1, line.clearance * h)),
    )
    flares = Grounded(flare).at(line.axle * k, line.waist * w - 0.035, 0).mirrored("x").mirrored("y")
    tyre, rim = wheel(design, wheel_r, 0.24 * min(w, 1.2) * design.thickness)

    def placed(node: Node) -> Node:
        return node.at(line.axle * k, line.waist * w - 0.11, wheel_r).mirrored("x").mirrored("y")

    lights = _lights(form, line, lower, k, w, h)
    parts = {
        "body": union(skin, pillars, flares),
        "window": _glass(line, k, w, h, 0.08 if form == "round" else 0.04),
        "wheel": placed(tyre),
        "hubcap": placed(rim),
        "underbody": from_above(
            fillet(
                ((-1.8 * k, -0.62 * w), (1.8 * k, -0.62 * w), (1.8 * k, 0.62 * w), (-1.8 * k, 0.62 * w)), 0.1
            ),
            0.24,
        ).at(0, 0, line.clearance * h + 0.02),
        **lights,
        **_trim(design, line, k, w, h),
    }
    if design.has("spoiler", share=0.7 if form == "sporty" else 0.0):
        parts["spoiler"] = _spoiler(line, k, w, h)
    if design.has("rack", share=0.35 if form in ("boxy", "hatchback") else 0.0):
        parts["rack"] = _rack(line, k, w, h)
    return [design.part(name, solid.rotated("z", -90)) for name, solid in parts.items()]


def _lower_body(line: Body, k: float, w: float, h: float, soft: float) -> Node:
    """The body below the windows: what side, top and front views agree on; the views are halves."""
    n, m, floor = line.nose * w, line.waist * w, line.clearance * h
    outline = (*_scaled(line.lower, k, h), (-1.7 * k, floor), (1.7 * k, floor))
    side = Plate(fillet(outline, [soft] * len(line.lower) + [0, 0]), m * 2.2)
    tail = n * 1.18
    corners = (
        (2.05 * k, -1),
        (2.05 * k, n),
        (1.45 * k, m),
        (-1.5 * k, m),
        (-2.05 * k, tail),
        (-2.05 * k, -1),
    )
    above = from_above(fillet(corners, (0, 0.3, 0.5, 0.5, 0.25, 0)), 1.5 * h)
    top = max(z for _, z in line.lower) * h
    section = ((-1, 0.1), (m * 0.93, 0.1), (m, top * 0.55), (m * 0.94, top + 0.04), (-1, top + 0.04))
    front = from_front(fillet(section, (0, 0, 0.1, 0, 0)), 5 * k)
    return symmetric(meet(0.09, side, above, front), "y")


def _cabin_solid(line: Body, k: float, w: float, h: float, soft: float) -> Node:
    """Windows, pillars and roof as one solid."""
    side = Plate(fillet(_scaled(line.cabin, k, h), (0, soft, soft, 0)), line.waist * w * 2)
    low, high = min(z for _, z in line.cabin) * h, max(z for _, z in line.cabin) * h
    section = (
        (-1, low - 0.05),
        (line.waist * w * 0.95, low - 0.05),
        (line.roof * w, high + 0.03),
        (-1, high + 0.12),
    )
    return symmetric(meet(0.06, side, from_front(fillet(section, (0, 0, 0.12, 0)), 5 * k)), "y")


def _glass(line: Body, k: float, w: float, h: float, below: float) -> Node:
    """The windows: the cabin's flat sides, a little further in, its top `below` the roof."""
    (x0, z0), (x1, z1), (x2, z2), (x3, z3) = _scaled(line.cabin, k, h)
    low, high = min(z0, z3), max(z1, z2)
    lean = (line.waist * 0.95 - line.roof) * w / (high - low + 0.05)
    normals: list[Point] = [
        (z1 - z0, 0, x0 - x1),
        (z3 - z2, 0, x2 - x3),
        (0, 1, lean),
        (0, -1, lean),
        (0, 0, 1),
        (0, 0, -1),
    ]
    touched: list[Point] = [
        (x0, 0, z0),
        (x3, 0, z3),
        (0, line.roof * w, high),
        (0, -line.roof * w, high),
        (0, 0, high - below),
        (0, 0, low),
    ]
    return inset_polyhedron(normals, touched, 0.024)


def _window_cuts(line: Body, k: float, w: float, h: float) -> Node:
    """What is cut out of the cabin so that glass shows: two windows a side, windscreen, rear window. Cuts do
    not meet behind the pillars."""
    (x0, z0), (x1, z1), (x2, z2), (x3, z3) = _scaled(line.cabin, k, h)
    post, low, high = 0.085, max(z0, z3) + 0.09 * h, z1 - 0.085 * h
    rise = (high - z0) / (z1 - z0)
    front_foot, front_top = x0 - post * 2.2, x0 + (x1 - x0) * rise - post * 1.7
    back_foot, back_top = x3 + post * 2.2, x3 + (x2 - x3) * (high - z3) / (z1 - z3) + post * 1.7
    middle = (front_foot + back_foot) / 2 + 0.02 * k
    first = fillet(
        ((middle + post / 2, low), (front_foot, low), (front_top, high), (middle + post / 2, high)), 0.04
    )
    second = fillet(
        ((middle - post / 2, low), (middle - post / 2, high), (back_top, high), (back_foot, low)), 0.04
    )
    core = line.roof * w - 0.07
    sides = (Plate(first, 4.0) | Plate(second, 4.0)) - block((-3, -core, -1), (3, core, 3))
    bottom, top = line.waist * w * 0.86, line.roof * w * 0.86
    screens = [
        _screen((x0, z0), (x1, z1), bottom, top, low, high),
        _screen((x3, z3), (x2, z2), bottom, top, low, high),
    ]
    return union(sides, *screens)


def _screen(
    foot: tuple[float, float], head: tuple[float, float], bottom: float, top: float, low: float, high: float
) -> Node:
    """A windscreen from height `low` to `high` on the slope from foot to head (x, z), cut at right angles to
    it: along X, the roof would end in an edge too thin to be made."""
    x, z = head[0] - foot[0], head[1] - foot[1]
    up = math.hypot(x, z) / z
    shape = trapezoid(bottom, top, (low - foot[1] - 0.01) * up, (high - foot[1] - 0.01) * up, 0.06)
    return from_front(shape, 0.07).rotated("y", math.degrees(math.atan2(x, z))).at(foot[0], 0, foot[1])


def _lights(form: str, line: Body, lower: Node, k: float, w: float, h: float) -> dict[str, Node]:
    """Lights, grille, bumpers and plates: slices of the body, grown a little."""
    nose_z, tail_z = line.lower[2][1] * h, line.lower[-2][1] * h
    lamp_y = line.nose * w * 0.86
    if form == "round":
        lamp: Node = Cylinder(0.155, 0.6, 0.02).rotated("y", 78).at(1.66 * k, lamp_y * 1.12, nose_z + 0.04)
    else:
        lamp = (
            Cuboid(0.62, 0.36, 0.15 * h, 0.05)
            .rotated("y", 10)
            .rotated("z", -12)
            .at(1.85 * k, lamp_y * 1.04, nose_z - 0.02 * h)
        )
    head = lamp.mirrored("y")
    tail = Cuboid(0.5, 0.36, 0.15, 0.03).at(-1.92 * k, line.nose * w * 1.08, tail_z + 0.03).mirrored("y")
    low = line.lower[0][1] * h
    belt = block((-2.2 * k, -1, low - 0.01), (2.2 * k, 1, low + 0.15), 0.02)
    ends = belt - block((-1.62 * k, -2, -1), (1.62 * k, 2, 2))
    grille = Cuboid(0.5, line.nose * w * 0.92, 0.13 * h, 0.03).at(1.95 * k, 0, (low + nose_z) / 2 + 0.05)
    plate = Cuboid(0.3, 0.4, 0.11, 0.01)
    plates = plate.at(1.97 * k, 0, low + 0.08) | plate.at(-1.97 * k, 0, low + 0.24)
    return {
        "headlight": head & lower.rounded(0.03),
        "taillight": tail & lower.rounded(0.022),
        "bumper": ends & lower.rounded(0.035),
        "grille": grille & lower.rounded(0.02),
        "plate": plates & lower.rounded(0.05),
    }


def _trim(design: Design, line: Body, k: float, w: float, h: float) -> dict[str, Node]:
    """Door handles and mirrors."""
    belt = line.lower[4][1] * h
    handle = Cuboid(0.17, 0.07, 0.045, 0.015)
    y = line.waist * w * 0.955
    handles = (handle.at(0.0, y, belt - 0.12 * h) | handle.at(-0.85 * k, y, belt - 0.10 * h)).mirrored("y")
    x = line.cabin[0][0] * k - 0.28
    mirror = (
        Ellipsoid(0.085, 0.12, 0.075).at(x, y + 0.06, belt + 0.12 * h)
        | Cuboid(0.06, 0.3, 0.05).at(x, y - 0.07, belt + 0.09 * h)
    ).mirrored("y")
    return {"handle": handles, "mirror": mirror}


def _spoiler(line: Body, k: float, w: float, h: float) -> Node:
    top = line.lower[6][1] * h
    wing = Cuboid(0.26, line.waist * w * 1.8, 0.05, 0.02).rotated("y", 7).at(-1.82 * k, 0, top + 0.2)
    post = Cuboid(0.12, 0.06, 0.28, 0.02).at(-1.80 * k, line.waist * w * 0.6, top + 0.08).mirrored("y")
    return wing | post


def _rack(line: Body, k: float, w: float, h: float) -> Node:
    """Rails and cross bars on the roof."""
    (x1, z1), (x2, _) = _scaled(line.cabin, k, h)[1:3]
    middle, length = (x1 + x2) / 2, (x1 - x2) * 0.86
    y = line.roof * w * 0.84
    rail = Cuboid(length, 0.055, 0.055, 0.02).at(middle, y, z1 + 0.05).mirrored("y")
    foot = row(Cuboid(0.08, 0.05, 0.12), "x", 3, length * 0.45).at(middle, y, z1).mirrored("y")
    bars = row(Cuboid(0.055, 2 * y, 0.045, 0.015), "x", 3, length * 0.36).at(middle, 0, z1 + 0.06)
    return union(rail, foot, bars)


KINDS = (
    Kind(
        "car",
        (
            "automobile",
            "auto",
            "vehicle",
            "sedan",
            "hatchback",
            "sports car",
            "suv",
            "jeep",
            "taxi",
            "race car",
            "racing car",
        ),
        "vehicles",
        (
            PartSpec(
                "body",
                ("bodywork", "paint", "roof", "door", "hood", "bonnet"),
                ("car paint",),
                ("red", "blue", "white", "yellow", "teal", "grey", "orange", "green"),
            ),
            GLASS,
            WHEEL,
            RIM,
            SPOKE,
            PartSpec("bumper", (), ("chrome", "plastic")),
            PartSpec("grille", ("grill",), ("plastic",), ("black",)),
            HEAD,
            TAIL,
            PartSpec("plate", ("license plate", "number plate"), ("plastic",), ("white",)),
            PartSpec("handle", ("door handle",), ("chrome",), follows="hubcap"),
            PartSpec("mirror", ("wing mirror", "side mirror"), ("car paint",), follows="body"),
            PartSpec("underbody", ("chassis", "bottom"), ("rubber",)),
            PartSpec("spoiler", ("wing",), ("car paint",), follows="body", optional=True, usual=False),
            PartSpec("rack", ("roof rack", "rail"), ("aluminium",), ("black",), optional=True, usual=False),
        ),
        _car,
        shapes={"body": tuple(BODIES)},
        counts={"spoke": (4, 10)},
    ),
)
