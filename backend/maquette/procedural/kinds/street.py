"""Along the street: street lamp, signpost, mailbox."""

from math import cos, pi

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Node, Sphere, Torus, Tube, union
from maquette.procedural.sdf.outline import curve, straight
from maquette.procedural.sdf.profiled import Lathe, Plate, Strip, Wire
from maquette.procedural.sdf.shaping import Grounded, row, stretched

from .layout import block, girth, limb, ring
from .nature import cut_stone
from .openings import arched


def _street_lamp(design: Design) -> list[Part]:
    height = design.number("height", 3.3, 3.9) * design.stretch[2]
    r = height * 0.0165 * design.thickness
    form = design.shape("lamp", ("square", "round", "hexagonal"))
    neck = height * (0.80 if form != "round" else 0.84)
    pole = _pole(r, neck)
    count = design.count("lamp", 1, 2)
    size = height * 0.085 * girth(design)
    cage, glass, cap = _globe(size) if form == "round" else _lantern(size, 4 if form == "square" else 6)
    parts: list[Node]
    if count == 1:
        parts = [n.at(0, 0, neck) for n in (cage, glass, cap)]
    else:
        arms = _arms(design, count, r, neck, size)
        out = size * 2.3
        small = [n.scaled(0.82).at(out, 0, neck + size * 0.05).radial(count) for n in (cage, glass, cap)]
        if count > 2:
            small = [
                union(n, full.scaled(0.82).at(0, 0, neck + size * 1.6))
                for n, full in zip(small, (cage, glass, cap), strict=True)
            ]
            arms = union(arms, Tube(((0, 0, neck), (0, 0, neck + size * 1.7)), (r * 0.9, r * 0.9)))
        else:
            arms = union(
                arms,
                Lathe(
                    (
                        *curve(((0.0, neck - r), (r * 1.5, neck + size * 0.3), (r * 0.4, neck + size * 0.9))),
                        (0, neck + size * 0.95, 0),
                    )
                ),
            )
        pole = union(pole, arms)
        parts = small
    bars, light, hood = parts
    return [
        design.part("pole", Grounded(pole)),
        design.part("cage", bars),
        design.part("lamp", light),
        design.part("cap", hood),
    ]


def _pole(r: float, top: float) -> Node:
    """A cast column: stepped base, fluted foot, collars, slender shaft."""
    outline = (
        *straight(((0, 0), (r * 4.2, 0), (r * 4.2, r * 1.8))),
        *curve(((r * 3.6, r * 2.2), (r * 2.5, r * 5), (r * 2.3, r * 9))),
        *straight(((r * 2.9, r * 9.2), (r * 2.9, r * 10.4))),
        *curve(((r * 2.3, r * 10.6), (r * 1.5, r * 13.5), (r * 1.45, r * 16))),
        *straight(((r * 1.9, r * 16.4), (r * 1.9, r * 17.4), (r * 1.3, r * 17.8), (r * 0.95, top - r * 3))),
        *curve(((r * 0.95, top - r * 3), (r * 1.3, top - r * 1.6), (r * 2.2, top))),
        *straight(((r * 2.2, top + r * 0.8), (0, top + r * 0.8))),
    )
    flutes = Tube(((r * 2.45, 0, r * 4.6), (r * 2.3, 0, r * 8.8)), (r * 0.4, r * 0.4)).radial(8)
    return Lathe(outline) | flutes


def _arms(design: Design, count: int, r: float, neck: float, size: float) -> Node:
    """S-shaped brackets that carry lamps around the pole."""
    out = size * 2.3
    arm = limb(
        (
            (0, 0, neck - size * 1.6),
            (out * 0.45, 0, neck - size * 1.5),
            (out * 0.95, 0, neck - size * 0.9),
            (out, 0, neck + size * 0.12),
        ),
        (r, r * 0.85, r * 0.85, r),
    )
    scroll = Wire(
        curve(
            (
                (out * 0.16, neck - size * 1.0),
                (out * 0.5, neck - size * 0.75),
                (out * 0.62, neck - size * 1.2),
            )
        ),
        r * 0.62,
    )
    return (arm | scroll).radial(count)


