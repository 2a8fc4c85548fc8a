"""What makers of furniture and props share: legs, boards cut to an outline, sticks between two points."""

from math import atan2, cos, degrees, hypot, pi, radians, sin, sqrt

from maquette.procedural.kind import Design
from maquette.procedural.sdf import Cuboid, Node, Tube, union
from maquette.procedural.sdf.outline import Path, curve, fillet, rectangle
from maquette.procedural.sdf.profiled import Lathe, Plate
from maquette.procedural.sdf.shaping import Grounded

Point3 = tuple[float, float, float]

LEG_SHAPES = ("tapered", "square", "turned", "curved")
OBLONG = 1.3  # how much wider than deep a top is, for legs in rows


def sturdiness(design: Design) -> float:
    """The factor for cross-sections: as asked, but never too thin for the size to hold together."""
    return max(design.thickness, 0.8 * max(design.stretch))


def flat(path: Path, height: float, round: float = 0.0) -> Node:
    """A board lying on its side: the outline (x, y) seen from above, `height` thick, centred on z = 0."""
    return Plate(path, height, round).rotated("x", -90)


def oval(width: float, depth: float) -> Path:
    """An ellipse of the given full size, drawn with arcs."""
    a, b = width / 2, depth / 2
    ring = [(a * cos(radians(t)), b * sin(radians(t))) for t in range(0, 360, 30)]
    return curve(ring, closed=True)


def seat_outline(shape: str, width: float, depth: float, corner: float) -> Path:
    """The outline of a seat or top: an ellipse (a circle when as deep as wide) or a rectangle."""
    if shape in ("round", "oval"):
        return oval(width, depth)
    return rectangle(width, depth, corner)


def upright(child: Node, start: Point3, end: Point3) -> Node:
    """The child, drawn upwards from the origin, turned so that it runs from `start` towards `end`."""
    dx, dy, dz = (b - a for a, b in zip(start, end, strict=True))
    tilted = child.rotated("y", degrees(atan2(hypot(dx, dy), dz)))
    return tilted.rotated("z", degrees(atan2(dy, dx))).at(*start)


def stick(start: Point3, end: Point3, radius: float, swell: float = 1.0) -> Node:
    """A round rod from point to point, `swell` times as thick in its middle."""
    middle = tuple((a + b) / 2 for a, b in zip(start, end, strict=True))
    return Tube((start, (middle[0], middle[1], middle[2]), end), (radius, radius * swell, radius))


def turned_profile(height: float, radius: float) -> Path:
    """The outline of a lathe-turned leg: foot, long swelling taper, two beads, plain block."""
    r, h = radius, height
    return (
        (0, 0, 0),
        *curve([(0.55 * r, 0), (0.72 * r, 0.04 * h), (0.5 * r, 0.1 * h)], 0),
        *curve([(0.62 * r, 0.11 * h), (0.98 * r, 0.5 * h), (0.66 * r, 0.68 * h)]),
        *curve([(0.66 * r, 0.68 * h), (1.02 * r, 0.705 * h), (0.66 * r, 0.73 * h)], 0, 180),
        *curve([(0.66 * r, 0.74 * h), (1.05 * r, 0.77 * h), (0.7 * r, 0.8 * h)], 0, 180),
        (0.95 * r, 0.82 * h, 0),
        (0.95 * r, h, 0),
        (0, h, 0),
    )


def leg(shape: str, height: float, radius: float, splay_deg: float) -> Node:
    """One leg from (0, 0, height) down to the ground, its foot splayed towards +X."""
    reach = height * sin(radians(splay_deg)) / cos(radians(splay_deg))
    if shape == "curved":
        return _cabriole(height, radius, reach)
    length = hypot(height, reach) + radius
    if shape == "square":
        side = radius * 1.25
        body = Cuboid(side, side, length, side * 0.12).at(z=length / 2).tapered(0, length, 1.45)
    elif shape == "turned":
        body = Lathe(turned_profile(length, radius * 1.1))
    else:
        body = Tube(((0, 0, radius * 0.5), (0, 0, length - radius)), (radius * 0.66, radius))
    foot = radius * cos(radians(splay_deg))
    start = (reach * (1 + foot / height), 0.0, -foot)
    return Grounded(upright(body, start, (0, 0, height)))


