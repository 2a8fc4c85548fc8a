"""Numbers that builders share: how wide a design is, directions spread over a sphere, curves and outlines."""

from collections.abc import Sequence
from math import cos, pi, radians, sin, sqrt

from maquette.procedural.kind import Design
from maquette.procedural.sdf import Cuboid, Node, Tube
from maquette.procedural.sdf.shaping import stretched

Point = tuple[float, float, float]
GOLDEN_DEG = 137.508  # turns by it never line up, as leaves do around a stem


def girth(design: Design) -> float:
    """The factor for radii of round things: the mean of the two horizontal stretches."""
    return sqrt(design.stretch[0] * design.stretch[1])


def wanted(design: Design, part: str, usual: bool = True, share: float | None = None) -> bool:
    """As Design.has, but a part that was asked for by a count or a shape is there."""
    if part in design.counts or part in design.shapes:
        return design.has(part)
    return design.has(part, usual, share)


def breadth(design: Design) -> float:
    """The factor for radii that were drawn as a share of the height, so that a taller one is not wider."""
    return girth(design) / design.stretch[2]


def polar(radius: float, angle_deg: float, z: float = 0.0) -> Point:
    """The point at a radius, an angle from +X towards +Y, and a height."""
    return radius * cos(radians(angle_deg)), radius * sin(radians(angle_deg)), z


def sphere_directions(count: int, lowest: float = -1.0) -> list[Point]:
    """Unit vectors spread over the sphere where z is above `lowest`, top first (Fibonacci's spiral)."""
    directions = []
    for i in range(count):
        z = 1 - (1 - lowest) * (i + 0.5) / count
        directions.append(polar(sqrt(1 - z * z), GOLDEN_DEG * i, z))
    return directions


def smooth(points: Sequence[tuple[float, ...]], steps: int) -> list[tuple[float, ...]]:
    """A curve through points of any dimension, `steps` pieces between each two (Catmull and Rom 1974)."""
    padded = [points[0], *points, points[-1]]
    curve = [points[0]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for i in range(1, steps + 1):
            t = i / steps
            weights = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3)
            curve.append(
                tuple(
                    sum(w * q for w, q in zip(weights, qs, strict=True)) / 2
                    for qs in zip(a, b, c, d, strict=True)
                )
            )
    return curve


def limb(points: Sequence[Point], radii: Sequence[float], steps: int = 3) -> Tube:
    """A round tube along a smooth curve through the points, its radius as smooth."""
    curve = smooth([(*p, r) for p, r in zip(points, radii, strict=True)], steps)
    return Tube(tuple((x, y, z) for x, y, z, _ in curve), tuple(r for *_, r in curve))


def ring(count: int, radius: float) -> tuple[tuple[float, float], ...]:
    """A regular polygon with a flat side at the bottom; `radius` reaches the middle of the sides."""
    corner = radius / cos(pi / count)
    return tuple(
        (corner * sin(pi * (2 * i + 1) / count), -corner * cos(pi * (2 * i + 1) / count))
        for i in range(count)
    )


def block(low: Point, high: Point, round: float = 0.0) -> Node:
    """A box between two corners."""
    middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    return Cuboid(high[0] - low[0], high[1] - low[1], high[2] - low[2], round).at(*middle)


def leaf_blade(length: float, rise_deg: float, droop: float, width: float, thick: float) -> Node:
    """A leaf along +X that starts at an angle above the ground and bends down by `droop` of its length."""
    up, out = sin(radians(rise_deg)), cos(radians(rise_deg))
    steps = (0, 0.22, 0.45, 0.65, 0.84, 1.0)
    spine = tuple((length * out * t, 0.0, length * (up * t - droop * t * t)) for t in steps)
    radii = tuple(thick * share for share in (0.7, 0.86, 1.0, 0.95, 0.8, 0.55))
    return stretched(Tube(spine, radii), y=width / (2 * thick))