def _lantern(size: float, sides: int) -> tuple[Node, Node, Node]:
    """A tapered glazed lantern on z = 0: bars, glowing glass, roof."""
    tall, low, high, bar = size * 2.0, size * 0.62, size * 1.05, size * 0.11
    turn = 180 / sides
    spread = 1 / cos(pi / sides)
    post = Tube(((low * spread, 0, 0.1 * size), (high * spread, 0, tall)), (bar, bar)).radial(sides, turn)
    floor = _prism(sides, low * 1.18, size * 0.24).at(0, 0, size * 0.1)
    rim = Difference(_prism(sides, high * 1.12, bar * 2.2), _prism(sides, high * 0.8, size)).at(0, 0, tall)
    glass = (
        _prism(sides, low, tall * 1.02)
        .tapered(-tall / 2, tall / 2, high / low)
        .at(0, 0, tall / 2 + size * 0.08)
    )
    roof = (
        _prism(sides, high * 1.3, size * 0.75, bar * 0.3)
        .tapered(-size * 0.375, size * 0.375, 0.3)
        .at(0, 0, tall + size * 0.42)
    )
    top = Lathe(
        (
            *straight(((0, tall + size * 0.7), (size * 0.36, tall + size * 0.7))),
            *curve(
                (
                    (size * 0.4, tall + size * 0.86),
                    (size * 0.15, tall + size * 1.05),
                    (size * 0.17, tall + size * 1.2),
                )
            ),
            (0, tall + size * 1.36, 0),
        )
    )
    return union(post, floor, rim), glass, roof | top


def _prism(sides: int, radius: float, height: float, round: float = 0.0) -> Node:
    """An upright regular prism centred on the origin; `radius` reaches the middle of its sides."""
    return Plate(straight(ring(sides, radius)), height, round).rotated("x", 90)


def _globe(size: float) -> tuple[Node, Node, Node]:
    """A round glass globe in a cup with a finial."""
    cup = Lathe(
        (
            *straight(((0, -size * 0.1), (size * 0.42, -size * 0.1))),
            *curve(((size * 0.42, -size * 0.05), (size * 0.5, size * 0.12), (size * 0.78, size * 0.34))),
            (0, size * 0.34, 0),
        )
    )
    cap = Lathe(
        (
            *straight(((0, size * 1.9), (size * 0.5, size * 1.98))),
            *curve(((size * 0.5, size * 2.06), (size * 0.16, size * 2.2), (size * 0.12, size * 2.42))),
            (0, size * 2.5, 0),
        )
    )
    return cup, Sphere(size).at(0, 0, size * 1.1), cap


def _signpost(design: Design) -> list[Part]:
    height = design.number("height", 1.9, 2.4) * design.stretch[2]
    r = height * 0.026 * design.thickness
    form = design.shape("post", ("square", "round"))
    post = Cylinder(r, height) if form == "round" else Cuboid(2 * r, 2 * r, height, r * 0.2)
    count, first = design.count("sign", 2, 3), design.unit("first") < 0.5
    length, tall = height * 0.34 / design.stretch[2], min(height * 0.115, height * 0.5 / count)
    signs = [_sign(design, i, (i % 2 == 0) == first, length, tall, r) for i in range(count)]
    lift = [height * 0.88 - i * tall * 1.28 for i in range(count)]
    cap = Cuboid(2.6 * r, 2.6 * r, r * 1.1).tapered(-r * 0.55, r * 0.55, 0.4).at(0, 0, height + r * 0.45)
    solids = {
        "sign": union(*[board.at(0, 0, z) for (board, _, _), z in zip(signs, lift, strict=True)]),
        "post": post.at(0, 0, height / 2),
        "text": union(*[text.at(0, 0, z) for (_, text, _), z in zip(signs, lift, strict=True)]),
        "nail": union(*[nail.at(0, 0, z) for (_, _, nail), z in zip(signs, lift, strict=True)]),
        "cap": cap,
    }
    if design.has("base", share=0.75):
        stone = [cut_stone(design, f"s{i}", (r * 2.6, r * 2.1, r * 1.9), 10, 1.0, 0.6) for i in range(5)]
        turn = design.number("turn", 0, 72)
        solids["base"] = union(
            *[n.at(r * 1.9, 0, 0).rotated("z", 72 * i + turn) for i, n in enumerate(stone)]
        )
    wide, deep, _ = design.stretch
    return [
        design.part(name, Grounded(stretched(solid, wide, deep)), grain="x" if name == "sign" else "z")
        for name, solid in solids.items()
    ]


