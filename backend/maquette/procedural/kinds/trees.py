"""Trees: broadleaf, conifer, palm."""

from math import atan2, cos, degrees, pi, sin

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import (
    Cuboid,
    Difference,
    Ellipsoid,
    Extruded,
    Node,
    Revolved,
    Sphere,
    Tube,
    blend,
    union,
)
from maquette.procedural.sdf.shaping import Grounded, leafy, row, stretched

from .layout import GOLDEN_DEG, Point, block, breadth, girth, polar, sphere_directions, wanted

_CROWNS = {  # half width and half height of the crown as shares of the tree's height, and its middle's height
    "round": (0.34, 0.30, 0.66),
    "oval": (0.27, 0.36, 0.62),
    "flat": (0.46, 0.17, 0.78),
    "pointed": (0.25, 0.40, 0.58),
}


def _roots(radius: float, height: float, count: int, phase: float) -> Node:
    """Root flares that carry the trunk into the ground."""
    reach = radius * 2.3
    flare = Tube(
        ((radius * 0.3, 0, height), (radius * 0.9, 0, height * 0.3), (reach, 0, -radius * 0.1)),
        (radius * 0.5, radius * 0.45, radius * 0.28),
    )
    return flare.radial(count, phase)


def _tree(design: Design) -> list[Part]:
    height = design.number("height", 4.6, 6.4) * design.stretch[2]
    wide = girth(design)
    form = design.shape("crown", tuple(_CROWNS))
    across, tall, middle = _CROWNS[form]
    across *= design.number("crown width", 0.92, 1.1) * height * wide / max(design.stretch[2], 0.6) ** 0.5
    tall, middle = tall * height, middle * height
    trunk_radius = height * 0.042 * design.number("girth", 0.85, 1.25) * design.thickness
    fork = (middle - tall) * design.number("fork", 0.8, 1.0)
    lean = design.number("lean", -0.05, 0.05) * height
    bend = design.number("bend", -0.03, 0.03) * height
    trunk = Tube(
        (
            (0, 0, 0),
            (bend, lean * 0.2, fork * 0.5),
            (lean * 0.6, bend, fork),
            (lean * 0.3, lean * 0.4, middle),
        ),
        (trunk_radius * 1.25, trunk_radius, trunk_radius * 0.85, trunk_radius * 0.5),
    )
    tips = _tips(design, across, tall, middle)
    limbs = [
        Tube(
            (
                (lean * 0.6, bend, fork - 0.06 * height),
                (tip[0] * 0.55, tip[1] * 0.55, fork + (tip[2] - fork) * 0.45),
                tip,
            ),
            (
                trunk_radius * 0.62,
                max(trunk_radius * 0.42, height / 150),
                max(trunk_radius * 0.3, height / 180),
            ),
        )
        for tip in tips
    ]
    wood = blend(
        trunk_radius * 0.7, trunk, _roots(trunk_radius, fork * 0.28, 5, design.number("roots", 0, 72)), *limbs
    )
    clusters = _clusters(design, form, tips, across, tall, middle)
    leaves = blend(across * 0.12, *[Ellipsoid(*radii).at(*place) for place, radii in clusters])
    parts = [design.part("crown", leafy(leaves, across * 0.14, across * 0.068, design.seed))]
    parts.append(design.part("trunk", Grounded(wood)))
    if design.has("fruit", usual=False):
        parts.append(design.part("fruit", _fruit(clusters, height / 62)))
    return parts


def _tips(design: Design, across: float, tall: float, middle: float) -> list[Point]:
    """Where the branches end: the middles of the crown's outer clusters."""
    count = design.count("branch", 4, 6)
    start = design.number("turn", 0, 360)
    tips = []
    for i in range(count):
        reach = across * design.number(f"reach {i}", 0.52, 0.68)
        z = middle + tall * design.number(f"rise {i}", -0.42, 0.1)
        tips.append(polar(reach, start + 360 * i / count + design.number(f"turn {i}", -14, 14), z))
    return tips


def _clusters(
    design: Design, form: str, tips: list[Point], across: float, tall: float, middle: float
) -> list[tuple[Point, Point]]:
    """Middles and radii of the leaf clusters: a large one at each branch, smaller ones between and above."""
    flat = min(1.0, tall / across)
    clusters: list[tuple[Point, Point]] = []
    for i, tip in enumerate(tips):
        r = across * design.number(f"cluster {i}", 0.40, 0.50)
        clusters.append((tip, (r, r, r * max(0.75 * flat, 0.42))))
    r = across * (0.4 if form == "pointed" else 0.55)
    clusters.append(((0, 0, middle + tall * 0.2), (r, r, max(r * 0.9 * flat, tall * 0.55))))
    turn = design.number("tufts", -40, 40)
    for i, (x, y, z) in enumerate(sphere_directions(6, 0.1)):
        r = across * design.number(f"tuft {i}", 0.27, 0.40)
        spread = 0.72 * across * (1.15 - 0.75 * z if form == "pointed" else 1)
        place = polar(spread * (x * x + y * y) ** 0.5, turn + GOLDEN_DEG * i, middle + tall * 0.62 * z)
        clusters.append((place, (r, r, r * max(0.85 * flat, 0.45))))
    return clusters


