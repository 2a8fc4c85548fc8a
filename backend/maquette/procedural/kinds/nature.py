"""Things found in nature and camp: rock, crystal cluster, tree stump, campfire."""

from math import cos, radians, sin

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Ellipsoid, Node, Tube, blend, union
from maquette.procedural.sdf.polyhedron import polyhedron
from maquette.procedural.sdf.shaping import Grounded, leafy

from .layout import GOLDEN_DEG, Point, girth, limb, polar, sphere_directions


def cut_stone(
    design: Design, name: str, size: Point, faces: int, sharpness: float = 0.94, sunk: float = 0.8
) -> Node:
    """A stone split along random planes: half axes `size`, on z = 0, `sunk` of its lower half in view.

    Planes touch an ellipsoid or cut into it; opposite directions are jittered so that facets differ in size.
    """
    normals, offsets = [(0.0, 0.0, -1.0)], [size[2] * sunk]
    turn = design.number(f"{name} turn", 0, 360)
    for i, (x, y, z) in enumerate(sphere_directions(faces, -0.75)):
        a = radians(turn + design.number(f"{name} a{i}", -24, 24))
        z = z + design.number(f"{name} z{i}", -0.22, 0.22)
        n = (x * cos(a) - y * sin(a), x * sin(a) + y * cos(a), z)
        length = (n[0] ** 2 + n[1] ** 2 + n[2] ** 2) ** 0.5
        reach = sum((c * s / length) ** 2 for c, s in zip(n, size, strict=True)) ** 0.5
        normals.append(n)
        offsets.append(reach * design.number(f"{name} d{i}", sharpness - 0.2, sharpness))
    return polyhedron(normals, offsets, min(size) * 0.02).at(0, 0, size[2] * sunk)


def _rock(design: Design) -> list[Part]:
    form = design.shape("", ("round", "flat", "tall"))
    size = design.number("size", 0.42, 0.62)
    flat = {"round": 0.72, "flat": 0.46, "tall": 1.25}[form]
    sx, sy, sz = design.stretch
    axes = (
        size * sx * design.number("long", 0.95, 1.25),
        size * sy * design.number("deep", 0.8, 1.0),
        size * sz * flat,
    )
    main = cut_stone(design, "rock", axes, 15)
    crack = _crack(design, axes)
    body = Difference(main, crack, size * 0.02).roughened(size * 0.022, size * 0.34, design.seed, 3)
    stones: list[Node] = [body]
    for i in range(1, design.count("stone", 1, 3)):
        small = tuple(axis * design.number(f"small {i}", 0.3, 0.48) for axis in axes)
        angle = design.number("around", 0, 360) + 140 * i
        x, y, _ = polar(1.0, angle)
        stone = cut_stone(design, f"stone {i}", (small[0], small[1], min(small)), 11)
        stone = stone.roughened(size * 0.014, size * 0.2, design.seed + i, 2)
        stones.append(
            stone.at(
                x * (axes[0] * 0.78 + small[0] * 0.2), y * (axes[1] * 0.78 + small[1] * 0.2), -size * 0.02
            )
        )
    parts = [design.part("stone", Grounded(union(*stones)))]
    if design.has("moss", share=0.35):
        parts.append(design.part("moss", Grounded(_cover(design, axes))))
    return parts


def _crack(design: Design, axes: Point) -> Node:
    """A wedge split across the top."""
    wedge = Cuboid(axes[0] * 0.07, axes[1] * 3, axes[2] * 0.8, axes[0] * 0.01).rotated(
        "y", design.number("wedge", -30, 30)
    )
    wedge = wedge.rotated("z", design.number("split", 0, 180))
    return wedge.at(axes[0] * design.number("split x", -0.3, 0.3), 0, axes[2] * 1.75)


def _cover(design: Design, axes: Point) -> Node:
    """Cushions of moss on the upper faces."""
    cushions: list[Node] = []
    for i in range(4):
        x, y, _ = polar(design.number(f"moss r{i}", 0.1, 0.6), 90 * i + design.number(f"moss a{i}", 0, 60))
        r = min(axes[0], axes[1]) * design.number(f"moss {i}", 0.26, 0.42)
        z = axes[2] * (0.72 + 0.82 * (1 - x * x - y * y) ** 0.5)
        cushions.append(Ellipsoid(r, r, r * 0.32).at(x * axes[0], y * axes[1], z))
    return leafy(blend(axes[0] * 0.1, *cushions), axes[0] * 0.12, axes[0] * 0.05, design.seed)


