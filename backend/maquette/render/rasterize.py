"""Triangles to pixels with numpy: a ragged z-buffer.

Every triangle is cut into the pixel rows it crosses, every row into its pixels; all rows, then all pixels,
of many triangles are handled as flat arrays. A pixel belongs to a triangle when its centre does, and
centres on a shared edge belong to exactly one side, so meshes have neither gaps nor double pixels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .cameras import Camera

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_CHUNK: Final = 1 << 20  # fragments at a time: bounds memory, and stays near the cache
_MIN_AREA: Final = (
    1e-7  # square pixels; thinner triangles hold no pixel centre that is worth its rounding errors
)


@dataclass(frozen=True)
class GBuffer:
    """What every pixel sees first. Row 0 is the top of the picture."""

    face_id: npt.NDArray[np.int32]  # [H, W], -1 where nothing is
    barycentric: npt.NDArray[np.float32]  # [H, W, 3] of the surface point (perspective-correct)
    depth: npt.NDArray[np.float32]  # [H, W] metres along the viewing axis, infinity where nothing is
    ndc_z: Floats  # [H, W] what the z-buffer compared: -1 near, 1 far, infinity where nothing is


def rasterize(
    vertices: npt.NDArray[np.floating[Any]],  # [V, 3] world
    faces: npt.NDArray[np.int32],  # [F, 3]
    camera: Camera,
    width: int,
    height: int,
    behind: Floats | None = None,  # [H, W] as ndc_z of another G-buffer
) -> GBuffer:
    """Which surface each pixel sees. With `behind`, the next surface behind that one (depth peeling,
    Everitt 2001).

    Both sides of faces are seen. A face that reaches behind a perspective camera is left out as a whole.
    """
    clip = camera.project(vertices)
    in_front = (clip[:, 3] > 1e-9)[faces].all(axis=1)
    ndc = clip[:, :3] / np.where(clip[:, 3:] > 1e-9, clip[:, 3:], 1)
    screen = np.stack([(ndc[:, 0] + 1) * (width / 2), (1 - ndc[:, 1]) * (height / 2), ndc[:, 2]], axis=1)
    kept = np.flatnonzero(in_front)
    corners = _take_corners(screen, faces[kept])
    nearest, winner = _depth_test(corners, width, height, None if behind is None else behind.ravel())
    pixels = np.flatnonzero(winner >= 0)
    face = kept[winner[pixels]]
    weights = _barycentric(corners[:2, :, winner[pixels]], pixels % width + 0.5, pixels // width + 0.5)
    weights /= clip[faces[face], 3]
    inverse_w = weights.sum(axis=1)
    barycentric = np.zeros((height * width, 3), dtype=np.float32)
    barycentric[pixels] = weights / inverse_w[:, None]
    face_id = np.full(height * width, -1, dtype=np.int32)
    face_id[pixels] = face
    depth = np.full(height * width, np.inf, dtype=np.float32)
    depth[pixels] = _view_distance(camera, nearest[pixels], inverse_w)
    shape = (height, width)
    return GBuffer(
        face_id.reshape(shape),
        barycentric.reshape(*shape, 3),
        depth.reshape(shape),
        nearest.reshape(shape),
    )


def depth_map(
    points: Floats,  # [V, 3] x and y in pixels, and a depth
    faces: npt.NDArray[np.int32],  # [F, 3]
    width: int,
    height: int,
) -> Floats:  # [H, W], infinity where nothing is
    """The least depth at every pixel centre, as a shadow map needs it."""
    nearest = np.full(height * width, np.inf)
    for _, pixel, depth in _fragments(_take_corners(points, faces), width, height):
        np.minimum.at(nearest, pixel, depth)
    return nearest.reshape(height, width)


def _take_corners(points: Floats, faces: npt.NDArray[np.int32]) -> Floats:
    """Corners by coordinate, corner and triangle, [3, 3, F]: every number of all triangles lies together."""
    return np.ascontiguousarray(points.T)[:, faces.T]


def _depth_test(
    corners: Floats, width: int, height: int, behind: Floats | None
) -> tuple[Floats, npt.NDArray[np.int32]]:
    """The least depth of every pixel and the triangle it is of, -1 for none. Of equals the last wins."""
    nearest = np.full(height * width, np.inf)
    winner = np.full(height * width, -1, dtype=np.int32)
    for face, pixel, depth in _fragments(corners, width, height):
        if behind is not None:
            # a surface is not behind itself: one part in a million of the depth range is its thickness
            hidden = depth > behind[pixel] + 1e-6
            face, pixel, depth = face[hidden], pixel[hidden], depth[hidden]
        np.minimum.at(nearest, pixel, depth)
        wins = depth == nearest[pixel]
        winner[pixel[wins]] = face[wins]
    return nearest, winner


def _fragments(corners: Floats, width: int, height: int) -> Iterator[tuple[Indices, Indices, Floats]]:
    """Every (triangle, flat pixel index, depth) that triangles cover, in chunks. `corners` as in
    `_take_corners`.
    """
    kept = _covering(corners, width, height)
    if len(kept) == 0:
        return
    (ax, bx, cx), (ay, by, cy), (az, bz, cz) = corners = corners[:, :, kept]
    # depth is linear in screen space: depth = az + slope_x (x - ax) + slope_y (y - ay)
    doubled_area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    slope_x = ((bz - az) * (cy - ay) - (cz - az) * (by - ay)) / doubled_area
    slope_y = ((cz - az) * (bx - ax) - (bz - az) * (cx - ax)) / doubled_area
    first_row = _first_center(np.minimum(np.minimum(ay, by), cy), height)
    end_row = _first_center(np.maximum(np.maximum(ay, by), cy), height)
    triangle, row = _expand(np.arange(len(kept)), first_row, end_row)
    left, right = _row_extents(corners, triangle, row + 0.5)
    start, end = _first_center(left, width), _first_center(right, width)
    filled = np.flatnonzero(end > start)
    triangle, row, start, end = triangle[filled], row[filled], start[filled], end[filled]
    slope = slope_x[triangle]
    depth = az[triangle] + slope_y[triangle] * (row + 0.5 - ay[triangle]) + slope * (0.5 - ax[triangle])
    line = row * width
    for part in _parts(end - start):
        span, column = _expand(np.arange(part.start, part.stop), start[part], end[part])
        yield kept[triangle[span]], line[span] + column, depth[span] + slope[span] * column


def _covering(corners: Floats, width: int, height: int) -> Indices:
    """The triangles whose box holds a pixel centre; in small pictures of fine meshes most hold none."""
    (ax, bx, cx), (ay, by, cy), _ = corners
    left, right = np.minimum(np.minimum(ax, bx), cx), np.maximum(np.maximum(ax, bx), cx)
    top, bottom = np.minimum(np.minimum(ay, by), cy), np.maximum(np.maximum(ay, by), cy)
    in_columns = _first_center(right, width) > _first_center(left, width)
    in_rows = _first_center(bottom, height) > _first_center(top, height)
    doubled_area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    return np.flatnonzero(in_columns & in_rows & (np.abs(doubled_area) > _MIN_AREA))


def _first_center(places: Floats, limit: int) -> Indices:
    """The first pixel whose centre lies at or beyond each place, from 0 to `limit`."""
    return np.asarray(np.ceil(np.clip(places, 0, limit) - 0.5), dtype=np.intp)


def _row_extents(corners: Floats, triangle: Indices, y: Floats) -> tuple[Floats, Floats]:
    """Where each triangle's outline crosses its row: the left and the right x. [N] triangle, [N] height of
    the row.

    Every row crosses the edge from the uppermost to the lowest corner, and one of the other two. An edge is
    always cut from its upper end, whichever triangle it belongs to, so neighbours get the very same crossing.
    """
    xs, ys = corners[0], corners[1]
    every = np.arange(xs.shape[1])
    upper, lower = ys.argmin(axis=0), ys.argmax(axis=0)
    middle = 3 - upper - lower
    (x0, y0), (x1, y1), (x2, y2) = ((xs[c, every], ys[c, every]) for c in (upper, middle, lower))
    with np.errstate(divide="ignore", invalid="ignore"):  # level edges have no slope and are never crossed
        long_slope = (x2 - x0) / (y2 - y0)
        short_slopes = np.stack([(x1 - x0) / (y1 - y0), (x2 - x1) / (y2 - y1)])
    below = (y >= y1[triangle]).astype(np.intp)
    start_x, start_y = np.stack([x0, x1]), np.stack([y0, y1])
    long_x = x0[triangle] + (y - y0[triangle]) * long_slope[triangle]
    short_x = start_x[below, triangle] + (y - start_y[below, triangle]) * short_slopes[below, triangle]
    return np.minimum(long_x, short_x), np.maximum(long_x, short_x)


def _expand(owner: Indices, start: Indices, end: Indices) -> tuple[Indices, Indices]:
    """Every whole number from start to below end of each owner, with its owner: two flat arrays."""
    counts = end - start
    total = np.cumsum(counts)
    numbers = np.arange(total[-1]) - np.repeat(total - counts - start, counts)
    return np.repeat(owner, counts), numbers


def _parts(counts: Indices) -> Iterator[slice]:
    """Slices of spans with about _CHUNK pixels each."""
    total = np.cumsum(counts)
    start = 0
    while start < len(counts):
        done = total[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(total, done + _CHUNK, side="right")))
        yield slice(start, stop)
        start = stop


def _barycentric(corners: Floats, x: Floats, y: Floats) -> Floats:  # [2, 3, N], [N], [N] -> [N, 3]
    """Weights of the corners at points inside, from signed areas; rounding outside is cut off."""
    (ax, bx, cx), (ay, by, cy) = corners
    area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
    of_b = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
    of_c = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
    weights = np.clip(np.stack([1 - of_b - of_c, of_b, of_c], axis=1), 0, 1)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _view_distance(camera: Camera, ndc_z: Floats, inverse_w: Floats) -> Floats:
    """For a perspective camera w is the distance along the axis; an orthographic one keeps it in z."""
    if camera.is_perspective:
        return 1 / inverse_w
    return np.asarray((camera.projection[2, 3] - ndc_z) / camera.projection[2, 2])