def _fruit(clusters: list[tuple[Point, Point]], radius: float) -> Node:
    """Two fruits on the lower side of each cluster, half hidden in the leaves."""
    fruits: list[Node] = []
    for i, ((x, y, z), (rx, _, rz)) in enumerate(clusters):
        outward = degrees(atan2(y, x)) + 35
        for turn in (outward, outward - 70):
            dx, dy, _ = polar(0.97 * rx, turn)
            drop = 0.12 + 0.08 * (i % 3)
            fruits.append(Sphere(radius).at(x + dx, y + dy, z - drop * rz))
    return union(*fruits)


def _pine(design: Design) -> list[Part]:
    height = design.number("height", 4.8, 6.6) * design.stretch[2]
    reach = (
        height
        * {"pointed": 0.26, "slim": 0.17, "wide": 0.36}[design.shape("crown", ("pointed", "slim", "wide"))]
    )
    reach *= design.number("reach", 0.92, 1.08) * breadth(design)
    radius = height * 0.036 * design.thickness * design.number("girth", 0.9, 1.2)
    foot = height * design.number("foot", 0.10, 0.2)
    trunk = Tube(((0, 0, 0), (0, 0, height * 0.6)), (radius * 1.15, radius * 0.7))
    roots = _roots(radius, foot * 0.8, 5, design.number("roots", 0, 72))
    tiers = design.count("tier", 6, 8)
    boughs = [_boughs(design, i, tiers, foot, height, reach) for i in range(tiers)]
    core = Revolved(
        (
            (0, foot),
            (reach * 0.36, foot + height * 0.03),
            (height * 0.016, height * 0.97),
            (0, height * 0.985),
        )
    )
    crown = leafy(blend(height * 0.02, core, *boughs), height * 0.035, height * 0.019, design.seed)
    parts = [design.part("crown", crown), design.part("trunk", Grounded(blend(radius, trunk, roots)))]
    if design.has("bauble", usual=False):
        parts.append(design.part("bauble", _baubles(design, tiers, foot, height, reach)))
    if design.has("star", usual=False):
        parts.append(design.part("star", _star(height * 0.055).at(0, 0, height * 1.02)))
    return parts


def _tier(index: int, tiers: int, foot: float, height: float, reach: float) -> tuple[float, float]:
    """Height of a tier's tips and their distance from the axis."""
    t = index / tiers
    return foot + (height * 0.93 - foot) * t**0.92, reach * (1 - t) ** 0.85 + height * 0.012


def _boughs(design: Design, index: int, tiers: int, foot: float, height: float, reach: float) -> Node:
    """One whorl of drooping boughs."""
    z, out = _tier(index, tiers, foot, height, reach)
    out *= design.number(f"out {index}", 0.9, 1.08)
    rise, fat = height * 0.75 / tiers, out * 0.24 + height * 0.012
    bough = Tube(
        ((0, 0, z + rise), (out * 0.5, 0, z + rise * 0.45), (out, 0, z)), (fat, fat * 0.85, fat * 0.3)
    )
    return bough.radial(*_places(design, index, tiers))


def _places(design: Design, index: int, tiers: int) -> tuple[int, float]:
    """How many boughs a tier has, and the angle of the first."""
    return max(5, round(9 - 3 * index / tiers)), GOLDEN_DEG * index + design.number("turn", 0, 360)


def _baubles(design: Design, tiers: int, foot: float, height: float, reach: float) -> Node:
    """Glass balls at the tips of the boughs."""
    rings = []
    for i in range(1, tiers - 1):
        z, out = _tier(i, tiers, foot, height, reach)
        out *= design.number(f"out {i}", 0.9, 1.08)
        ball = Sphere(height / 48).at(out * 0.99, 0, z + height * 0.004)
        rings.append(ball.radial(*_places(design, i, tiers)))
    return union(*rings)


def _star(radius: float) -> Node:
    """A five-pointed star, upright, facing the front."""
    outline = tuple(
        (r * sin(pi * i / 5), r * cos(pi * i / 5))
        for i in range(10)
        for r in (radius if i % 2 == 0 else radius * 0.45,)
    )
    return Extruded(outline, radius * 0.5, radius * 0.1)


