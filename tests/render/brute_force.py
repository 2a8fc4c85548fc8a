"""Pictures by trying every pixel centre against every triangle: what all rasterisers must agree with."""

import numpy as np

from maquette.assets import Mesh
from maquette.render.cameras import Camera, fit_perspective, look_at, orthographic
from maquette.render.rasterize import GBuffer


def cameras(points: np.ndarray) -> list[Camera]:
    pose = look_at(np.array([2.0, -3, 1.5]), points.mean(axis=0))
    return [fit_perspective(points, 35, 20, 30, 0.9), Camera(pose, orthographic(0.7, 1, 10))]


def brute_force(vertices: np.ndarray, faces: np.ndarray, camera: Camera, size: int) -> GBuffer:
    """Every pixel centre against every triangle, by the signs of three edge functions."""
    clip = camera.project(vertices)
    ndc = clip[:, :3] / clip[:, 3:]
    x, y = (ndc[:, 0] + 1) * size / 2, (1 - ndc[:, 1]) * size / 2
    column, row = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5)
    face_id = np.full((size, size), -1, dtype=np.int32)
    nearest = np.full((size, size), np.inf)
    depth = np.full((size, size), np.inf)
    barycentric = np.zeros((size, size, 3))
    for number, (a, b, c) in enumerate(faces):
        area = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
        if area == 0:
            continue
        weights = np.stack(
            [
                ((x[j] - x[i]) * (row - y[i]) - (column - x[i]) * (y[j] - y[i])) / area
                for i, j in ((b, c), (c, a), (a, b))
            ],
            axis=-1,
        )
        z = weights @ ndc[[a, b, c], 2]
        closer = (weights >= 0).all(axis=-1) & (z < nearest)
        over_w = weights / clip[[a, b, c], 3]
        exact = over_w / over_w.sum(axis=-1, keepdims=True)
        world = exact @ vertices[[a, b, c]]
        away = (world - camera.position) @ -camera.camera_to_world[:3, 2]
        nearest[closer], face_id[closer] = z[closer], number
        barycentric[closer], depth[closer] = exact[closer], away[closer]
    return GBuffer(face_id, barycentric.astype(np.float32), depth.astype(np.float32), nearest)


def soup(count: int, seed: int) -> Mesh:
    """Triangles of all sizes that cross each other."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(count, 1, 3)) * 0.3
    corners = centers + rng.normal(size=(count, 3, 3)) * rng.uniform(0.01, 0.4, (count, 1, 1))
    faces = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    return Mesh(corners.reshape(-1, 3).astype(np.float32), faces)
