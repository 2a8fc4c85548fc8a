"""Pictures of a texture that carry gradients back to its texels.

The places on the texture that each pixel shows never change, so they are found once; what remains is
`grid_sample` on the levels of a pyramid, without a rasteriser in the loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, grid_sample

from maquette.assets import Mesh
from maquette.progress import Progress
from maquette.render.cameras import Camera

from .rendering import UvPixels, uv_pixels


@dataclass(frozen=True)
class LevelPixels:
    """The pixels of one view that read one level of the pyramid."""

    level: int
    pixel: Tensor  # [N] int64, flat
    grid: Tensor  # [1, 1, N, 2] float32, -1..1 over the texture, y down


@dataclass(frozen=True)
class UvViews:
    """Several views; made once for a mesh, it shows any texture of that size."""

    image_size: int
    views: tuple[tuple[LevelPixels, ...], ...]


def look_up_views(
    mesh: Mesh,
    cameras: Sequence[Camera],
    texture_size: int,
    image_size: int,
    device: torch.device | str,
    progress: Progress,
) -> UvViews:
    """Geometry only. The mesh must have UVs. Reports a step a view to the stage that is open."""
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    views = []
    for camera in cameras:
        views.append(_by_level(uv_pixels(mesh, mesh.uvs, camera, texture_size, image_size), device))
        progress.step()
    return UvViews(image_size, tuple(views))


def show(
    views: UvViews,
    texture: Tensor,  # [C, S, S]
    numbers: Sequence[int],  # which views
    background: float = 0.5,
) -> Tensor:  # [len(numbers), C, H, H]
    """Pictures of the texture; pixels beside the mesh hold `background`. Differentiable in the texture."""
    deepest = max((part.level for number in numbers for part in views.views[number]), default=0)
    pyramid = [texture[None]]
    for _ in range(deepest):
        pyramid.append(avg_pool2d(pyramid[-1], 2))
    return torch.stack([_show(views, pyramid, number, background) for number in numbers])


def _show(views: UvViews, pyramid: list[Tensor], number: int, background: float) -> Tensor:  # [C, H, H]
    side = views.image_size
    picture = pyramid[0].new_full((pyramid[0].shape[1], side * side), background)
    for part in views.views[number]:
        read = grid_sample(pyramid[part.level], part.grid, padding_mode="border", align_corners=False)
        picture[:, part.pixel] = read[0, :, 0]
    return picture.reshape(-1, side, side)


def _by_level(places: UvPixels, device: torch.device | str) -> tuple[LevelPixels, ...]:
    grid = places.uv * np.array([2, -2], np.float32) + np.array([-1, 1], np.float32)
    parts = []
    for level in np.unique(places.level):
        chosen = places.level == level
        pixel, where = torch.from_numpy(places.pixel[chosen]), torch.from_numpy(grid[chosen])
        parts.append(LevelPixels(int(level), pixel.to(device), where.to(device)[None, None]))
    return tuple(parts)
