"""Point arrays [N, 3], best in column order, so that one coordinate of all points is contiguous."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def columns(x: Floats, y: Floats, z: Floats) -> Floats:
    """Points [N, 3] from three coordinates [N], in column order."""
    points = np.empty((3, len(x)), np.float32)
    points[0], points[1], points[2] = x, y, z
    return points.T


def gather(points: Floats, rows: npt.NDArray[np.intp]) -> Floats:
    """The points at `rows`, in the order of the array: faster than indexing."""
    if len(rows) == len(points):
        return points
    if points.flags.f_contiguous:
        return points.T.take(rows, axis=1).T
    return points.take(rows, axis=0)


def length(*components: Floats) -> Floats:  # each [N]
    """The Euclidean length of vectors given by their components."""
    total = components[0] * components[0]
    for c in components[1:]:
        total += c * c
    return np.asarray(np.sqrt(total, out=total), np.float32)


def box_distance(points: Floats, box: Floats) -> Floats:
    """Distance [N] of points to a box [2, 3], 0 inside: a lower bound of that to anything in it."""
    total = np.zeros(len(points), np.float32)
    for axis in range(3):
        middle, half = (box[0, axis] + box[1, axis]) / 2, (box[1, axis] - box[0, axis]) / 2
        gap = np.abs(points[:, axis] - middle)
        gap -= half
        np.maximum(gap, 0, out=gap)
        gap *= gap
        total += gap
    return np.sqrt(total, out=total)
