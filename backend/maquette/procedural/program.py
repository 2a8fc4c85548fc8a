"""A built object as one signed-distance field with materials, which meshes and grids are sampled from."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.texture.surface import SurfaceSample

from . import patterns
from .kind import Part
from .sdf import Box, Distances, Points, nearest

CHUNK_POINTS: Final = 1 << 17  # bounds the memory of an evaluation; threads share the work in such pieces
EXTENT_CELLS: Final = 26  # along the longest side
OUTERMOST: Final = 128  # points of each side that are moved onto the surface
NEWTON_ROUNDS: Final = 4
TIPS: Final = 16  # outermost points that are followed to the very tip, in each direction
TIP_STEPS: Final = (0.8, 0.5, 0.3, 0.15, 0.08)  # cells
GRADIENT_STEP: Final = 2e-4  # of the longest side: above float32 rounding, below any feature
NEAR: Final = 0.02  # of the longest side: what is asked for its material lies nearer to the surface
TETRAHEDRON: Final = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], np.float32)

Indices = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Program:
    """Parts in metres, standing on z = 0, front to -Y. Make one with `build` or `assemble`.

    `slots` are the parts' places in the kind's list of parts, the same for every object of a kind; `unit` is
    by how much the object was scaled from its natural size.
    """

    kind: str
    seed: int
    parts: tuple[Part, ...]
    slots: tuple[int, ...]
    unit: float = 1.0
    found_extent: Box | None = field(
        default=None, repr=False, compare=False
    )  # what `extent` found before a move

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        """A box [2, 3] around each part."""
        return tuple(part.solid.bounds() for part in self.parts)

    @cached_property
    def bounds(self) -> Box:
        """A box [2, 3] that holds the object, with some slack."""
        boxes = np.stack(self.boxes)
        return np.stack([boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)])

    @cached_property
    def longest(self) -> float:
        """The longest side of `bounds` in metres."""
        return float((self.bounds[1] - self.bounds[0]).max())

    def distance(self, points: Points, limit: float = np.inf) -> Distances:
        """Signed distance [N] in metres of points [N, 3]; parts farther than `limit` are not asked."""
        result = np.empty(len(points), np.float32)
        for rows in _chunks(len(points)):
            result[rows] = self._nearest(points[rows], limit)[0]
        return result

    def opaque_distance(self, points: Points) -> Distances:
        """The same of the parts alone that are not looked through; far away where there is none."""
        if self._opaque is None:
            return np.full(len(points), self.longest, np.float32)
        return self._opaque.distance(points)

    def nearest_part(self, points: Points, limit: float = np.inf) -> Indices:
        """Which of `parts` is nearest (or deepest) at every point, [N] int32; 0 if all are beyond `limit`."""
        result = np.empty(len(points), np.int32)
        for rows in _chunks(len(points)):
            result[rows] = self._nearest(points[rows], limit)[1]
        return result

    def both(self, points: Points, limit: float = np.inf) -> tuple[Distances, Indices]:
        """`distance` and `nearest_part` at once."""
        distance, which = np.empty(len(points), np.float32), np.empty(len(points), np.int32)
        for rows in _chunks(len(points)):
            distance[rows], which[rows] = self._nearest(points[rows], limit)
        return distance, which

    def gradient(self, points: Points) -> Points:
        """The field's gradient [N, 3], outward, of about unit length, by differences."""
        return self._expanded(points)[1]

    def surface(
        self,
        points: Points,  # [N, 3] metres
        normals: Points,  # [N, 3] unit
        texel: float = 1e-4,  # metres between samples: finer features are left out
        detail: float = 1.0,  # strength of relief and contrast
    ) -> SurfaceSample:
        """The materials at surface points."""
        which = self.nearest_part(points, NEAR * self.longest)
        color, height = np.zeros((len(points), 3), np.float32), np.zeros(len(points), np.float32)
        roughness, metallic = np.ones(len(points), np.float32), np.zeros(len(points), np.float32)
        emission, opacity = np.zeros(len(points), np.float32), np.ones(len(points), np.float32)
        for i, (part, box) in enumerate(zip(self.parts, self.boxes, strict=True)):
            rows = np.flatnonzero(which == i)
            if len(rows):
                color[rows], roughness[rows], metallic[rows], height[rows] = patterns.apply(
                    part.finish,
                    points[rows] - (box[0] + box[1]) / 2,
                    normals[rows],
                    grain=part.grain,
                    seed=_part_seed(self.seed, part.name),
                    unit=self._pattern_unit(),
                    texel=texel,
                    detail=detail,
                )
                emission[rows], opacity[rows] = part.finish.emission, part.finish.opacity
        # alike for every batch of points
        glows = any(part.finish.emission > 0 for part in self.parts)
        is_clear = any(part.finish.opacity < 1 for part in self.parts)
        return SurfaceSample(
            color,
            roughness,
            metallic,
            height,
            emissive_srgb=color * emission[:, None] if glows else None,
            opacity=opacity if is_clear else None,
        )

    @cached_property
    def extent(self) -> Box:
        """The box [2, 3] of the surface itself, to about a hundredth of the longest side.

        Of a coarse grid's points near the surface the outermost are moved onto it by Newton's method.
        """
        if self.found_extent is not None:
            return self.found_extent
        cell = self.longest / EXTENT_CELLS
        points = self._lattice(cell)
        distance = self.distance(points, limit=cell)
        near = np.abs(distance) < 0.88 * cell  # half a cell's diagonal
        if not near.any():
            raise ValueError(
                f"the {self.kind} of seed {self.seed} has no surface: its builder made empty parts"
            )
        found = self._projected(_outermost(points[near], distance[near]))
        found = np.concatenate([found, self._towards_tips(found, cell)])
        return np.stack([found.min(axis=0), found.max(axis=0)])

    def moved(self, x: float, y: float, z: float) -> "Program":
        """The object elsewhere."""
        parts = tuple(replace(p, solid=p.solid.at(x, y, z)) for p in self.parts)
        return replace(self, parts=parts, found_extent=self.extent + np.array([x, y, z], np.float32))

    def scaled(self, factor: float) -> "Program":
        """The object larger or smaller about the origin, its patterns with it."""
        parts = tuple(replace(p, solid=p.solid.scaled(factor)) for p in self.parts)
        return replace(
            self, parts=parts, unit=self.unit * factor, found_extent=self.extent * np.float32(factor)
        )

    def settled(self) -> "Program":
        """The object with the centre of its base on the origin."""
        low, high = self.extent.astype(float)
        return self.moved(-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, -low[2])

    @cached_property
    def _opaque(self) -> "Program | None":
        """The object without the parts that are looked through."""
        kept = [i for i, part in enumerate(self.parts) if part.finish.opacity == 1]
        parts, slots = tuple(self.parts[i] for i in kept), tuple(self.slots[i] for i in kept)
        return replace(self, parts=parts, slots=slots) if parts else None

    def _nearest(self, points: Points, limit: float) -> tuple[Distances, Indices]:
        return nearest(
            tuple(p.solid for p in self.parts), self.boxes, np.asfortranarray(points, np.float32), limit
        )

    def _lattice(self, cell: float) -> Points:
        """Points [N, 3] of a grid over the bounds and a margin around them."""
        axes = [np.arange(a - cell, b + 2 * cell, cell, dtype=np.float32) for a, b in self.bounds.T]
        grid = np.stack(np.meshgrid(*axes, indexing="ij")).reshape(3, -1)
        return np.asarray(grid.T, np.float32)

    def _projected(self, points: Points) -> Points:
        """Points near the surface moved onto it; those that do not arrive are left out."""
        for _ in range(NEWTON_ROUNDS):
            distance, slope = self._expanded(points)
            steepness = np.maximum((slope * slope).sum(axis=1), np.float32(1e-3))
            points = points - slope * (distance / steepness)[:, None]
        return np.asarray(points[np.abs(self.distance(points)) < 1e-3 * self.longest], np.float32)

    def _towards_tips(self, found: Points, cell: float) -> Points:
        """The outermost surface points of each direction, some steps farther along the surface."""
        directions = np.concatenate([np.eye(3), -np.eye(3)]).astype(np.float32)
        rows = [np.argsort(found @ wanted, kind="stable")[-TIPS:] for wanted in directions]
        points = found[np.concatenate(rows)]
        wanted = np.repeat(directions, [len(r) for r in rows], axis=0)
        normals = _normalized(self._expanded(points)[1])
        along = _normalized(wanted - normals * np.einsum("ij,ij->i", wanted, normals)[:, None])
        steps = np.array(TIP_STEPS, np.float32)[:, None, None] * np.float32(cell)
        return self._projected((points + along * steps).reshape(-1, 3))

    def _expanded(self, points: Points) -> tuple[Distances, Points]:
        """Distance [N] and gradient [N, 3] from four samples around each point: mean and differences."""
        step = np.float32(GRADIENT_STEP * self.longest)
        distance, gradient = np.empty(len(points), np.float32), np.empty((len(points), 3), np.float32)
        for rows in _chunks(len(points), CHUNK_POINTS // 4):
            corners = (points[rows] + step * TETRAHEDRON[:, None]).reshape(-1, 3)
            samples = self._nearest(corners, np.inf)[0].reshape(4, -1)
            distance[rows] = samples.mean(axis=0)
            gradient[rows] = samples.T @ TETRAHEDRON / (4 * step)
        return distance, gradient

    def _pattern_unit(self) -> float:
        """Large things carry larger features and small ones finer, though less than in proportion."""
        natural = self.longest / self.unit
        return self.unit * float(np.clip(natural**0.35, 0.35, 2.0))


def _outermost(points: Points, distance: Distances) -> Points:
    """The points whose nearest surface lies farthest along an axis, some for each of the six directions.

    From a point at distance d the surface reaches to x - d at least.
    """
    reach = np.concatenate([points.T - distance, -points.T - distance])  # [6, N]
    count = min(OUTERMOST, len(points))
    rows = np.argpartition(-reach, count - 1, axis=1)[:, :count]
    return np.asarray(points[np.unique(rows)], np.float32)


def _normalized(vectors: Points) -> Points:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, np.float32(1e-6)), np.float32)


def _chunks(count: int, size: int = CHUNK_POINTS) -> Iterator[slice]:
    for start in range(0, count, size):
        yield slice(start, min(count, start + size))


def _part_seed(seed: int, name: str) -> int:
    """A seed for a part's pattern, so that neighbours of one material do not line up."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=3).digest(), "little")
