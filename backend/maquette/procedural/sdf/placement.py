"""Placing and deforming solids: the point is moved into the child's frame, the child answers."""

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from .arrays import box_distance, columns, gather, length
from .node import Box, Distances, Node, Points

F32 = np.float32


def _corners(box: Box) -> Points:
    return np.array(list(product(*zip(box[0], box[1], strict=True))), F32)


@dataclass(frozen=True)
class Moved(Node):
    child: Node
    offset: tuple[float, float, float]

    def distance(self, p: Points) -> Distances:
        return self.child.distance(p - np.array(self.offset, F32))

    def bounds(self) -> Box:
        return self.child.bounds() + np.array(self.offset, F32)


@dataclass(frozen=True)
class Turned(Node):
    child: Node
    axis: int
    degrees: float

    def _turn(self, p: Points, degrees: float) -> Points:
        c, s = F32(np.cos(np.radians(degrees))), F32(np.sin(np.radians(degrees)))
        i, j = (self.axis + 1) % 3, (self.axis + 2) % 3
        q = p.copy(order="A")
        q[:, i] = c * p[:, i] - s * p[:, j]
        q[:, j] = s * p[:, i] + c * p[:, j]
        return q

    def distance(self, p: Points) -> Distances:
        return self.child.distance(self._turn(p, -self.degrees))

    def bounds(self) -> Box:
        corners = self._turn(_corners(self.child.bounds()), self.degrees)
        return np.stack([corners.min(axis=0), corners.max(axis=0)])


@dataclass(frozen=True)
class Scaled(Node):
    child: Node
    factor: float

    def distance(self, p: Points) -> Distances:
        return self.child.distance(p / F32(self.factor)) * F32(self.factor)

    def bounds(self) -> Box:
        return self.child.bounds() * F32(self.factor)


@dataclass(frozen=True)
class Mirrored(Node):
    """Union of the child and its mirror image."""

    child: Node
    axis: int

    @cached_property
    def _box(self) -> Box:
        return self.child.bounds()

    def distance(self, p: Points) -> Distances:
        q = p.copy(order="A")
        q[:, self.axis] = np.abs(q[:, self.axis])
        d = self.child.distance(q)
        if self._box[0, self.axis] < 0:  # the image reaches across the plane
            q[:, self.axis] *= F32(-1)
            _take_nearer(d, self.child, self._box, q)
        return d

    def bounds(self) -> Box:
        box = self._box.copy()
        reach = max(abs(box[0, self.axis]), abs(box[1, self.axis]))
        box[:, self.axis] = (-reach, reach)
        return box


@dataclass(frozen=True)
class Radial(Node):
    """Copies around Z: the point is folded into its sector; the copy in the sector beside it is asked too.

    Keep the child within about the sector of 360 / count degrees around +X.
    """

    child: Node
    count: int
    phase_deg: float = 0.0

    @cached_property
    def _box(self) -> Box:
        return self.child.bounds()

    def distance(self, p: Points) -> Distances:
        sector = F32(2 * np.pi / self.count)
        angle = np.arctan2(p[:, 1], p[:, 0]) - F32(np.radians(self.phase_deg))
        folded = angle - sector * np.round(angle / sector)
        radius = length(p[:, 0], p[:, 1])
        d = self.child.distance(columns(radius * np.cos(folded), radius * np.sin(folded), p[:, 2]))
        if self.count > 1:
            beside = folded - np.copysign(sector, folded)
            q = columns(radius * np.cos(beside), radius * np.sin(beside), p[:, 2])
            _take_nearer(d, self.child, self._box, q)
        return d

    def bounds(self) -> Box:
        corners = _corners(self._box)
        r = length(corners[:, 0], corners[:, 1]).max()
        return np.array([[-r, -r, corners[:, 2].min()], [r, r, corners[:, 2].max()]], F32)


def _take_nearer(d: Distances, child: Node, box: Box, q: Points) -> None:
    """Lowers d where the child is nearer to the points q; most are ruled out by its box."""
    rows = np.flatnonzero(box_distance(q, box) <= np.maximum(d, 0))
    if len(rows):
        d[rows] = np.minimum(d[rows], child.distance(gather(q, rows)))


@dataclass(frozen=True)
class Twisted(Node):
    """Divided by the stretch of the deformation, so that the distance stays a lower bound."""

    child: Node
    degrees_per_metre: float

    @cached_property
    def _reach(self) -> float:
        corners = _corners(self.child.bounds())
        return float(length(corners[:, 0], corners[:, 1]).max())

    def distance(self, p: Points) -> Distances:
        rate = np.radians(F32(self.degrees_per_metre))
        c, s = np.cos(rate * p[:, 2]), np.sin(rate * p[:, 2])
        d = self.child.distance(columns(c * p[:, 0] + s * p[:, 1], c * p[:, 1] - s * p[:, 0], p[:, 2]))
        pull = rate * np.maximum(length(p[:, 0], p[:, 1]), F32(self._reach))
        return np.asarray(d / np.sqrt(1 + pull * pull), F32)

    def bounds(self) -> Box:
        corners = _corners(self.child.bounds())
        r = F32(np.hypot(corners[:, 0], corners[:, 1]).max())
        return np.array([[-r, -r, corners[:, 2].min()], [r, r, corners[:, 2].max()]], F32)


@dataclass(frozen=True)
class Tapered(Node):
    """Scales x and y with height; the distance is divided by the steepness that this adds."""

    child: Node
    z0: float
    z1: float
    top_scale: float

    @cached_property
    def _reach(self) -> float:
        return float(np.abs(self.child.bounds()[:, :2]).max())

    def distance(self, p: Points) -> Distances:
        t = np.clip((p[:, 2] - F32(self.z0)) / F32(self.z1 - self.z0), 0, 1)
        scale = 1 + t * F32(self.top_scale - 1)
        x, y = p[:, 0] / scale, p[:, 1] / scale
        slope = F32(abs(self.top_scale - 1) / abs(self.z1 - self.z0)) * np.maximum(
            length(x, y), F32(self._reach)
        )
        d = self.child.distance(columns(x, y, p[:, 2]))
        return np.asarray(d * np.minimum(scale, 1) / np.sqrt(1 + slope * slope), F32)

    def bounds(self) -> Box:
        box = self.child.bounds().copy()
        box[:, :2] *= F32(max(1.0, self.top_scale))
        return box
