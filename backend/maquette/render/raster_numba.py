"""The rasteriser as compiled loops: the functions of `raster_numpy`, and its bytes, several times faster.

The arithmetic is written in the same order, without fused or reordered operations. Compiled code is kept on
the disk by numba. The loops let go of the interpreter, so that threads scale.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from .fragments import MIN_AREA

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]
Pair = tuple[float, float]
Line = tuple[Pair, Pair, Pair]
Edges = tuple[float, float, float, float, float, float, float]
Function = TypeVar("Function", bound=Callable[..., Any])


def _compiled(function: Function) -> Function:
    """Arithmetic as numpy's: divisions by zero give infinity, and nothing is reordered or fused."""
    compile_it: Any = functools.partial(numba.njit, nogil=True, error_model="numpy", fastmath=False)
    try:
        return cast(Function, compile_it(cache=True)(function))
    except RuntimeError:  # no folder to keep the code in can be written to
        return cast(Function, compile_it()(function))


def draw(corners: Floats, width: int, height: int, behind: Floats | None = None) -> tuple[Floats, Ids]:
    """As `raster_numpy.draw`."""
    nearest = np.full(height * width, np.inf)
    winner = np.full(height * width, -1, dtype=np.int32)
    floor = np.full(1, -np.inf) if behind is None else behind + 1e-6
    _draw(np.ascontiguousarray(corners), width, height, floor, nearest, winner)
    return nearest, winner


def draw_first(corners: Floats, width: int, height: int) -> Ids:
    """As `raster_numpy.draw_first`."""
    winner = np.full(height * width, -1, dtype=np.int32)
    _draw_first(np.ascontiguousarray(corners), width, height, winner)
    return winner


def weigh(corners: Floats, winner: Ids, width: int) -> Singles:
    """As `raster_numpy.weigh`."""
    barycentric = np.empty((len(winner), 3), dtype=np.float32)
    _weigh(np.ascontiguousarray(corners), winner, width, barycentric)
    return barycentric


def weigh_perspective(corners: Floats, over_w: Floats, winner: Ids, width: int) -> tuple[Singles, Singles]:
    """As `raster_numpy.weigh_perspective`."""
    barycentric = np.empty((len(winner), 3), dtype=np.float32)
    w = np.empty(len(winner), dtype=np.float32)
    _weigh_perspective(
        np.ascontiguousarray(corners), np.ascontiguousarray(over_w), winner, width, barycentric, w
    )
    return barycentric, w


def interpolate(values: Singles, face: npt.NDArray[np.integer[Any]], barycentric: Singles) -> Singles:
    """As `raster_numpy.interpolate`."""
    result = np.empty((len(face), values.shape[2]), dtype=np.float32)
    _interpolate(
        np.ascontiguousarray(values),
        np.ascontiguousarray(face, dtype=np.int32),
        np.ascontiguousarray(barycentric),
        result,
    )
    return result


@_compiled
def _first_center(place: float, limit: int) -> int:
    return int(np.ceil(min(max(place, 0.0), float(limit)) - 0.5))


@_compiled
def _box(corners: Floats, f: int, width: int, height: int) -> tuple[int, int]:
    """The rows of triangle f from first to before end; none where its box holds no pixel centre."""
    ax, bx, cx = corners[0, 0, f], corners[0, 1, f], corners[0, 2, f]
    ay, by, cy = corners[1, 0, f], corners[1, 1, f], corners[1, 2, f]
    if not abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) > MIN_AREA:
        return 0, 0
    if _first_center(max(ax, bx, cx), width) <= _first_center(min(ax, bx, cx), width):
        return 0, 0
    return _first_center(min(ay, by, cy), height), _first_center(max(ay, by, cy), height)


@_compiled
def _edges(corners: Floats, f: int) -> Edges:
    """The upper and the middle corner, then the slopes of the long edge and of the two short ones."""
    upper, lower = 0, 0
    for c in (1, 2):
        if corners[1, c, f] < corners[1, upper, f]:
            upper = c
        if corners[1, c, f] > corners[1, lower, f]:
            lower = c
    middle = 3 - upper - lower
    x0, y0 = corners[0, upper, f], corners[1, upper, f]
    x1, y1 = corners[0, middle, f], corners[1, middle, f]
    x2, y2 = corners[0, lower, f], corners[1, lower, f]
    return x0, y0, x1, y1, (x2 - x0) / (y2 - y0), (x1 - x0) / (y1 - y0), (x2 - x1) / (y2 - y1)


@_compiled
def _span(edges: Edges, row: int, width: int) -> tuple[int, int]:
    """The first column of a triangle in a row, and the one past its last."""
    x0, y0, x1, y1, long_slope, upper_slope, lower_slope = edges
    y = row + 0.5
    long_x = x0 + (y - y0) * long_slope
    short_x = x1 + (y - y1) * lower_slope if y >= y1 else x0 + (y - y0) * upper_slope
    return _first_center(min(long_x, short_x), width), _first_center(max(long_x, short_x), width)


