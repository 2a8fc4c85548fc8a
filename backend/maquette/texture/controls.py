"""What control networks are shown of a mesh: depth, normals and lines of views, as pictures from 0 to 1.

The conventions are those the networks were trained on. Depth is inverse: 1 where the object is nearest, less
where it is farther, 0 for the background; one scale holds for all views, so that what is farther away looks
so in every picture. Normals are in the camera's axes, x to the right in red, y up in green, towards the
viewer in blue; the background faces the viewer. Lines are white on black, one pixel wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.progress import Progress
from maquette.render.cameras import Camera
from maquette.render.rasterize import rasterize
from maquette.render.vectors import dot, unit

from .views.texel_points import crease_normals

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

FARTHEST: Final = 0.15  # the depth picture's value at the far end of the object, off the background's 0
CREASE_COSINE: Final = 0.82  # neighbouring pixels whose normals differ by more than 35 degrees
JUMP: Final = 0.03  # of the object's extent: neighbouring pixels whose depths differ by more
_TOWARDS: Final = np.array([0, 0, 1], np.float32)


@dataclass(frozen=True)
class Controls:
    """Pictures of V views."""

    depth: Floats  # [V, H, H]
    normal: Floats  # [V, H, H, 3]
    edges: Floats  # [V, H, H]
    covered: Bools  # [V, H, H] where the mesh is


def draw_controls(
    mesh: Mesh, cameras: Sequence[Camera], size: int, progress: Progress | None = None
) -> Controls:
    """Square pictures of `size` pixels. Reports a step a view to the stage that is open."""
    progress = progress or Progress()
    corner_normals = crease_normals(mesh)
    extent = float(np.linalg.norm(np.ptp(mesh.bounds, axis=0)))
    depths, normals, edges = [], [], []
    for camera in cameras:
        depth, normal = _surface(mesh, corner_normals, camera, size)
        depths.append(depth)
        normals.append(normal)
        edges.append(find_lines(depth, normal, JUMP * extent))
        progress.step()
    stacked, facing = np.stack(depths), np.stack(normals)
    covered = np.isfinite(stacked)
    colors = np.where(covered[..., None], facing, _TOWARDS) * np.float32(0.5) + np.float32(0.5)
    return Controls(invert_depth(stacked), colors, np.stack(edges), covered)


def invert_depth(depth: Floats) -> Floats:  # [...] metres, infinite for the background
    """1 for the least depth of all, FARTHEST for the greatest, 0 for the background."""
    seen = np.isfinite(depth)
    if not seen.any():
        return np.zeros(depth.shape, np.float32)
    near, far = float(depth[seen].min()), float(depth[seen].max())
    share = (far - np.where(seen, depth, far)) / max(far - near, 1e-12)
    return np.where(seen, FARTHEST + (1 - FARTHEST) * share, 0).astype(np.float32)


def find_lines(
    depth: Floats,  # [H, W] metres, infinite for the background
    normal: Floats,  # [H, W, 3] unit
    jump: float,
) -> Floats:  # [H, W] 0 or 1
    """Outlines, jumps in depth and creases. A line lies on the nearer of the two pixels that it parts."""
    lines = np.zeros(depth.shape, np.float32)
    for axis in (0, 1):
        here = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
        there = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
        near = np.minimum(depth[here], depth[there])
        far = np.maximum(depth[here], depth[there])
        seen = np.isfinite(near)
        gap = np.zeros(near.shape, bool)
        gap[seen] = far[seen] - near[seen] > jump
        crease = seen & np.isfinite(far) & (dot(normal[here], normal[there]) < CREASE_COSINE)
        first = (depth[here] <= depth[there]) & (gap | crease)
        lines[here][first] = 1
        lines[there][(gap | crease) & ~first] = 1
    return lines


def _surface(mesh: Mesh, corner_normals: Floats, camera: Camera, size: int) -> tuple[Floats, Floats]:
    """Depth [H, H] in metres and normals [H, H, 3] in the camera's axes; backs of faces are turned over."""
    buffer = rasterize(mesh.vertices, mesh.faces, camera, size, size)
    seen = buffer.face_id >= 0
    faces, weights = buffer.face_id[seen], buffer.barycentric[seen]
    world = np.einsum("nk,nkc->nc", weights, corner_normals[faces])
    normal = np.zeros((size, size, 3), np.float32)
    turned = unit((world @ camera.camera_to_world[:3, :3]).astype(np.float32))
    normal[seen] = np.where(turned[:, 2:] < 0, -turned, turned)
    return buffer.depth, normal
