# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of triangle corners painted into UV space, all triangles at once."""

import numpy as np
import numpy.typing as npt

_CHUNK = 1 << 22  # texels looked at in one go
_ON_EDGE = 1e-9  # a centre on an edge belongs to both sides


def paint(
    uvs: npt.NDArray[np.float32],  # [F, 3, 2], (0, 0) bottom left
    values: npt.NDArray[np.float32],  # [F, 3]
    size: int,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Interpolated values [S, S] and which texels a triangle covers [S, S]; row 0 is on top.

    Where triangles share a texel the largest value counts. A texel belongs to the triangles that its centre
    lies in.
    """
    painted = np.zeros(size * size, np.float32)
    covered = np.zeros(size * size, bool)
    corners = uvs.astype(np.float64) * size - 0.5  # texel centres on whole numbers
    low = np.clip(np.ceil(corners.min(axis=1)), 0, size).astype(np.int64)  # [F, 2]
    high = np.clip(np.floor(corners.max(axis=1)) + 1, 0, size).astype(np.int64)
    spans = np.maximum(high - low, 0)
    counts = spans[:, 0] * spans[:, 1]
    start = 0
    for end in _chunks(counts):
        face = np.repeat(np.arange(start, end), counts[start:end])
        inside = np.arange(len(face)) - np.repeat(
            np.cumsum(counts[start:end]) - counts[start:end], counts[start:end]
        )
        x = low[face, 0] + inside % np.maximum(spans[face, 0], 1)
        y = low[face, 1] + inside // np.maximum(spans[face, 0], 1)
        weights, hit = _barycentric(corners[face], np.stack([x, y], axis=-1))
        texel = (size - 1 - y[hit]) * size + x[hit]
        np.maximum.at(painted, texel, (weights[hit] * values[face[hit]]).sum(axis=1).astype(np.float32))
        covered[texel] = True
        start = end
    return painted.reshape(size, size), covered.reshape(size, size)


def _chunks(counts: npt.NDArray[np.int64]) -> list[int]:
    """Ends of runs of triangles that cover about as many texels as are looked at in one go."""
    if not len(counts):
        return []
    runs = np.cumsum(counts) // _CHUNK
    return [*(np.flatnonzero(np.diff(runs)) + 1).tolist(), len(counts)]


def _barycentric(
    corners: npt.NDArray[np.float64],  # [N, 3, 2]
    points: npt.NDArray[np.int64],  # [N, 2]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Weights [N, 3], and whether a point lies inside [N]."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    doubled_area = _cross(b - a, c - a)
    has_area = np.abs(doubled_area) > 1e-12
    edges = ((c - b, b), (a - c, c), (b - a, a))
    weights = np.stack([_cross(edge, points - begin) for edge, begin in edges], axis=-1)
    weights /= np.where(has_area, doubled_area, 1.0)[:, None]
    return weights, has_area & (weights >= -_ON_EDGE).all(axis=1)


def _cross(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
