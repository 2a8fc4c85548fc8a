"""Furniture that holds things: bookshelf, chest of drawers, cabinet."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.furnishing import FITTINGS, WOODS, knob, spread_colors
from maquette.procedural.kinds.joinery import LEG_SHAPES, legs, sturdiness
from maquette.procedural.sdf import Cuboid, Node, union
from maquette.procedural.sdf.outline import Path, fillet, rectangle
from maquette.procedural.sdf.profiled import Plate, Strip
from maquette.procedural.sdf.shaping import row


def _bookshelf(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    width, depth = design.number("width", 0.75, 0.95) * sx, design.number("depth", 0.28, 0.34) * sy
    count = design.count("shelf", 4, 5)
    height = (0.2 + count * design.number("pitch", 0.3, 0.34)) * sz
    board = 0.028 * sturdiness(design)
    pitch = (height - 0.1) / count
    sides = Cuboid(board, depth, height, 0.004).at(width / 2 - board / 2, 0, height / 2).mirrored("x")
    style = design.shape("top", ("flat", "arched"))
    back = Plate(_head(style, width - 0.01, height), board * 0.85, 0.004).at(0, depth / 2 - board * 0.45, 0)
    plinth = Cuboid(width - 0.01, board, 0.085, 0.003).at(0, -depth / 2 + 0.035, 0.0425)
    cap = Cuboid(width + 0.03, depth + 0.025, board * 1.1, 0.008).at(0, -0.004, height - board * 0.4)
    planks = row(Cuboid(width - 0.01, depth - 0.008, board, 0.003), "z", count, pitch)
    parts = [
        design.part("frame", sides | plinth),
        design.part("back", back),
        design.part("shelf", union(planks.at(z=0.09 + pitch * (count - 1) / 2), cap), grain="x"),
    ]
    if design.has("book", usual=True):
        parts += spread_colors(design, "book", _books(design, count, pitch, width - 2 * board, depth))
    return parts


def _head(style: str, width: float, height: float) -> Path:
    """The back panel, with an arch above the top board where asked."""
    w = width / 2
    if style == "flat":
        return rectangle(width, height - 0.01, 0.004, 0, height / 2)
    return (-w, 0.01, 0), (w, 0.01, 0), (w, height, 0.3), (-w, height, 0)


def _books(design: Design, shelves: int, pitch: float, width: float, depth: float) -> list[Node]:
    """Blocks of books on every shelf, in four groups of colour; some shelves half empty."""
    groups: list[list[Node]] = [[], [], [], []]
    for level in range(shelves):
        floor = 0.09 + level * pitch + 0.010
        x, end = -width / 2 + 0.004, width * design.number(f"fill {level}", -0.05, 0.42)
        place = 0
        while x < end and place < 8:
            thick = design.number(f"book {level} {place}", 0.055, 0.13)
            tall = min(pitch * design.number(f"tall {level} {place}", 0.6, 0.84), pitch - 0.04)
            deep = depth * design.number(f"deep {level} {place}", 0.6, 0.74)
            y = -depth * 0.36 + deep / 2
            book = Cuboid(thick, deep, tall, 0.007).at(x + thick / 2, y, floor + tall / 2)
            groups[(level * 2 + place * 3) % 4].append(book)
            x += thick - 0.0015
            place += 1
    return [union(*group) for group in groups if group]


def _dresser(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    count = design.count("drawer", 3, 5)
    width, depth = design.number("width", 0.75, 1.0) * sx, design.number("depth", 0.42, 0.48) * sy
    feet = design.number("feet", 0.09, 0.16) * sz
    height = (feet + 0.07 + count * design.number("pitch", 0.19, 0.22)) * sz
    body = height - feet
    pitch = (body - 0.07) / count
    counted = "drawer" in design.counts
    columns = 2 if width > 0.95 * sx and design.unit("columns") < 0.6 and not counted else 1
    wide = (width - 0.06) / columns
    drawer = Cuboid(wide - 0.014, 0.05, pitch - 0.014, 0.007)
    panel = Plate(rectangle(wide - 0.06, pitch - 0.06, 0.012), 0.012, 0.003).at(y=-0.027)
    drawers = row(row(drawer | panel, "z", count, pitch), "x", columns, wide)
    front = -depth / 2 + 0.004
    z = feet + body / 2 - 0.008
    return [
        design.part("frame", _carcass(width, depth, feet, height)),
        design.part("top", _cornice(width, depth, height, 0.03 * sturdiness(design)), grain="x"),
        design.part("drawer", drawers.at(0, front + 0.012, z), grain="x"),
        design.part("leg", _feet(design, width, depth, feet + 0.02)),
        design.part("handle", _handles(design, wide, count, pitch, columns).at(0, front - 0.018, z)),
    ]


def _carcass(width: float, depth: float, feet: float, height: float) -> Node:
    """The box, with a moulded plinth."""
    body = Cuboid(width, depth, height - feet, 0.008).at(z=(height + feet) / 2)
    return body | Cuboid(width + 0.022, depth + 0.018, 0.04, 0.01).at(0, -0.002, feet + 0.02)


def _cornice(width: float, depth: float, height: float, thick: float) -> Node:
    """The top board and the moulding below it."""
    board = Cuboid(width + 0.05, depth + 0.04, thick, thick * 0.35).at(0, -0.006, height + thick / 2 - 0.006)
    return board | Cuboid(width + 0.022, depth + 0.018, 0.02, 0.008).at(0, -0.003, height - 0.01)


def _feet(design: Design, width: float, depth: float, height: float) -> Node:
    shape = design.shape("leg", LEG_SHAPES)
    half = (width / 2 - 0.05, depth / 2 - 0.05)
    return legs(shape, 4, half, height, 0.026 * sturdiness(design), 0.0 if shape == "square" else 4.0)


def _handles(design: Design, wide: float, count: int, pitch: float, columns: int) -> Node:
    """Knobs or bow handles on the drawers, from y = 0 towards -Y."""
    style = design.shape("handle", ("round", "curved"))
    if style == "round":
        grip = knob(0.018).at(wide * 0.27).mirrored("x")
    else:
        bow = fillet([(-0.055, 0.012), (-0.05, -0.028), (0.05, -0.028), (0.055, 0.012)], 0.018, closed=False)
        grip = Strip(bow, 0.011, 0.018, 0.004).rotated("x", -90)
    return row(row(grip, "z", count, pitch), "x", columns, wide)


def _cabinet(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    count = design.count("door", 2, 2)
    width = design.number("width", 0.45, 0.52) * max(count, 2) * sx
    depth, height = design.number("depth", 0.42, 0.52) * sy, design.number("height", 0.9, 1.9) * sz
    feet = 0.1 * sz
    wide, tall = (width - 0.05) / count, height - feet - 0.075
    z = feet + 0.042 + tall / 2
    front = -depth / 2
    leaf = Cuboid(wide - 0.012, 0.04, tall, 0.006)
    hinge_z = tall * 0.36
    parts = [
        design.part("frame", _carcass(width, depth, feet, height)),
        design.part("top", _cornice(width, depth, height, 0.032 * sturdiness(design)), grain="x"),
        design.part("door", row(leaf, "x", count, wide).at(0, front + 0.008, z)),
        design.part("panel", row(_door_panels(design, wide, tall), "x", count, wide).at(0, front - 0.012, z)),
        design.part("leg", _feet(design, width, depth, feet + 0.02)),
    ]
    grips = [knob(0.017).at(_grip_x(i, count, wide), front - 0.011, z) for i in range(count)]
    hinge = Cuboid(0.018, 0.02, 0.055, 0.004).at(width / 2 - 0.026, front - 0.008, z)
    hinges = (hinge.at(z=hinge_z) | hinge.at(z=-hinge_z)).mirrored("x")
    parts.append(design.part("handle", union(*grips, hinges)))
    return parts


def _grip_x(index: int, count: int, wide: float) -> float:
    """Doors open from the middle of each pair; a last single door opens like a left one."""
    middle = (index - (count - 1) / 2) * wide
    return middle + (wide / 2 - 0.045) * (1 if index % 2 == 0 else -1)


def _door_panels(design: Design, wide: float, tall: float) -> Node:
    """Raised fields within the frame of a door."""
    style = design.shape("door", ("square", "arched"))
    w, h = wide - 0.15, tall - 0.15
    if style == "arched":
        rise = w * 0.3
        low, spring = -h / 2, h / 2 - rise
        path: Path = ((-w / 2, low, 0), (w / 2, low, 0), (w / 2, spring, 0.55), (-w / 2, spring, 0))
        return Plate(path, 0.022, 0.006)
    fields = max(1, round(h / 0.55))
    pitch = (h + 0.06) / fields
    return row(Plate(rectangle(w, pitch - 0.06, 0.01), 0.022, 0.006), "z", fields, pitch)


_LEGS = PartSpec("leg", ("foot",), WOODS, follows="frame")

KINDS = (
    Kind(
        name="bookshelf",
        words=("bookshelf", "bookcase", "book shelf", "shelf unit", "shelving unit", "rack"),
        group="furniture",
        parts=(
            PartSpec("frame", ("side", "body", "top"), WOODS),
            PartSpec("back", ("back panel",), WOODS, follows="frame"),
            PartSpec("shelf", ("board", "plank"), WOODS, follows="frame"),
            PartSpec("book", ("novel",), ("leather", "paper", "fabric"), optional=True),
        ),
        build=_bookshelf,
        shapes={"top": ("flat", "arched")},
        counts={"shelf": (2, 7)},
    ),
    Kind(
        name="dresser",
        words=("dresser", "chest of drawers", "commode", "drawer unit", "nightstand", "bedside table"),
        group="furniture",
        parts=(
            PartSpec("frame", ("body", "carcass"), WOODS),
            PartSpec("top", (), WOODS, follows="frame"),
            PartSpec("drawer", ("front",), WOODS, follows="frame"),
            _LEGS,
            PartSpec("handle", ("knob", "pull"), FITTINGS),
        ),
        build=_dresser,
        shapes={"leg": LEG_SHAPES, "handle": ("round", "curved")},
        counts={"drawer": (1, 6)},
    ),
    Kind(
        name="cabinet",
        words=("cabinet", "cupboard", "wardrobe", "closet", "armoire", "sideboard", "locker"),
        group="furniture",
        parts=(
            PartSpec("frame", ("body", "carcass"), WOODS),
            PartSpec("top", (), WOODS, follows="frame"),
            PartSpec("door", (), WOODS, follows="frame"),
            PartSpec("panel", ("field",), WOODS, follows="door"),
            _LEGS,
            PartSpec("handle", ("knob", "hinge", "fitting"), FITTINGS),
        ),
        build=_cabinet,
        shapes={"leg": LEG_SHAPES, "door": ("square", "arched")},
        counts={"door": (1, 4)},
    ),
)
