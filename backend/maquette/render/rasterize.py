"""Triangles to pixels, in pictures and in the plane: the one interface to our rasterisers on a CPU.

The fill rule is that of `fragments`; `raster_numpy` and `raster_numba` draw by it, and `paths` chooses. The
same for tensors on any device is in `raster_torch`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .cameras import LEAST_W, Camera, to_screen
from .fragments import take_corners
from .paths import CHOOSER, Path

Floats = npt.NDArray[np.float64]


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
    path: Path | None = None,  # None: the one that pays
) -> GBuffer:
    """Which surface each pixel sees; of surfaces at one depth, the first face's. With `behind`, the next
    surface behind that one (depth peeling, Everitt 2001).

    Both sides of faces are seen. A face that reaches behind a perspective camera is left out as a whole.
    """
    path = path or CHOOSER.choose(len(faces) + width * height)
    clip = camera.project(vertices)
    kept = np.flatnonzero((clip[:, 3] > LEAST_W)[faces].all(axis=1))
    seen = faces if len(kept) == len(faces) else faces[kept]
    corners = take_corners(to_screen(clip, width, height), seen)
    nearest, winner = path.draw(corners, width, height, None if behind is None else behind.reshape(-1))
    if camera.is_perspective:
        with np.errstate(divide="ignore"):  # of corners in the plane of the camera, whose faces are left out
            over_w = take_corners(1 / clip[:, 3:], seen)[0]
        barycentric, depth = path.weigh_perspective(corners, over_w, winner, width)
    else:
        barycentric, depth = path.weigh(corners, winner, width), _parallel_depth(camera, nearest)
    shape = (height, width)
    face_id = _face_ids(winner, kept, len(faces))
    return GBuffer(
        face_id.reshape(shape), barycentric.reshape(*shape, 3), depth.reshape(shape), nearest.reshape(shape)
    )


def rasterize_plane(
    corners: npt.NDArray[np.floating[Any]],  # [F, 3, 2] in pixels, rows downwards
    width: int,
    height: int,
    path: Path | None = None,  # None: the one that pays
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """The first of the flat triangles on each pixel [H, W], -1 for none, and its weights there [H, W, 3]."""
    path = path or CHOOSER.choose(len(corners) + width * height)
    planes = np.ascontiguousarray(corners.transpose(2, 1, 0), dtype=np.float64)
    winner = path.draw_first(planes, width, height)
    barycentric = path.weigh(planes, winner, width)
    return winner.reshape(height, width), barycentric.reshape(height, width, 3)


def depth_map(
    points: Floats,  # [V, 3] x and y in pixels, and a depth
    faces: npt.NDArray[np.int32],  # [F, 3]
    width: int,
    height: int,
) -> Floats:  # [H, W], infinity where nothing is
    """The least depth at every pixel centre, as a shadow map needs it."""
    path = CHOOSER.choose(len(faces) + width * height)
    return path.draw(take_corners(points, faces), width, height)[0].reshape(height, width)


def _face_ids(winner: npt.NDArray[np.int32], kept: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.int32]:
    """The numbers that the drawn triangles, some of them left out, have among all."""
    if len(kept) == count:
        return winner
    return np.concatenate([kept, [-1]]).astype(np.int32)[winner]  # the last place is that of -1


def _parallel_depth(camera: Camera, ndc_z: Floats) -> npt.NDArray[np.float32]:
    """The distance along the axis of an orthographic camera; infinity stays."""
    return np.asarray((camera.projection[2, 3] - ndc_z) / camera.projection[2, 2], dtype=np.float32)