def _crystal(design: Design, name: str, radius: float, length: float, sides: int) -> Node:
    """A prism with a pointed, uneven tip, along +Z."""
    normals: list[Point] = [(0, 0, -1)]
    offsets = [0.0]
    turn = design.number(f"{name} turn", 0, 360)
    for i in range(sides):
        angle = turn + 360 * i / sides
        normals.append(polar(1, angle, -0.08))
        offsets.append(radius * design.number(f"{name} side {i}", 0.8, 1.0))
        slope = design.number(f"{name} slope {i}", 0.5, 0.85)
        normals.append(polar(1, angle, slope))
        offsets.append(
            (slope * length * design.number(f"{name} tip {i}", 0.92, 1.0)) / (1 + slope * slope) ** 0.5
        )
    return polyhedron(normals, offsets, radius * 0.02)


def _crystals(design: Design) -> list[Part]:
    height = design.number("height", 0.55, 0.8) * design.stretch[2]
    wide = girth(design)
    radius = height * 0.15 * wide * design.thickness
    count = design.count("crystal", 6, 9)
    sides = {"hexagonal": 6, "square": 4}[design.shape("crystal", ("hexagonal", "square"))]
    shards: list[Node] = [
        _crystal(design, "main", radius, height, sides).rotated("y", design.number("lean", -7, 7))
    ]
    for i in range(1, count):
        share = design.number(f"share {i}", 0.38, 0.78)
        shard = _crystal(
            design, f"shard {i}", max(radius * (share + 0.12), height / 60), height * share, sides
        )
        tilt = design.number(f"tilt {i}", 14, 30) + 18 * (i / count)
        angle = GOLDEN_DEG * i + design.number("spin", 0, 360)
        foot = polar(radius * design.number(f"out {i}", 0.5, 1.3), angle)
        shards.append(shard.rotated("y", tilt).rotated("z", angle).at(foot[0], foot[1], 0))
    base = height * 0.3 * wide
    rock = union(
        cut_stone(design, "base", (base * 1.1, base, base * 0.42), 11, 0.96, 0.5),
        cut_stone(design, "side", (base * 0.6, base * 0.55, base * 0.34), 9, 0.96, 0.5).at(
            *polar(base * 0.75, design.number("side", 0, 360))
        ),
    )
    rough = Grounded(rock.roughened(base * 0.025, base * 0.3, design.seed, 2))
    return [design.part("crystal", Grounded(union(*shards).at(0, 0, base * 0.1))), design.part("base", rough)]


def _stump(design: Design) -> list[Part]:
    radius = design.number("radius", 0.24, 0.34) * girth(design) * design.thickness
    height = design.number("height", 0.32, 0.5) * design.stretch[2]
    count = design.count("root", 5, 7)
    core = Cylinder(radius, height * 2, radius * 0.04).tapered(0, height, 0.9)
    root = limb(
        (
            (radius * 0.4, 0, height * 0.62),
            (radius * 1.15, 0, height * 0.22),
            (radius * 2.0, 0, -radius * 0.08),
        ),
        (radius * 0.42, radius * 0.3, radius * 0.14),
    )
    bark = blend(radius * 0.3, core, root.radial(count, design.number("turn", 0, 360)))
    bark = bark.roughened(radius * 0.04, radius * 0.35, design.seed, 2)
    dish = Cylinder(radius * 0.78, height * 0.2).at(0, 0, height * 1.05)
    wood = Cylinder(radius * 0.8, height * 0.5, radius * 0.02).at(0, 0, height * 0.735)
    top = Cylinder(radius * 4, height).at(0, 0, height * 1.5)
    parts = [
        design.part("bark", Grounded(Difference(Difference(bark, top), dish))),
        design.part("wood", wood),
    ]
    if design.has("sprout", share=0.4):
        z = height * 0.62
        twig = limb(
            ((radius * 0.8, 0, z), (radius * 1.3, 0, z + radius * 0.25), (radius * 1.5, 0, z + radius * 0.9)),
            (radius * 0.14, radius * 0.1, radius * 0.07),
        )
        angle = design.number("sprout", 200, 340)
        parts[0] = design.part("bark", parts[0].solid | twig.rotated("z", angle))
        leaves = leafy(
            Ellipsoid(radius * 0.36, radius * 0.36, radius * 0.3), radius * 0.16, radius * 0.1, design.seed
        )
        parts.append(design.part("sprout", leaves.at(radius * 1.5, 0, z + radius * 1.05).rotated("z", angle)))
    if design.has("moss", share=0.3):
        pad = Ellipsoid(radius * 0.5, radius * 0.5, radius * 0.22).at(radius * 0.75, 0, height * 0.3)
        moss = leafy(pad, radius * 0.16, radius * 0.06, design.seed).rotated(
            "z", design.number("moss", 180, 300)
        )
        parts.append(design.part("moss", Grounded(moss)))
    return parts


