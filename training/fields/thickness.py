"""Parts of many objects made thick enough for a coarse grid; see `data.thickness`."""

from dataclasses import replace
from typing import Final

import torch
from torch import Tensor

from training.data.thickness import (
    LEAST_SLOPE,
    NEWTON_ROUNDS,
    PROBES,
    SHARE,
    STEPS,
    SURFACE_PROBES,
    TRUE_SLOPE,
)

from .batch import Boxes, Children, Distance

TETRAHEDRON: Final = ((1.0, 1.0, 1.0), (1.0, -1.0, -1.0), (-1.0, 1.0, -1.0), (-1.0, -1.0, 1.0))
_PLASTIC: Final = 1.2207440846057596  # root of x^4 = x + 1, whose powers spread points evenly in a cube


def thicken(
    parts: Children,
    least: Tensor,  # [P] what each part shall measure through
    most_growth: Tensor,  # [P]
    least_growth: Tensor,  # [P]
) -> Children:
    """The parts grown by half of what their thickness lacks, with distances of slope 1 near the surface."""
    points, normals, valid, slope = _surface(parts.distance, parts.boxes, least)
    lack = least - _thickness(parts.distance, points, normals, valid, least)
    growth = torch.maximum(torch.minimum(lack / 2, most_growth), least_growth)
    growth = torch.where((growth > 0.02 * least) & valid.any(1), growth, 0)
    slope = torch.where(slope < TRUE_SLOPE, slope, 1)
    raw = parts.distance
    boxes = replace(parts.boxes, half=parts.boxes.half + growth[:, None])
    return replace(parts, distance=lambda p: raw(p) / slope[:, None] - growth[:, None], boxes=boxes)


def spread(count: int, device: torch.device) -> Tensor:
    """Points [N, 3] spread evenly over the cube [-1, 1]^3 (Roberts' additive sequence)."""
    steps = torch.tensor([1 / _PLASTIC ** (i + 1) for i in range(3)], dtype=torch.float64)
    places = (0.5 + torch.arange(1, count + 1, dtype=torch.float64)[:, None] * steps) % 1
    return (2 * places - 1).float().to(device)


def expanded(distance: Distance, points: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """Distance [M, N] and gradient [M, N, 3] by differences over `step` [M]."""
    corners = torch.tensor(TETRAHEDRON, device=points.device)
    moved = points[:, None] + step[:, None, None, None] * corners[:, None]  # [M, 4, N, 3]
    samples = distance(moved.flatten(1, 2)).unflatten(1, (4, -1))
    gradient = torch.einsum("mkn,kc->mnc", samples, corners) / (4 * step[:, None, None])
    return samples.mean(1), gradient


def _surface(distance: Distance, boxes: Boxes, least: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Points and unit normals [P, N, 3], which of them are on the surface, and the usual slope there [P]."""
    lattice = boxes.middle[:, None] + boxes.half[:, None] * spread(PROBES, least.device)
    near = distance(lattice).abs().topk(SURFACE_PROBES, largest=False).indices
    points = lattice.gather(1, near[..., None].expand(-1, -1, 3))
    step = least / 200
    d, gradient = expanded(distance, points, step)
    for _ in range(NEWTON_ROUNDS):
        squared = gradient.square().sum(-1).clamp_min(LEAST_SLOPE**2)
        points = points - gradient * (d / squared)[..., None]
        d, gradient = expanded(distance, points, step)
    steepness = torch.linalg.vector_norm(gradient, dim=-1)
    valid = (d.abs() < least[:, None] / 10) & (steepness > LEAST_SLOPE / 2)
    slope = quantile(steepness, valid, 0.5).clamp(LEAST_SLOPE, 1)
    return points, gradient / steepness[..., None].clamp_min(1e-6), valid, slope


def _thickness(distance: Distance, points: Tensor, normals: Tensor, valid: Tensor, least: Tensor) -> Tensor:
    """The way through [P] along the normal, of which SHARE of the surface has less; at most `least`."""
    through = least[:, None].expand_as(valid)
    for i in range(STEPS, 0, -1):
        depth = (least * i / STEPS)[:, None]
        outside = distance(points - depth[..., None] * normals) > 0
        through = torch.where(outside, depth, through)
    return quantile(through, valid, SHARE)


def quantile(values: Tensor, valid: Tensor, share: float) -> Tensor:
    """Of the valid ones in each row; infinite where there are none."""
    ordered = torch.where(valid, values, torch.inf).sort(1).values
    place = ((valid.sum(1) - 1).clamp_min(0) * share).round().long()
    return ordered.gather(1, place[:, None])[:, 0]
