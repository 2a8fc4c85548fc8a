"""The rasteriser with numpy alone: a ragged z-buffer. `raster_numba` gives the same bytes, faster.

Triangles come as `corners`, [D, 3, F]: column, row and, where D is 3, depth of every corner, in pixels. Flat
pixel arrays have P = height * width numbers; row 0 is the top.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .fragments import Spans, cut

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Ids = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]

_POINTS: Final = 1 << 14  # weighed or interpolated at a time, so that what is gathered stays in the cache


def draw(corners: Floats, width: int, height: int, behind: Floats | None = None) -> tuple[Floats, Ids]:
    """The least depth of every pixel [P], infinity for none, and the triangle it is of [P], -1 for none.

    Of equals the first triangle wins. With `behind` [P], only what lies deeper than that counts.
    """
    nearest = np.full(height * width, np.inf)
    winner = np.full(height * width, -1, dtype=np.int32)
    spans = cut(corners, width, height)
    slope, at_start = _depth_lines(corners, spans)
    line = spans.row * width
    for part in spans.parts():
        span, column = spans.pixels(part)
        pixel, depth = line[span] + column, at_start[span] + slope[span] * column
        face = spans.face[span]
        if behind is not None:
            # a surface is not behind itself: one part in a million of the depth range is its thickness
            hidden = depth > behind[pixel] + 1e-6
            face, pixel, depth = face[hidden], pixel[hidden], depth[hidden]
        np.minimum.at(nearest, pixel, depth)
        wins = depth == nearest[pixel]
        winner[pixel[wins]] = face[wins]  # of repeated pixels the last stays, and faces descend
    return nearest, winner


def draw_first(corners: Floats, width: int, height: int) -> Ids:
    """The first triangle that covers each pixel [P], -1 for none; a depth is let be."""
    winner = np.full(height * width, -1, dtype=np.int32)
    spans = cut(corners, width, height)
    line = spans.row * width
    for part in spans.parts():
        span, column = spans.pixels(part)
        winner[line[span] + column] = spans.face[span]
    return winner


def weigh(corners: Floats, winner: Ids, width: int) -> Singles:
    """Weights of the corners at the pixels' centres [P, 3], without perspective; zero for none."""
    barycentric = np.zeros((len(winner), 3), dtype=np.float32)
    lines = _weight_lines(corners)
    for pixels in _chunks(np.flatnonzero(winner >= 0)):
        weights = _flat_weights(lines[winner[pixels]], pixels, width)
        barycentric[pixels] = (weights / (weights[0] + weights[1] + weights[2])).T
    return barycentric


def weigh_perspective(
    corners: Floats,  # [D, 3, F]
    over_w: Floats,  # [3, F] 1 / w of the corners
    winner: Ids,  # [P]
    width: int,
) -> tuple[Singles, Singles]:
    """Perspective-correct weights [P, 3], zero for none, and w at the centres [P], infinity for none."""
    barycentric = np.zeros((len(winner), 3), dtype=np.float32)
    w = np.full(len(winner), np.inf, dtype=np.float32)
    lines, over_w = _weight_lines(corners), np.ascontiguousarray(over_w.T)
    for pixels in _chunks(np.flatnonzero(winner >= 0)):
        face = winner[pixels]
        flat = _flat_weights(lines[face], pixels, width)
        weights = flat * over_w[face].T
        total = weights[0] + weights[1] + weights[2]
        barycentric[pixels] = (weights / total).T
        w[pixels] = (flat[0] + flat[1] + flat[2]) / total
    return barycentric, w


def interpolate(
    values: Singles,  # [F, 3, C]
    face: npt.NDArray[np.integer[Any]],  # [N], -1 for none
    barycentric: Singles,  # [N, 3]
) -> Singles:  # [N, C]
    """What the corners carry, at points of their faces; zero at points of no face, whose weights are zero."""
    result = np.empty((len(face), values.shape[2]), dtype=np.float32)
    for first in range(0, len(face), _POINTS):
        part = slice(first, first + _POINTS)
        np.einsum("nkc,nk->nc", values[face[part]], barycentric[part], out=result[part])
    return result


def _depth_lines(corners: Floats, spans: Spans) -> tuple[Floats, Floats]:
    """Depth along every span as a line over columns: its slope [R] and its value at column 0 [R].

    Depth is linear in screen space: depth = az + slope_x (x - ax) + slope_y (y - ay).
    """
    (ax, bx, cx), (ay, by, cy), (az, bz, cz) = corners
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # triangles of no area have no spans
        doubled_area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        slope_x = ((bz - az) * (cy - ay) - (cz - az) * (by - ay)) / doubled_area
        slope_y = ((cz - az) * (bx - ax) - (bz - az) * (cx - ax)) / doubled_area
    face, slope = spans.face, slope_x[spans.face]
    at_start = az[face] + slope_y[face] * (spans.row + 0.5 - ay[face]) + slope * (0.5 - ax[face])
    return slope, at_start


def _chunks(pixels: Indices) -> Iterator[Indices]:
    for first in range(0, len(pixels), _POINTS):
        yield pixels[first : first + _POINTS]


def _weight_lines(corners: Floats) -> Floats:  # [F, 6]
    """Of every triangle corner a's place, and how the weights of b and c grow along x and y."""
    (ax, bx, cx), (ay, by, cy) = corners[:2]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # triangles of no area win no pixel
        inverse = 1 / ((bx - ax) * (cy - ay) - (cx - ax) * (by - ay))
        b_by_x, b_by_y = (cy - ay) * inverse, (ax - cx) * inverse
        c_by_x, c_by_y = (ay - by) * inverse, (bx - ax) * inverse
    return np.stack([ax, ay, b_by_x, b_by_y, c_by_x, c_by_y], axis=1)


def _flat_weights(lines: Floats, pixels: Indices, width: int) -> Floats:  # [N, 6], [N] -> [3, N]
    """Weights in the plane of the picture; rounding outside of the triangle is cut off."""
    ax, ay, b_by_x, b_by_y, c_by_x, c_by_y = lines.T
    row = pixels // width
    x, y = pixels - row * width + 0.5 - ax, row + 0.5 - ay
    weights = np.empty((3, len(pixels)))
    weights[1] = np.clip(x * b_by_x + y * b_by_y, 0, 1)
    weights[2] = np.clip(x * c_by_x + y * c_by_y, 0, 1)
    weights[0] = np.maximum(1 - weights[1] - weights[2], 0)
    return weights
