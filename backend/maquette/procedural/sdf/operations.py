"""Combining solids. Unions skip, point by point, children whose boxes are farther than what was found."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .arrays import box_distance, gather
from .node import Box, Distances, Node, Points
from .noise import fractal_noise

F32 = np.float32


def nearest(
    nodes: tuple[Node, ...], boxes: tuple[Box, ...], p: Points, limit: float = np.inf
) -> tuple[Distances, npt.NDArray[np.int32]]:
    """Distance [N] to the union of the nodes, and which node [N] int32 is the nearest.

    No distance is above `limit`: nodes farther than that are not asked, and their points belong to node 0.
    """
    best = np.full(len(p), limit, F32)
    which = np.zeros(len(p), np.int32)
    for i, (node, box) in enumerate(zip(nodes, boxes, strict=True)):
        rows = np.flatnonzero(box_distance(p, box) <= np.maximum(best, 0))
        if not len(rows):
            continue
        d = node.distance(gather(p, rows))
        closer = d < best[rows]
        rows = rows[closer]
        best[rows] = d[closer]
        which[rows] = i
    return best, which


@dataclass(frozen=True)
class Union(Node):
    children: tuple[Node, ...]

    @cached_property
    def _boxes(self) -> tuple[Box, ...]:
        return tuple(c.bounds() for c in self.children)

    def distance(self, p: Points) -> Distances:
        return nearest(self.children, self._boxes, p)[0]

    def bounds(self) -> Box:
        boxes = np.stack(self._boxes)
        return np.stack([boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)])


def union(*children: Node) -> Node:
    """The union of solids, flattened."""
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, Union) else (child,))
    return flat[0] if len(flat) == 1 else Union(tuple(flat))


@dataclass(frozen=True)
class Blend(Node):
    """Smooth union: joints melt over the width `k` metres (polynomial smooth minimum, Quilez)."""

    children: tuple[Node, ...]
    k: float

    @cached_property
    def _boxes(self) -> tuple[Box, ...]:
        return tuple(c.bounds() for c in self.children)

    def distance(self, p: Points) -> Distances:
        best = self.children[0].distance(p)
        for child, box in zip(self.children[1:], self._boxes[1:], strict=True):
            rows = np.flatnonzero(box_distance(p, box) <= np.maximum(best + F32(self.k), 0))
            if not len(rows):
                continue
            a, b = best[rows], child.distance(gather(p, rows))
            h = np.maximum(F32(self.k) - np.abs(a - b), 0) / F32(self.k)
            best[rows] = np.minimum(a, b) - h * h * F32(self.k / 4)
        return best

    def bounds(self) -> Box:
        """Each further child that meets the others in one place adds at most k / 4, all of them at most k."""
        boxes = np.stack(self._boxes)
        swell = F32(min(self.k, (len(self.children) - 1) * self.k / 4))
        return np.stack([boxes[:, 0].min(axis=0) - swell, boxes[:, 1].max(axis=0) + swell])


def blend(k: float, *children: Node) -> Node:
    """The smooth union of solids, joints of width `k` metres."""
    return Blend(children, k)


@dataclass(frozen=True)
class Difference(Node):
    """The first solid without the second; `k` > 0 rounds the cut's edge."""

    solid: Node
    tool: Node
    k: float = 0.0

    @cached_property
    def _tool_box(self) -> Box:
        return self.tool.bounds()

    def distance(self, p: Points) -> Distances:
        a = self.solid.distance(p)
        rows = np.flatnonzero(box_distance(p, self._tool_box) < F32(self.k) + np.maximum(-a, 0) + F32(1e-6))
        if len(rows):
            b = -self.tool.distance(gather(p, rows))
            h = np.maximum(F32(self.k) - np.abs(a[rows] - b), 0) / F32(self.k) if self.k > 0 else F32(0)
            a[rows] = np.maximum(a[rows], b) + h * h * F32(self.k / 4)
        return a

    def bounds(self) -> Box:
        return self.solid.bounds()


@dataclass(frozen=True)
class Intersection(Node):
    first: Node
    second: Node

    def distance(self, p: Points) -> Distances:
        return np.asarray(np.maximum(self.first.distance(p), self.second.distance(p)), F32)

    def bounds(self) -> Box:
        a, b = self.first.bounds(), self.second.bounds()
        return np.stack([np.maximum(a[0], b[0]), np.minimum(a[1], b[1])])


@dataclass(frozen=True)
class Grown(Node):
    child: Node
    radius: float

    def distance(self, p: Points) -> Distances:
        return self.child.distance(p) - F32(self.radius)

    def bounds(self) -> Box:
        box = self.child.bounds()
        return np.stack([box[0] - F32(self.radius), box[1] + F32(self.radius)])


@dataclass(frozen=True)
class Shell(Node):
    child: Node
    thickness: float

    def distance(self, p: Points) -> Distances:
        half = F32(self.thickness / 2)
        return np.asarray(np.abs(self.child.distance(p) + half) - half, F32)

    def bounds(self) -> Box:
        return self.child.bounds()


@dataclass(frozen=True)
class Roughened(Node):
    """Displacement by noise, divided by the slope that it adds, so that the distance stays a lower bound.

    The noise is whole within two amplitudes of the surface and fades to nothing at six.
    """

    child: Node
    amplitude: float
    wavelength: float
    seed: int = 0
    octaves: int = 3

    def distance(self, p: Points) -> Distances:
        d = self.child.distance(p)
        fade = np.minimum(F32(1.5) - np.abs(d) * F32(0.25 / self.amplitude), 1)
        near = np.flatnonzero(fade > 0)
        if len(near):
            noise = fractal_noise(gather(p, near), self.wavelength, self.seed, self.octaves)
            d[near] -= noise * fade[near] * F32(self.amplitude)
        return np.asarray(d * F32(1 / (1.25 + 2.5 * self.amplitude / self.wavelength)), F32)

    def bounds(self) -> Box:
        box = self.child.bounds()
        return np.stack([box[0] - F32(self.amplitude), box[1] + F32(self.amplitude)])
