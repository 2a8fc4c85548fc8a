"""Where to look from: ten fixed views, then those that add most of what is still unseen."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.geometry.normals import face_normals
from maquette.progress import Progress
from maquette.render.cameras import Camera, direction_from, look_at, orthographic
from maquette.render.vectors import dot

from .screen import view_screen

# azimuth and elevation; around the middle first, then above and below, then two from a corner
FIXED = (
    *((60.0 * step, 0.0) for step in range(6)),
    (0.0, 90.0),
    (0.0, -90.0),
    (45.0, 45.0),
    (225.0, 45.0),
)
CANDIDATES = 60
LEAST_GAIN = 0.01  # share of the surface that a further view must add
MARGIN = 1.1  # of the picture's side over the object's largest extent
POINTS = 20_000  # on the surface, which are seen or not
PICTURE = 256  # pixels a side of the pictures that decide it
MIN_COSINE = 0.2  # as when texels are projected


def plan_views(
    mesh: Mesh, count: int = len(FIXED), extra: int = 4, progress: Progress | None = None
) -> list[Camera]:
    """The first `count` (at most 10) fixed views and up to `extra` more, each of which adds most.

    Orthographic, all of one scale, which holds the object with a margin. An extra view must add at least
    one hundredth of the surface.
    """
    progress = progress or Progress()
    every = orbit(mesh, [*FIXED[:count], *_spread_directions(CANDIDATES)])
    cameras, candidates = every[:count], every[count:]
    if extra == 0:
        return cameras
    progress.stage("plan views", len(cameras) + CANDIDATES)
    points, faces = _surface_points(mesh)
    unseen = np.ones(len(points), bool)
    for camera in cameras:
        unseen &= ~_sees(mesh, camera, points, faces)
        progress.step()
    if unseen.mean() < LEAST_GAIN:
        return cameras
    sees = []
    for camera in candidates:
        sees.append(_sees(mesh, camera, points, faces))
        progress.step()
    return cameras + [candidates[number] for number in _greedy(np.array(sees), unseen, extra)]


def _greedy(sees: npt.NDArray[np.bool_], unseen: npt.NDArray[np.bool_], most: int) -> list[int]:
    """Rows of `sees` [V, N], each the one that adds most of what those before left `unseen` [N]."""
    chosen: list[int] = []
    left = unseen.copy()
    while len(chosen) < most:
        gains = (sees & left).mean(axis=1)
        best = int(gains.argmax())
        if gains[best] < LEAST_GAIN:
            break
        chosen.append(best)
        left &= ~sees[best]
    return chosen


def orbit(mesh: Mesh, directions: Sequence[tuple[float, float]]) -> list[Camera]:
    """Orthographic cameras that look at the middle of the mesh from (azimuth, elevation) in degrees.

    All have one scale, that of the view which shows the mesh largest, so that details have one size in all
    pictures.
    """
    low, high = mesh.bounds.astype(np.float64)
    center = (low + high) / 2
    offsets = mesh.vertices - center
    radius = max(float(np.linalg.norm(offsets, axis=1).max()), 1e-6)
    poses = [_pose(center, radius, *direction) for direction in directions]
    half = max(float(np.abs(offsets @ pose[:3, :2]).max()) for pose in poses)
    projection = orthographic(MARGIN * max(half, 1e-6), radius, 5 * radius)
    return [Camera(pose, projection) for pose in poses]


def _pose(
    center: npt.NDArray[np.float64], radius: float, azimuth_deg: float, elevation_deg: float
) -> npt.NDArray[np.float64]:
    towards = direction_from(azimuth_deg, elevation_deg)
    is_vertical = abs(elevation_deg) > 89
    up = np.array([0.0, 1.0, 0.0] if is_vertical else [0.0, 0.0, 1.0])
    return look_at(center + 3 * radius * towards, center, up)


def _spread_directions(count: int) -> list[tuple[float, float]]:
    """Evenly over the sphere, along a golden spiral."""
    turn = 180 * (3 - np.sqrt(5))
    heights = 1 - (2 * np.arange(count) + 1) / count
    return [
        (float(number * turn % 360), float(np.degrees(np.arcsin(height))))
        for number, height in enumerate(heights)
    ]


def _surface_points(mesh: Mesh) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """POINTS places [N, 3] spread by area, and their faces [N]; the same ones every time."""
    random = np.random.default_rng(0)
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    total = np.cumsum(areas)
    faces = np.searchsorted(total, (np.arange(POINTS) + random.random(POINTS)) * (total[-1] / POINTS))
    faces = np.minimum(faces, len(areas) - 1)
    first, second = np.sqrt(random.random((POINTS, 1))), random.random((POINTS, 1))
    a, b, c = (corners[faces, k] for k in range(3))
    points = a * (1 - first) + b * (first * (1 - second)) + c * (first * second)
    return points.astype(np.float32), faces


def _sees(
    mesh: Mesh, camera: Camera, points: npt.NDArray[np.float32], faces: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """[N] whether the view sees each point of the surface, by the z-buffer of a small picture."""
    screen = view_screen(mesh, camera, PICTURE)
    places = screen.place(points)
    normals = face_normals(mesh.vertices, mesh.faces)[faces]
    column, row = (np.clip(side, 0, PICTURE - 1).astype(np.int64) for side in (places.x, places.y))
    shift = np.stack([column + 0.5 - places.x, row + 0.5 - places.y], axis=1)
    slopes = screen.slopes[faces]
    plane = places.depth + np.einsum("ni,ni->n", shift, slopes)
    tolerance = places.pixel + 0.5 * np.abs(slopes).sum(axis=1)
    turned = dot(normals, camera.towards(points)) >= MIN_COSINE
    return np.asarray(turned & (plane < screen.buffer.ndc_z[row, column] + tolerance))
