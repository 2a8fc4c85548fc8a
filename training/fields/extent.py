"""The box of many objects' surfaces; see `procedural.program.Program.extent`."""

from typing import Final

import torch
from torch import Tensor

from maquette.procedural.program import EXTENT_CELLS, GRADIENT_STEP, NEWTON_ROUNDS, TIP_STEPS, TIPS

from .batch import Children, nearest
from .thickness import expanded

OUTERMOST: Final = 64  # points of each side that are moved onto the surface


def extents(parts: Children, count: int) -> tuple[Tensor, Tensor]:
    """Lowest and highest corner [B, 3] of each object's surface, to about a hundredth of its longest side."""
    low, high = _bounds(parts, count)
    longest = (high - low).amax(1)
    cell = longest / EXTENT_CELLS
    axis = torch.arange(-1, EXTENT_CELLS + 2, device=low.device) / EXTENT_CELLS
    lattice = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
    reach = torch.maximum(high - low, 2 * cell[:, None])
    points = ((low + high) / 2)[:, None] + (lattice - 0.5) * reach[:, None]
    distance = nearest(parts, points)[0]
    near = distance.abs() < 0.88 * cell[:, None]
    found, valid = _projected(parts, _outermost(points, distance, near), longest)
    tips, tips_valid = _projected(parts, _towards_tips(parts, found, valid, cell, longest), longest)
    found, valid = torch.cat([found, tips], 1), torch.cat([valid, tips_valid], 1)[..., None]
    return torch.where(valid, found, torch.inf).amin(1), torch.where(valid, found, -torch.inf).amax(1)


def _bounds(parts: Children, count: int) -> tuple[Tensor, Tensor]:
    """Around the parts of each object."""
    owner = parts.owner[:, None].expand(-1, 3)
    start = torch.zeros(count, 3, device=owner.device)
    low = start.scatter_reduce(0, owner, parts.boxes.middle - parts.boxes.half, "amin", include_self=False)
    high = start.scatter_reduce(0, owner, parts.boxes.middle + parts.boxes.half, "amax", include_self=False)
    return low, high


def _outermost(points: Tensor, distance: Tensor, near: Tensor) -> Tensor:
    """The near points [B, 6 OUTERMOST, 3] whose surface reaches farthest in each of six directions."""
    reach = torch.cat([points, -points], -1) - distance[..., None]  # [B, N, 6]
    rows = torch.where(near[..., None], reach, -torch.inf).topk(OUTERMOST, dim=1).indices.flatten(1)
    return points.gather(1, rows[..., None].expand(-1, -1, 3))


def _projected(parts: Children, points: Tensor, longest: Tensor) -> tuple[Tensor, Tensor]:
    """The points moved onto the surface, and which of them arrived."""
    step = GRADIENT_STEP * longest
    for _ in range(NEWTON_ROUNDS):
        distance, slope = expanded(lambda p: nearest(parts, p)[0], points, step)
        points = points - slope * (distance / slope.square().sum(-1).clamp_min(1e-3))[..., None]
    return points, nearest(parts, points)[0].abs() < 1e-3 * longest[:, None]


def _towards_tips(parts: Children, found: Tensor, valid: Tensor, cell: Tensor, longest: Tensor) -> Tensor:
    """The outermost points of each direction, some steps farther along the surface."""
    wanted = torch.cat([torch.eye(3), -torch.eye(3)]).to(found.device)
    height = torch.where(valid[..., None], found @ wanted.T, -torch.inf)
    rows = height.topk(TIPS, dim=1).indices.transpose(1, 2).flatten(1)  # [B, 6 TIPS]
    points = found.gather(1, rows[..., None].expand(-1, -1, 3))
    slope = expanded(lambda p: nearest(parts, p)[0], points, GRADIENT_STEP * longest)[1]
    normals = torch.nn.functional.normalize(slope, dim=-1)
    towards = wanted.repeat_interleave(TIPS, 0)
    along = towards - normals * (normals * towards).sum(-1, keepdim=True)
    along = torch.nn.functional.normalize(along, dim=-1)
    steps = torch.tensor(TIP_STEPS, device=found.device)[:, None, None] * cell[:, None, None, None]
    return (points[:, None] + along[:, None] * steps).flatten(1, 2)
