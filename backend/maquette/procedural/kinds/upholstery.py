"""Soft furniture: sofa, armchair, bed."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.furnishing import FABRICS, SOFT_COLORS, WOODS, piped_cushion
from maquette.procedural.kinds.joinery import LEG_SHAPES, legs, sturdiness
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Node, Sphere, blend, union
from maquette.procedural.sdf.outline import Path, circle, fillet, rectangle
from maquette.procedural.sdf.profiled import Plate
from maquette.procedural.sdf.shaped import Cushion
from maquette.procedural.sdf.shaping import row

ARMS = ("boxy", "curved", "rounded")
HEADS = ("rectangular", "arched", "slatted", "upholstered")


def _sofa(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    single = design.kind == "armchair"
    count = design.count("cushion", 1, 1) if single else design.count("cushion", 2, 3)
    arm = design.number("arm", 0.13, 0.19) * sturdiness(design)
    seat = design.number("seat", 0.6, 0.68) * max(count, 1 if single else 1.6)
    width = (seat + 2 * arm) * sx
    inner = width - 2 * arm
    depth, tall = design.number("depth", 0.82, 0.92) * sy, design.number("tall", 0.78, 0.9) * sz
    feet = design.number("feet", 0.09, 0.15) * sz
    seat_z = 0.43 * sz
    base_z = seat_z - 0.13
    back = 0.17
    base = Cuboid(width - 0.03, depth - 0.03, base_z - feet, 0.03).at(z=(base_z + feet) / 2)
    back_board = Cuboid(width - 0.02, back, tall - feet, 0.05).at(0, depth / 2 - back / 2, (tall + feet) / 2)
    core = Cuboid(inner + 0.02, depth - 0.2, seat_z - feet - 0.07, 0.02).at(z=(seat_z + feet - 0.07) / 2)
    wedge = Cuboid(inner + 0.02, 0.12, seat_z + 0.1 - feet, 0.02).at(
        0, depth / 2 - back, (seat_z + feet + 0.1) / 2
    )
    pitch = inner / count
    seat_y = -depth / 2 + (depth - back + 0.03) / 2
    pads = row(piped_cushion(pitch + 0.002, depth - back + 0.06, 0.17, 0.3), "x", count, pitch)
    half = (width / 2 - 0.09, depth / 2 - 0.09)
    shape = design.shape("leg", LEG_SHAPES)
    splay = 6.0 if shape == "tapered" else 0.0
    parts = [
        design.part("upholstery", blend(0.03, base, back_board) | core | wedge, grain="x"),
        design.part("cushion", pads.at(0, seat_y - 0.03, seat_z - 0.06), grain="x"),
        design.part("backrest", _back_pads(design, count, pitch, depth / 2 - back, seat_z, tall), grain="x"),
        design.part("leg", legs(shape, 4, half, feet + 0.025, 0.027 * sturdiness(design), splay)),
    ]
    if design.has("armrest"):
        height = design.number("arm height", 0.58, 0.66) * sz
        parts.append(design.part("armrest", _arms(design, width, arm, depth, feet, height), grain="y"))
    if design.has("pillow", share=0.6):
        count = design.count("pillow", *((1, 1) if single else (2, 2)))
        parts.append(design.part("pillow", _pillows(count, inner, seat_y, seat_z), grain="x"))
    return parts


def _back_pads(design: Design, count: int, pitch: float, y: float, seat: float, tall: float) -> Node:
    """Leaning cushions, or a single back sewn into buttoned fields."""
    height = tall - seat + 0.02
    if design.shape("backrest", ("straight", "tufted")) == "tufted":
        pad: Node = Cushion(pitch * count, height, 0.2, 0.06, 0.15)
        columns = max(2, round(pitch * count / 0.22))
        dent = row(row(Sphere(0.035), "x", columns, pitch * count / columns), "y", 2, height * 0.42)
        button = row(row(Sphere(0.016), "x", columns, pitch * count / columns), "y", 2, height * 0.42)
        pad = Difference(pad, dent.at(z=0.125), 0.05) | button.at(z=0.086)
    else:
        pad = row(piped_cushion(pitch + 0.002, height, 0.17, 0.35), "x", count, pitch)
    return pad.rotated("x", 90 - 9).at(0, y - 0.02, seat + height / 2 - 0.02)


def _arms(design: Design, width: float, arm: float, depth: float, feet: float, height: float) -> Node:
    """Boxes, boxes with round tops, or rolled arms."""
    x, deep = width / 2 - arm / 2, depth - 0.01
    style = design.shape("armrest", ARMS)
    if style == "boxy":
        one: Node = Cuboid(arm, deep, height - feet, 0.03).at(z=(height + feet) / 2)
    elif style == "rounded":
        r = arm / 2
        one = Plate(rectangle(arm, height - feet, r * 0.98, 0, (height + feet) / 2), deep, 0.025)
        one = one | Cuboid(arm, deep, 0.3, 0.025).at(z=feet + 0.15)
    else:
        r = arm * 0.62
        upright = Cuboid(arm * 0.8, deep, height - feet - r, 0.03).at(-arm * 0.08, 0, (height - r + feet) / 2)
        roll = Plate(circle(r, arm * 0.14, height - r), deep, 0.02)
        scroll = Cylinder(r * 0.55, deep + 0.02, 0.012).rotated("x", 90).at(arm * 0.14, 0, height - r)
        one = blend(0.03, upright, roll) | scroll
    return one.at(x).mirrored("x")


def _pillows(count: int, inner: float, y: float, seat: float) -> Node:
    """Throw pillows: one in the middle, or first those in the corners, then between them."""
    one = Cushion(0.4, 0.4, 0.06, 0.028, 1.5).rotated("x", 62)
    if count == 1:
        return one.rotated("z", -12).at(0, y + 0.12, seat + 0.2)
    corners = one.rotated("z", -12).at(inner / 2 - 0.2, y + 0.1, seat + 0.2).mirrored("x")
    pitch = (inner - 0.4) / (count - 1)
    between = [one.at((i - (count - 1) / 2) * pitch, y + 0.12, seat + 0.2) for i in range(1, count - 1)]
    return union(corners, *between)


def _bed(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    pillows = design.count("pillow", 1, 2)
    width = (0.95 if pillows == 1 else design.number("width", 1.4, 1.6)) * sx
    length = design.number("length", 2.0, 2.08) * sy
    rail_z, mattress = 0.3 * sz, design.number("mattress", 0.18, 0.24) * sz
    post = 0.04 * sturdiness(design)
    top = rail_z + mattress
    side = Cuboid(0.032, length - 0.04, 0.15, 0.008).at(width / 2 + 0.012, 0, rail_z - 0.02).mirrored("x")
    deck = Cuboid(width, length - 0.05, 0.04, 0.005).at(z=rail_z - 0.03)
    soft = Cuboid(width, length - 0.04, mattress, 0.05).at(z=rail_z + mattress / 2 - 0.012)
    mattress_box = soft | Cuboid(width, length - 0.04, mattress * 0.5, 0.01).at(z=rail_z + mattress * 0.2)
    half = (width / 2 - 0.01, length / 2 - 0.05)
    parts = [
        design.part("frame", side | deck, grain="y"),
        design.part("mattress", mattress_box, grain="x"),
        design.part("leg", legs(design.shape("leg", LEG_SHAPES), 4, half, rail_z, post, 0.0)),
        *_ends(design, width, length, rail_z, post, sz),
    ]
    if design.has("pillow"):
        pitch = width / pillows
        one = Cushion(min(pitch * 0.86, 0.7), 0.44, 0.085, 0.04, 0.9).rotated("x", 14)
        parts.append(
            design.part("pillow", row(one, "x", pillows, pitch).at(0, length / 2 - 0.34, top + 0.075))
        )
    if design.has("blanket"):
        parts.append(design.part("blanket", _blanket(design, width, length, mattress, top), grain="x"))
    return parts


def _blanket(design: Design, width: float, length: float, mattress: float, top: float) -> Node:
    """A duvet over the mattress, hanging over its sides, its upper edge folded back."""
    share = design.number("blanket", 0.6, 0.72)
    long = (length - 0.1) * share
    y = -length / 2 + 0.03 + long / 2
    cover = Cuboid(width + 0.05, long, mattress * 0.9, 0.055).at(0, y, top + 0.018 - mattress * 0.45)
    fold = Cuboid(width + 0.062, 0.26, mattress * 0.8, 0.045).at(
        0, y + long / 2 - 0.13, top + 0.034 - mattress * 0.4
    )
    return blend(0.02, cover.roughened(0.012, 0.32, design.seed, 2), fold)


def _ends(design: Design, width: float, length: float, rail: float, post: float, sz: float) -> list[Part]:
    """Headboard, and footboard unless unwanted."""
    style = design.shape("headboard", HEADS)
    high, low = design.number("head", 0.95, 1.2) * sz, rail + 0.16 * sz
    across = width + 0.09
    head = _board(style, across, high, post).at(0, length / 2 - 0.01, 0)
    parts = [design.part("headboard", head, grain="x")]
    if design.has("footboard", share=0.65):
        foot = _board("slatted" if style == "slatted" else "rectangular", across, low, post)
        parts.append(design.part("footboard", foot.at(0, -length / 2 + 0.01, 0), grain="x"))
    return parts


def _board(style: str, across: float, high: float, post: float) -> Node:
    """A bed's end, standing on the ground: posts, and a panel, arch, slats or padding between them."""
    w, low = across / 2 - post, 0.2
    posts = Cuboid(2 * post, 2 * post, high, 0.012).at(w, 0, high / 2).mirrored("x")
    finial = Sphere(post * 1.05).at(w, 0, high + post * 0.55).mirrored("x")
    if style == "arched":
        path: Path = ((-w, low, 0), (w, low, 0), (w, high - 0.12, 0.42), (-w, high - 0.12, 0))
        return union(posts, finial, Plate(path, 0.045, 0.012))
    if style == "slatted":
        bars = max(3, round(across / 0.16))
        slat = Cuboid(0.05, 0.026, high - low - 0.08, 0.006).at(z=(high + low) / 2)
        slats = row(slat, "x", bars, 2 * w / bars)
        rail = Cuboid(2 * w, 0.04, 0.08, 0.014)
        return union(posts, finial, slats, rail.at(z=high - 0.07), rail.at(z=low + 0.03))
    if style == "upholstered":
        body = Plate(fillet([(-w, low), (w, low), (w, high), (-w, high)], 0.06), 0.1, 0.03)
        columns = max(3, round(across / 0.24))
        dents = row(row(Sphere(0.05), "x", columns, 2 * w / columns), "z", 2, 0.2).at(0, -0.082, high - 0.24)
        return union(posts, Difference(body, dents, 0.03))
    panel = Cuboid(2 * w, 0.035, high - low - 0.02, 0.008).at(z=(high + low) / 2)
    fields = max(1, round(across / 0.5))
    field = Plate(rectangle(2 * w / fields - 0.07, high - low - 0.14, 0.012), 0.055, 0.008)
    cap = Cuboid(across + 0.02, 2 * post + 0.025, 0.04, 0.014).at(z=high)
    return union(posts, panel, row(field, "x", fields, 2 * w / fields).at(z=(high + low) / 2), cap)


