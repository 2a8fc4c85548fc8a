"""Real objects for comparison: grids of distances, and fields rebuilt from seeds."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from training.data.build import build_field
from training.data.held_out import held_out
from training.data.plan import draw_plan

FINE = 64  # cells along each side where reconstructions are measured

Bools = npt.NDArray[np.bool_]


def centres(resolution: int) -> npt.NDArray[np.float32]:
    """Cell centres [R^3, 3] of the cube [-0.5, 0.5]^3, x slowest."""
    axis = (np.arange(resolution, dtype=np.float32) + 0.5) / resolution - 0.5
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3).astype(np.float32)


def fine_inside(seed: int, split: str) -> Bools:
    """[64, 64, 64] which cells of the object of a seed are inside."""
    field = build_field(draw_plan(seed, split, held_out()))
    distance = field.distance(np.asfortranarray(centres(FINE)), limit=0.1)
    return np.asarray(distance < 0).reshape(FINE, FINE, FINE)


def iou(a: Bools, b: Bools) -> float:
    """Intersection over union."""
    union = int((a | b).sum())
    return float((a & b).sum()) / union if union else 1.0


def overlaps(a: Sequence[Bools] | Bools, b: Sequence[Bools] | Bools) -> npt.NDArray[np.float32]:
    """[N, M] of all pairs."""
    x = np.stack(list(a)).reshape(len(a), -1).astype(np.float32)
    y = np.stack(list(b)).reshape(len(b), -1).astype(np.float32)
    common = x @ y.T
    return np.asarray(common / np.maximum(x.sum(1)[:, None] + y.sum(1)[None] - common, 1), np.float32)


def slopes(distance: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Unit gradients [R, R, R, 3] of a grid of distances."""
    found = np.stack(np.gradient(distance), axis=-1)
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-9), np.float32)


def lumpiness(made: npt.NDArray[np.float32], real: npt.NDArray[np.float32]) -> float:
    """Mean angle in degrees between the normals of two grids of distances in truncations, where both have a
    surface near.
    """
    near = (np.abs(made) < 0.35) & (np.abs(real) < 0.6)
    if not near.any():
        return 90.0
    cosine = (slopes(made)[near] * slopes(real)[near]).sum(-1)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean())
