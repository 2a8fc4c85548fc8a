"""Drawing triangles against embree's rays: views in perspective, and textures by rays down onto the UVs.

CPU seconds of this process, the best of a few rounds. Embree's hierarchy and the rays are made before, and
what it is asked for is a full record of the hits; ours begins with the mesh and ends with a G-buffer.
"""

import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene

from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.progress import Progress
from maquette.render import raster_numba, raster_numpy
from maquette.render.cameras import fit_perspective, texel_corners
from maquette.render.rasterize import rasterize, rasterize_plane

from .blob import decimated, raw_blob
from .table import Row, at_least

VIEW_FACES: Final = 50_000
VIEW_SIZE: Final = 1024
UV_FACES: Final = 20_000
UV_SIZE: Final = 2048
UV_PADDING: Final = 16
ROUNDS: Final = 7


def rows() -> list[Row]:
    """Views with numba and with numpy, textures with numba, and how many pixels show embree's triangle."""
    return [*_views(), *_textures()]


def _views() -> list[Row]:
    vertices, faces = decimated(*raw_blob(), VIEW_FACES)
    camera = fit_perspective(vertices, 35.0, 20.0, 30.0, 0.9)
    scene = _scene(vertices[faces])
    origins, directions = (_rays(part) for part in camera.rays(VIEW_SIZE, VIEW_SIZE))
    embree = _cpu_seconds(lambda: scene.run(origins, directions, output=True))
    compiled, plain = (
        _cpu_seconds(lambda path=path: rasterize(vertices, faces, camera, VIEW_SIZE, VIEW_SIZE, path=path))
        for path in (raster_numba, raster_numpy)
    )
    seen = rasterize(vertices, faces, camera, VIEW_SIZE, VIEW_SIZE, path=raster_numba).face_id.reshape(-1)
    same = 100 * float((scene.run(origins, directions) == seen).mean())
    name = f"G-buffer, {round(len(faces), -3) // 1000}k faces, {VIEW_SIZE} px"
    return [
        at_least(f"{name}, numba", embree / compiled, "x faster", 4.0, _told(embree, compiled)),
        at_least(f"{name}, numpy", embree / plain, "x as fast", 0.6, _told(embree, plain)),
        at_least(f"{name}, same triangle", same, "% of pixels", 99.99, "embree"),
    ]


def _textures() -> list[Row]:
    vertices, faces = decimated(*raw_blob(), UV_FACES)
    corners = texel_corners(unwrap(vertices, faces, UV_SIZE, UV_PADDING, Progress()), UV_SIZE)
    scene = _scene(np.concatenate([corners, np.zeros((*corners.shape[:2], 1))], axis=2))
    row, column = np.mgrid[0:UV_SIZE, 0:UV_SIZE] + 0.5
    origins = _rays(np.stack([column, row, np.ones_like(row)], axis=-1))
    directions = np.tile(np.float32([0, 0, -1]), (len(origins), 1))
    embree = _cpu_seconds(lambda: scene.run(origins, directions, output=True))
    ours = _cpu_seconds(lambda: rasterize_plane(corners, UV_SIZE, UV_SIZE, raster_numba))
    face_id, _ = rasterize_plane(corners, UV_SIZE, UV_SIZE, raster_numba)
    same = 100 * float((scene.run(origins, directions) == face_id.reshape(-1)).mean())
    name = f"UV raster, {round(len(faces), -3) // 1000}k faces, {UV_SIZE} px"
    return [
        at_least(f"{name}, numba", embree / ours, "x faster", 8.0, _told(embree, ours)),
        at_least(f"{name}, same triangle", same, "% of texels", 99.99, "embree"),
    ]


def _scene(triangles: npt.NDArray[np.floating[Any]]) -> EmbreeScene:  # [F, 3, 3]
    scene = EmbreeScene()
    TriangleMesh(scene, np.ascontiguousarray(triangles, dtype=np.float32))
    scene.run(np.zeros((1, 3), np.float32), np.ones((1, 3), np.float32))  # builds the hierarchy
    return scene


def _rays(vectors: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float32]:
    return np.ascontiguousarray(vectors.reshape(-1, 3), dtype=np.float32)


def _cpu_seconds(run: Callable[[], object]) -> float:
    """The least of a few rounds, after one for what is compiled or loaded at first."""
    run()
    least = np.inf
    for _ in range(ROUNDS):
        started = time.process_time()
        run()
        least = min(least, time.process_time() - started)
    return float(least)


def _told(embree: float, ours: float) -> str:
    return f"ours {1e3 * ours:.1f} ms, embree {1e3 * embree:.1f} ms, CPU"
