"""Planar outlines of straight edges and circular arcs, their exact distance, and ways to draw them.

A path is a tuple of vertices (x, y, bulge). The bulge belongs to the edge that leaves the vertex: the
tangent of a quarter of the arc's angle, positive when the arc turns left, 0 for a straight edge. Arcs keep
round things round at every resolution, at the price of one or two straight edges.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .node import Distances

F32 = np.float32

Point = tuple[float, float]
Path = tuple[tuple[float, float, float], ...]


class Edge(NamedTuple):
    """One edge from (ax, ay) to (bx, by)."""

    ax: float
    ay: float
    bx: float
    by: float
    bulge: float


def edges(path: Path, closed: bool) -> list[Edge]:
    """The edges of a path, without those of no length."""
    ends = [*path[1:], path[0]] if closed else list(path[1:])
    found = [Edge(a[0], a[1], b[0], b[1], a[2]) for a, b in zip(path, ends, strict=False)]
    return [e for e in found if e.ax != e.bx or e.ay != e.by]


def path_distance(x: Distances, y: Distances, along: Sequence[Edge]) -> Distances:
    """Distance of the points (x [N], y [N]) to the nearest of the edges, never negative, [N] float32."""
    best = np.full(len(x), np.inf, F32)
    for edge in along:
        np.minimum(best, _arc_squared(x, y, edge) if edge.bulge else _line_squared(x, y, edge), out=best)
    return np.sqrt(best)


def region_contains(x: Distances, y: Distances, around: Sequence[Edge]) -> npt.NDArray[np.bool_]:
    """Whether the points lie in the region that the closed edges bound, [N] bool, for any winding.

    Parity of crossings with the chords, flipped between each arc and its chord; both tests share one
    comparison with the chord, so that points exactly on it cannot fall between them.
    """
    inside = np.zeros(len(x), bool)
    for edge in around:
        ex, ey = edge.bx - edge.ax, edge.by - edge.ay
        if ey != 0:
            before = x - F32(edge.ax) < (y - F32(edge.ay)) * F32(ex / ey)  # smaller x than the chord's line
            inside ^= ((y >= F32(edge.ay)) != (y >= F32(edge.by))) & before
            arc_before = (ey < 0) == (edge.bulge > 0)
        else:
            before = y >= F32(edge.ay)
            arc_before = (ex < 0) == (edge.bulge > 0)
        if edge.bulge:
            cx, cy, radius = _circle(edge)
            in_circle = (x - F32(cx)) ** 2 + (y - F32(cy)) ** 2 < F32(radius * radius)
            inside ^= in_circle & (before if arc_before else ~before)
    return inside


def region_distance(x: Distances, y: Distances, around: Sequence[Edge]) -> Distances:
    """Signed distance to the region that the closed edges bound, [N] float32."""
    distance = path_distance(x, y, around)
    return np.asarray(np.where(region_contains(x, y, around), -distance, distance), F32)


def path_bounds(path: Path, closed: bool) -> tuple[float, float, float, float]:
    """The smallest and largest x and y of a path: (x0, y0, x1, y1)."""
    xs, ys = [v[0] for v in path], [v[1] for v in path]
    for edge in edges(path, closed):
        if not edge.bulge:
            continue
        cx, cy, radius = _circle(edge)
        mx, my, cosine = _arc_middle(edge, cx, cy, radius)
        for ux, uy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            if ux * mx + uy * my >= cosine:
                xs.append(cx + radius * ux)
                ys.append(cy + radius * uy)
    return min(xs), min(ys), max(xs), max(ys)


def straight(points: Sequence[Point]) -> Path:
    """The path of straight edges through the points."""
    return tuple((x, y, 0.0) for x, y in points)


def fillet(points: Sequence[Point], radius: float | Sequence[float], closed: bool = True) -> Path:
    """The polygon or chain, corners rounded by `radius` (one for all, or one each) where there is room."""
    radii = [radius] * len(points) if isinstance(radius, int | float) else list(radius)
    path: list[tuple[float, float, float]] = []
    for i, corner in enumerate(points):
        if not closed and i in (0, len(points) - 1):
            path.append((*corner, 0.0))
            continue
        path.extend(_rounded_corner(points[i - 1], corner, points[(i + 1) % len(points)], radii[i]))
    return tuple(path)


def rectangle(width: float, height: float, radius: float = 0.0, x: float = 0.0, y: float = 0.0) -> Path:
    """A rectangle centred on (x, y) with rounded corners."""
    w, h = width / 2, height / 2
    return fillet([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)], radius)


def circle(radius: float, x: float = 0.0, y: float = 0.0) -> Path:
    """A full circle, as two arcs."""
    return ((x + radius, y, 1.0), (x - radius, y, 1.0))


def regular(sides: int, radius: float, corner: float = 0.0, turn_deg: float = 0.0) -> Path:
    """A regular polygon inscribed in a circle, with rounded corners."""
    angles = [math.radians(turn_deg + 360 * i / sides) for i in range(sides)]
    return fillet([(radius * math.cos(a), radius * math.sin(a)) for a in angles], corner)


def curve(
    points: Sequence[Point],
    start_deg: float | None = None,
    end_deg: float | None = None,
    closed: bool = False,
) -> Path:
    """A smooth path through the points: two arcs a span, tangent to the circle through each three.

    `start_deg` and `end_deg` fix the direction of travel at the ends. Biarcs with equal arms (Bolton 1975).
    """
    tangents = _tangents(points, start_deg, end_deg, closed)
    path: list[tuple[float, float, float]] = []
    for i in range(len(points) if closed else len(points) - 1):
        j = (i + 1) % len(points)
        path.extend(_biarc(points[i], tangents[i], points[j], tangents[j]))
    return tuple(path) if closed else (*path, (*points[-1], 0.0))


def _line_squared(x: Distances, y: Distances, edge: Edge) -> Distances:
    ex, ey = edge.bx - edge.ax, edge.by - edge.ay
    squared = ex * ex + ey * ey
    wx, wy = x - F32(edge.ax), y - F32(edge.ay)
    t = np.clip(wx * F32(ex / squared) + wy * F32(ey / squared), 0, 1)
    dx, dy = wx - t * F32(ex), wy - t * F32(ey)
    return np.asarray(dx * dx + dy * dy, F32)


def _arc_squared(x: Distances, y: Distances, edge: Edge) -> Distances:
    """Squared distance to an arc: to its circle within its sector, else to the nearer end."""
    cx, cy, radius = _circle(edge)
    mx, my, cosine = _arc_middle(edge, cx, cy, radius)
    px, py = x - F32(cx), y - F32(cy)
    r = np.sqrt(px * px + py * py)
    gap = r - F32(radius)
    to_a = (x - F32(edge.ax)) ** 2 + (y - F32(edge.ay)) ** 2
    to_b = (x - F32(edge.bx)) ** 2 + (y - F32(edge.by)) ** 2
    in_sector = px * F32(mx) + py * F32(my) >= r * F32(cosine)
    return np.asarray(np.where(in_sector, gap * gap, np.minimum(to_a, to_b)), F32)


def _circle(edge: Edge) -> tuple[float, float, float]:
    """Centre and radius of an arc."""
    ex, ey = edge.bx - edge.ax, edge.by - edge.ay
    b = edge.bulge
    offset = (1 - b * b) / (4 * b)  # along the left normal, in chord lengths
    cx = (edge.ax + edge.bx) / 2 - ey * offset
    cy = (edge.ay + edge.by) / 2 + ex * offset
    return cx, cy, math.hypot(ex, ey) * (1 + b * b) / (4 * abs(b))


def _arc_middle(edge: Edge, cx: float, cy: float, radius: float) -> tuple[float, float, float]:
    """Unit vector from the centre to the middle of the arc, and the cosine of half the arc's angle."""
    ex, ey = edge.bx - edge.ax, edge.by - edge.ay
    sag = edge.bulge / 2  # to the right of the chord, in chord lengths
    mx = (edge.ax + edge.bx) / 2 + ey * sag - cx
    my = (edge.ay + edge.by) / 2 - ex * sag - cy
    return mx / radius, my / radius, math.cos(2 * math.atan(abs(edge.bulge)))


