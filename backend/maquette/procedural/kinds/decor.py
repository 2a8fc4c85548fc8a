"""Things on shelves and walls: clock, book, guitar."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.furnishing import SOFT_COLORS
from maquette.procedural.kinds.joinery import sturdiness
from maquette.procedural.kinds.layout import girth
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Node, Sphere, Torus, Tube, union
from maquette.procedural.sdf.outline import Path, circle, curve, fillet, rectangle
from maquette.procedural.sdf.profiled import Lathe, Plate, Strip
from maquette.procedural.sdf.shaping import row


def _clock(design: Design) -> list[Part]:
    shape = design.shape("", ("round", "square", "arched"))
    r = design.number("radius", 0.055, 0.065) * girth(design)
    tall = r * design.stretch[2] / girth(design)
    depth = design.number("depth", 0.05, 0.065)
    feet = 0.022
    z = feet + tall * 0.97
    outline = _clock_outline(shape, r, tall)
    rim = 0.0045 * sturdiness(design)
    case = Plate(outline, depth, 0.012)
    dial = min(r, tall)
    bezel = Lathe(rectangle(2 * rim, 0.014, rim * 0.6, dial * 0.9, 0)).rotated("x", 90).at(y=-depth / 2)
    face = Cylinder(dial * 0.88, 0.004).rotated("x", 90).at(y=-depth / 2 - 0.0005)
    front = -depth / 2 - 0.003
    parts = [
        design.part("body", case.at(z=z)),
        design.part("bezel", bezel.at(z=z)),
        design.part("face", face.at(z=z)),
        design.part("hand", _hands(design, dial).at(0, front, z)),
        design.part("mark", _marks(dial).at(0, front, z)),
    ]
    if shape == "round":
        foot = Tube(((r * 0.45, 0, z - tall * 0.75), (r * 0.75, 0, 0.006)), (0.007, 0.006)).mirrored("x")
    else:
        foot = Cuboid(2 * r + 0.018, depth + 0.016, feet + 0.004, 0.005).at(z=feet / 2 + 0.002)
    parts.append(design.part("foot", foot, grain="x"))
    if design.has("bell", share=0.75 if shape == "round" else 0.0):
        parts.append(design.part("bell", _bells(r).at(z=z + tall - 0.004)))
    return parts


def _clock_outline(shape: str, r: float, tall: float) -> Path:
    if shape == "round":
        return curve([(r, 0), (0, tall), (-r, 0), (0, -tall)], closed=True) if tall != r else circle(r)
    if shape == "square":
        return rectangle(2 * r, 2 * tall, 0.014)
    return (
        (-r * 1.05, -tall, 0),
        (r * 1.05, -tall, 0),
        (r * 1.05, tall * 0.15, 0.95),
        (-r * 1.05, tall * 0.15, 0),
    )


def _hands(design: Design, r: float) -> Node:
    """Hour and minute hand from the middle, seen from the front, about y = 0."""
    hour = Plate(
        fillet([(-0.004, -0.008), (0.004, -0.008), (0.0032, r * 0.45), (-0.0032, r * 0.45)], 0.0015),
        0.006,
        0.001,
    )
    minute = Plate(
        fillet([(-0.0034, -0.01), (0.0034, -0.01), (0.0024, r * 0.68), (-0.0024, r * 0.68)], 0.0015),
        0.0045,
        0.001,
    )
    at = design.number("time", 0, 12)
    pin = Cylinder(0.0055, 0.01, 0.002).rotated("x", 90)
    return union(hour.rotated("y", 30 * at), minute.rotated("y", 360 * (at % 1)), pin)


def _marks(r: float) -> Node:
    """Twelve marks around the face, every third one larger."""
    small = Cuboid(r * 0.09, r * 0.035, 0.004, 0.0008).at(x=r * 0.76).radial(12)
    large = Cuboid(r * 0.15, r * 0.065, 0.005, 0.001).at(x=r * 0.73).radial(4)
    return union(small, large).rotated("x", 90)


def _bells(r: float) -> Node:
    """Two bells with a hammer and a handle, standing on z = 0."""
    dome = Lathe(
        ((0, 0, 0), (r * 0.4, 0, 0), *curve([(r * 0.4, 0.004), (r * 0.3, r * 0.26), (0, r * 0.34)], 90, 180))
    )
    bell = union(dome, Cylinder(0.0035, 0.05).at(z=-0.006), Sphere(0.005).at(z=r * 0.36)).at(z=0.008)
    tilted = bell.rotated("y", 34).at(r * 0.5, 0, -r * 0.09)
    hammer = union(
        Cylinder(0.0035, r * 0.5).at(z=r * 0.14),
        Cylinder(0.0085, 0.012, 0.003).rotated("y", 90).at(z=r * 0.36),
    )
    bow = curve([(-r * 0.5, r * 0.2), (-r * 0.4, r * 0.62), (r * 0.4, r * 0.62), (r * 0.5, r * 0.2)], 90, -90)
    return union(tilted.mirrored("x"), hammer, Strip(bow, 0.0055, 0.012, 0.002))


def _book(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    w, d = design.number("width", 0.15, 0.19) * sx, design.number("height", 0.21, 0.26) * sy
    t = design.number("thick", 0.032, 0.055) * sz * sturdiness(design)
    ornate = any(design.present.get(part) for part in ("corner", "clasp", "emblem"))
    shape = design.shape("", ("closed", "open"))
    if (shape == "open" and not ornate) or design.present.get("text"):
        return _open_book(design, w, d, t)
    board = 0.0055
    covers = Cuboid(w, d, board, 0.002).at(z=t / 2 - board / 2).mirrored("z")
    spine_path = curve(
        [(-w / 2 + 0.003, t / 2 - board / 2), (-w / 2 - 0.007, 0.0), (-w / 2 + 0.003, board / 2 - t / 2)],
        180,
        0,
    )
    spine = Strip(spine_path, board, d, 0.002)
    grooves = Cuboid(0.004, d + 1, 0.003).at(-w / 2 + 0.014, 0, t / 2).mirrored("z")
    pages = Cuboid(w - 0.012, d - 0.016, t - board, 0.001).at(x=-0.004)
    lines = row(Cuboid(w + 1, d + 1, 0.0012), "z", max(3, round(t / 0.006)), 0.004)
    rim = Difference(lines, Cuboid(w - 0.0135, d - 0.0175, 1).at(x=-0.004))
    middle = t / 2 + 0.0025  # the raised bands touch the ground
    parts = [
        design.part("cover", Difference(union(covers, spine), grooves, 0.001).at(z=middle), grain="y"),
        design.part("page", Difference(pages, rim).at(z=middle), grain="x"),
    ]
    bands = design.count("band", 3, 5)
    ridge = Strip(spine_path, board + 0.005, 0.007, 0.002)
    parts.append(design.part("band", row(ridge, "y", bands, d * 0.78 / bands).at(z=middle), grain="x"))
    if design.has("corner", share=0.5):
        cap = Cuboid(0.034, 0.034, board + 0.0035, 0.0015).at(
            w / 2 - 0.0155, d / 2 - 0.0155, t / 2 - board / 2
        )
        cut = Cuboid(0.06, 0.06, 0.1).rotated("z", 45).at(w / 2 - 0.047, d / 2 - 0.047, t / 2)
        parts.append(design.part("corner", Difference(cap, cut).mirrored("y").mirrored("z").at(z=middle)))
    if design.has("clasp", share=0.35):
        strap = Cuboid(0.05, 0.022, t + 0.005, 0.002).at(x=w / 2 - 0.018)
        parts.append(
            design.part(
                "clasp",
                Difference(strap, Cuboid(0.06, 1, t - 2 * board)).at(z=middle)
                | Cuboid(0.009, 0.026, t, 0.002).at(w / 2 + 0.006, 0, t / 2),
            )
        )
    if design.has("emblem", share=0.7):
        parts.append(design.part("emblem", _book_emblem(design, w, d).at(0.006, 0, t + 0.0025)))
    return parts


def _book_emblem(design: Design, w: float, d: float) -> Node:
    """A tooled frame with a device, on z = 0."""
    frame = Strip(rectangle(w * 0.7, d * 0.76, 0.012), 0.0032, 0.0024, closed=True).rotated("x", -90)
    device = Torus(w * 0.13, 0.0026) | Sphere(0.006)
    if design.unit("device") < 0.5:
        device = Cuboid(w * 0.3, 0.006, 0.004, 0.001).radial(1) | Cuboid(
            w * 0.3, 0.006, 0.004, 0.001
        ).rotated("z", 90)
        device = device | device.rotated("z", 45)
    return union(frame, device)


def _open_book(design: Design, w: float, d: float, t: float) -> list[Part]:
    """Both halves lie on the table; the leaves swell from the gutter and fall to the edges."""
    board = 0.0055
    cover = Cuboid(w + 0.008, d, board, 0.002).at(w / 2, 0, board / 2).mirrored("x")
    block: Path = (
        (0.0, board * 0.5, 0.0),
        (w - 0.006, board * 0.5, 0.0),
        *curve([(w - 0.004, t * 0.4), (w * 0.6, t * 0.66), (w * 0.16, t * 0.74), (0.0, t * 0.42)], 165, -100),
    )
    leaves = Plate(block, d - 0.016, 0.001).mirrored("x")
    spine = Cuboid(0.02, d, board * 1.4, 0.002).at(z=board * 0.7)
    line = Cuboid(w * 0.6, 0.0022, t, 0.0)
    text = row(line, "y", 9, d * 0.078).at(w * 0.47, 0, t * 0.72).mirrored("x")
    ink = text & Plate(block, d - 0.016).rounded(0.0006).mirrored("x")
    headband = Cuboid(0.024, 0.007, 0.009, 0.002).at(0, d * 0.494, 0.0045).mirrored("y")
    parts = [
        design.part("cover", union(cover, spine), grain="y"),
        design.part("page", leaves, grain="x"),
        design.part("band", headband),
    ]
    return [*parts, design.part("text", ink)] if design.has("text") else parts


def _guitar(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    scale = design.number("size", 0.92, 1.05)
    w, h, depth = 0.19 * scale * sx, 0.48 * scale * sz, 0.1 * sy * sturdiness(design)
    style = design.shape("body", ("curved", "pointed"))
    right = [(w * 0.95, h * 0.24), (w * 0.62, h * 0.58), (w * 0.72, h * 0.83)]
    left = [(-x, z) for x, z in reversed(right)]
    if style == "pointed":  # a horn beside the neck, so that a hand reaches the highest frets
        right = [*right[:2], (w * 0.76, h * 0.9), (w * 0.46, h * 0.83), (w * 0.2, h * 0.9)]
    outline = curve([(0.0, 0.0), *right, (0.0, h), *left], closed=True)
    body = Plate(outline, depth, 0.006)
    edge = Strip(outline, 0.012, 0.012, 0.004, closed=True)
    front, neck_h = -depth / 2, design.number("neck", 0.36, 0.4) * scale * sz
    top = h + neck_h
    board = Cuboid(0.052, 0.02, neck_h + h * 0.26, 0.003).at(0, front - 0.007, top - (neck_h + h * 0.26) / 2)
    neck = Tube(((0, front + 0.014, h - 0.03), (0, front + 0.012, top)), (0.027, 0.022))
    head: Node = Plate(
        fillet([(-0.028, 0), (0.028, 0), (0.04, 0.03), (0.036, 0.15), (-0.036, 0.15), (-0.04, 0.03)], 0.008),
        0.022,
        0.004,
    )
    head = head.rotated("x", -10).at(0, front + 0.004, top - 0.006)
    frets = row(Cuboid(0.05, 0.006, 0.0065, 0.002), "z", 9, neck_h / 9.5).at(
        0, front - 0.0185, top - neck_h * 0.52
    )
    pegs = row(
        union(Cylinder(0.0076 * sturdiness(design), 0.03).rotated("y", 90), Sphere(0.0115).at(x=0.02)),
        "z",
        3,
        0.045,
    )
    pegs = pegs.at(0.045, 0, 0.085).mirrored("x").rotated("x", -10).at(0, front + 0.004, top - 0.006)
    hole_z = h * 0.64
    hole = Cylinder(w * 0.27, 0.016).rotated("x", 90).at(0, front + 0.004, hole_z)
    rosette = Torus(w * 0.31, 0.0068).rotated("x", 90).at(0, front - 0.001, hole_z)
    bridge = Cuboid(0.13 * scale, 0.022, 0.026, 0.005).at(0, front - 0.004, h * 0.26)
    strings = row(Cuboid(0.0042, 0.011, top - h * 0.26, 0.001), "x", 6, 0.0074)
    lift = 0.006  # the binding stands out below the body
    return [
        design.part("body", body.at(z=lift), grain="z"),
        design.part("binding", (edge.at(y=front + 0.004) | rosette).at(z=lift)),
        design.part("neck", union(neck, head).at(z=lift)),
        design.part("fretboard", union(board, bridge).at(z=lift)),
        design.part("hole", hole.at(z=lift)),
        design.part("fret", frets.at(z=lift)),
        design.part("peg", pegs.at(z=lift)),
        design.part("string", strings.at(0, front - 0.0135, (top + h * 0.26) / 2 + lift)),
    ]


KINDS = (
    Kind(
        name="clock",
        words=("clock", "alarm clock", "mantel clock", "table clock"),
        group="decor",
        parts=(
            PartSpec(
                "body",
                ("case", "housing"),
                ("painted metal", "brass", "walnut"),
                ("red", "teal", "navy", "cream"),
            ),
            PartSpec("bezel", ("ring", "rim", "frame"), ("brass", "chrome", "gold")),
            PartSpec("face", ("dial",), ("paper", "porcelain"), ("white", "cream")),
            PartSpec("hand", ("pointer",), ("ebony", "iron"), ("black",)),
            PartSpec("mark", ("number", "numeral", "digit"), ("ebony",), follows="hand"),
            PartSpec("foot", ("leg", "base"), ("brass", "steel"), follows="bezel"),
            PartSpec("bell", (), ("brass", "chrome"), follows="bezel", optional=True),
        ),
        build=_clock,
        shapes={"": ("round", "square", "arched")},
    ),
    Kind(
        name="book",
        words=("book", "tome", "spellbook", "spell book", "novel", "grimoire"),
        group="decor",
        parts=(
            PartSpec("cover", ("binding", "jacket"), ("leather", "fabric"), SOFT_COLORS),
            PartSpec("page", ("paper", "leaf"), ("paper",), ("cream",)),
            PartSpec("band", ("spine",), ("leather", "gold"), follows="cover"),
            PartSpec("corner", (), ("brass", "gold", "iron"), optional=True),
            PartSpec("clasp", ("lock", "strap"), ("brass", "leather"), follows="corner", optional=True),
            PartSpec("emblem", ("title", "symbol", "ornament"), ("gold",), optional=True),
            PartSpec("text", ("writing", "line"), ("paper",), ("grey",), optional=True, usual=False),
        ),
        build=_book,
        shapes={"": ("closed", "open")},
        counts={"band": (2, 7)},
    ),
    Kind(
        name="guitar",
        words=("guitar", "acoustic guitar"),
        group="decor",
        parts=(
            PartSpec("body", ("soundboard",), ("pine", "mahogany", "oak"), ()),
            PartSpec("binding", ("edge", "rosette", "trim"), ("ebony", "bone")),
            PartSpec("neck", ("head", "headstock"), ("mahogany", "walnut")),
            PartSpec("fretboard", ("fingerboard", "bridge"), ("ebony", "walnut")),
            PartSpec("hole", ("sound hole", "soundhole"), ("ebony",), ("black",)),
            PartSpec("fret", (), ("brass", "steel")),
            PartSpec("peg", ("tuner",), ("chrome", "brass")),
            PartSpec("string", (), ("steel",)),
        ),
        build=_guitar,
        shapes={"body": ("curved", "pointed")},
    ),
)
