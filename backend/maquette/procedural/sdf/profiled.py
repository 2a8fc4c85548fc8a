"""Solids drawn by an outline of lines and arcs: turned, hollow, cut from a plate, bent from strip or wire."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .node import Box, Distances, Node, Points
from .outline import Edge, Path, edges, path_bounds, path_distance, region_contains, region_distance
from .primitives import _box, _combine_2d, _length

F32 = np.float32


@dataclass(frozen=True)
class Lathe(Node):
    """A closed outline of (radius, z) turned about Z. Edges along the axis close it and bound nothing."""

    path: Path

    @cached_property
    def _edges(self) -> list[Edge]:
        return edges(self.path, closed=True)

    @cached_property
    def _surface(self) -> list[Edge]:
        return [e for e in self._edges if e.ax > 0 or e.bx > 0]

    def distance(self, p: Points) -> Distances:
        r = _length(p[:, 0], p[:, 1])
        d = path_distance(r, p[:, 2], self._surface)
        return np.asarray(np.where(region_contains(r, p[:, 2], self._edges), -d, d), F32)

    def bounds(self) -> Box:
        _, z0, r, z1 = path_bounds(self.path, closed=True)
        return _box((-r, -r, z0), (r, r, z1))


@dataclass(frozen=True)
class Vessel(Node):
    """A wall of constant thickness around an open path of (radius, z) turned about Z; its lip is round."""

    path: Path
    thickness: float

    @cached_property
    def _edges(self) -> list[Edge]:
        return edges(self.path, closed=False)

    def distance(self, p: Points) -> Distances:
        r = _length(p[:, 0], p[:, 1])
        return path_distance(r, p[:, 2], self._edges) - F32(self.thickness / 2)

    def bounds(self) -> Box:
        half = self.thickness / 2
        _, z0, r, z1 = path_bounds(self.path, closed=False)
        return _box((-r - half, -r - half, z0 - half), (r + half, r + half, z1 + half))


@dataclass(frozen=True)
class Plate(Node):
    """A closed outline of (x, z), seen from the front, of full `depth` along Y, its rims rounded by `round`.

    Rounding keeps the size; the outline's own concave corners need arcs of more than `round`.
    """

    path: Path
    depth: float
    round: float = 0.0

    @cached_property
    def _edges(self) -> list[Edge]:
        return edges(self.path, closed=True)

    def distance(self, p: Points) -> Distances:
        flat = region_distance(p[:, 0], p[:, 2], self._edges) + F32(self.round)
        return _combine_2d(flat, np.abs(p[:, 1]) - F32(self.depth / 2 - self.round)) - F32(self.round)

    def bounds(self) -> Box:
        x0, z0, x1, z1 = path_bounds(self.path, closed=True)
        return _box((x0, -self.depth / 2, z0), (x1, self.depth / 2, z1))


@dataclass(frozen=True)
class Blade(Node):
    """A plate ground to an edge all around: `edge` thick at its outline, `depth` from `bevel` inwards."""

    path: Path
    depth: float
    edge: float
    bevel: float

    @cached_property
    def _edges(self) -> list[Edge]:
        return edges(self.path, closed=True)

    def distance(self, p: Points) -> Distances:
        flat = region_distance(p[:, 0], p[:, 2], self._edges)
        side = np.abs(p[:, 1])
        rise = (self.depth - self.edge) / 2
        length = np.hypot(rise, self.bevel)
        ground = (flat * F32(rise) + (side - F32(self.edge / 2)) * F32(self.bevel)) / F32(length)
        plate = _combine_2d(flat, side - F32(self.depth / 2))
        return np.asarray(np.maximum(plate, ground), F32)

    def bounds(self) -> Box:
        x0, z0, x1, z1 = path_bounds(self.path, closed=True)
        return _box((x0, -self.depth / 2, z0), (x1, self.depth / 2, z1))


@dataclass(frozen=True)
class Strip(Node):
    """A path of (x, z), seen from the front, given a thickness in that plane and a full `depth` along Y.

    Bent wood, flat iron, upholstered shells. The ends of an open path are round.
    """

    path: Path
    thickness: float
    depth: float
    round: float = 0.0
    closed: bool = False

    @cached_property
    def _edges(self) -> list[Edge]:
        return edges(self.path, self.closed)

    def distance(self, p: Points) -> Distances:
        flat = path_distance(p[:, 0], p[:, 2], self._edges) - F32(self.thickness / 2 - self.round)
        return _combine_2d(flat, np.abs(p[:, 1]) - F32(self.depth / 2 - self.round)) - F32(self.round)

    def bounds(self) -> Box:
        half = self.thickness / 2
        x0, z0, x1, z1 = path_bounds(self.path, self.closed)
        return _box((x0 - half, -self.depth / 2, z0 - half), (x1 + half, self.depth / 2, z1 + half))


@dataclass(frozen=True)
class Wire(Node):
    """A round rod along a path of (x, z), seen from the front: handles, hoops, piping."""

    path: Path
    radius: float
    closed: bool = False

    @cached_property
    def _edges(self) -> list[Edge]:
        return edges(self.path, self.closed)

    def distance(self, p: Points) -> Distances:
        flat = path_distance(p[:, 0], p[:, 2], self._edges)
        return _length(flat, p[:, 1]) - F32(self.radius)

    def bounds(self) -> Box:
        x0, z0, x1, z1 = path_bounds(self.path, self.closed)
        r = self.radius
        return _box((x0 - r, -r, z0 - r), (x1 + r, r, z1 + r))
