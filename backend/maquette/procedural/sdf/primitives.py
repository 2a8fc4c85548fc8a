"""Primitive solids, centred on the origin unless said otherwise. After Quilez, "3D SDFs" and "2D SDFs"."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .arrays import length
from .node import Box, Distances, Node, Points

F32 = np.float32
ELLIPSOID_ROUNDS = 5
_length = length


def _box(low: tuple[float, float, float], high: tuple[float, float, float]) -> Box:
    return np.array([low, high], F32)


def _combine_2d(dx: Distances, dy: Distances) -> Distances:
    """Exact distance of a product of two 1D distances: outside Euclidean, inside the larger."""
    outside = _length(np.maximum(dx, 0), np.maximum(dy, 0))
    return np.asarray(outside + np.minimum(np.maximum(dx, dy), 0), F32)


@dataclass(frozen=True)
class Sphere(Node):
    radius: float

    def distance(self, p: Points) -> Distances:
        return _length(p[:, 0], p[:, 1], p[:, 2]) - F32(self.radius)

    def bounds(self) -> Box:
        r = self.radius
        return _box((-r, -r, -r), (r, r, r))


@dataclass(frozen=True)
class Ellipsoid(Node):
    """Radii along x, y, z. The surface point nearest to p is r_i^2 p_i / (t + r_i^2), Eberly 2013."""

    rx: float
    ry: float
    rz: float

    def distance(self, p: Points) -> Distances:
        radii = (self.rx, self.ry, self.rz)
        q = [np.abs(p[:, i]) for i in range(3)]
        t = self._parameter(q, radii)
        nearest = [q[i] * F32(r * r) / (t + F32(r * r)) for i, r in enumerate(radii)]
        thin = radii.index(min(radii))  # near the middle of a flat one t does not tell this coordinate
        others = [nearest[i] / F32(radii[i]) for i in range(3) if i != thin]
        height = np.sqrt(np.maximum(1 - others[0] * others[0] - others[1] * others[1], 0))
        nearest[thin] = np.where(t < 0, height * F32(radii[thin]), nearest[thin])
        away = _length(*(a - b for a, b in zip(q, nearest, strict=True)))
        inside = sum(a * a * F32(1 / (r * r)) for a, r in zip(q, radii, strict=True)) < 1
        return np.asarray(np.where(inside, -away, away), F32)

    @staticmethod
    def _parameter(q: list[Distances], radii: tuple[float, float, float]) -> Distances:
        """The t where w_i = r_i q_i / (t + r_i^2) has length 1: Newton on 1 / |w|, which is nearly linear."""
        start = [q[i] * F32(r) - F32(r * r) for i, r in enumerate(radii)]
        t = _length(*(q[i] * F32(r) for i, r in enumerate(radii))) - F32(max(radii) ** 2)
        for bound in start:
            np.maximum(t, bound, out=t)
        np.maximum(t, F32(-(1 - 1e-3) * min(radii) ** 2), out=t)
        for _ in range(ELLIPSOID_ROUNDS):
            squared, weighted = np.full(len(t), 1e-12, F32), np.full(len(t), 1e-12, F32)
            for i, r in enumerate(radii):
                inverse = 1 / (t + F32(r * r))
                term = q[i] * inverse * F32(r)
                term *= term
                squared += term
                term *= inverse
                weighted += term
            t += np.maximum(np.sqrt(squared) - 1, 0) * squared / weighted
        return t

    def bounds(self) -> Box:
        return _box((-self.rx, -self.ry, -self.rz), (self.rx, self.ry, self.rz))


@dataclass(frozen=True)
class Cuboid(Node):
    """Full side lengths; `round` rounds the edges without changing the size."""

    sx: float
    sy: float
    sz: float
    round: float = 0.0

    def distance(self, p: Points) -> Distances:
        x, y, z = (
            np.abs(p[:, i]) - F32(side / 2 - self.round) for i, side in enumerate((self.sx, self.sy, self.sz))
        )
        inside = np.minimum(np.maximum(np.maximum(x, y), z), 0)
        outside = _length(np.maximum(x, 0), np.maximum(y, 0), np.maximum(z, 0))
        return np.asarray(outside + inside - F32(self.round), F32)

    def bounds(self) -> Box:
        x, y, z = self.sx / 2, self.sy / 2, self.sz / 2
        return _box((-x, -y, -z), (x, y, z))


@dataclass(frozen=True)
class Cylinder(Node):
    """Along Z; `round` rounds the rims without changing the size."""

    radius: float
    height: float
    round: float = 0.0

    def distance(self, p: Points) -> Distances:
        dr = _length(p[:, 0], p[:, 1]) - F32(self.radius - self.round)
        dz = np.abs(p[:, 2]) - F32(self.height / 2 - self.round)
        return _combine_2d(dr, dz) - F32(self.round)

    def bounds(self) -> Box:
        r, z = self.radius, self.height / 2
        return _box((-r, -r, -z), (r, r, z))


@dataclass(frozen=True)
class Torus(Node):
    """Around Z; `major` is the radius of the ring, `minor` that of the tube."""

    major: float
    minor: float

    def distance(self, p: Points) -> Distances:
        ring = _length(p[:, 0], p[:, 1]) - F32(self.major)
        return _length(ring, p[:, 2]) - F32(self.minor)

    def bounds(self) -> Box:
        r, z = self.major + self.minor, self.minor
        return _box((-r, -r, -z), (r, r, z))


@dataclass(frozen=True)
class HalfSpace(Node):
    """Everything below the plane through `point` with outward `normal`, for cutting. Its box is no use."""

    normal: tuple[float, float, float]
    point: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def distance(self, p: Points) -> Distances:
        n = np.array(self.normal, F32)
        n /= np.linalg.norm(n)
        return np.asarray(p @ n - n @ np.array(self.point, F32), F32)

    def bounds(self) -> Box:
        return _box((-1e3, -1e3, -1e3), (1e3, 1e3, 1e3))


@dataclass(frozen=True)
class Tube(Node):
    """A chain of round cones along `points` ((x, y, z), ...), one radius each: branches, handles, limbs."""

    points: tuple[tuple[float, float, float], ...]
    radii: tuple[float, ...]

    def distance(self, p: Points) -> Distances:
        best = np.full(len(p), np.inf, F32)
        for (a, b), (ra, rb) in zip(
            zip(self.points[:-1], self.points[1:], strict=True),
            zip(self.radii[:-1], self.radii[1:], strict=True),
            strict=True,
        ):
            np.minimum(best, _round_cone(p, np.array(a, F32), np.array(b, F32), ra, rb), out=best)
        return best

    def bounds(self) -> Box:
        points, radii = np.array(self.points, F32), np.array(self.radii, F32)[:, None]
        return np.stack([(points - radii).min(axis=0), (points + radii).max(axis=0)])


def _round_cone(
    p: Points, a: npt.NDArray[np.float32], b: npt.NDArray[np.float32], ra: float, rb: float
) -> Distances:
    """Distance to the hull of two spheres, by the parameter where the cone's normal meets the axis."""
    axis = b - a
    length = float(np.linalg.norm(axis))
    if length <= abs(ra - rb) + 1e-9:  # one sphere holds the other
        centre, r = (a, ra) if ra >= rb else (b, rb)
        return _length(*(p[:, i] - centre[i] for i in range(3))) - F32(r)
    u = axis / F32(length)
    x, y, z = (p[:, i] - a[i] for i in range(3))
    along = x * u[0] + y * u[1] + z * u[2]
    across = np.sqrt(np.maximum(x * x + y * y + z * z - along * along, 0))
    sine = (ra - rb) / length
    cosine = float(np.sqrt(1 - sine * sine))
    t = np.clip((along - across * F32(sine / cosine)) / F32(length), 0, 1)
    radius = F32(ra) + t * F32(rb - ra)
    return np.asarray(_length(along - t * F32(length), across) - radius, F32)


