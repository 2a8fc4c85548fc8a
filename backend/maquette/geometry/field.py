"""Signed distance fields as plain callables: negative inside, metres, nearly 1-Lipschitz."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats
from maquette.progress import Progress

Distance = Callable[[Floats], Floats]  # [N, 3] metres -> [N] metres, negative inside
Gradient = Callable[[Floats], Floats]  # [N, 3] metres -> [N, 3], points outward

CHUNK_POINTS = 1 << 16  # bounds the memory of a field evaluation and the time to a cancel
TETRAHEDRON = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], np.float32)


def evaluate(distance: Distance, points: Floats, progress: Progress) -> Floats:
    """The distances [N] at `points` [N, 3], chunk by chunk, so that a cancel is heard between chunks."""
    values = np.empty(len(points), np.float32)
    for start in range(0, len(points), CHUNK_POINTS):
        progress.check()
        stop = start + CHUNK_POINTS
        values[start:stop] = distance(points[start:stop])
    return values


def evaluate_with_normals(
    distance: Distance,
    gradient: Gradient | None,
    points: Floats,  # [N, 3]
    step: float,
    progress: Progress,
) -> tuple[Floats, Floats]:
    """Distances [N] and unit outward normals [N, 3] of the field.

    Without `gradient` four samples at the corners of a tetrahedron of radius about `step` (metres) give
    both: their weighted sum is the gradient and their mean the distance, to second order.
    """
    values = np.empty(len(points), np.float32)
    normals = np.empty((len(points), 3), np.float32)
    for start in range(0, len(points), CHUNK_POINTS):
        progress.check()
        chunk = points[start : start + CHUNK_POINTS]
        stop = start + len(chunk)
        if gradient is not None:
            values[start:stop] = distance(chunk)
            normals[start:stop] = gradient(chunk)
            continue
        corners = (chunk[None] + np.float32(step) * TETRAHEDRON[:, None]).reshape(-1, 3)
        samples = distance(corners).reshape(4, -1)  # [4, n]
        values[start:stop] = samples.mean(axis=0)
        normals[start:stop] = samples.T @ TETRAHEDRON
    return values, normalized(normals)


def normalized(vectors: npt.ArrayLike) -> Floats:  # [..., 3]
    """Unit vectors; a vector too short to have a direction becomes +Z."""
    vectors = np.asarray(vectors, np.float32)
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    up = np.array([0, 0, 1], np.float32)
    return np.where(lengths > 1e-20, vectors / np.maximum(lengths, np.float32(1e-20)), up)