def _sofa_parts(cushions: tuple[str, ...]) -> tuple[PartSpec, ...]:
    return (
        PartSpec("upholstery", ("body", "frame", "base", "cover"), FABRICS, SOFT_COLORS),
        PartSpec("cushion", cushions, FABRICS, follows="upholstery"),
        PartSpec("backrest", ("back",), FABRICS, follows="upholstery"),
        PartSpec("leg", ("foot",), ("walnut", "oak", "ebony", "brass")),
        PartSpec("armrest", ("arm",), FABRICS, follows="upholstery", optional=True),
        PartSpec(
            "pillow",
            ("throw pillow",),
            ("fabric", "velvet", "wool"),
            ("cream", "orange", "teal"),
            optional=True,
        ),
    )


_SOFA_SHAPES = {"armrest": ARMS, "leg": LEG_SHAPES, "backrest": ("straight", "tufted")}

KINDS = (
    Kind(
        name="sofa",
        words=("sofa", "couch", "settee", "loveseat", "divan"),
        group="furniture",
        parts=_sofa_parts(("seat", "seat cushion", "seater")),
        build=_sofa,
        shapes=_SOFA_SHAPES,
        counts={"cushion": (1, 5), "pillow": (1, 4)},
    ),
    Kind(
        name="armchair",
        words=("armchair", "easy chair", "lounge chair", "club chair", "reading chair"),
        group="furniture",
        parts=_sofa_parts(("seat", "seat cushion")),
        build=_sofa,
        shapes=_SOFA_SHAPES,
    ),
    Kind(
        name="bed",
        words=("bed", "double bed", "single bed", "bedstead"),
        group="furniture",
        parts=(
            PartSpec("frame", ("bedframe", "rail"), WOODS),
            PartSpec("mattress", (), ("fabric", "wool"), ("white", "cream")),
            PartSpec("leg", ("post", "foot"), WOODS, follows="frame"),
            PartSpec("headboard", ("head",), WOODS, follows="frame"),
            PartSpec("footboard", (), WOODS, follows="frame", optional=True),
            PartSpec("pillow", (), ("fabric", "wool"), ("white", "cream", "beige"), optional=True),
            PartSpec(
                "blanket",
                ("duvet", "cover", "bedding", "quilt", "sheet"),
                FABRICS,
                SOFT_COLORS,
                optional=True,
            ),
        ),
        build=_bed,
        shapes={"headboard": HEADS, "leg": LEG_SHAPES},
        counts={"pillow": (1, 3)},
    ),
)
