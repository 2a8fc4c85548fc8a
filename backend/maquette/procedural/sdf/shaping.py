"""More ways to shape solids: smooth intersections, stretching, rows of copies, foliage."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from .arrays import box_distance, gather
from .node import Box, Distances, Node, Points
from .noise import hash3

F32 = np.float32
_LEAF_REACH = 0.7  # radius of a tuft in cells; none from outside the eight nearest cells reaches a point


@dataclass(frozen=True)
class Meet(Node):
    """Smooth intersection: edges where the solids cut each other are rounded over the width `k` metres."""

    children: tuple[Node, ...]
    k: float

    def distance(self, p: Points) -> Distances:
        d = self.children[0].distance(p)
        for child in self.children[1:]:
            b = child.distance(p)
            h = np.maximum(F32(self.k) - np.abs(d - b), 0) / F32(self.k)
            d = np.maximum(d, b) + h * h * F32(self.k / 4)
        return d

    def bounds(self) -> Box:
        boxes = np.stack([c.bounds() for c in self.children])
        return np.stack([boxes[:, 0].max(axis=0), boxes[:, 1].min(axis=0)])


def meet(k: float, *children: Node) -> Node:
    """The smooth intersection of solids, edges rounded over `k` metres."""
    return Meet(children, k)


@dataclass(frozen=True)
class Stretched(Node):
    """Scaled along each axis by its own factor about the origin; the distance is a lower bound."""

    child: Node
    factors: tuple[float, float, float]

    def distance(self, p: Points) -> Distances:
        d = self.child.distance(p / np.array(self.factors, F32)) * F32(min(self.factors))
        return np.maximum(d, np.where(d > 0, box_distance(p, self.bounds()), d))

    def bounds(self) -> Box:
        return self.child.bounds() * np.array(self.factors, F32)


def stretched(child: Node, x: float = 1.0, y: float = 1.0, z: float = 1.0) -> Node:
    """The solid scaled by x, y and z about the origin."""
    return Stretched(child, (x, y, z))


@dataclass(frozen=True)
class Symmetric(Node):
    """The child's half on the positive side of an axis, and its mirror image; the rest is not asked."""

    child: Node
    axis: int

    def distance(self, p: Points) -> Distances:
        q = p.copy(order="A")
        np.abs(q[:, self.axis], out=q[:, self.axis])
        return self.child.distance(q)

    def bounds(self) -> Box:
        box = self.child.bounds().copy()
        box[0, self.axis] = -box[1, self.axis]
        return box


def symmetric(child: Node, axis: str) -> Node:
    """The child's positive half along the x, y or z axis, and its mirror image."""
    return Symmetric(child, {"x": 0, "y": 1, "z": 2}[axis])


@dataclass(frozen=True)
class Row(Node):
    """`count` copies, `spacing` metres apart along an axis, centred on the origin.

    Keep the child within its cell, symmetric about its middle; if it is neither, set `overlapping`.
    """

    child: Node
    axis: int
    count: int
    spacing: float
    overlapping: bool = False

    def distance(self, p: Points) -> Distances:
        middle = (self.count - 1) / 2
        place = p[:, self.axis] / F32(self.spacing) + F32(middle)
        nearest = np.clip(np.round(place), 0, self.count - 1)
        d = self._copy(p, nearest - F32(middle))
        if self.overlapping:
            other = np.clip(nearest + np.where(place > nearest, F32(1), F32(-1)), 0, self.count - 1)
            d = np.minimum(d, self._copy(p, other - F32(middle)))
        return d

    def _copy(self, p: Points, place: Distances) -> Distances:
        q = p.copy(order="A")
        q[:, self.axis] -= place * F32(self.spacing)
        return self.child.distance(q)

    def bounds(self) -> Box:
        box = self.child.bounds().copy()
        reach = F32((self.count - 1) / 2 * self.spacing)
        box[0, self.axis] -= reach
        box[1, self.axis] += reach
        return box


def row(child: Node, axis: str, count: int, spacing: float, overlapping: bool = False) -> Node:
    """`count` copies along the x, y or z axis, centred on the origin, as the child should be."""
    return Row(child, {"x": 0, "y": 1, "z": 2}[axis], count, spacing, overlapping)


@dataclass(frozen=True)
class Grounded(Node):
    """What stands above the ground z = 0."""

    child: Node

    def distance(self, p: Points) -> Distances:
        return np.maximum(self.child.distance(p), -p[:, 2])

    def bounds(self) -> Box:
        box = self.child.bounds().copy()
        box[0, 2] = max(box[0, 2], F32(0))
        return box


@dataclass(frozen=True)
class Leafy(Node):
    """Covered with tufts about `size` metres wide that stand out by `depth`: cellular noise, Worley 1996.

    One jittered tuft per cell; a tuft reaches so far that only the eight nearest cells matter. Divided by the
    slope that it adds, so that the distance stays a lower bound.
    """

    child: Node
    size: float
    depth: float
    seed: int = 0

    def distance(self, p: Points) -> Distances:
        d = self.child.distance(p)
        slope = F32(1 / (1.25 + self.depth / (_LEAF_REACH * self.size)))
        fade = np.minimum(F32(1.5) - np.abs(d) * F32(0.25 / self.depth), 1)
        near = np.flatnonzero(fade > 0)
        if len(near):
            tufts = _tufts(gather(p, near), self.size, self.seed)
            d[near] -= F32(self.depth) * fade[near] * tufts
        return np.asarray(d * slope, F32)

    def bounds(self) -> Box:
        box = self.child.bounds()
        return np.stack([box[0] - F32(self.depth), box[1] + F32(self.depth)])


def leafy(child: Node, size: float, depth: float, seed: int = 0) -> Node:
    """The solid covered with pointed tufts of leaves, `size` metres wide, `depth` metres high."""
    return Leafy(child, size, depth, seed)


def _tufts(p: Points, size: float, seed: int) -> Distances:
    """Height [N] of the tufts, 0 to 1."""
    q = p / F32(size)
    base = np.floor(q - F32(0.5))
    cells = base.astype(np.int32)
    nearest_sq = np.full(len(p), F32(_LEAF_REACH**2))
    for corner in product((0, 1), repeat=3):
        offset = np.array(corner, np.int32)
        h = hash3(cells + offset, seed)
        total = np.zeros(len(p), F32)
        for axis in range(3):
            jitter = ((h >> np.uint32(10 * axis)) & np.uint32(1023)).astype(F32) * F32(0.6 / 1023)
            gap = q[:, axis] - (base[:, axis] + F32(corner[axis] + 0.2) + jitter)
            total += gap * gap
        np.minimum(nearest_sq, total, out=nearest_sq)
    return np.asarray(1 - np.sqrt(nearest_sq + F32(0.01)) / F32(_LEAF_REACH), F32)
