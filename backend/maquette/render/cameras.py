"""Cameras, and the one place where their conventions are written down.

The world is right-handed with Z up; an object's front faces -Y. A camera looks along its own -Z with +Y up
and +X to the right, as in OpenGL; `camera_to_world` places it. `projection` takes camera space to clip
space, also OpenGL's: after division by w, x and y run from -1 to 1, right and up, and z from -1 (near) to 1
(far). In pictures row 0 is the top and the centre of pixel (row, column) lies at (column + 0.5, row + 0.5).
Textures are pictures too: UVs start at the bottom left, so v = 1 is the upper edge of row 0.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .vectors import unit

Floats = npt.NDArray[np.float64]

UP = np.array([0.0, 0.0, 1.0])
LEAST_W: Final = 1e-9  # metres before a perspective camera; what is nearer, or behind, cannot be projected


@dataclass(frozen=True)
class Camera:
    """Where the camera stands and how it projects."""

    camera_to_world: Floats  # [4, 4]
    projection: Floats  # [4, 4]

    @property
    def position(self) -> Floats:  # [3]
        return self.camera_to_world[:3, 3]

    @property
    def is_perspective(self) -> bool:
        return bool(self.projection[3, 3] == 0)

    def shifted(self, x: float, y: float, size: int) -> "Camera":
        """The same camera with its picture of `size` pixels moved by parts of a pixel, right and down."""
        projection = self.projection.copy()
        projection[0] += projection[3] * (2 * x / size)
        projection[1] -= projection[3] * (2 * y / size)
        return Camera(self.camera_to_world, projection)

    @property
    def world_to_clip(self) -> Floats:  # [4, 4]
        return np.asarray(self.projection @ np.linalg.inv(self.camera_to_world))

    def project(self, points: npt.NDArray[np.floating[Any]]) -> Floats:  # [N, 3] -> [N, 4] in clip space
        world_to_clip = self.world_to_clip
        return np.asarray(points @ world_to_clip[:, :3].T + world_to_clip[:, 3], dtype=np.float64)

    def rays(self, width: int, height: int) -> tuple[Floats, Floats]:
        """Where the pixels' lines of sight start, on the near plane, and their unit directions [H, W, 3]."""
        x = (np.arange(width) + 0.5) * (2 / width) - 1
        y = 1 - (np.arange(height) + 0.5) * (2 / height)
        plane = np.stack(np.broadcast_arrays(x, y[:, None]), axis=-1)
        clip_to_world = self.camera_to_world @ np.linalg.inv(self.projection)
        ends = [plane @ clip_to_world[:, :2].T + clip_to_world @ [0, 0, z, 1] for z in (-1, 1)]
        near, far = (end[..., :3] / end[..., 3:] for end in ends)
        ahead = far - near
        return near, ahead / np.linalg.norm(ahead, axis=-1, keepdims=True)

    def towards(self, points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:  # [N, 3] -> [N, 3] unit
        """The directions from the points to the viewer."""
        if not self.is_perspective:
            return np.broadcast_to(self.camera_to_world[:3, 2].astype(np.float32), points.shape)
        return unit(self.position.astype(np.float32) - points)


def to_screen(clip: Floats, width: int, height: int) -> Floats:  # [N, 4] -> [N, 3]
    """Column, row and depth from -1 to 1 of points in clip space; without meaning behind the camera."""
    ndc = clip[:, :3] / np.where(clip[:, 3:] > LEAST_W, clip[:, 3:], 1)
    return np.stack([(ndc[:, 0] + 1) * (width / 2), (1 - ndc[:, 1]) * (height / 2), ndc[:, 2]], axis=1)


def texel_corners(uvs: npt.NDArray[np.floating[Any]], size: int) -> Floats:  # [..., 2] -> [..., 2]
    """UVs as columns and rows of a texture of `size`; the texel (x, y) spans x..x + 1, y..y + 1."""
    pixels = uvs.astype(np.float64) * size
    pixels[..., 1] = size - pixels[..., 1]
    return pixels


def look_at(eye: Floats, target: Floats, up: Floats = UP) -> Floats:
    """camera_to_world [4, 4] of a camera at `eye` that sees `target` in its middle. `up` must not be
    parallel.
    """
    backward = (eye - target) / np.linalg.norm(eye - target)
    right = np.cross(up, backward)
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3] = np.stack([right, np.cross(backward, right), backward, eye], axis=1)
    return pose


def direction_from(azimuth_deg: float, elevation_deg: float) -> Floats:  # [3] unit
    """From the object to the viewer: azimuth 0 sees the front (-Y), 90 sees the side at +X; elevation 90 is
    above.
    """
    azimuth, elevation = np.radians([azimuth_deg, elevation_deg])
    level = np.cos(elevation)
    return np.array([np.sin(azimuth) * level, -np.cos(azimuth) * level, np.sin(elevation)])


def perspective(fov_y_deg: float, near: float, far: float, aspect: float = 1.0) -> Floats:  # [4, 4]
    """`aspect` is width over height; near and far are distances in front of the camera, in metres."""
    scale = 1 / np.tan(np.radians(fov_y_deg) / 2)
    depth = [0, 0, (near + far) / (near - far), 2 * near * far / (near - far)]
    return np.array([[scale / aspect, 0, 0, 0], [0, scale, 0, 0], depth, [0, 0, -1, 0]])


def orthographic(half_height: float, near: float, far: float, aspect: float = 1.0) -> Floats:  # [4, 4]
    """Sees `half_height` metres up and down from the middle."""
    depth = [0, 0, 2 / (near - far), (near + far) / (near - far)]
    return np.array([[1 / (half_height * aspect), 0, 0, 0], [0, 1 / half_height, 0, 0], depth, [0, 0, 0, 1]])


def fit_perspective(
    points: npt.NDArray[np.floating[Any]],  # [N, 3]
    azimuth_deg: float,
    elevation_deg: float,
    fov_y_deg: float,
    fill: float,
) -> Camera:
    """The square camera of that direction which shows all points as large as `fill` (0 to 1) of the picture
    allows.

    In the camera's axes every point asks |x - c_x| <= k (c_z - z), and the same for y: linear in the
    camera's place c, so the closest c that centres the object is found without iterating.
    """
    pose = look_at(direction_from(azimuth_deg, elevation_deg), np.zeros(3))
    axes = pose[:3, :3]
    x, y, z = (points @ axes).T
    k = fill * np.tan(np.radians(fov_y_deg) / 2)
    right, left = (x + k * z).max(), (k * z - x).max()
    top, bottom = (y + k * z).max(), (k * z - y).max()
    center = np.array([(right - left) / 2, (top - bottom) / 2, max(right + left, top + bottom) / (2 * k)])
    pose[:3, 3] = axes @ center
    nearest, farthest = center[2] - z.max(), center[2] - z.min()
    return Camera(pose, perspective(fov_y_deg, 0.5 * nearest, 2 * farthest))
