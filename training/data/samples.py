"""What the model learns a shape from: a coarse grid, and points with distance, normal and slot."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .build import Field

RESOLUTION: Final = 32
TRUNCATION: Final = 0.1  # of the cube
POINTS: Final = 4096
NEAR_POINTS: Final = 2736  # of them, within NEAR of the surface; the rest lie anywhere in the cube
NEAR: Final = 0.03  # of the cube
GRADIENT_STEP: Final = 5e-4  # of the cube
TETRAHEDRON: Final = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], np.float32)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Samples:
    """Distances in cube sides, positive outside, cut off at ±TRUNCATION. The first NEAR_POINTS are near."""

    grid: npt.NDArray[np.float16]  # [R, R, R] indexed [x, y, z], at cell centres
    points: npt.NDArray[np.float16]  # [N, 3]
    point_distance: npt.NDArray[np.float16]  # [N]
    point_normal: npt.NDArray[np.float16]  # [N, 3] unit gradient, 0 for points that are not near
    point_slot: npt.NDArray[np.uint8]  # [N]


def sample(field: Field, rng: np.random.Generator) -> Samples:
    """Samples of a field; the same generator gives the same."""
    centres = _cell_centres()
    grid = np.clip(field.distance(centres, limit=2 * TRUNCATION), -TRUNCATION, TRUNCATION)
    near = _near_points(field, centres, grid, rng)
    rest = rng.uniform(-0.5, 0.5, (POINTS - len(near), 3))
    points = (
        np.concatenate([near, rest]).astype(np.float16).astype(np.float32)
    )  # values belong to what is kept
    distance, slot = field.both(np.asfortranarray(points))
    normals = np.zeros((POINTS, 3), np.float16)
    normals[: len(near)] = gradient(field, points[: len(near)])
    return Samples(
        grid.astype(np.float16).reshape(RESOLUTION, RESOLUTION, RESOLUTION),
        points.astype(np.float16),
        np.clip(distance, -TRUNCATION, TRUNCATION).astype(np.float16),
        normals,
        slot,
    )


def gradient(field: Field, points: Floats) -> Floats:
    """Unit gradients [N, 3] of the distance, by differences."""
    corners = (points + np.float32(GRADIENT_STEP) * TETRAHEDRON[:, None]).reshape(-1, 3)
    slope = field.distance(np.asfortranarray(corners)).reshape(4, -1).T @ TETRAHEDRON
    return np.asarray(slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-8), np.float32)


def _near_points(field: Field, centres: Floats, grid: Floats, rng: np.random.Generator) -> Floats:
    """NEAR_POINTS points [N, 3] spread evenly over the band around the surface."""
    cell = 1 / RESOLUTION
    cells = centres[np.abs(grid) < NEAR + cell * np.sqrt(0.75)]
    found: list[Floats] = []
    count = 0
    while count < NEAR_POINTS:
        tried = rng.choice(cells, 2 * NEAR_POINTS) + rng.uniform(-cell / 2, cell / 2, (2 * NEAR_POINTS, 3))
        tried = np.clip(tried, -0.5, 0.5).astype(np.float32)
        kept = tried[np.abs(field.distance(np.asfortranarray(tried), limit=TRUNCATION)) < NEAR]
        found.append(kept)
        count += len(kept)
    return np.concatenate(found)[:NEAR_POINTS]


def _cell_centres() -> Floats:
    """Points [R^3, 3] in column order, x slowest."""
    axis = (np.arange(RESOLUTION, dtype=np.float32) + np.float32(0.5)) / np.float32(RESOLUTION) - np.float32(
        0.5
    )
    return np.asarray(np.stack(np.meshgrid(axis, axis, axis, indexing="ij")).reshape(3, -1).T)
