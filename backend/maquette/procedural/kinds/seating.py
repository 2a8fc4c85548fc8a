"""Chairs and stools: seats on legs."""

from math import cos, radians, sin, sqrt, tan

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.furnishing import FABRICS, SOFT_COLORS, WOODS
from maquette.procedural.kinds.joinery import (
    LEG_SHAPES,
    flat,
    leg_point,
    legs,
    ring_of,
    seat_outline,
    stick,
    sturdiness,
)
from maquette.procedural.sdf import Cuboid, Difference, Ellipsoid, Node, Torus, Tube, union
from maquette.procedural.sdf.outline import Path, curve, rectangle
from maquette.procedural.sdf.profiled import Lathe, Plate, Wire
from maquette.procedural.sdf.shaped import Bent, Cushion
from maquette.procedural.sdf.shaping import row

BACKS = ("slatted", "arched", "ladder", "solid")


def _chair(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    shape = design.shape("seat", ("square", "round"))
    round_seat = shape == "round"
    width = design.number("width", 0.42, 0.46) * sx
    depth = width / sx * sy if round_seat else design.number("depth", 0.41, 0.45) * sy
    height = design.number("seat height", 0.44, 0.47) * sz
    radius = design.number("leg radius", 0.0165, 0.0195) * sturdiness(design)
    leg_shape = design.shape("leg", LEG_SHAPES)
    count = design.count("leg", 4, 4)
    splay = 0.0 if leg_shape in ("square", "curved") else design.number("splay", 5, 9)
    inset = 0.285 if round_seat else 0.5 - 0.034 / width
    half = (width * inset, depth * (inset if round_seat else 0.5 - 0.034 / depth))
    under = height - 0.016
    parts = [
        design.part("frame", _apron(shape, half, width, depth, height, radius), grain="x"),
        design.part("seat", _seat(shape, width, depth, height), grain="y"),
        design.part("leg", legs(leg_shape, count, half, under, radius, splay)),
    ]
    if count == 4 and design.has("stretcher", share=0.6):
        sides, across = _stretchers(half, under, splay, radius)
        parts.append(design.part("stretcher", sides, grain="y"))
        parts.append(design.part("stretcher", across, grain="x"))
    elif count != 4 and design.has("stretcher", usual=False):
        reach = min(half) + under * 0.45 * sin(radians(splay))
        parts.append(design.part("stretcher", Torus(reach, radius * 0.7).at(z=under * 0.55), grain="x"))
    parts += _back(design, round_seat, half, (width, depth), height)
    if design.has("cushion", usual=False):
        parts += _cushion(design, shape, (width - 0.03, depth - 0.03), height + 0.012)
    return parts


def _apron(
    shape: str, half: tuple[float, float], width: float, depth: float, height: float, radius: float
) -> Node:
    """The rails below the seat that tie the legs together."""
    if shape == "round":
        r = min(width, depth) * 0.36
        rim = rectangle(0.022, 0.05, 0.005, r, 0)
        return Lathe(rim).at(z=height - 0.05) | Cuboid(2 * r, 0.04, 0.03, 0.004).at(z=height - 0.04)
    thick = radius * 1.15
    front = Cuboid(2 * half[0], thick, 0.06, 0.004).at(0, half[1], height - 0.058).mirrored("y")
    return front | Cuboid(thick, 2 * half[1], 0.06, 0.004).at(half[0], 0, height - 0.058).mirrored("x")


def _seat(shape: str, width: float, depth: float, height: float) -> Node:
    """A board with a softened rim, hollowed a little where one sits. Its top is at `height` + 0.016."""
    board = flat(seat_outline(shape, width, depth, 0.045), 0.034, 0.011).at(z=height - 0.001)
    dish = Ellipsoid(width * 0.39, depth * 0.37, 0.03).at(0, -0.01, height + 0.016 + 0.021)
    return Difference(board, dish, 0.02)


def _stretchers(half: tuple[float, float], height: float, splay: float, radius: float) -> tuple[Node, Node]:
    """An H between the legs: two from front to back, and the one across."""
    z = 0.36 * height
    x, y = leg_point(half, height, splay, z)
    side = stick((x, -y, z), (x, y, z), radius * 0.62, 1.3).mirrored("x")
    return side, stick((-x, 0, z), (x, 0, z), radius * 0.62, 1.3)


def _back(
    design: Design, round_seat: bool, half: tuple[float, float], size: tuple[float, float], seat: float
) -> list[Part]:
    """Posts, crest and filling, drawn flat, bent around the sitter, then leaned back."""
    tall = design.number("back height", 0.42, 0.5) * design.stretch[2]
    lean = design.number("lean", 8, 12)
    style = design.shape("backrest", BACKS)
    thick = sturdiness(design)
    if round_seat:
        bend = min(size) * 0.43
        reach, y = bend * radians(design.number("back angle", 50, 60)), bend
    else:
        bend = design.number("back bend", 0.55, 0.9)
        reach = half[0]
        y = half[1] + bend * (1 - cos(reach / bend))

    def place(node: Node) -> Node:
        return Bent(node, bend).rotated("x", -lean).at(0, y, seat)

    frame, filling = _back_solids(design, style, reach, tall, thick)
    parts = [
        design.part("backrest", place(frame)),
        design.part("slat", place(filling), grain="x" if style == "ladder" else "z"),
    ]
    if design.has("armrest", usual=False):
        angle = reach / bend
        behind = bend * cos(angle) - bend + y + 0.2 * sin(radians(lean))
        parts.append(
            design.part("armrest", _armrests(bend * sin(angle), behind, size, seat, thick), grain="y")
        )
    return parts


def _back_solids(design: Design, style: str, reach: float, tall: float, thick: float) -> tuple[Node, Node]:
    """The frame of the back and what fills it, flat: x across, z upwards from the seat."""
    count = design.count("slat", 3, 5)
    rod = 0.0135 * thick
    if style == "arched":
        return _arched_back(count, reach, tall, rod)
    post = Tube(
        ((reach, 0, -0.02), (reach, 0, tall * 0.5), (reach * 1.02, 0, tall)), (rod * 1.2, rod * 1.15, rod)
    )
    posts = post.mirrored("x")
    if style == "ladder":
        pitch = tall * 0.84 / count
        rung = Plate(_rung(reach, pitch * 0.52), 0.017 * thick, 0.005)
        rungs = row(rung, "z", count, pitch, overlapping=True)  # their arches reach into the next one's cell
        return posts, rungs.at(z=tall * 0.97 - pitch * (count - 1) / 2 - pitch * 0.26)
    crest = Plate(_crest(reach * 1.07, 0.085, design.number("crest", 0.0, 0.035)), 0.023 * thick, 0.007)
    frame = posts | crest.at(z=tall - 0.03)
    if style == "solid":
        return frame, _pierced_panel(count, reach, tall, thick)
    spacing = 2 * reach / (count + 1)
    slat = Cuboid(min(spacing * 0.5, 0.045), 0.013 * thick, tall - 0.01, 0.004).at(z=tall / 2 - 0.02)
    rail = Cuboid(2 * reach, 0.018 * thick, 0.035, 0.005).at(z=tall * 0.2)
    return frame | rail, row(slat, "x", count, spacing)


def _arched_back(count: int, reach: float, tall: float, rod: float) -> tuple[Node, Node]:
    """A steamed bow with slender rods that swell in the middle."""
    side = [(reach, -0.02), (reach * 1.03, tall * 0.5), (reach * 0.7, tall * 0.9)]
    path = [*((-x, z) for x, z in side), (0.0, tall), *reversed(side)]
    bow = Wire(curve(path, 90, -90), rod * 1.1)
    spacing = 2 * reach / (count + 1)
    places = [(i - (count - 1) / 2) * spacing for i in range(count)]
    tops = [tall * (0.995 - 0.2 * (x / reach) ** 2) for x in places]
    thin = rod * 0.66
    rods = [stick((x, 0, -0.02), (x * 0.94, 0, z), thin, 1.3) for x, z in zip(places, tops, strict=True)]
    return bow, union(*rods)


def _pierced_panel(count: int, reach: float, tall: float, thick: float) -> Node:
    """A board cut into `count` slats by slots that end short of its edges."""
    low, high = tall * 0.22, tall - 0.05
    middle = (low + high) / 2
    panel: Node = Plate(rectangle(2 * reach, high - low, 0.01, 0, middle), 0.016 * thick, 0.004)
    if count == 1:
        return panel
    gap = 1.3 * reach / count
    slot = Plate(rectangle(gap * 0.3, (high - low) * 0.5, gap * 0.149, 0, middle), 0.05)
    return Difference(panel, row(slot, "x", count - 1, gap), 0.004)


def _crest(reach: float, height: float, rise: float) -> Path:
    """The outline of the top rail: straight below, arched above by `rise`."""
    x, z, corner = reach - 0.012, height / 2, tan(radians(22.5))
    return (
        (-x, -z, 0),
        (x, -z, corner),
        (reach, 0.012 - z, 0),
        (reach, z - 0.012, corner),
        (x, z, rise / x),
        (-x, z, corner),
        (-reach, z - 0.012, 0),
        (-reach, 0.012 - z, corner),
    )


def _rung(reach: float, height: float) -> Path:
    """The outline of a ladder back's rung: swept up in the middle."""
    h = height / 2
    return ((-reach, -h, -0.12), (reach, -h, 0), (reach, h * 0.7, 0.18), (-reach, h * 0.7, 0))


def _armrests(x: float, back: float, size: tuple[float, float], seat: float, thick: float) -> Node:
    """An arm on each side: from the post forwards, rounding down to the seat."""
    z, r = seat + 0.21, 0.0165 * thick
    front, foot_y = -size[1] * 0.3, -size[1] * 0.14
    side = min(x + 0.03, size[0] * 0.5 + 0.01)
    foot_x = min(size[0] * 0.5 - 0.03, sqrt(max((size[0] * 0.5 - 0.03) ** 2 - foot_y**2, 0.01)))
    arm = Tube(
        ((x, back, z), (side, back * 0.3, z + 0.008), (side, front * 0.8, z), (side, front, z - 0.006)),
        (r * 0.8, r * 1.05, r * 1.15, r * 1.05),
    )
    return (arm | stick((side, front * 0.75, z), (foot_x, foot_y, seat), r * 0.72, 1.2)).mirrored("x")


def _cushion(design: Design, shape: str, size: tuple[float, float], top: float) -> list[Part]:
    """A pad with piping around its seam."""
    w, d = size
    if shape == "round":
        pad: Node = flat(seat_outline(shape, w, d, 0), 0.042, 0.019)
        pad = union(pad, Ellipsoid(w * 0.45, d * 0.45, 0.03))
    else:
        pad = Cushion(w, d, 0.036, 0.016, 0.55)
    seam = Wire(seat_outline(shape, w - 0.004, d - 0.004, 0.02), 0.0055, closed=True).rotated("x", -90)
    button = Ellipsoid(0.014, 0.014, 0.006).at(z=0.029)
    return [design.part("cushion", union(pad, seam, button).at(z=top + 0.014), grain="x")]


def _stool(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    shape = design.shape("seat", ("round", "square"))
    width = design.number("width", 0.32, 0.38) * sx
    depth = width / sx * sy
    height = (0.45 if design.unit("bar") < 0.5 else 0.66) * sz
    radius = design.number("leg radius", 0.016, 0.02) * sturdiness(design)
    leg_shape = design.shape("leg", LEG_SHAPES)
    count = design.count("leg", 3, 4)
    splay = 0.0 if leg_shape == "curved" else design.number("splay", 7, 11)
    half = (width * 0.3, depth * 0.3)
    parts = [
        design.part("seat", _seat(shape, width, depth, height), grain="y"),
        design.part("leg", legs(leg_shape, count, half, height - 0.012, radius, splay)),
    ]
    if design.has("stretcher", share=0.8):
        parts.append(design.part("stretcher", _stool_ring(count, half, height, splay, radius), grain="x"))
    if design.has("cushion", usual=False):
        parts += _cushion(design, shape, (width - 0.02, depth - 0.02), height + 0.012)
    return parts


def _stool_ring(count: int, half: tuple[float, float], height: float, splay: float, radius: float) -> Node:
    """Rungs from leg to leg, or a ring around a pedestal."""
    z = 0.38 * height
    out = (height - z) * sin(radians(splay)) / cos(radians(splay))
    if count < 3:
        return Torus(min(half) * 0.8, radius * 0.7).at(z=z) | stick(
            (-min(half), 0, z), (min(half), 0, z), radius * 0.7
        )
    if count == 4:
        x, y = leg_point(half, height - 0.012, splay, z)
        across = stick((-x, y, z), (x, y, z), radius * 0.6, 1.25).mirrored("y")
        return across | stick((x, -y, z + 0.05), (x, y, z + 0.05), radius * 0.6, 1.25).mirrored("x")
    ring = ring_of(count, min(half) + out, z)
    rungs = [stick(a, b, radius * 0.6, 1.25) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    return union(*rungs)


KINDS = (
    Kind(
        name="chair",
        words=("chair", "dining chair", "kitchen chair", "wooden chair", "side chair", "windsor chair"),
        group="furniture",
        parts=(
            PartSpec("frame", ("body", "structure", "apron"), WOODS),
            PartSpec("seat", ("seating",), WOODS, follows="frame"),
            PartSpec("leg", ("foot",), WOODS, follows="frame"),
            PartSpec("backrest", ("back",), WOODS, follows="frame"),
            PartSpec("slat", ("spindle", "rung", "splat"), WOODS, follows="backrest"),
            PartSpec("stretcher", ("crossbar", "strut", "brace"), WOODS, follows="leg", optional=True),
            PartSpec("armrest", ("arm",), WOODS, follows="frame", optional=True, usual=False),
            PartSpec("cushion", ("pad", "upholstery"), FABRICS, SOFT_COLORS, optional=True, usual=False),
        ),
        build=_chair,
        shapes={"seat": ("square", "round"), "leg": LEG_SHAPES, "backrest": BACKS},
        counts={"leg": (1, 6), "slat": (1, 8)},
    ),
    Kind(
        name="stool",
        words=("stool", "bar stool", "footstool", "milking stool", "barstool"),
        group="furniture",
        parts=(
            PartSpec("seat", ("top", "seating"), WOODS),
            PartSpec("leg", ("foot",), WOODS, follows="seat"),
            PartSpec("stretcher", ("rung", "footrest", "crossbar"), WOODS, follows="leg", optional=True),
            PartSpec("cushion", ("pad", "upholstery"), FABRICS, SOFT_COLORS, optional=True, usual=False),
        ),
        build=_stool,
        shapes={"seat": ("round", "square"), "leg": LEG_SHAPES},
        counts={"leg": (1, 6)},
    ),
)
