"""Wood and iron for parks and gardens: park bench, fence."""

from math import radians, tan

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Node, Tube, union
from maquette.procedural.sdf.outline import curve, fillet, straight
from maquette.procedural.sdf.profiled import Plate, Wire
from maquette.procedural.sdf.shaping import Grounded, row, stretched

from .layout import block


def _park_bench(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    width, seat, depth = design.number("width", 1.45, 1.7) * sx, 0.43 * sz, 0.46 * sy
    bar = max(0.036, width / 60) * design.thickness
    slats = design.count("slat", 4, 5)
    high = design.number("back", 0.36, 0.44) * sz
    pitch = depth / slats
    board = Cuboid(width, pitch * 0.74, bar, bar * 0.25)
    bottom = row(board, "y", slats, pitch).at(0, 0, seat)
    lean = design.number("lean", 9, 15)
    rows = 3 if high / sz < 0.42 else 4
    back = row(Cuboid(width, bar, high / rows * 0.68, bar * 0.25), "z", rows, high / rows)
    back = back.at(0, 0, high / 2 + bar * 1.2).rotated("x", -lean).at(0, depth / 2 + bar * 0.4, seat)
    wood = [bottom]
    if design.has("back", usual=True):
        wood.append(back)
    frame = _bench_frame(design, width, depth, seat, high, bar, lean)
    return [design.part("slat", union(*wood), grain="x"), design.part("frame", Grounded(frame))]


def _bench_frame(
    design: Design, width: float, depth: float, seat: float, high: float, bar: float, lean: float
) -> Node:
    """Two cast sides: curved legs, seat bearer, back strut, scrolled armrest."""
    half, b = depth / 2, bar * 0.62
    slant = tan(radians(lean))
    top = seat + (high if design.has("back", usual=True) else 0.0)
    pieces: list[Node] = [
        Wire(
            curve(
                ((-half * 1.12, b * 0.4), (-half * 0.82, seat * 0.5), (-half * 0.98, seat - bar * 0.4)),
                80,
                100,
            ),
            b,
        ),
        Wire(
            curve(
                ((half * 1.35, b * 0.4), (half * 0.86, seat * 0.5), (half * 1.02, seat - bar * 0.4)), 110, 70
            ),
            b,
        ),
        Wire(straight(((-half * 1.05, seat - bar * 0.8), (half * 1.15, seat - bar * 0.8))), b),
        Wire(
            curve(((-half * 0.84, seat * 0.42), (0, seat * 0.60), (half * 0.9, seat * 0.42)), 40, -40),
            b * 0.9,
        ),
        Cuboid(bar * 2.6, bar * 2.2, bar * 0.8, bar * 0.2).at(-half * 1.12, 0, bar * 0.35),
        Cuboid(bar * 2.6, bar * 2.2, bar * 0.8, bar * 0.2).at(half * 1.35, 0, bar * 0.35),
    ]
    if design.has("back", usual=True):
        x = half + bar * 1.1
        pieces.append(Wire(straight(((x, seat - bar), (x + slant * high, top + bar * 0.6))), b))
    if design.has("armrest", share=0.8):
        arm = seat + 0.22 * seat / 0.43
        behind = half + slant * (arm - seat) + bar
        pieces.append(
            Wire(
                curve(
                    (
                        (-half * 1.0, seat - bar),
                        (-half * 0.9, arm - 0.05),
                        (-half * 1.1, arm),
                        (-half * 0.5, arm + bar * 0.7),
                        (behind, arm),
                    ),
                    90,
                ),
                b,
            )
        )
    side = union(*pieces).rotated("z", 90)
    thick = side.at(width * 0.42, 0, 0).mirrored("x")
    stretcher = Tube(((-width * 0.42, 0, seat * 0.58), (width * 0.42, 0, seat * 0.58)), (b * 0.8, b * 0.8))
    return thick | stretcher


def _fence(design: Design) -> list[Part]:
    sx, deep, sz = design.stretch
    width, height = design.number("width", 1.7, 2.0) * sx, design.number("height", 0.85, 1.05) * sz
    count = design.count("picket", 8, 10)
    t = max(0.026, width / 80) * design.thickness
    form = design.shape("picket", ("pointed", "round", "square"))
    pitch = width / (count + 1)
    wide = pitch * design.number("picket", 0.56, 0.68)
    low, half = height * 0.07, wide / 2
    if form == "pointed":
        path = straight(
            ((-half, low), (half, low), (half, height - half), (0, height), (-half, height - half))
        )
    elif form == "round":
        path = ((-half, low, 0.0), (half, low, 0.0), (half, height - half, 1.0), (-half, height - half, 0.0))
    else:
        path = fillet(((-half, low), (half, low), (half, height), (-half, height)), t * 0.2)
    pickets = row(Plate(path, t * 1.1, t * 0.12), "x", count, pitch).at(0, -t, 0)
    rail = block(
        (-width / 2 - t, -t * 0.6, height * 0.26), (width / 2 + t, t * 0.9, height * 0.26 + t * 2.6), t * 0.15
    )
    rails = rail | rail.at(0, 0, height * 0.44)
    p = t * 1.9
    post = block((width / 2 - p, -p, 0), (width / 2 + p, p, height * 1.06), t * 0.2)
    cap = (
        Cuboid(p * 2.7, p * 2.7, p * 0.9)
        .tapered(-p * 0.45, p * 0.45, 0.25)
        .at(width / 2, 0, height * 1.06 + p * 0.4)
    )
    posts = (post | cap).mirrored("x")
    solids = (("picket", pickets, "z"), ("rail", rails, "x"), ("post", posts, "z"))
    return [design.part(name, stretched(solid, y=deep), grain=grain) for name, solid, grain in solids]


KINDS = (
    Kind(
        "park bench",
        ("bench", "garden bench", "outdoor bench"),
        "outdoor",
        (
            PartSpec("slat", ("seat", "plank", "board"), ("oak", "painted wood", "mahogany")),
            PartSpec("frame", ("leg", "side", "foot"), ("iron", "painted metal"), ("black", "green")),
            PartSpec("back", ("backrest",), ("oak",), follows="slat", optional=True),
            PartSpec("armrest", ("arm",), ("iron",), follows="frame", optional=True),
        ),
        _park_bench,
        counts={"slat": (3, 7)},
    ),
    Kind(
        "fence",
        ("picket fence", "railing", "garden fence"),
        "outdoor",
        (
            PartSpec("picket", ("slat", "board", "plank"), ("painted wood", "oak", "driftwood"), ()),
            PartSpec("rail", ("bar",), ("painted wood",), follows="picket"),
            PartSpec("post", ("pole",), ("painted wood",), follows="picket"),
        ),
        _fence,
        shapes={"picket": ("pointed", "round", "square")},
        counts={"picket": (5, 13)},
    ),
)
