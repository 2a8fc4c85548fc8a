"""Signed distance fields as plain callables: negative inside, metres, nearly 1-Lipschitz."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats
from maquette.progress import Progress
from maquette.threads import map_threads

Distance = Callable[[Floats], Floats]  # [N, 3] metres -> [N] metres, negative inside
Gradient = Callable[[Floats], Floats]  # [N, 3] metres -> [N, 3], points outward

SHARED_POINTS = 1 << 14  # fewer in a thread and it mostly waits for the interpreter
CHUNK_POINTS = 1 << 18  # bounds the memory of a field evaluation and the time to a cancel
TETRAHEDRON = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], np.float32)


def evaluate(distance: Distance, points: Floats, progress: Progress) -> Floats:
    """The distances [N] at `points` [N, 3], chunk by chunk, so that a cancel is heard between chunks.

    `distance` is called from several threads.
    """
    values = np.empty(len(points), np.float32)

    def fill(rows: slice) -> None:
        progress.check()
        values[rows] = distance(points[rows])

    map_threads(fill, chunks(len(points), CHUNK_POINTS))
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
    both: their weighted sum is the gradient and their mean the distance, to second order. `distance` and
    `gradient` are called from several threads.
    """
    values = np.empty(len(points), np.float32)
    normals = np.empty((len(points), 3), np.float32)

    def fill(rows: slice) -> None:
        progress.check()
        chunk = points[rows]
        if gradient is not None:
            values[rows], normals[rows] = distance(chunk), gradient(chunk)
            return
        corners = (chunk[None] + np.float32(step) * TETRAHEDRON[:, None]).reshape(-1, 3)
        samples = distance(corners).reshape(4, -1)  # [4, n]
        values[rows] = samples.mean(axis=0)
        normals[rows] = samples.T @ TETRAHEDRON

    map_threads(fill, chunks(len(points), CHUNK_POINTS // (1 if gradient is not None else 4)))
    return values, normalized(normals)


def chunks(count: int, size: int) -> list[slice]:
    """Equal ranges of at most `size` that make up 0 to `count`, an even number of them if there is enough to
    share: two threads then end together. The same on every machine, for what is computed may depend on it.
    """
    number = -(-count // size)
    if count >= 2 * SHARED_POINTS:
        number += number % 2
    edges = [count * i // max(number, 1) for i in range(number + 1)]
    return [slice(start, stop) for start, stop in pairwise(edges)]


def normalized(vectors: npt.ArrayLike) -> Floats:  # [..., 3]
    """Unit vectors; a vector too short to have a direction becomes +Z."""
    vectors = np.asarray(vectors, np.float32)
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    usable = lengths > 1e-20
    shrink = 1 / np.maximum(lengths, np.float32(1e-20))
    units = np.empty(vectors.shape, np.float32)
    for axis in range(3):  # rows of three are too short for numpy's loops
        np.multiply(vectors[..., axis], shrink, out=units[..., axis])
    if not usable.all():
        units[~usable] = (0, 0, 1)
    return units
