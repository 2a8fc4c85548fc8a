"""A mesh as one camera sees it: faces on the screen, their depth planes, and where the depth jumps."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

from maquette.assets import Mesh
from maquette.render.cameras import Camera
from maquette.render.rasterize import GBuffer, rasterize

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

PIXELS_APART = 2.0  # surfaces this far apart in depth, in pixels, are different ones
STEEPEST = 1e3  # pixels of depth a pixel; edge-on faces have no depth plane

# Normalised depth is linear on the screen, for perspective cameras too; all comparisons use it.


@dataclass(frozen=True)
class Places:
    """N points on the screen."""

    x: Doubles  # [N] pixels from the left
    y: Doubles  # [N] pixels from the top
    depth: Doubles  # [N]
    metre: Doubles  # [N] how much depth a metre along the view is there
    pixel: Doubles  # [N] how much depth the width of a pixel is there


@dataclass(frozen=True)
class Screen:
    """Places are in pixels of a square picture, depths normalised: -1 near, 1 far."""

    camera: Camera
    size: int
    corners: Doubles  # [F, 3, 3] x, y and depth of each face's corners
    slopes: Doubles  # [F, 2] change of depth for a pixel to the right and one down
    in_front: npt.NDArray[np.bool_]  # [F] no corner lies behind a perspective camera
    buffer: GBuffer

    def place(self, points: npt.NDArray[np.float32]) -> Places:  # [N, 3]
        return _place(self.camera, points, self.size)


def view_screen(mesh: Mesh, camera: Camera, size: int) -> Screen:
    """Draws the mesh and computes the depth planes of its faces."""
    places = _place(camera, mesh.vertices, size)
    in_front = (camera.project(mesh.vertices)[:, 3] > 1e-9)[mesh.faces].all(axis=1)
    corners = np.stack([places.x, places.y, places.depth], axis=1)[mesh.faces]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = first[:, 0] * second[:, 1] - second[:, 0] * first[:, 1]
    safe = np.where(np.abs(area) > 1e-12, area, np.inf)
    slope_x = (first[:, 2] * second[:, 1] - second[:, 2] * first[:, 1]) / safe
    slope_y = (second[:, 2] * first[:, 0] - first[:, 2] * second[:, 0]) / safe
    buffer = rasterize(mesh.vertices, mesh.faces, camera, size, size)
    return Screen(camera, size, corners, np.stack([slope_x, slope_y], axis=1), in_front, buffer)


def edge_distance(screen: Screen, mesh: Mesh) -> Floats:
    """[H, W] how many pixels each pixel is from the nearest jump in depth, outlines included."""
    seen = screen.buffer.face_id >= 0
    faces = screen.buffer.face_id[seen]
    depth = np.where(seen, screen.buffer.ndc_z, 0)
    slopes = np.zeros((*depth.shape, 2))
    slopes[seen] = screen.slopes[faces]
    tolerance = np.zeros(depth.shape)
    pixel = screen.place(mesh.vertices[mesh.faces].mean(axis=1)).pixel
    tolerance[seen] = PIXELS_APART * pixel[faces] + np.abs(screen.slopes[faces]).sum(axis=1)
    edge = np.zeros(depth.shape, bool)
    for axis in (0, 1):
        here, there = [_side(axis, end) for end in (slice(None, -1), slice(1, None))]
        step = slopes[..., 1 - axis]  # rows are y
        rise = depth[there] - depth[here]
        # A crease bends one plane into the other; only a gap is off both.
        gap = np.minimum(np.abs(rise - step[here]), np.abs(rise - step[there]))
        jumps = (seen[here] != seen[there]) | (gap > np.maximum(tolerance[here], tolerance[there]))
        edge[here] |= jumps
        edge[there] |= jumps
    if not edge.any():
        return np.full(depth.shape, np.inf, np.float32)
    return np.asarray(distance_transform_edt(~edge), dtype=np.float32)


def _side(axis: int, end: slice) -> tuple[slice, slice]:
    return (end, slice(None)) if axis == 0 else (slice(None), end)


def _place(camera: Camera, points: npt.NDArray[np.float32], size: int) -> Places:
    clip = camera.project(points)
    w = np.where(clip[:, 3] > 1e-9, clip[:, 3], 1)
    x, y, depth = (clip[:, :3] / w[:, None]).T
    slope = camera.projection[2, 3] / w**2 if camera.is_perspective else camera.projection[2, 2]
    metre = np.broadcast_to(np.abs(slope), w.shape)
    pixel = metre * 2 * w / (camera.projection[1, 1] * size)
    return Places((x + 1) * (size / 2), (1 - y) * (size / 2), depth, metre, pixel)