def _sign(
    design: Design, index: int, right: bool, length: float, tall: float, r: float
) -> tuple[Node, Node, Node]:
    """An arrow-shaped board in front of the post, its two lines of writing, and the nail."""
    side = 1 if right else -1
    long = length * design.number(f"long {index}", 0.85, 1.15)
    outline = ((-0.42, -0.5), (0.8, -0.5), (1.0, 0.0), (0.8, 0.5), (-0.42, 0.5), (-0.34, 0.0))
    board = Plate(straight([(side * long * x, tall * z) for x, z in outline]), r * 1.1, r * 0.12)
    text = row(Cuboid(long * 0.55, r * 1.3, tall * 0.13), "z", 2, tall * 0.36).at(side * long * 0.38, 0, 0)
    nail = Sphere(r * 0.34).at(0, -r * 0.55, 0)
    tip, yaw = design.number(f"tip {index}", -4, 4), side * design.number(f"yaw {index}", -8, 30)

    def placed(node: Node) -> Node:
        return node.at(0, -r * 1.4, 0).rotated("y", tip).rotated("z", yaw)

    return placed(board), placed(text), placed(nail)


def _mailbox(design: Design) -> list[Part]:
    shape = design.shape("body", ("arched", "round"))
    if "body" not in design.shapes and "post" in design.present:
        shape = "arched" if design.present["post"] else "round"
    if shape == "round":
        return _pillar_box(design)
    sx, sy, sz = design.stretch
    height = design.number("height", 1.05, 1.2) * sz
    width, long, tall = 0.2 * sx, design.number("long", 0.44, 0.52) * sy, 0.24 * sz
    t = 0.016 * design.thickness
    low = height - tall
    body = Plate(arched(width, tall), long, t * 0.3).at(0, 0, low)
    lid = Plate(arched(width + 1.6 * t, tall + 0.9 * t), t * 2.2, t * 0.4).at(0, -long / 2, low - t * 0.1)
    rib = Plate(arched(width + 1.1 * t, tall + 0.6 * t), t * 1.6, t * 0.3).at(0, long * 0.42, low - t * 0.1)
    pull = (
        Strip(curve(((-width * 0.12, 0), (0, t * 1.4), (width * 0.12, 0))), t, t * 1.6)
        .rotated("x", 90)
        .at(0, -long / 2 - t * 1.2, low + tall * 0.8)
    )
    arm = block(
        (width / 2 - t * 0.2, -long * 0.12, low + tall * 0.3),
        (width / 2 + t * 0.9, -long * 0.05, low + tall * 1.12),
        t * 0.2,
    )
    banner = block(
        (width / 2 - t * 0.2, -long * 0.12, low + tall * 0.88),
        (width / 2 + t * 0.9, long * 0.12, low + tall * 1.15),
        t * 0.2,
    )
    post_r = 0.045 * design.thickness
    post = Cuboid(2 * post_r, 2 * post_r, low + t, post_r * 0.15).at(0, 0, (low + t) / 2)
    shelf = Cuboid(width * 0.92, long * 0.8, t * 1.6, t * 0.2).at(0, 0, low - t * 0.4)
    brace = (
        Cuboid(post_r * 1.1, long * 0.42, post_r, t * 0.2)
        .rotated("x", -45)
        .at(0, -long * 0.18, low - long * 0.16)
    )
    parts = [
        design.part("body", union(body, rib)),
        design.part("door", lid | pull),
        design.part("post", Grounded(union(post, shelf, brace))),
    ]
    if design.has("flag", usual=True):
        parts.append(design.part("flag", arm | banner))
    if design.has("base", share=0.5):
        mound = Cylinder(0.17, 0.09, 0.03).at(0, 0, 0.02)
        parts.append(design.part("base", Grounded(mound.roughened(0.012, 0.09, design.seed, 2))))
    return parts


