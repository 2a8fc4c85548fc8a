"""Placing and deforming solids: the point is moved into the child's frame, the child answers."""

from dataclasses import dataclass
from itertools import product

import numpy as np

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

    def _matrix(self) -> Points:
        c, s = np.cos(np.radians(self.degrees)), np.sin(np.radians(self.degrees))
        i, j = (self.axis + 1) % 3, (self.axis + 2) % 3
        m = np.eye(3, dtype=F32)
        m[i, i] = m[j, j] = c
        m[i, j], m[j, i] = -s, s
        return m

    def distance(self, p: Points) -> Distances:
        return self.child.distance(np.ascontiguousarray(p @ self._matrix()))

    def bounds(self) -> Box:
        corners = _corners(self.child.bounds()) @ self._matrix().T
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
    """Union of the child and its mirror image; exact where the child keeps to the positive side."""

    child: Node
    axis: int

    def distance(self, p: Points) -> Distances:
        q = p.copy()
        q[:, self.axis] = np.abs(q[:, self.axis])
        return self.child.distance(q)

    def bounds(self) -> Box:
        box = self.child.bounds().copy()
        reach = max(abs(box[0, self.axis]), abs(box[1, self.axis]))
        box[:, self.axis] = (-reach, reach)
        return box


@dataclass(frozen=True)
class Radial(Node):
    """Copies around Z. The point is folded into the nearest sector and, for safety, its neighbours' copies are not
    consulted: keep the child within its sector of 360 / count degrees."""

    child: Node
    count: int
    phase_deg: float = 0.0

    def distance(self, p: Points) -> Distances:
        sector = F32(2 * np.pi / self.count)
        angle = np.arctan2(p[:, 1], p[:, 0]) - F32(np.radians(self.phase_deg))
        folded = angle - sector * np.round(angle / sector)
        radius = np.hypot(p[:, 0], p[:, 1])
        return self.child.distance(
            np.stack([radius * np.cos(folded), radius * np.sin(folded), p[:, 2]], axis=1)
        )

    def bounds(self) -> Box:
        corners = _corners(self.child.bounds())
        r = F32(np.hypot(corners[:, 0], corners[:, 1]).max())
        return np.array([[-r, -r, corners[:, 2].min()], [r, r, corners[:, 2].max()]], F32)


@dataclass(frozen=True)
class Twisted(Node):
    """Divided by the worst stretch of the deformation, so that the distance stays a lower bound."""

    child: Node
    degrees_per_metre: float

    def _stretch(self) -> float:
        corners = _corners(self.child.bounds())
        reach = float(np.hypot(corners[:, 0], corners[:, 1]).max())
        return float(np.hypot(1.0, np.radians(self.degrees_per_metre) * reach))

    def distance(self, p: Points) -> Distances:
        angle = -np.radians(F32(self.degrees_per_metre)) * p[:, 2]
        c, s = np.cos(angle), np.sin(angle)
        q = np.stack([c * p[:, 0] - s * p[:, 1], s * p[:, 0] + c * p[:, 1], p[:, 2]], axis=1).astype(F32)
        return self.child.distance(q) / F32(self._stretch())

    def bounds(self) -> Box:
        corners = _corners(self.child.bounds())
        r = F32(np.hypot(corners[:, 0], corners[:, 1]).max())
        return np.array([[-r, -r, corners[:, 2].min()], [r, r, corners[:, 2].max()]], F32)


@dataclass(frozen=True)
class Tapered(Node):
    """Scales x and y with height; the distance is multiplied by the smaller of the scale and its slope correction."""

    child: Node
    z0: float
    z1: float
    top_scale: float

    def distance(self, p: Points) -> Distances:
        t = np.clip((p[:, 2] - F32(self.z0)) / F32(self.z1 - self.z0), 0, 1)
        scale = 1 + t * F32(self.top_scale - 1)
        q = p.copy()
        q[:, 0] /= scale
        q[:, 1] /= scale
        box = self.child.bounds()
        slope = abs(self.top_scale - 1) / abs(self.z1 - self.z0) * float(np.abs(box[:, :2]).max())
        return np.asarray(self.child.distance(q) * np.minimum(scale, 1) / F32(np.hypot(1.0, slope)), F32)

    def bounds(self) -> Box:
        box = self.child.bounds().copy()
        box[:, :2] *= F32(max(1.0, self.top_scale))
        return box