def _campfire(design: Design) -> list[Part]:
    radius = design.number("radius", 0.42, 0.54) * girth(design)
    tall = design.number("flame", 0.55, 0.75) * design.stretch[2]
    count = design.count("stone", 9, 12)
    stones: list[Node] = []
    for i in range(count):
        r = min(3.4 / count, 0.42) * radius
        size = (
            r * design.number(f"w{i}", 0.95, 1.15),
            r * design.number(f"d{i}", 0.85, 1.1),
            r * design.number(f"h{i}", 0.6, 0.85),
        )
        stone = cut_stone(design, f"stone {i}", size, 10, 1.0, 0.7).rotated(
            "z", design.number(f"t{i}", 0, 360)
        )
        stones.append(stone.at(*polar(radius, 360 * i / count, -r * 0.06)))
    ash = Ellipsoid(radius * 0.98, radius * 0.98, radius * 0.14).roughened(
        radius * 0.03, radius * 0.2, design.seed, 2
    )
    thick = radius * 0.125 * design.thickness
    logs = design.count("log", 5, 7)
    log = Tube(((radius * 0.92, 0, thick * 0.7), (-radius * 0.02, 0, radius * 0.72)), (thick, thick * 0.85))
    wood = log.radial(logs, design.number("logs", 0, 360)).roughened(
        thick * 0.12, thick * 1.2, design.seed, 2
    )
    parts = [
        design.part("stone", Grounded(union(*stones))),
        design.part("ash", Grounded(ash)),
        design.part("log", Grounded(wood)),
    ]
    if design.has("flame", usual=True):
        parts += [
            design.part("flame", _flames(design, radius, tall)),
            design.part("ember", Grounded(_embers(radius))),
        ]
    return parts


def _flames(design: Design, radius: float, tall: float) -> Node:
    """Tongues of fire that twist around the middle one."""
    r = radius * 0.34
    tongues: list[Node] = [
        limb(
            (
                (0, 0, radius * 0.3),
                (r * 0.3, 0, tall * 0.5),
                (-r * 0.15, r * 0.2, tall * 0.8),
                (r * 0.3, 0, tall * 1.12),
            ),
            (r * 1.1, r * 0.85, r * 0.4, r * 0.09),
        )
    ]
    for i in range(5):
        high = tall * design.number(f"tongue {i}", 0.5, 0.85)
        bend = design.number(f"bend {i}", 0.1, 0.5) * r
        tongue = limb(
            ((r * 0.75, 0, radius * 0.25), (r * 1.15, bend, high * 0.6), (r * 0.8, bend * 2, high)),
            (r * 0.6, r * 0.42, r * 0.09),
        )
        tongues.append(tongue.rotated("z", 72 * i + design.number(f"turn {i}", -15, 15)))
    return Grounded(blend(r * 0.25, *tongues))


def _embers(radius: float) -> Node:
    return Ellipsoid(radius * 0.5, radius * 0.5, radius * 0.24).roughened(radius * 0.05, radius * 0.16, 3, 2)


_STONE = ("stone", "granite", "sandstone", "slate")

KINDS = (
    Kind(
        "rock",
        ("boulder", "stone", "cliff", "pebble"),
        "nature",
        (
            PartSpec("stone", ("rock", "boulder"), _STONE),
            PartSpec("moss", ("lichen", "grass"), ("moss",), optional=True, usual=False),
        ),
        _rock,
        shapes={"": ("round", "flat", "tall")},
        counts={"stone": (1, 4)},
    ),
    Kind(
        "crystal cluster",
        ("crystal", "gem", "gemstone", "geode", "amethyst", "quartz"),
        "nature",
        (
            PartSpec(
                "crystal",
                ("shard", "gem", "spike"),
                ("crystal",),
                ("violet", "turquoise", "pink", "blue", "teal"),
            ),
            PartSpec("base", ("rock", "stone", "ground"), ("stone", "slate")),
        ),
        _crystals,
        shapes={"crystal": ("hexagonal", "square")},
        counts={"crystal": (3, 12)},
    ),
    Kind(
        "tree stump",
        ("stump", "tree trunk", "chopping block"),
        "nature",
        (
            PartSpec("bark", ("trunk", "side"), ("bark",)),
            PartSpec("wood", ("top", "cut", "face"), ("pine", "oak")),
            PartSpec("root", (), ("bark",), follows="bark"),
            PartSpec("sprout", ("leaf", "twig"), ("leaf",), optional=True),
            PartSpec("moss", (), ("moss",), optional=True),
        ),
        _stump,
        counts={"root": (4, 9)},
    ),
    Kind(
        "campfire",
        ("fire", "bonfire", "fire pit", "firepit", "camp fire"),
        "nature",
        (
            PartSpec("log", ("wood", "stick", "firewood"), ("bark",)),
            PartSpec("stone", ("rock", "ring"), ("stone", "granite")),
            PartSpec("ash", ("ground", "soil", "charcoal"), ("soil",), ("black",)),
            PartSpec("flame", ("fire", "blaze"), ("lit",), ("orange",), optional=True),
            PartSpec("ember", ("glow", "coal"), ("lit",), ("red",)),
        ),
        _campfire,
        counts={"log": (3, 8), "stone": (6, 16)},
    ),
)