def legs(
    shape: str, count: int, half: tuple[float, float], height: float, radius: float, splay: float
) -> Node:
    """`count` legs below a top: four at its corners, one as a pedestal, two as trestles, others in a ring.

    Six or eight legs of an oblong top stand in two rows.

    `half` is how far from the middle the tops of the legs lie along x and y.
    """
    reach = min(half)
    if count == 1:
        return _pedestal(height, radius, max(half) * 0.95)
    if count == 2:
        foot = Cuboid(radius * 1.9, 2 * half[1], radius * 1.6, radius * 0.3).at(half[0], 0, radius * 0.8)
        post = Cuboid(radius * 1.7, half[1], height, radius * 0.3).at(half[0], 0, height / 2)
        return union(post, foot).mirrored("x")
    one = leg(shape, height, radius, splay)
    turn = 0.0 if shape == "square" and splay == 0 else 45.0
    corners = one.rotated("z", turn).at(half[0], half[1]).mirrored("x").mirrored("y")
    if count == 4:
        return corners
    if count % 2 == 0 and half[0] > OBLONG * half[1]:
        pitch = 2 * half[0] / (count / 2 - 1)
        inner = one.rotated("z", 2 * turn).at(y=half[1])
        places = [pitch * i - half[0] for i in range(1, count // 2 - 1)]
        return union(corners, *(inner.at(x).mirrored("y") for x in places))
    return one.at(reach).radial(count, -90)


def leg_point(half: tuple[float, float], height: float, splay: float, z: float) -> tuple[float, float]:
    """Where the axis of the corner leg with positive x and y is at height z."""
    out = (height - z) * sin(radians(splay)) / cos(radians(splay)) * sqrt(0.5)
    return half[0] + out, half[1] + out


def ring_of(count: int, radius: float, z: float) -> list[Point3]:
    """`count` points around the axis, the first at the front."""
    angles = [2 * pi * i / count - pi / 2 for i in range(count)]
    return [(radius * cos(a), radius * sin(a), z) for a in angles]


def _cabriole(height: float, radius: float, reach: float) -> Node:
    """An S-shaped leg: knee outwards, slim ankle, a pad for a foot."""
    r = radius
    points = (
        (0.0, 0.0, max(height - 1.15 * r, 0.9 * height)),  # its round end stays below the board
        (0.9 * r, 0.0, 0.86 * height),
        (0.95 * r, 0.0, 0.72 * height),
        (0.2 * r + 0.4 * reach, 0.0, 0.38 * height),
        (0.1 * r + 0.8 * reach, 0.0, 0.14 * height),
        (0.9 * r + reach, 0.0, 0.45 * r),
    )
    return Grounded(Tube(points, (1.15 * r, 1.25 * r, 1.15 * r, 0.75 * r, 0.6 * r, 0.85 * r)))


def _pedestal(height: float, radius: float, reach: float) -> Node:
    """A turned column on a domed foot."""
    r = radius
    foot = fillet([(reach, 0.7 * r), (1.25 * r, 2.2 * r), (1.2 * r, 0.36 * height)], 3.2 * r, closed=False)
    return Lathe(
        (
            (0, 0, 0),
            (reach, 0, 0.4),
            *foot[:-1],
            *curve([(1.2 * r, 0.36 * height), (1.75 * r, 0.47 * height), (1.15 * r, 0.64 * height)], 65, 90),
            (1.2 * r, height - 2 * r, 0),
            (2.6 * r, height - 0.5 * r, 0),
            (2.6 * r, height, 0),
            (0, height, 0),
        )
    )
