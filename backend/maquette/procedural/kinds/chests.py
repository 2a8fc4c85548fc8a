"""The treasure chest: planks, iron bands, a lock, a lid that may stand open over gold."""

from math import cos, radians, sin

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.joinery import sturdiness
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Ellipsoid, Node, Sphere, Torus, union
from maquette.procedural.sdf.outline import Path, fillet
from maquette.procedural.sdf.profiled import Plate, Strip
from maquette.procedural.sdf.shaping import row

WALL = 0.034
LID_ANGLE_DEG = 70.0


def _chest(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    w, d = design.number("width", 0.72, 0.88) * sx, design.number("depth", 0.44, 0.54) * sy
    h = design.number("height", 0.32, 0.38) * sz
    bands = design.count("band", 2, 3)
    strap, thick = 0.058 * sturdiness(design), 0.009 * sturdiness(design)
    profile = _lid_profile(design.shape("lid", ("domed", "flat")), d)
    opened = design.shape("", ("closed", "open")) == "open" or design.present.get("treasure", False)

    def place(node: Node) -> Node:
        if not opened:
            return node.at(z=h - 0.001)
        hinge = d / 2 - 0.014
        return node.at(y=-hinge).rotated("x", -LID_ANGLE_DEG).at(y=hinge, z=h - 0.004)

    lid, straps = _lid(profile, (w, d), strap, thick, bands, opened)
    iron = _box_bands(w, d, h, strap, thick, bands) | place(straps)
    hasp = place(_hasp(d, thick, 0.0))
    parts = [
        design.part("box", _box(w, d, h, opened), grain="x"),
        design.part("lid", place(lid), grain="x"),
        design.part("band", iron, grain="z"),
        design.part("lock", _lock(d, h, thick) | hasp),
        design.part("handle", _side_handles(w, h)),
    ]
    if opened and design.has("treasure"):
        parts.append(design.part("treasure", _treasure(design, w - 2 * WALL, d - 2 * WALL, h)))
    return parts


def _box(w: float, d: float, h: float, opened: bool) -> Node:
    """The planked box, standing on the ground."""
    grooves = row(Cuboid(w + 0.1, d + 0.1, 0.008), "z", 3, h / 3)
    skin = Difference(grooves, Cuboid(w - 0.012, d - 0.012, h + 1))
    body: Node = Difference(Cuboid(w, d, h, 0.006), skin, 0.003)
    if opened:
        body = Difference(body, Cuboid(w - 2 * WALL, d - 2 * WALL, h).at(z=WALL))
    return body.at(z=h / 2)


def _lid_profile(shape: str, depth: float) -> Path:
    """The end view of the lid: (y, z), its flat side on z = 0."""
    r = depth / 2
    if shape == "flat":
        return fillet([(-r, 0), (r, 0), (r, 0.075), (-r, 0.075)], [0, 0, 0.02, 0.02])
    return (-r, 0, 0), (r, 0, 0), (r, 0.05, 0.62), (-r, 0.05, 0)


def _lid(
    profile: Path, size: tuple[float, float], strap: float, thick: float, bands: int, opened: bool
) -> tuple[Node, Node]:
    """The planked lid and the bands around it, the flat side on z = 0."""
    w, d = size
    solid: Node = Plate(profile, w, 0.004)
    slabs = [
        Cuboid(d, w + 0.1, 0.008).at(x=d / 2).rotated("y", -a).at(z=0.02) for a in (30, 60, 90, 120, 150)
    ]
    grooves = Difference(union(*slabs), Plate(profile, w - 0.012).rounded(-0.006))
    solid = Difference(solid, grooves, 0.003)
    if opened:
        share = 1 - 2 * WALL / d
        inside = tuple((y * share, z * share - 0.02, b) for y, z, b in profile)
        solid = Difference(solid, Plate(inside, w - 2 * WALL))
    band = Strip(profile[1:], thick * 2, strap, thick * 0.5)
    rivet = Sphere(0.0115).at(x=profile[2][0] + thick, z=profile[2][1] * 0.5)
    nailed = band | rivet.mirrored("x")
    ends = nailed.at(y=w / 2 - strap / 2).mirrored("y")
    straps = ends if bands < 3 else ends | row(nailed, "y", bands - 2, (w - strap) / (bands - 1))
    return solid.rotated("z", 90), straps.rotated("z", 90)


def _box_bands(w: float, d: float, h: float, strap: float, thick: float, bands: int) -> Node:
    """Straps over the front and back, rims, corners, rivets."""
    t = thick * 2
    one = Cuboid(strap, d + t, h, thick * 0.5)
    ends = one.at(x=w / 2 - strap / 2 + thick).mirrored("x")
    straps = ends if bands < 3 else ends | row(one, "x", bands - 2, (w - strap) / (bands - 1))
    corner = Cuboid(t, strap, h, thick * 0.5).at(w / 2, d / 2 - strap / 2 + thick)
    foot = Cuboid(w + t, d + t, strap * 0.8, thick * 0.5).at(z=-h / 2 + strap * 0.4)
    rim = Cuboid(w + t * 0.9, d + t * 0.9, strap * 0.6, thick * 0.5).at(z=h / 2 - strap * 0.3)
    frame = Difference(
        union(straps, corner.mirrored("x").mirrored("y"), foot, rim), Cuboid(w - 0.02, d - 0.02, h + 1)
    )
    columns = max(bands, 2)
    rivets = row(row(Sphere(0.0115), "x", columns, (w - strap) / (columns - 1)), "z", 2, h * 0.5)
    return union(frame, rivets.at(y=d / 2 + thick).mirrored("y")).at(z=h / 2)


def _lock(d: float, h: float, thick: float) -> Node:
    """A lock plate with its keyhole."""
    plate = Plate(
        fillet([(-0.055, -0.055), (0.055, -0.055), (0.055, 0.05), (-0.055, 0.05)], 0.022), 0.036, 0.006
    )
    hole = Cylinder(0.011, 0.1).rotated("x", 90).at(z=0.0) | Cuboid(0.012, 0.1, 0.034).at(z=-0.018)
    return Difference(plate, hole).at(0, -d / 2 - thick, h - 0.075)


def _hasp(d: float, thick: float, z: float) -> Node:
    """The tongue on the lid that the lock holds."""
    tongue = Plate(
        fillet([(-0.026, -0.05), (0.026, -0.05), (0.026, 0.045), (-0.026, 0.045)], 0.012), 0.028, 0.006
    )
    return tongue.at(0, -d / 2 - thick * 1.4, z) | Sphere(0.013).at(0, -d / 2 - thick * 2.6, z + 0.028)


def _side_handles(w: float, h: float) -> Node:
    """A drop ring on each end."""
    ring = Torus(0.05, 0.0095).rotated("y", 90).rotated("y", -12).at(w / 2 + 0.022, 0, h * 0.5)
    boss = Cuboid(0.03, 0.05, 0.04, 0.01).at(w / 2 + 0.01, 0, h * 0.5 + 0.048)
    return union(ring, boss).mirrored("x")


def _treasure(design: Design, w: float, d: float, h: float) -> Node:
    """A heap of coins that fills the box."""
    heap = Ellipsoid(w * 0.56, d * 0.58, 0.12).at(z=h - 0.075)
    inside = Cuboid(w + 0.004, d + 0.004, 2 * h - 0.05).at(z=h * 0.5)
    mound = (heap & inside.at(z=h * 0.5)).roughened(0.004, 0.04, design.seed, 2)
    fill = Cuboid(w + 0.004, d + 0.004, h - 0.1).at(z=h / 2 - 0.04)
    coins = []
    for i in range(16):
        angle, reach = radians(137.5 * i), 0.92 * ((i + 0.5) / 16) ** 0.5
        x, y = w * 0.42 * reach * cos(angle), d * 0.42 * reach * sin(angle)
        top = h - 0.075 + 0.12 * max(1 - (x / (w * 0.56)) ** 2 - (y / (d * 0.58)) ** 2, 0.0) ** 0.5
        coin = Cylinder(0.034, 0.013, 0.003).rotated("x", design.number(f"tilt {i}", -38, 38))
        coins.append(coin.rotated("y", design.number(f"roll {i}", -28, 28)).at(x, y, top + 0.001))
    return union(fill, mound, *coins)


KINDS = (
    Kind(
        name="chest",
        words=("chest", "treasure chest", "trunk", "coffer", "loot chest", "strongbox"),
        group="container",
        parts=(
            PartSpec("box", ("body", "base", "plank"), ("oak", "walnut", "mahogany", "driftwood")),
            PartSpec("lid", ("top", "cover"), ("oak", "walnut"), follows="box"),
            PartSpec(
                "band", ("strap", "hoop", "fitting", "edge", "corner"), ("iron", "bronze", "brass", "steel")
            ),
            PartSpec("lock", ("hasp", "keyhole"), ("brass", "gold", "iron")),
            PartSpec("handle", ("ring",), ("iron", "bronze"), follows="band"),
            PartSpec("treasure", ("gold", "coin", "loot"), ("gold",), optional=True, usual=False),
        ),
        build=_chest,
        shapes={"": ("closed", "open"), "lid": ("domed", "flat")},
        counts={"band": (2, 6)},
    ),
)