@dataclass(frozen=True)
class Revolved(Node):
    """A closed polygon of (radius, z) points turned about Z: vases, bottles, bells, wheels.

    Give the half outline from the axis to the axis; radii below 0 are not allowed. `round` grows the solid by
    that radius, which rounds its convex edges.
    """

    outline: tuple[tuple[float, float], ...]
    round: float = 0.0

    def distance(self, p: Points) -> Distances:
        r = _length(p[:, 0], p[:, 1])
        closed = [*self.outline, *[(-r_, z_) for r_, z_ in reversed(self.outline)]]
        return polygon_distance(r, p[:, 2], closed) - F32(self.round)

    def bounds(self) -> Box:
        o = np.array(self.outline, F32)
        r = float(o[:, 0].max()) + self.round
        return _box((-r, -r, float(o[:, 1].min()) - self.round), (r, r, float(o[:, 1].max()) + self.round))


@dataclass(frozen=True)
class Extruded(Node):
    """A polygon of (x, z) points, seen from the front, of full `depth` along Y, centred on y = 0.

    `round` grows the whole solid, rounding its edges.
    """

    outline: tuple[tuple[float, float], ...]
    depth: float
    round: float = 0.0

    def distance(self, p: Points) -> Distances:
        flat = polygon_distance(p[:, 0], p[:, 2], self.outline)
        return _combine_2d(flat, np.abs(p[:, 1]) - F32(self.depth / 2 - self.round)) - F32(self.round)

    def bounds(self) -> Box:
        o, r = np.array(self.outline, F32), self.round
        low, high = o.min(axis=0) - r, o.max(axis=0) + r
        return _box(
            (float(low[0]), -self.depth / 2, float(low[1])), (float(high[0]), self.depth / 2, float(high[1]))
        )


def polygon_distance(
    x: Distances,  # [N]
    y: Distances,  # [N]
    outline: list[tuple[float, float]] | tuple[tuple[float, float], ...],
) -> Distances:
    """Signed distance to a simple closed polygon, any winding; inside by crossing parity."""
    best = np.full(len(x), np.inf, F32)
    inside = np.zeros(len(x), bool)
    for (ax, ay), (bx, by) in zip(outline, [*outline[1:], outline[0]], strict=True):
        ex, ey = bx - ax, by - ay
        if ex == 0 and ey == 0:
            continue
        wx, wy = x - F32(ax), y - F32(ay)
        t = np.clip((wx * F32(ex) + wy * F32(ey)) / F32(ex * ex + ey * ey), 0, 1)
        dx, dy = wx - t * F32(ex), wy - t * F32(ey)
        np.minimum(best, dx * dx + dy * dy, out=best)
        if ey != 0:
            crosses = (y >= F32(ay)) != (y >= F32(by))
            inside ^= crosses & (wx < wy * F32(ex / ey))
    distance = np.sqrt(best)
    return np.asarray(np.where(inside, -distance, distance), F32)
