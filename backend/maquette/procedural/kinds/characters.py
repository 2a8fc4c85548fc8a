"""Snowman, teddy bear, rubber duck."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import (
    Cuboid,
    Cylinder,
    Difference,
    Ellipsoid,
    Node,
    Sphere,
    Torus,
    Tube,
    blend,
    union,
)
from maquette.procedural.sdf.outline import curve, straight
from maquette.procedural.sdf.profiled import Lathe, Wire
from maquette.procedural.sdf.shaping import Grounded, stretched

from .layout import Point, girth, limb


def _snowman(design: Design) -> list[Part]:
    h, wide = design.number("height", 1.45, 1.75) * design.stretch[2], girth(design)
    count = design.count("ball", 3, 3)
    radii = {2: (0.31, 0.22), 3: (0.255, 0.195, 0.145), 4: (0.215, 0.175, 0.14, 0.115)}[count]
    balls: list[Node] = []
    centres: list[float] = []
    z = 0.0
    for i, share in enumerate(radii):
        r = share * h
        z = r * 0.86 if i == 0 else z + radii[i - 1] * h * 0.70 + r * 0.78
        centres.append(z)
        balls.append(Ellipsoid(r * wide, r * wide, r * 0.95).at(0, 0, z))
    snow = blend(h * 0.02, *balls).roughened(h * 0.007, h * 0.09, design.seed, 2)
    head, belly = radii[-1] * h * wide, radii[-2] * h * wide
    z, mid = centres[-1], centres[-2]
    coal = h * 0.0185
    eyes = Sphere(coal * 1.15).at(head * 0.36, -head * 0.86, z + head * 0.28).mirrored("x")
    smile = [
        Sphere(coal * 0.72).at(head * 0.95 * sx_, -head * 0.83, z - head * (0.42 - 0.55 * sx_ * sx_))
        for sx_ in (-0.42, -0.22, 0, 0.22, 0.42)
    ]
    buttons = [
        Sphere(coal).at(0, -belly * 0.975 * (1 - 0.35 * t * t) ** 0.5, mid + belly * t * 0.85)
        for t in (-0.45, 0.05, 0.5)
    ]
    carrot = limb(
        ((0, -head * 0.8, z + head * 0.02), (0, -head * 1.3, z), (h * 0.006, -head * 1.95, z - head * 0.08)),
        (head * 0.2, head * 0.15, head * 0.055),
        4,
    )
    parts = [
        design.part("body", Grounded(snow)),
        design.part("coal", union(eyes, *smile, *buttons)),
        design.part("nose", carrot),
        design.part("arm", _twigs(design, h, belly, mid)),
    ]
    if design.has("hat", share=0.8):
        hat, ribbon = _top_hat(head * 0.82, head * design.number("hat", 0.85, 1.25))
        lean = design.number("lean", -9, 9)
        parts += [
            design.part(n, s.rotated("y", lean).at(0, 0, z + head * 0.66))
            for n, s in (("hat", hat), ("ribbon", ribbon))
        ]
    if design.has("scarf", share=0.75):
        parts.append(design.part("scarf", _scarf(head, z - head * 0.78, h)))
    return parts


def _twigs(design: Design, h: float, belly: float, z: float) -> Node:
    """Branches for arms, with finger twigs."""
    r, arms = h * 0.013 * design.thickness, []
    for side in (-1, 1):
        up = design.number(f"wave {side}", 0.02, 0.26) * h
        elbow: Point = (side * (belly + h * 0.11), -h * 0.02, z + belly * 0.35 + up * 0.35)
        hand: Point = (side * (belly + h * 0.22), -h * 0.05, z + belly * 0.35 + up)
        arm = Tube(((side * belly * 0.7, 0, z + belly * 0.3), elbow, hand), (r * 1.3, r * 1.1, r))
        fingers = [
            Tube((hand, (hand[0] + side * h * 0.05, hand[1] + dy * h, hand[2] + dz * h)), (r, r * 0.8))
            for dy, dz in ((-0.03, 0.045), (0.01, 0.06), (0.03, 0.01))
        ]
        arms.append(union(arm, *fingers))
    return union(*arms)


def _top_hat(radius: float, tall: float) -> tuple[Node, Node]:
    """A hat on z = 0 and its ribbon."""
    brim = Cylinder(radius * 1.5, radius * 0.14, radius * 0.06)
    crown = Lathe(
        (
            *straight(((0, -radius * 0.3), (radius * 0.9, -radius * 0.3))),
            *curve(((radius * 0.9, 0.0), (radius * 0.86, tall * 0.5), (radius * 0.95, tall))),
            (0, tall, 0),
        )
    )
    ribbon = Lathe(
        straight(
            (
                (0, radius * 0.05),
                (radius * 0.96, radius * 0.05),
                (radius * 0.94, radius * 0.34),
                (0, radius * 0.34),
            )
        )
    )
    return brim | crown, ribbon


def _scarf(head: float, z: float, h: float) -> Node:
    """A scarf around the neck with two hanging ends."""
    loop = stretched(Torus(head * 0.84, h * 0.03), z=1.25).at(0, 0, z)
    knot = Ellipsoid(h * 0.04, h * 0.035, h * 0.04).at(head * 0.5, -head * 0.8, z)
    tail = (
        Cuboid(h * 0.062, h * 0.026, h * 0.2, h * 0.01)
        .rotated("y", -8)
        .rotated("x", -8)
        .at(head * 0.58, -head * 0.98, z - h * 0.09)
    )
    other = (
        Cuboid(h * 0.058, h * 0.026, h * 0.15, h * 0.01)
        .rotated("y", 14)
        .rotated("x", -8)
        .at(head * 0.36, -head * 1.0, z - h * 0.07)
    )
    return blend(h * 0.015, loop, knot, tail, other)


def _teddy(design: Design) -> list[Part]:
    sx, _, sz = design.stretch
    h = design.number("height", 0.34, 0.44)
    chub = design.number("chubby", 0.94, 1.1) * design.thickness**0.5
    fat = 0.235 * h * chub
    body = Ellipsoid(fat, fat * 0.88, h * 0.27).at(0, 0, h * 0.255)
    head_r, head_z = h * 0.215 * design.number("head", 0.95, 1.08), h * 0.66
    head = Ellipsoid(head_r * 1.06, head_r * 0.94, head_r * 0.94).at(0, -h * 0.015, head_z)
    ear = Ellipsoid(head_r * 0.4, head_r * 0.2, head_r * 0.4).at(
        head_r * 0.80, h * 0.01, head_z + head_r * 0.72
    )
    inner = Ellipsoid(head_r * 0.24, head_r * 0.12, head_r * 0.24).at(
        head_r * 0.80, h * 0.01 - head_r * 0.13, head_z + head_r * 0.71
    )
    lift = design.number("arm", -0.12, 0.16) * h
    arm = limb(
        (
            (fat * 0.62, 0, h * 0.42),
            (fat * 1.2, -h * 0.05, h * 0.34 + lift * 0.3),
            (fat * 1.36, -h * 0.17, h * 0.29 + lift),
        ),
        (h * 0.072 * chub, h * 0.07 * chub, h * 0.078 * chub),
    )
    leg = limb(
        ((fat * 0.55, 0, h * 0.12), (fat * 0.86, -h * 0.15, h * 0.095), (fat * 0.98, -h * 0.29, h * 0.1)),
        (h * 0.11 * chub, h * 0.09 * chub, h * 0.088 * chub),
    )
    sole = Ellipsoid(h * 0.105 * chub, h * 0.055, h * 0.115 * chub).at(fat * 1.0, -h * 0.335, h * 0.115)
    pad = Ellipsoid(h * 0.066, h * 0.022, h * 0.074).at(fat * 1.0, -h * 0.378, h * 0.118)
    palm = Ellipsoid(h * 0.04, h * 0.05, h * 0.044).at(fat * 1.36, -h * 0.21, h * 0.29 + lift)
    snout = Ellipsoid(head_r * 0.46, head_r * 0.4, head_r * 0.36).at(
        0, -h * 0.015 - head_r * 0.78, head_z - head_r * 0.22
    )
    belly = Ellipsoid(fat * 0.68, fat * 0.3, h * 0.17).at(0, -fat * 0.66, h * 0.255)
    face_y = -h * 0.015 - head_r * 0.84
    eyes = (
        Sphere(head_r * 0.115).at(head_r * 0.38, face_y + head_r * 0.02, head_z + head_r * 0.2).mirrored("x")
    )
    nose = Ellipsoid(head_r * 0.15, head_r * 0.1, head_r * 0.11).at(
        0, face_y - head_r * 0.32, head_z - head_r * 0.08
    )
    mouth = Wire(
        curve(((-head_r * 0.16, -head_r * 0.4), (0.0, -head_r * 0.46), (head_r * 0.16, -head_r * 0.4))),
        head_r * 0.035,
    ).at(0, face_y - head_r * 0.28, head_z)
    limbs = blend(h * 0.03, union(arm, leg, ear).mirrored("x"), sole.mirrored("x"))
    fur = blend(h * 0.035, body, head, limbs)
    parts = {
        "body": fur,
        "muzzle": union(snout, belly, inner.mirrored("x")),
        "paw": union(pad, palm).mirrored("x"),
        "eye": eyes,
        "nose": nose | mouth,
    }
    if design.has("bow", share=0.65):
        parts["bow"] = _bow(h, -fat * 0.62, h * 0.49)
    if design.has("seam", share=0.35):
        parts["seam"] = Tube(
            ((0, -fat * 0.93, h * 0.40), (0, -fat * 0.965, h * 0.255), (0, -fat * 0.93, h * 0.12)),
            (h * 0.006, h * 0.006, h * 0.006),
        )
    return [
        design.part(name, Grounded(stretched(solid, sx, design.stretch[1], sz)))
        for name, solid in parts.items()
    ]


def _bow(h: float, y: float, z: float) -> Node:
    """A bow tie."""
    wing = stretched(Tube(((0, 0, 0), (h * 0.1, 0, 0)), (h * 0.015, h * 0.032)), z=1.7)
    return (wing | Sphere(h * 0.026)).at(0, y - h * 0.035, z).mirrored("x") | Torus(h * 0.114, h * 0.038).at(
        0, -h * 0.01, z
    )


def _duck(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    s = design.number("size", 0.09, 0.11)
    body = Ellipsoid(s * 0.62, s * 0.82, s * 0.52).at(0, s * 0.06, s * 0.48)
    tail = limb(
        ((0, s * 0.5, s * 0.55), (0, s * 0.8, s * 0.72), (0, s * 1.02, s * 0.98)),
        (s * 0.34, s * 0.22, s * 0.08),
    )
    head_r = s * design.number("head", 0.40, 0.46)
    neck_y, head_z = -s * 0.36, s * 1.2
    head = Ellipsoid(head_r, head_r, head_r * 0.96).at(0, neck_y, head_z)
    breast = Ellipsoid(s * 0.44, s * 0.42, s * 0.46).at(0, -s * 0.36, s * 0.56)
    wing = stretched(
        limb(
            ((0, -s * 0.2, s * 0.56), (0, s * 0.25, s * 0.60), (0, s * 0.68, s * 0.80)),
            (s * 0.2, s * 0.26, s * 0.08),
        ),
        x=0.5,
    )
    wings = wing.at(s * 0.58, 0, 0).mirrored("x")
    top = (
        Ellipsoid(s * 0.2, s * 0.24, s * 0.065)
        .rotated("x", 12)
        .at(0, neck_y - head_r * 1.02, head_z - head_r * 0.1)
    )
    low = (
        Ellipsoid(s * 0.16, s * 0.17, s * 0.05)
        .rotated("x", -8)
        .at(0, neck_y - head_r * 0.95, head_z - head_r * 0.24)
    )
    eye = Sphere(s * 0.075).at(head_r * 0.46, neck_y - head_r * 0.78, head_z + head_r * 0.3).mirrored("x")
    white = (
        Ellipsoid(s * 0.1, s * 0.07, s * 0.12)
        .at(head_r * 0.45, neck_y - head_r * 0.72, head_z + head_r * 0.28)
        .mirrored("x")
    )
    tuft = limb(
        (
            (0, neck_y, head_z + head_r * 0.85),
            (0, neck_y + s * 0.07, head_z + head_r * 1.2),
            (0, neck_y + s * 0.2, head_z + head_r * 1.15),
        ),
        (s * 0.06, s * 0.045, s * 0.03),
    )
    flat = Cylinder(s * 3, s).at(0, 0, -s * 0.45)
    feathers = blend(s * 0.12, body, tail, breast, head, wings, tuft)
    parts = {
        "body": Difference(feathers, flat),
        "beak": blend(s * 0.02, top, low),
        "eyeball": white,
        "eye": eye,
    }
    if design.has("scarf", usual=False):
        parts["scarf"] = Torus(s * 0.36, s * 0.085).at(0, neck_y, s * 0.88)
    return [
        design.part(name, Grounded(stretched(solid.at(0, 0, -s * 0.05), sx, sy, sz)))
        for name, solid in parts.items()
    ]


_EYE = PartSpec("eye", (), ("plastic",), ("black",))


KINDS = (
    Kind(
        "snowman",
        ("snow man", "frosty"),
        "characters",
        (
            PartSpec("body", ("snow", "head", "belly"), ("snow",)),
            PartSpec("ball", ("segment",), ("snow",), follows="body"),
            PartSpec("coal", ("eye", "button", "mouth"), ("stone",), ("black",)),
            PartSpec("nose", ("carrot",), ("wax",), ("orange",)),
            PartSpec("arm", ("stick", "twig", "branch", "hand"), ("bark",)),
            PartSpec("hat", ("top hat",), ("fabric",), ("black", "navy", "brown"), optional=True),
            PartSpec("ribbon", ("hatband",), ("fabric",), ("red", "green", "purple")),
            PartSpec("scarf", ("shawl",), ("wool",), ("red", "green", "blue", "orange"), optional=True),
        ),
        _snowman,
        counts={"ball": (2, 4)},
    ),
    Kind(
        "teddy bear",
        ("teddy", "bear", "plush", "stuffed animal", "plush bear", "stuffed bear"),
        "characters",
        (
            PartSpec(
                "body", ("fur", "head", "arm", "leg", "ear"), ("fur",), ("brown", "beige", "cream", "grey")
            ),
            PartSpec("muzzle", ("snout", "belly"), ("fur",), ("cream", "beige")),
            PartSpec("paw", ("pad", "foot", "sole"), ("velvet", "leather"), ("beige", "brown", "pink")),
            _EYE,
            PartSpec("nose", ("mouth",), ("fabric",), ("black", "maroon")),
            PartSpec(
                "bow",
                ("bow tie", "ribbon", "tie"),
                ("fabric",),
                ("red", "blue", "green", "purple"),
                optional=True,
            ),
            PartSpec("seam", ("stitch", "stitching"), ("fabric",), ("brown",), optional=True),
        ),
        _teddy,
    ),
    Kind(
        "rubber duck",
        ("duck", "duckling", "bath duck", "rubber ducky"),
        "characters",
        (
            PartSpec("body", ("feather", "head", "wing", "tail"), ("plastic",), ("yellow",)),
            PartSpec("beak", ("bill", "mouth"), ("plastic",), ("orange", "red")),
            PartSpec("eyeball", (), ("plastic",), ("white",)),
            _EYE,
            PartSpec("scarf", ("collar", "ring"), ("plastic",), ("red", "blue"), optional=True, usual=False),
        ),
        _duck,
    ),
)
