"""Tables: dining and coffee tables, desks."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.furnishing import FITTINGS, WOODS, knob
from maquette.procedural.kinds.joinery import LEG_SHAPES, flat, leg_point, legs, oval, stick, sturdiness
from maquette.procedural.sdf import Cuboid, Difference, Node, union
from maquette.procedural.sdf.outline import Path, rectangle, regular
from maquette.procedural.sdf.profiled import Lathe
from maquette.procedural.sdf.shaping import row, stretched

TOPS = ("rectangular", "round", "square", "oval", "hexagonal")


def _table(design: Design) -> list[Part]:
    low = design.kind == "coffee table"
    height = (
        design.number("height", 0.40, 0.46) if low else design.number("height", 0.73, 0.77)
    ) * design.stretch[2]
    fitted = any(design.present.get(part, False) for part in ("drawer", "knob"))
    shape = design.shape("top", TOPS)
    if fitted and "top" not in design.shapes:
        shape = "rectangular"
    width, depth = _top_size(design, shape, low)
    thick = (0.03 if low else 0.036) * sturdiness(design)
    radius = (0.022 if low else 0.03) * sturdiness(design)
    leg_shape = design.shape("leg", LEG_SHAPES)
    angular = shape in ("rectangular", "square")
    pedestal = not angular and "leg" not in design.shapes and design.unit("pedestal") < 0.4
    usual = 1 if pedestal else 4
    count = design.count("leg", usual, usual)
    splay = 0.0 if leg_shape in ("square", "curved") else design.number("splay", 3, 8)
    inset = 0.07 + height * 0.011 * splay
    half = (width / 2 - inset, depth / 2 - inset) if angular else (width * 0.29, depth * 0.29)
    under = height - thick * 0.6
    parts = [
        design.part("top", _top(design, shape, width, depth, thick).at(z=height - thick / 2), grain="x"),
        design.part("leg", legs(leg_shape, count, half, under, radius, splay)),
    ]
    if count > 2:
        parts.append(design.part("apron", _apron(half, angular, radius, height - thick, 0.07), grain="x"))
    if design.has("shelf", share=0.35 if low else 0.0) or design.has("stretcher", share=0.0):
        parts += _lower(design, shape, count, half, under, splay, radius)
    if design.has("drawer", share=0.25 if angular else 0.0) or fitted:
        front = depth / 2 - 0.03 if angular else depth * 0.36
        parts += _drawer(design, min(half[0] * 1.1, 0.6), front, height - thick)
    return parts


def _top_size(design: Design, shape: str, low: bool) -> tuple[float, float]:
    """Full width and depth of the top."""
    if shape in ("rectangular", "oval"):
        width = design.number("width", 1.0, 1.2) if low else design.number("width", 1.4, 1.7)
        depth = design.number("depth", 0.55, 0.65) if low else design.number("depth", 0.8, 0.92)
    else:
        width = depth = design.number("width", 0.7, 0.85) if low else design.number("width", 0.95, 1.15)
    return width * design.stretch[0], depth * design.stretch[1]


def _outline(shape: str, width: float, depth: float) -> Path:
    if shape in ("round", "oval"):
        return oval(width, depth)
    if shape == "hexagonal":
        return regular(6, width / 2, 0.03)
    return rectangle(width, depth, 0.025)


def _top(design: Design, shape: str, width: float, depth: float, thick: float) -> Node:
    """The board, planked or with a moulded rim, centred on z = 0."""
    board = flat(_outline(shape, width, depth), thick, thick * 0.3)
    if shape == "hexagonal" and depth != width:
        board = stretched(board, y=depth / width)
    if shape in ("rectangular", "square") and design.unit("planks") < 0.55:
        planks = 4 if depth < 0.7 else 6
        seams = row(Cuboid(width - 0.16, 0.007, 0.01), "y", planks - 1, depth / planks).at(z=thick / 2)
        ends = Cuboid(0.007, depth + 0.02, 0.01).at(width / 2 - 0.08, 0, thick / 2).mirrored("x")
        return Difference(board, seams | ends, 0.003)
    if shape in ("round", "oval") and design.unit("moulding") < 0.6:
        inner = flat(_outline(shape, width - 0.03, depth - 0.03), thick, thick * 0.25)
        return board | inner.at(z=-thick * 0.55)
    return board


def _apron(half: tuple[float, float], angular: bool, radius: float, top: float, height: float) -> Node:
    """The rails under the top, from leg to leg."""
    z = top - height / 2 + 0.004
    if not angular and abs(half[0] - half[1]) < 0.02:
        r = min(half) * 1.25
        ring = Lathe(rectangle(0.03, height, 0.006, r, 0))
        return union(ring, Cuboid(2 * r, 0.08, 0.03, 0.005).at(z=0.02)).at(z=z)
    front = Cuboid(2 * half[0], radius * 0.9, height, 0.005).at(0, half[1], z).mirrored("y")
    return front | Cuboid(radius * 0.9, 2 * half[1], height, 0.005).at(half[0], 0, z).mirrored("x")


def _lower(
    design: Design,
    shape: str,
    count: int,
    half: tuple[float, float],
    under: float,
    splay: float,
    radius: float,
) -> list[Part]:
    """What ties the legs together below: a shelf, or stretchers in an H."""
    parts = []
    z = under * 0.32
    x, y = leg_point(half, under, splay, z) if count == 4 else half
    if design.has("shelf", share=0.0 if design.kind == "table" else 0.35):
        outline = _outline(shape, 2 * x + 0.02, 2 * y + 0.02)
        if count == 4:
            outline = rectangle(2 * x + radius * 0.6, 2 * y + radius * 0.6, 0.02)
        parts.append(design.part("shelf", flat(outline, 0.022, 0.006).at(z=z), grain="x"))
    if design.has("stretcher", share=0.0):
        z = under * 0.2
        x, y = leg_point(half, under, splay, z) if count == 4 else half
        side = stick((x, -y, z), (x, y, z), radius * 0.6, 1.2).mirrored("x")
        parts.append(
            design.part("stretcher", side | stick((-x, 0, z), (x, 0, z), radius * 0.6, 1.2), grain="x")
        )
    return parts


def _drawer(design: Design, width: float, reach: float, top: float) -> list[Part]:
    """A drawer in its case below the board, `reach` in front of the middle, with its knobs."""
    high = 0.115
    z = top - high / 2 + 0.004
    case = Cuboid(width + 0.05, reach - 0.005, high, 0.005).at(0, -reach / 2, z)
    front = Cuboid(width, 0.03, high - 0.03, 0.006).at(0, -reach, z - 0.004)
    grips = knob(0.017).at(width * 0.25, -reach - 0.012, z - 0.004).mirrored("x")
    parts = [design.part("apron", case, grain="x"), design.part("drawer", front, grain="x")]
    if design.has("knob"):
        parts.append(design.part("knob", grips))
    return parts


def _desk(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    width, depth = design.number("width", 1.2, 1.45) * sx, design.number("depth", 0.6, 0.7) * sy
    height, thick = 0.75 * sz, 0.035 * sturdiness(design)
    radius = 0.026 * sturdiness(design)
    half = (width / 2 - 0.06, depth / 2 - 0.06)
    count = design.count("drawer", 2, 4)
    side = 0.4
    box_h = min(0.15 * count, height * 0.75)
    x = width / 2 - 0.05 - side / 2
    z = height - thick - box_h / 2 + 0.004
    body = Cuboid(side, depth - 0.1, box_h, 0.006).at(x, 0, z)
    pitch = (box_h - 0.02) / count
    fronts = row(Cuboid(side - 0.03, 0.03, pitch - 0.014, 0.006), "z", count, pitch).at(
        x, -depth / 2 + 0.048, z
    )
    grips = row(knob(0.017), "z", count, pitch).at(x, -depth / 2 + 0.036, z)
    shape = design.shape("leg", LEG_SHAPES)
    rail = Cuboid(2 * half[0], 0.022, 0.08, 0.005).at(0, half[1], height - thick - 0.036)
    rails = rail | Cuboid(0.022, 2 * half[1], 0.08, 0.005).at(half[0], 0, height - thick - 0.036).mirrored(
        "x"
    )
    return [
        design.part(
            "top", _top(design, "rectangular", width, depth, thick).at(z=height - thick / 2), grain="x"
        ),
        design.part("leg", legs(shape, 4, half, height - thick * 0.6, radius, 0.0)),
        design.part("frame", rails | body, grain="x"),
        design.part("drawer", fronts, grain="x"),
        design.part("knob", grips),
    ]


_TOP = PartSpec("top", ("tabletop", "board", "surface"), WOODS)
_LEG = PartSpec("leg", ("foot", "base"), WOODS, follows="top")
_KNOB = PartSpec("knob", ("handle", "pull"), FITTINGS)


def _table_parts(shelf: bool) -> tuple[PartSpec, ...]:
    return (
        _TOP,
        _LEG,
        PartSpec("apron", ("frame", "rail"), WOODS, follows="leg"),
        PartSpec("shelf", (), WOODS, follows="top", optional=True, usual=shelf),
        PartSpec("stretcher", ("crossbar", "brace"), WOODS, follows="leg", optional=True, usual=False),
        PartSpec("drawer", (), WOODS, follows="top", optional=True, usual=False),
        PartSpec("knob", ("handle", "pull"), FITTINGS, optional=True, usual=False),
    )


KINDS = (
    Kind(
        name="table",
        words=("table", "dining table", "kitchen table", "dinner table"),
        group="furniture",
        parts=_table_parts(False),
        build=_table,
        shapes={"top": TOPS, "leg": LEG_SHAPES},
        counts={"leg": (1, 8)},
    ),
    Kind(
        name="coffee table",
        words=("coffee table", "side table", "low table", "tea table"),
        group="furniture",
        parts=_table_parts(False),
        build=_table,
        shapes={"top": TOPS, "leg": LEG_SHAPES},
        counts={"leg": (1, 8)},
    ),
    Kind(
        name="desk",
        words=("desk", "writing desk", "work table", "bureau"),
        group="furniture",
        parts=(
            _TOP,
            _LEG,
            PartSpec("frame", ("body", "pedestal", "cabinet"), WOODS, follows="top"),
            PartSpec("drawer", (), WOODS, follows="top"),
            _KNOB,
        ),
        build=_desk,
        shapes={"leg": LEG_SHAPES},
        counts={"drawer": (1, 5)},
    ),
)
