"""Views drawn by nvdiffrast on CUDA, where a caller asks for it; conventions are translated here.

nvdiffrast (Laine and others, "Modular Primitives for High-Performance Differentiable Rendering", 2020) takes
OpenGL's clip space, which is also ours; row 0 of its pictures is the bottom, and it numbers triangles from
one. It moves corners onto a lattice of sixteenths of a pixel, so that some pixels along edges fall to the
neighbour. Its licence allows research and evaluation only: it is never required, and its use is announced.
"""

import logging
from functools import cache
from typing import Any, Final

import torch
from nvdiffrast import torch as nvdiffrast
from torch import Tensor

from .cameras import Camera
from .raster_torch import TensorGBuffer, faces_in_front, project

_EXACT_IDS: Final = 1 << 24  # greater numbers come as the bits of a float, counted from _FIRST_BITS
_FIRST_BITS: Final = 0x4A800000
_DEPTH_ROOM: Final = 0.95  # the object's depths fill this part of what is not clipped

_log = logging.getLogger(__name__)


@torch.no_grad()
def rasterize(
    vertices: Tensor,  # [V, 3] world, on a CUDA device
    faces: Tensor,  # [F, 3] integers
    camera: Camera,
    width: int,
    height: int,
) -> TensorGBuffer:
    """As `raster_torch.rasterize`, up to rounding; of surfaces at one depth it may show either."""
    clip = project(vertices, camera)
    kept = faces_in_front(clip, faces)
    if len(kept) == 0:
        return _empty(vertices.device, width, height)
    drawn = faces[kept].int().contiguous()
    scale, shift = _depth_range(clip, drawn)
    pos = clip.clone()
    pos[:, 2] = scale * clip[:, 2] + shift * clip[:, 3]
    rows_up, _ = nvdiffrast.rasterize(
        _context(vertices.device), pos.float()[None].contiguous(), drawn, (height, width), grad_db=False
    )
    u, v, z, number = rows_up[0].flip(0).unbind(dim=-1)
    triangle = _triangle_ids(number)
    hit = triangle >= 0
    barycentric = torch.stack([u, v, 1 - u - v], dim=-1) * hit[..., None]
    distance = (clip[:, 3] if camera.is_perspective else _parallel_distance(clip, camera)).float()
    depth = (distance[drawn[triangle.clamp(min=0)].long()] * barycentric).sum(dim=-1)
    return TensorGBuffer(
        torch.where(hit, kept[triangle.clamp(min=0)].int(), -1),
        barycentric,
        torch.where(hit, depth, torch.inf),
        torch.where(hit, (z.to(clip.dtype) - shift) / scale, torch.inf),
    )


@cache
def _context(device: torch.device) -> Any:
    """One for each device: making one takes long."""
    _announce()
    return nvdiffrast.RasterizeCudaContext(device=device)


@cache
def _announce() -> None:
    _log.warning("nvdiffrast draws the views: its licence allows research and evaluation only")


def _depth_range(clip: Tensor, drawn: Tensor) -> tuple[float, float]:
    """Factor and summand of z / w that bring the depths of all corners into what is not clipped."""
    corners = clip[drawn.long().reshape(-1)]
    depths = corners[:, 2] / corners[:, 3]
    low, high = float(depths.min()), float(depths.max())
    scale = 2 * _DEPTH_ROOM / max(high - low, 1e-6)
    return scale, -scale * (low + high) / 2


def _triangle_ids(number: Tensor) -> Tensor:  # [H, W] float32 -> [H, W] int64, -1 for none
    bits = number.contiguous().view(torch.int32) - _FIRST_BITS
    return torch.where(number <= _EXACT_IDS, number.int(), bits).long() - 1


def _parallel_distance(clip: Tensor, camera: Camera) -> Tensor:  # [V, 4] -> [V]
    return (float(camera.projection[2, 3]) - clip[:, 2]) / float(camera.projection[2, 2])


def _empty(device: torch.device, width: int, height: int) -> TensorGBuffer:
    infinite = torch.full((height, width), torch.inf, device=device)
    nothing = torch.full((height, width), -1, dtype=torch.int32, device=device)
    return TensorGBuffer(nothing, torch.zeros((height, width, 3), device=device), infinite, infinite.double())
