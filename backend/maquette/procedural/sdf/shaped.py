"""Solids bent around a vertical axis and cushions: the deformed solids of seats and backs."""

from dataclasses import dataclass

import numpy as np

from .node import Box, Distances, Node, Points
from .primitives import Cuboid, _box

F32 = np.float32


@dataclass(frozen=True)
class Bent(Node):
    """The child bent around a vertical axis at y = -radius, so that its flat front becomes hollow.

    Lengths along x are kept at y = 0. Distances shrink in front of the bend, where arcs are shorter.
    """

    child: Node
    radius: float

    def distance(self, p: Points) -> Distances:
        y = p[:, 1] + F32(self.radius)
        r = np.sqrt(p[:, 0] * p[:, 0] + y * y)
        unrolled = np.stack(
            [np.arctan2(p[:, 0], y) * F32(self.radius), r - F32(self.radius), p[:, 2]], axis=1
        )
        return np.asarray(self.child.distance(unrolled) * np.clip(r / F32(self.radius), F32(0.25), 1), F32)

    def bounds(self) -> Box:
        low, high = self.child.bounds().astype(float)
        angle = min(max(-low[0], high[0]) / self.radius, np.pi)
        outer, inner = self.radius + high[1], max(self.radius + low[1], 0.0)
        x = outer * np.sin(min(angle, np.pi / 2))
        y = min(outer * np.cos(angle), inner * np.cos(angle)) - self.radius
        return _box((-x, y, low[2]), (x, high[1], high[2]))


@dataclass(frozen=True)
class Cushion(Node):
    """A rounded box whose top and bottom swell by the share `puff` of its height towards the middle.

    `sz` is the height at the rim. Divided by the steepest slope that the swelling adds.
    """

    sx: float
    sy: float
    sz: float
    round: float
    puff: float

    def distance(self, p: Points) -> Distances:
        u = np.clip(p[:, 0] * F32(2 / self.sx), -1, 1)
        v = np.clip(p[:, 1] * F32(2 / self.sy), -1, 1)
        swell = 1 + F32(self.puff) * (1 - u * u) * (1 - v * v)
        half = F32(self.sz / 2) * swell
        z = p[:, 2] - np.clip(p[:, 2], -half, half) * (
            1 - 1 / swell
        )  # past the surface, moved instead of scaled
        q = np.stack([p[:, 0], p[:, 1], z], axis=1)
        reach = self.puff * 2 * self.sz / min(self.sx, self.sy)
        d = Cuboid(self.sx, self.sy, self.sz, self.round).distance(q)
        return np.asarray(d / F32(np.hypot(1.0, reach)), F32)

    def bounds(self) -> Box:
        x, y, z = self.sx / 2, self.sy / 2, self.sz / 2 * (1 + self.puff)
        return _box((-x, -y, -z), (x, y, z))
