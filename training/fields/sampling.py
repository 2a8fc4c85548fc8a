"""Samples of many objects at once; see `data.samples`."""

from dataclasses import dataclass

import torch
from torch import Tensor

from training.data.samples import NEAR, NEAR_POINTS, POINTS, RESOLUTION, TRUNCATION

from .objects import Fields

_TRIED = 4  # points for each one that is kept: about half of them lie near enough
_PIECE = 1 << 14  # points of an object that are evaluated together: bounds the memory


@dataclass(frozen=True)
class FieldSamples:
    """As `data.samples.Samples`, with a leading axis of objects."""

    grid: Tensor  # [B, R, R, R] f16
    points: Tensor  # [B, N, 3] f16
    point_distance: Tensor  # [B, N] f16
    point_normal: Tensor  # [B, N, 3] f16
    point_slot: Tensor  # [B, N] u8


def sample(fields: Fields, generator: torch.Generator) -> FieldSamples:
    """Samples of the fields, on their device; the same generator gives the same there."""
    count, device = len(fields.scale), fields.scale.device
    centres = cell_centres(RESOLUTION, device)
    grid = torch.cat([_cut(fields.distance(_repeated(p, count))) for p in centres.split(_PIECE)], 1)
    near = _near_points(fields, centres, grid, generator)
    rest = torch.rand(count, POINTS - NEAR_POINTS, 3, generator=generator, device=device) - 0.5
    points = torch.cat([near, rest], 1).half()
    distance, slot = fields.both(points.float())
    normals = torch.zeros(points.shape, device=device)
    normals[:, :NEAR_POINTS] = fields.gradient(points[:, :NEAR_POINTS].float())
    return FieldSamples(
        grid.half().unflatten(1, (RESOLUTION,) * 3),
        points,
        _cut(distance).half(),
        normals.half(),
        slot.to(torch.uint8),
    )


def cell_centres(resolution: int, device: torch.device) -> Tensor:  # [R^3, 3], x slowest
    """Of the cube's cells."""
    axis = (torch.arange(resolution, device=device) + 0.5) / resolution - 0.5
    return torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)


def _near_points(fields: Fields, centres: Tensor, grid: Tensor, generator: torch.Generator) -> Tensor:
    """NEAR_POINTS points [B, N, 3] of each object, spread evenly over the band around its surface."""
    cell = 1 / RESOLUTION
    weight = (grid.abs() < NEAR + cell * 0.75**0.5).float()
    cells = torch.multinomial(weight, _TRIED * NEAR_POINTS, replacement=True, generator=generator)
    jitter = torch.rand(*cells.shape, 3, generator=generator, device=cells.device) - 0.5
    tried = centres[cells] + cell * jitter
    is_near = fields.distance(tried).abs() < NEAR
    order = (~is_near).byte().sort(dim=1, stable=True).indices  # the near ones first, as drawn
    places = torch.arange(NEAR_POINTS, device=cells.device) % is_near.sum(1, keepdim=True).clamp_min(1)
    return tried.gather(1, order.gather(1, places)[..., None].expand(-1, -1, 3))


def _cut(distance: Tensor) -> Tensor:
    return distance.clamp(-TRUNCATION, TRUNCATION)


def _repeated(points: Tensor, count: int) -> Tensor:
    return points.expand(count, -1, -1)