def _pillar_box(design: Design) -> list[Part]:
    """A cast pillar with a domed cap, a slot and a door."""
    height, r = design.number("height", 1.35, 1.5) * design.stretch[2], 0.23 * girth(design)
    t = 0.02 * design.thickness
    body = Cylinder(r, height * 0.8).at(0, 0, height * 0.46)
    cap = Lathe(
        (
            *straight(((0, height * 0.84), (r * 1.14, height * 0.845), (r * 1.14, height * 0.89))),
            *curve(((r * 1.08, height * 0.9), (r * 0.7, height * 0.965), (0.0, height))),
        )
    )
    rings = Torus(r, t).at(0, 0, height * 0.81)
    hole = Cuboid(r * 0.95, r, t * 1.6).at(0, -r, height * 0.735)
    hood = Cuboid(r * 1.15, r * 0.4, t * 1.5, t * 0.3).at(0, -r * 0.92, height * 0.765)
    foot = Lathe(
        straight(
            ((0, 0), (r * 1.12, 0), (r * 1.12, height * 0.075), (r * 0.98, height * 0.1), (0, height * 0.1))
        )
    )
    panel = Difference(Cylinder(r + t * 0.5, height * 0.42), Cuboid(4, 4, 4).at(0, 2 - r * 0.66, 0)).at(
        0, 0, height * 0.43
    )
    plate = block((-r * 0.32, -r - t * 1.1, height * 0.53), (r * 0.32, -r * 0.8, height * 0.62), t * 0.2)
    lock = Cylinder(t * 0.9, t * 3).rotated("x", 90).at(r * 0.48, -r * 0.93, height * 0.43)
    of_its_own, bare = design.has("base", share=0.5), design.present.get("base") is False
    cast = union(body, cap, rings, hood) if of_its_own or bare else union(body, cap, rings, hood, foot)
    parts = [design.part("body", Difference(cast, hole)), design.part("door", panel)]
    if of_its_own:
        parts.append(design.part("base", foot))
    if design.has("flag", usual=True):
        parts.append(design.part("flag", plate | lock))
    return parts


KINDS = (
    Kind(
        "street lamp",
        ("streetlamp", "street light", "streetlight", "lamp post", "lamppost", "gas lamp"),
        "outdoor",
        (
            PartSpec(
                "pole", ("post", "column", "base"), ("iron", "painted metal"), ("black", "green", "navy")
            ),
            PartSpec("cage", ("frame", "lantern"), ("iron",), follows="pole"),
            PartSpec("lamp", ("light", "bulb", "globe", "glass"), ("lit",)),
            PartSpec("cap", ("roof", "hood", "top"), ("iron",), follows="pole"),
        ),
        _street_lamp,
        shapes={"lamp": ("square", "round", "hexagonal")},
        counts={"lamp": (1, 5)},
    ),
    Kind(
        "signpost",
        ("sign", "sign post", "direction sign", "waypost", "guidepost", "road sign"),
        "outdoor",
        (
            PartSpec("sign", ("board", "arrow", "plank"), ("pine", "oak", "driftwood")),
            PartSpec("post", ("pole", "stake"), ("walnut", "oak")),
            PartSpec("text", ("letter", "lettering", "writing"), ("paint",), ("black", "white", "maroon")),
            PartSpec("nail", ("screw", "bolt"), ("iron",)),
            PartSpec("cap", ("top",), ("walnut",), follows="post"),
            PartSpec("base", ("stone", "rock", "foot"), ("stone",), optional=True),
        ),
        _signpost,
        shapes={"post": ("square", "round")},
        counts={"sign": (1, 5)},
    ),
    Kind(
        "mailbox",
        ("letterbox", "letter box", "postbox", "post box", "mail box", "pillar box"),
        "outdoor",
        (
            PartSpec("body", ("box", "side"), ("painted metal", "steel"), ("red", "blue", "white", "green")),
            PartSpec("door", ("lid", "flap", "front"), ("painted metal",), follows="body"),
            PartSpec("post", ("pole", "stand", "stake"), ("oak", "painted wood", "driftwood"), optional=True),
            PartSpec(
                "flag", ("marker", "plate"), ("painted metal",), ("yellow", "red", "white"), optional=True
            ),
            PartSpec("base", ("foot", "ground"), ("stone", "concrete"), optional=True),
        ),
        _mailbox,
        shapes={"body": ("arched", "round")},
    ),
)