def _rounded_corner(before: Point, corner: Point, after: Point, radius: float) -> Path:
    ux, uy = before[0] - corner[0], before[1] - corner[1]
    vx, vy = after[0] - corner[0], after[1] - corner[1]
    lu, lv = math.hypot(ux, uy), math.hypot(vx, vy)
    angle = math.atan2(ux * vy - uy * vx, ux * vx + uy * vy)  # from the edge before to the edge after
    if radius <= 0 or abs(math.sin(angle)) < 1e-6:
        return ((*corner, 0.0),)
    cut = min(radius / math.tan(abs(angle) / 2), 0.4999 * min(lu, lv))
    bulge = math.copysign(math.tan((math.pi - abs(angle)) / 4), -angle)
    first = (corner[0] + ux / lu * cut, corner[1] + uy / lu * cut, bulge)
    return first, (corner[0] + vx / lv * cut, corner[1] + vy / lv * cut, 0.0)


def _tangents(
    points: Sequence[Point], start_deg: float | None, end_deg: float | None, closed: bool
) -> list[Point]:
    """Unit directions of travel at the points."""
    count = len(points)
    tangents: list[Point] = []
    for i, point in enumerate(points):
        if not closed and i in (0, count - 1):
            tangents.append((0.0, 0.0))
            continue
        before, after = points[i - 1], points[(i + 1) % count]
        ux, uy = point[0] - before[0], point[1] - before[1]
        vx, vy = after[0] - point[0], after[1] - point[1]
        wu, wv = math.hypot(vx, vy) / math.hypot(ux, uy), math.hypot(ux, uy) / math.hypot(vx, vy)
        tangents.append(_unit(ux * wu + vx * wv, uy * wu + vy * wv))
    if not closed:
        tangents[0] = _end_tangent(points[0], points[1], tangents[1], count, start_deg)
        tangents[-1] = _end_tangent(points[-2], points[-1], tangents[-2], count, end_deg)
    return tangents