def _palm(design: Design) -> list[Part]:
    height = design.number("height", 4.2, 5.8) * design.stretch[2]
    lean = design.number("lean", 0.05, 0.28) * height
    radius = height * 0.034 * design.thickness
    steps = 9
    points, radii = [(0.0, 0.0, 0.0)], [radius * 1.5]
    for i in range(1, steps + 1):  # each ring of old leaf bases flares upwards, then steps back
        t = i / steps
        x, z = lean * t * t, height * t
        points += [(x, 0, z), (x, 0, z + height * 0.008)]
        radii += [radius * (1.22 - 0.3 * t), radius * (0.95 - 0.25 * t)]
    trunk = Grounded(Tube(tuple(points), tuple(radii)))
    length = height * design.number("frond", 0.44, 0.52) * breadth(design)
    count = design.count("leaf", 6, 8)
    top = (lean, 0, height)
    fronds = union(
        _frond(length, length * 0.30, -0.62).radial(count, design.number("turn", 0, 360)).at(*top),
        _frond(length * 0.8, length * 0.42, -0.18)
        .radial(max(4, count - 2), design.number("turn 2", 0, 360))
        .at(*top),
    )
    parts = [design.part("leaf", fronds), design.part("trunk", trunk)]
    if wanted(design, "fruit", share=0.7):
        nut = Sphere(height / 42).at(radius * 1.15, 0, height * 0.975).radial(design.count("fruit", 3, 5), 40)
        parts.append(design.part("fruit", nut.at(lean * 0.97, 0, 0)))
    return [Part(p.name, p.solid.at(-lean, 0, 0), p.finish, p.grain) for p in parts]


def _frond(length: float, rise: float, drop: float) -> Node:
    """A feathered leaf along +X that rises and then hangs."""
    spine = (
        (0, 0, 0),
        (0.3 * length, 0, rise * 0.8),
        (0.62 * length, 0, rise * 0.75),
        (0.87 * length, 0, drop * length * 0.12),
        (length, 0, drop * length * 0.55),
    )
    thick = length * 0.034
    blade = stretched(Tube(spine, (thick, thick * 1.2, thick * 1.25, thick * 1.0, thick * 0.7)), y=4.2)
    slit = Cuboid(length * 0.02, length, length * 2)
    slits = row(slit, "x", 14, length * 0.072).rotated("z", -48).at(length * 0.62, length * 0.1, 0)
    beside_rib = block((length * 0.16, length * 0.014, -length), (length * 1.1, length * 0.5, length))
    return Difference(blade, (slits & beside_rib).mirrored("y"))


KINDS = (
    Kind(
        "tree",
        (
            "oak tree",
            "maple tree",
            "broadleaf",
            "apple tree",
            "cherry tree",
            "cherry blossom tree",
            "blossom tree",
            "willow",
        ),
        "plants",
        (
            PartSpec("crown", ("leaf", "foliage", "canopy", "treetop"), ("leaf",)),
            PartSpec("trunk", ("stem", "bark", "root"), ("bark",)),
            PartSpec("branch", ("bough", "limb"), ("bark",), follows="trunk"),
            PartSpec(
                "fruit",
                ("apple", "orange", "berry"),
                ("wax",),
                ("red", "orange", "yellow"),
                optional=True,
                usual=False,
            ),
        ),
        _tree,
        shapes={"crown": tuple(_CROWNS)},
        counts={"branch": (3, 7)},
    ),
    Kind(
        "pine tree",
        ("pine", "fir", "fir tree", "spruce", "conifer", "christmas tree", "evergreen", "xmas tree"),
        "plants",
        (
            PartSpec("crown", ("needle", "foliage", "bough"), ("needles",)),
            PartSpec("tier", ("layer", "whorl"), ("needles",), follows="crown"),
            PartSpec("trunk", ("stem", "bark", "root"), ("bark",)),
            PartSpec(
                "bauble",
                ("ornament", "ball", "decoration"),
                ("glass",),
                ("red", "blue", "purple"),
                least_opacity=1.0,
                optional=True,
                usual=False,
            ),
            PartSpec("star", (), ("gold",), optional=True, usual=False),
        ),
        _pine,
        shapes={"crown": ("pointed", "slim", "wide")},
        counts={"tier": (4, 10)},
    ),
    Kind(
        "palm tree",
        ("palm", "coconut tree", "coconut palm"),
        "plants",
        (
            PartSpec("leaf", ("frond", "crown"), ("leaf",)),
            PartSpec("trunk", ("stem", "bark"), ("bark",)),
            PartSpec("fruit", ("coconut", "nut"), ("walnut",), optional=True),
        ),
        _palm,
        counts={"leaf": (5, 10), "fruit": (2, 6)},
    ),
)