@_compiled
def _depth_slopes(corners: Floats, f: int) -> Pair:
    ax, bx, cx = corners[0, 0, f], corners[0, 1, f], corners[0, 2, f]
    ay, by, cy = corners[1, 0, f], corners[1, 1, f], corners[1, 2, f]
    az, bz, cz = corners[2, 0, f], corners[2, 1, f], corners[2, 2, f]
    doubled_area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    slope_x = ((bz - az) * (cy - ay) - (cz - az) * (by - ay)) / doubled_area
    slope_y = ((cz - az) * (bx - ax) - (bz - az) * (cx - ax)) / doubled_area
    return slope_x, slope_y


@_compiled
def _draw(corners: Floats, width: int, height: int, floor: Floats, nearest: Floats, winner: Ids) -> None:
    peels = len(floor) == len(nearest)
    for f in range(corners.shape[2]):
        first_row, end_row = _box(corners, f, width, height)
        if end_row <= first_row:
            continue
        ax, ay, az = corners[0, 0, f], corners[1, 0, f], corners[2, 0, f]
        slope_x, slope_y = _depth_slopes(corners, f)
        edges = _edges(corners, f)
        for row in range(first_row, end_row):
            start, end = _span(edges, row, width)
            at_start = az + slope_y * (row + 0.5 - ay) + slope_x * (0.5 - ax)
            for column in range(start, end):
                pixel = row * width + column
                depth = at_start + slope_x * column
                if depth < nearest[pixel] and (not peels or depth > floor[pixel]):
                    nearest[pixel] = depth
                    winner[pixel] = f


@_compiled
def _draw_first(corners: Floats, width: int, height: int, winner: Ids) -> None:
    for f in range(corners.shape[2]):
        first_row, end_row = _box(corners, f, width, height)
        if end_row <= first_row:
            continue
        edges = _edges(corners, f)
        for row in range(first_row, end_row):
            start, end = _span(edges, row, width)
            for pixel in range(row * width + start, row * width + end):
                if winner[pixel] < 0:
                    winner[pixel] = f


@_compiled
def _weight_lines(corners: Floats, f: int) -> Line:
    ax, bx, cx = corners[0, 0, f], corners[0, 1, f], corners[0, 2, f]
    ay, by, cy = corners[1, 0, f], corners[1, 1, f], corners[1, 2, f]
    inverse = 1 / ((bx - ax) * (cy - ay) - (cx - ax) * (by - ay))
    return (
        (ax, ay),
        ((cy - ay) * inverse, (ax - cx) * inverse),
        ((ay - by) * inverse, (bx - ax) * inverse),
    )


@_compiled
def _flat_weights(lines: Line, column: int, row: int) -> tuple[float, float, float]:
    (ax, ay), (b_by_x, b_by_y), (c_by_x, c_by_y) = lines
    x, y = column + 0.5 - ax, row + 0.5 - ay
    of_b = min(max(x * b_by_x + y * b_by_y, 0.0), 1.0)
    of_c = min(max(x * c_by_x + y * c_by_y, 0.0), 1.0)
    return max(1 - of_b - of_c, 0.0), of_b, of_c


@_compiled
def _weigh(corners: Floats, winner: Ids, width: int, barycentric: Singles) -> None:
    last, lines = -1, ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))
    for row in range(len(winner) // width):
        for column in range(width):
            pixel = row * width + column
            f = winner[pixel]
            if f < 0:
                barycentric[pixel, 0] = barycentric[pixel, 1] = barycentric[pixel, 2] = 0
                continue
            if f != last:
                last, lines = f, _weight_lines(corners, f)
            a, b, c = _flat_weights(lines, column, row)
            total = a + b + c
            barycentric[pixel, 0] = a / total
            barycentric[pixel, 1] = b / total
            barycentric[pixel, 2] = c / total


@_compiled
def _weigh_perspective(
    corners: Floats, over_w: Floats, winner: Ids, width: int, barycentric: Singles, w: Singles
) -> None:
    last, lines = -1, ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))
    for row in range(len(winner) // width):
        for column in range(width):
            pixel = row * width + column
            f = winner[pixel]
            if f < 0:
                barycentric[pixel, 0] = barycentric[pixel, 1] = barycentric[pixel, 2] = 0
                w[pixel] = np.inf
                continue
            if f != last:
                last, lines = f, _weight_lines(corners, f)
            flat_a, flat_b, flat_c = _flat_weights(lines, column, row)
            a, b, c = flat_a * over_w[0, f], flat_b * over_w[1, f], flat_c * over_w[2, f]
            total = a + b + c
            barycentric[pixel, 0] = a / total
            barycentric[pixel, 1] = b / total
            barycentric[pixel, 2] = c / total
            w[pixel] = (flat_a + flat_b + flat_c) / total


@_compiled
def _interpolate(values: Singles, face: Ids, barycentric: Singles, result: Singles) -> None:
    for n in range(len(face)):
        f = face[n]
        a, b, c = barycentric[n]
        for channel in range(values.shape[2]):
            if f < 0:
                result[n, channel] = 0
            else:
                sum_ab = values[f, 0, channel] * a + values[f, 1, channel] * b
                result[n, channel] = sum_ab + values[f, 2, channel] * c