def _end_tangent(a: Point, b: Point, inner: Point, count: int, fixed_deg: float | None) -> Point:
    """The direction given, or the inner tangent mirrored at the chord (the span is then one arc)."""
    if fixed_deg is not None:
        return math.cos(math.radians(fixed_deg)), math.sin(math.radians(fixed_deg))
    ux, uy = _unit(b[0] - a[0], b[1] - a[1])
    if count == 2:
        return ux, uy
    along = 2 * (ux * inner[0] + uy * inner[1])
    return along * ux - inner[0], along * uy - inner[1]


def _biarc(p: Point, s: Point, q: Point, t: Point) -> Path:
    """The first two vertices of the two arcs from p with direction s to q with direction t."""
    vx, vy = q[0] - p[0], q[1] - p[1]
    vt = vx * (s[0] + t[0]) + vy * (s[1] + t[1])
    vv = vx * vx + vy * vy
    spread = 2 * (1 - (s[0] * t[0] + s[1] * t[1]))
    if spread > 1e-9:
        arm = (math.sqrt(vt * vt + spread * vv) - vt) / spread
    else:
        arm = vv / (2 * vt)
    joint = ((p[0] + q[0] + arm * (s[0] - t[0])) / 2, (p[1] + q[1] + arm * (s[1] - t[1])) / 2)
    first = _half_angle(s, (joint[0] - p[0], joint[1] - p[1]))
    second = _half_angle((q[0] - joint[0], q[1] - joint[1]), t)
    return (*p, first), (*joint, second)


def _half_angle(a: Point, b: Point) -> float:
    """The bulge of the arc that starts along a and has the chord b: the tangent of half their angle."""
    bulge = math.tan(math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]) / 2)
    return bulge if abs(bulge) > 1e-5 else 0.0


def _unit(x: float, y: float) -> Point:
    length = math.hypot(x, y)
    return x / length, y / length
