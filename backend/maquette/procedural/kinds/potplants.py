"""Plants in pots and desert plants: potted plant, cactus."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import (
    Cuboid,
    Difference,
    Ellipsoid,
    Node,
    Revolved,
    Sphere,
    Tube,
    blend,
    union,
)
from maquette.procedural.sdf.outline import curve, straight
from maquette.procedural.sdf.profiled import Lathe
from maquette.procedural.sdf.shaping import Grounded, leafy, stretched

from .layout import GOLDEN_DEG, Point, girth, leaf_blade, polar, sphere_directions

_LEAVES = ("broad", "long", "bushy")


def _pot(design: Design, radius: float, height: float) -> tuple[Node, Node]:
    """A pot and the soil in it."""
    wall = max(radius * 0.13, 0.012) * design.thickness
    form = design.shape("pot", ("round", "square", "bowl"))
    if form == "square":
        body = (
            Cuboid(radius * 1.8, radius * 1.8, height, radius * 0.08)
            .tapered(-height / 2, height / 2, 1.12)
            .at(0, 0, height / 2)
        )
        cavity = Cuboid(radius * 2.0 - 2 * wall, radius * 2.0 - 2 * wall, height).at(0, 0, height)
        soil = Cuboid(radius * 2.0 - 1.8 * wall, radius * 2.0 - 1.8 * wall, height * 0.4).at(
            0, 0, height * 0.68
        )
        return Difference(body, cavity, wall * 0.3), soil.roughened(
            radius * 0.02, radius * 0.2, design.seed, 2
        )
    rim = height * 0.78
    if form == "bowl":
        outline = ((0, 0, 0), *curve(((radius * 0.62, 0), (radius * 1.04, height * 0.45), (radius, height))))
    else:
        outline = straight(
            ((0, 0), (radius * 0.72, 0), (radius * 0.94, rim), (radius * 1.06, rim), (radius * 1.08, height))
        )
    top = outline[-1][0] - wall
    pot = Lathe((*outline, (top, height, 0), (top * 0.93, height * 0.72, 0), (0, height * 0.72, 0)))
    soil = Ellipsoid(top * 0.93 + wall * 0.3, top * 0.93 + wall * 0.3, height * 0.1).at(0, 0, height * 0.76)
    return pot, soil.roughened(radius * 0.02, radius * 0.2, design.seed, 2)


def _potted_plant(design: Design) -> list[Part]:
    wide = girth(design)
    radius = design.number("pot radius", 0.11, 0.15) * wide
    pot_height = radius * design.number("pot height", 1.5, 2.0) * design.stretch[2] ** 0.5
    tall = design.number("plant", 0.34, 0.48) * design.stretch[2]
    pot, soil = _pot(design, radius, pot_height)
    foot = pot_height * 0.8
    form = design.shape("leaf", _LEAVES[:2] if "leaf" in design.counts else _LEAVES)
    thick = max(0.0055 * design.thickness, (pot_height + tall) / 120)
    if form == "bushy":
        leaves, stem = _bush(design, radius, tall, foot, thick)
    else:
        leaves, stem = _whorls(design, form, wide, tall, foot, thick)
    parts = [
        design.part("leaf", leaves),
        design.part("pot", pot),
        design.part("soil", soil),
        design.part("stem", stem),
    ]
    if design.has("saucer", share=0.4):
        out = radius * 1.15
        saucer = Revolved(
            (
                (0, 0),
                (out * 0.8, 0),
                (out, radius * 0.22),
                (out * 0.9, radius * 0.22),
                (out * 0.75, radius * 0.1),
                (0, radius * 0.1),
            ),
            radius * 0.02,
        )
        parts.append(design.part("saucer", saucer))
    return parts


def _above_x(radius: float, rise_deg: float) -> Point:
    """The point above +X at a radius and an elevation."""
    x, z, _ = polar(radius, rise_deg)
    return x, 0, z


def _whorls(
    design: Design, form: str, wide: float, tall: float, foot: float, thick: float
) -> tuple[Node, Node]:
    """Leaves in whorls around a short stem: upright blades, or broad leaves on stalks."""
    blades = []
    count = design.count("leaf", 5, 7)
    for i, (rise, length, droop) in enumerate(
        ((82, 1.0, 0.1), (68, 0.95, 0.3), (50, 0.8, 0.42), (30, 0.6, 0.5))
    ):
        long = tall * length * design.number(f"leaf {i}", 0.9, 1.1)
        if form == "long":
            blade = leaf_blade(long * 1.1, 90 - (90 - rise) * 0.75, droop * 0.25, 0.055, thick * 1.2)
        else:
            stalk = Tube(((0, 0, 0), _above_x(long * 0.55, rise)), (thick * 1.3, thick))
            x, _, z = _above_x(long * 0.5, rise)
            blade = stalk | leaf_blade(long * 0.62, rise - 18, droop * 1.3, 0.15, thick).at(x, 0, z)
        blades.append(
            blade.radial(
                max(3, count - i if form == "broad" else count - 3 + i),
                GOLDEN_DEG * i + design.number("turn", 0, 360),
            )
        )
    stem = Tube(((0, 0, foot * 0.9), (0, 0, foot + tall * 0.12)), (0.03 * wide, 0.018 * wide))
    return stretched(union(*blades), *design.stretch[:2]).at(0, 0, foot), stem


def _bush(design: Design, radius: float, tall: float, foot: float, thick: float) -> tuple[Node, Node]:
    """A clipped ball of leaves on a stem."""
    ball = tall * 0.36 * girth(design) / max(design.stretch[2], 0.5) ** 0.5
    z = foot + tall * 0.62
    tufts = [
        Sphere(ball * 0.48).at(x * ball * 0.62, y * ball * 0.62, z + d * ball * 0.62)
        for x, y, d in sphere_directions(9)
    ]
    crown = leafy(
        blend(ball * 0.1, Sphere(ball * 0.85).at(0, 0, z), *tufts), ball * 0.2, ball * 0.14, design.seed
    )
    stem = Tube(
        ((0, 0, foot * 0.8), (ball * 0.1, 0, foot + tall * 0.2), (0, 0, z)),
        (thick * 3.2, thick * 2.6, thick * 2.4),
    )
    return crown, stem


def _cactus(design: Design) -> list[Part]:
    wide = girth(design)
    height = design.number("height", 0.85, 1.25) * design.stretch[2]
    radius = height * design.number("girth", 0.105, 0.13) * wide * design.thickness / design.stretch[2]
    ribs = design.count("rib", 10, 13)
    trunk = _ribbed(((0, 0, 0), (0, 0, height - radius)), radius, ribs)
    arms: list[Node] = []
    turn = design.number("turn", -40, 40)
    for i in range(design.count("arm", 1, 3)):
        arm = _cactus_arm(design, i, height, radius)
        arms.append(arm.rotated("z", turn + i * (180 if i < 2 else 95)))
    body = blend(radius * 0.35, trunk, *arms)
    parts = [design.part("body", Grounded(body))]
    if design.has("flower", share=0.5):
        bloom = _bloom(radius * 0.62, 7).at(0, 0, height - radius * 0.1)
        parts.append(design.part("flower", bloom))
    if design.has("pot", share=0.35):
        pot, soil = _pot(design, radius * 2.1, radius * 3.2)
        sunk = radius * 2.1
        parts = [Part(p.name, p.solid.at(0, 0, sunk), p.finish, p.grain) for p in parts]
        parts += [design.part("pot", pot), design.part("soil", soil)]
    else:
        mound = Ellipsoid(radius * 2.1, radius * 2.1, radius * 0.32).roughened(
            radius * 0.1, radius * 0.7, design.seed, 2
        )
        parts.append(design.part("soil", Grounded(mound)))
    return parts


def _ribbed(axis: tuple[Point, ...], radius: float, ribs: int) -> Node:
    """A column with rounded ribs: a core and a rib repeated around it."""
    low, high = axis
    core = Tube((low, high), (radius * 0.88, radius * 0.86))
    rib = Tube(
        (
            (radius * 0.74, 0, low[2]),
            (radius * 0.74, 0, high[2]),
            (radius * 0.42, 0, high[2] + radius * 0.52),
        ),
        (radius * 0.26, radius * 0.26, radius * 0.24),
    )
    return blend(radius * 0.08, core, rib.radial(ribs))


def _cactus_arm(design: Design, index: int, height: float, radius: float) -> Node:
    z = height * design.number(f"arm {index}", 0.3, 0.55)
    out = radius * design.number(f"arm out {index}", 2.1, 2.7)
    top = min(z + height * design.number(f"arm top {index}", 0.2, 0.36), height * 0.95)
    r = radius * design.number(f"arm girth {index}", 0.55, 0.68)
    elbow = Tube(
        ((radius * 0.3, 0, z), (out * 0.75, 0, z + r * 0.1), (out, 0, z + r)), (r * 0.9, r * 0.9, r * 0.9)
    )
    upright = _ribbed(((0, 0, z + r), (0, 0, top)), r, 9).at(out, 0, 0)
    return blend(r * 0.3, elbow, upright)


def _bloom(radius: float, petals: int) -> Node:
    """A small open blossom."""
    petal = (
        Ellipsoid(radius * 0.5, radius * 0.3, radius * 0.14)
        .rotated("y", -35)
        .at(radius * 0.5, 0, radius * 0.3)
    )
    return petal.radial(petals) | Sphere(radius * 0.36).at(0, 0, radius * 0.08)


_POT = PartSpec("pot", ("planter", "vase"), ("terracotta", "ceramic", "concrete"))


_SOIL = PartSpec("soil", ("earth", "dirt", "ground"), ("soil",))


KINDS = (
    Kind(
        "potted plant",
        ("plant", "houseplant", "pot plant", "plant pot", "flower pot", "bush", "bonsai"),
        "plants",
        (
            PartSpec("leaf", ("foliage", "frond"), ("leaf",)),
            _POT,
            _SOIL,
            PartSpec("stem", ("trunk", "stalk"), ("bark",)),
            PartSpec("saucer", ("plate", "dish"), ("terracotta",), follows="pot", optional=True),
        ),
        _potted_plant,
        shapes={"leaf": _LEAVES, "pot": ("round", "square", "bowl")},
        counts={"leaf": (4, 9)},
    ),
    Kind(
        "cactus",
        ("saguaro", "cacti", "succulent"),
        "plants",
        (
            PartSpec("body", ("trunk", "stem"), ("leaf",)),
            PartSpec("arm", ("branch",), ("leaf",), follows="body"),
            PartSpec("rib", (), ("leaf",), follows="body"),
            PartSpec("flower", ("blossom", "bloom"), ("petal",), optional=True),
            PartSpec("pot", ("planter",), ("terracotta", "ceramic"), optional=True),
            _SOIL,
        ),
        _cactus,
        counts={"arm": (0, 4), "rib": (8, 16)},
    ),
)
