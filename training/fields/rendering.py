"""Pictures of many objects at once, by the sphere tracing of `data.views`."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from training.data.light import environments
from training.data.views import (
    ARRIVED,
    CLOSE,
    COARSE_ERROR,
    FARTHEST,
    GRAZED,
    MARGIN,
    OPENNESS,
    SIZE,
    STEPS,
    View,
)

from .light import lights, reflect, to_linear, tone_map
from .objects import Fields


def render(
    fields: Fields,
    grid: Tensor,  # [B, R, R, R] the fields at cell centres, for large steps
    views: Sequence[Sequence[View]],  # B of V
    size: int = SIZE,
) -> Tensor:  # [B, V, S, S, 4] uint8, sRGB and straight alpha of 0 or 255
    """The fields as their views show them."""
    device, count, per = grid.device, len(views), len(views[0])
    poses, tangents = _cameras(fields, views)
    ray = _rays(poses, tangents, size)  # [B, V S S, 3]
    eye = poses[:, :, 3].repeat_interleave(size * size, 1)
    hit, t = _trace(fields, grid, eye, ray)
    pictures = torch.zeros(count, per * size * size, 4, device=device)
    rows, columns, padded = _gathered(hit)
    if len(rows):
        points = _padded(eye + t[..., None] * ray, rows, columns, padded)
        normal, look, openness = _surface(fields, points)
        seen = (rows, padded[rows, columns])
        pictures[rows, columns, :3] = _shaded(
            views,
            rows,
            columns // (size * size),
            normal[seen],
            -ray[rows, columns],
            look[seen],
            openness[seen],
        )
        pictures[rows, columns, 3] = 1
    return (255 * pictures).round().to(torch.uint8).unflatten(1, (per, size, size))


def _cameras(fields: Fields, views: Sequence[Sequence[View]]) -> tuple[Tensor, Tensor]:
    """Right, up, back and eye [B, V, 4, 3], and the tangent of half the field of view [B, V]."""
    device = fields.radius.device
    table = torch.tensor(
        [[(v.azimuth_deg, v.elevation_deg, v.fov_deg, v.fill) for v in row] for row in views], device=device
    )
    azimuth, elevation, fov = (table[..., i].deg2rad() for i in range(3))
    tangent = (fov / 2).tan()
    distance = fields.radius[:, None] / (tangent * table[..., 3]).atan().sin()
    level = elevation.cos()
    back = torch.stack([azimuth.sin() * level, -azimuth.cos() * level, elevation.sin()], -1)
    right = torch.stack([azimuth.cos(), azimuth.sin(), torch.zeros_like(level)], -1)
    up = torch.linalg.cross(back, right)
    return torch.stack([right, up, back, distance[..., None] * back], 2), tangent


def _rays(poses: Tensor, tangents: Tensor, size: int) -> Tensor:  # [B, V S S, 3] unit
    steps = (torch.arange(size, device=poses.device) + 0.5) * (2 / size) - 1
    x, y = tangents[..., None, None] * steps, -tangents[..., None, None] * steps[:, None]
    x, y = x.expand(-1, -1, size, -1)[..., None], y.expand(-1, -1, -1, size)[..., None]
    right, up, back = (poses[:, :, None, None, i] for i in range(3))
    return torch.nn.functional.normalize(x * right + y * up - back, dim=-1).flatten(1, 3)


def _trace(fields: Fields, grid: Tensor, eye: Tensor, ray: Tensor) -> tuple[Tensor, Tensor]:
    """Which rays [B, R] hit the surface, and how far they go."""
    inverse = 1 / torch.where(ray.abs() < 1e-6, 1e-6, ray)
    near, far = (-MARGIN - eye) * inverse, (MARGIN - eye) * inverse
    t, last = torch.minimum(near, far).amax(-1).clamp_min(0), torch.maximum(near, far).amin(-1)
    under_way = last > t
    hit = torch.zeros_like(under_way)
    distance = torch.full_like(t, torch.inf)
    coarse = grid.float().transpose(1, 3)[:, None]  # indexed [z, y, x]
    for _ in range(STEPS):
        points = eye + t[..., None] * ray
        step = _interpolated(coarse, points) - COARSE_ERROR
        close = under_way & (step < CLOSE)
        rows, columns, padded = _gathered(close)
        exact = torch.full_like(t, torch.inf)
        if len(rows):
            found = fields.distance(_padded(points, rows, columns, padded)).clamp_max(FARTHEST)
            exact[rows, columns] = found[rows, padded[rows, columns]]
            step = torch.where(close, 0.95 * exact, step)
        distance = torch.where(under_way, step, distance)
        t = torch.where(under_way, t + step, t)
        arrived = under_way & (exact < ARRIVED)
        hit |= arrived
        under_way &= ~arrived & (t < last)
    return hit | (under_way & (distance < GRAZED)), t


def _interpolated(grid: Tensor, points: Tensor) -> Tensor:  # [B, 1, R, R, R], [B, N, 3] -> [B, N]
    """The grid between its cell centres."""
    place = (2 * points)[:, :, None, None]
    sampled = torch.nn.functional.grid_sample(grid, place, padding_mode="border", align_corners=False)
    return sampled[:, 0, :, 0, 0]


def _gathered(chosen: Tensor) -> tuple[Tensor, Tensor, Tensor]:  # [B, R] bool
    """Rows and columns of what is chosen, and its place [B, R] among what is chosen in its row."""
    rows, columns = chosen.nonzero(as_tuple=True)
    return rows, columns, chosen.long().cumsum(1) - 1


def _padded(points: Tensor, rows: Tensor, columns: Tensor, place: Tensor) -> Tensor:  # [B, K, 3]
    """The chosen points of each row, filled up with the middle of the cube."""
    most = int(place[:, -1].max()) + 1
    found = torch.zeros(len(points), most, 3, device=points.device)
    found[rows, place[rows, columns]] = points[rows, columns]
    return found


def _surface(fields: Fields, points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Normals [B, K, 3], looks [B, K, 5] and openness [B, K] of points on the surface."""
    normal = fields.gradient(points)
    slot = fields.both(points)[1]
    look = fields.palette.gather(1, slot[..., None].expand(-1, -1, 5))
    openness = torch.ones(points.shape[:2], device=points.device)
    for way in OPENNESS:
        ahead = fields.distance(points + way * normal).clamp_max(2 * way)
        openness = openness * (0.25 + 0.75 * ahead / way).clamp(0.25, 1)
    return normal, look, openness


def _shaded(
    views: Sequence[Sequence[View]],
    objects: Tensor,  # [H] long
    of_view: Tensor,  # [H] long
    normal: Tensor,  # [H, 3]
    to_viewer: Tensor,
    look: Tensor,  # [H, 5]
    openness: Tensor,  # [H]
) -> Tensor:  # [H, 3] sRGB
    device = normal.device
    table = np.array([[(v.light, v.light_turn_deg, v.exposure) for v in row] for row in views], np.float32)
    light, turn_deg, exposure = torch.from_numpy(table).to(device)[objects, of_view].unbind(1)
    c, s = turn_deg.deg2rad().cos(), turn_deg.deg2rad().sin()

    def turned(v: Tensor) -> Tensor:
        return torch.stack([c * v[:, 0] + s * v[:, 1], c * v[:, 1] - s * v[:, 0], v[:, 2]], 1)

    linear = torch.cat([to_linear(look[:, :3]), look[:, 3:]], 1)
    around = lights(environments(), device)
    radiance = reflect(around, light.long(), turned(normal), turned(to_viewer), linear, openness)
    return tone_map(radiance * exposure[:, None])
