"""Combining solids. Unions skip, point by point, the children whose boxes are farther than what was found already."""

from dataclasses import dataclass

import numpy as np

from .node import Box, Distances, Node, Points
from .noise import fractal_noise

F32 = np.float32


def box_distance(p: Points, box: Box) -> Distances:
    """Distance of every point to a box, 0 inside: a lower bound of the distance to anything in it."""
    outside = np.maximum(np.maximum(box[0] - p, p - box[1]), 0)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", outside, outside)), F32)


def nearest(nodes: tuple[Node, ...], boxes: tuple[Box, ...], p: Points) -> tuple[Distances, np.ndarray]:
    """Distance [N] to the union of the nodes, and which node [N] int32 is the nearest."""
    best = nodes[0].distance(p)
    which = np.zeros(len(p), np.int32)
    for i in range(1, len(nodes)):
        rows = np.flatnonzero(box_distance(p, boxes[i]) < best)
        if not len(rows):
            continue
        d = nodes[i].distance(p[rows])
        closer = d < best[rows]
        rows = rows[closer]
        best[rows] = d[closer]
        which[rows] = i
    return best, which


@dataclass(frozen=True)
class Union(Node):
    children: tuple[Node, ...]

    def distance(self, p: Points) -> Distances:
        return nearest(self.children, tuple(c.bounds() for c in self.children), p)[0]

    def bounds(self) -> Box:
        boxes = np.stack([c.bounds() for c in self.children])
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

    def distance(self, p: Points) -> Distances:
        best = self.children[0].distance(p)
        for child in self.children[1:]:
            rows = np.flatnonzero(box_distance(p, child.bounds()) < best + F32(self.k))
            if not len(rows):
                continue
            a, b = best[rows], child.distance(p[rows])
            h = np.maximum(F32(self.k) - np.abs(a - b), 0) / F32(self.k)
            best[rows] = np.minimum(a, b) - h * h * F32(self.k / 4)
        return best

    def bounds(self) -> Box:
        boxes = np.stack([c.bounds() for c in self.children])
        return np.stack(
            [boxes[:, 0].min(axis=0) - F32(self.k / 4), boxes[:, 1].max(axis=0) + F32(self.k / 4)]
        )


def blend(k: float, *children: Node) -> Node:
    """The smooth union of solids, joints of width `k` metres."""
    return Blend(children, k)


@dataclass(frozen=True)
class Difference(Node):
    """The first solid without the second; `k` > 0 rounds the cut's edge."""

    solid: Node
    tool: Node
    k: float = 0.0

    def distance(self, p: Points) -> Distances:
        a = self.solid.distance(p)
        rows = np.flatnonzero(
            box_distance(p, self.tool.bounds()) < F32(self.k) + np.maximum(-a, 0) + F32(1e-6)
        )
        if len(rows):
            b = -self.tool.distance(p[rows])
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
        return np.maximum(self.first.distance(p), self.second.distance(p))

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
        return np.abs(self.child.distance(p) + half) - half

    def bounds(self) -> Box:
        return self.child.bounds()


@dataclass(frozen=True)
class Roughened(Node):
    """Displacement by noise, divided by the slope that it adds, so that the distance stays a lower bound."""

    child: Node
    amplitude: float
    wavelength: float
    seed: int = 0
    octaves: int = 3

    def distance(self, p: Points) -> Distances:
        d = self.child.distance(p)
        near = np.flatnonzero(np.abs(d) < F32(4 * self.amplitude))
        steepness = F32(1 / (1 + 2.5 * self.amplitude / self.wavelength))
        far = np.sign(d) * np.maximum(np.abs(d) - F32(self.amplitude), F32(2 * self.amplitude))
        result = np.asarray(far * steepness, F32)
        if len(near):
            noise = fractal_noise(p[near], self.wavelength, self.seed, self.octaves)
            result[near] = (d[near] - noise * F32(self.amplitude)) * steepness
        return result

    def bounds(self) -> Box:
        box = self.child.bounds()
        return np.stack([box[0] - F32(self.amplitude), box[1] + F32(self.amplitude)])
