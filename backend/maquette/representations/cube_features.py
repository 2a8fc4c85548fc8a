"""From numbers on sparse cubes, as mesh decoders give them, to FlexiCubes: cubes agree on shared corners.

A cube brings 8 signed distances, 8 shifts [8, 3], 21 weights and, with colours, 8 logits [8, 6]. Corners take
the mean of the cubes around them. Everything outside the given cubes is outside the surface, at distance 1;
the surface may still pass through cubes that were not given, where they touch corners that are inside.

Distances are found for all corners, in tables of the whole grid; everything else only where the surface is.
"""

from typing import Final

import torch
from torch import Tensor

from .flexicubes import (
    CORNERS,
    WEIGHTS,
    SurfaceCubes,
    cube_keys,
    extract_surface,
    vertex_keys,
    vertex_positions,
)

_ATTRIBUTES: Final = 6
_FIRST_WEIGHT: Final = 32
_FIRST_LOGIT: Final = _FIRST_WEIGHT + sum(WEIGHTS)
_CHUNK: Final = 1 << 17  # cubes at a time: bounds the memory of sums


def extract_from_cubes(coords: Tensor, feats: Tensor, resolution: int) -> tuple[Tensor, Tensor, Tensor]:
    """coords [N, 3] of cubes, feats [N, 53 or 101]: vertices, faces and attributes as of `extract`."""
    feats = feats.float()
    keys = vertex_keys(coords, resolution)  # [N, 8]
    distances, counts = _mean_distances(keys, feats[:, :8] - 1 / resolution, (resolution + 1) ** 3)
    passed = _passed_cubes((distances < 0).nonzero()[:, 0], resolution)
    around = vertex_keys(passed, resolution)
    mixed = (distances[around] >= 0).any(1)
    passed, around = passed[mixed], around[mixed]
    used, rows = _numbered(around, len(distances))
    shifts, logits = _corner_means(keys, feats, used, rows, counts)
    surface = SurfaceCubes(
        coords=passed,
        weights=_look_up(passed, coords, feats[:, _FIRST_WEIGHT:_FIRST_LOGIT], resolution),
        corners=rows[around].long(),
        sdf=distances[used],
        positions=vertex_positions(used, shifts, resolution),
        attributes=torch.sigmoid(logits),
    )
    del distances, counts, keys, around, rows
    return extract_surface(surface, resolution)


def _mean_distances(keys: Tensor, distances: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """For every vertex of the grid [size] the mean of its cubes' distances [N, 8], and of how many."""
    flat = keys.flatten()
    sums = distances.new_zeros(size).index_add_(0, flat, distances.flatten())
    counts = torch.zeros(size, dtype=torch.int32, device=keys.device)
    counts.index_add_(0, flat, torch.ones_like(flat, dtype=torch.int32))
    return sums.div_(counts).masked_fill_(counts == 0, 1.0), counts


def _numbered(keys: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """The different keys below `size`, ascending, and a table of their numbers, -1 for those not used."""
    marked = torch.zeros(size, dtype=torch.bool, device=keys.device)
    marked[keys.flatten()] = True
    used = marked.nonzero()[:, 0]
    rows = torch.full((size,), -1, dtype=torch.int32, device=keys.device)
    rows[used] = torch.arange(len(used), dtype=torch.int32, device=keys.device)
    return used, rows


def _passed_cubes(inside: Tensor, resolution: int) -> Tensor:
    """The cubes [S, 3] with a corner inside, by raster order; only they can be passed by the surface.

    They are marked at their lowest corners. Cubes beyond the grid come to lie at corners of its far sides,
    where no cube begins.
    """
    side = resolution + 1
    marked = torch.zeros(side**3, dtype=torch.bool, device=inside.device)
    for dx, dy, dz in CORNERS:
        marked[inside - ((dx * side + dy) * side + dz)] = True
    cubes = marked.view(side, side, side)[:resolution, :resolution, :resolution]
    return cubes.nonzero()


def _corner_means(
    keys: Tensor, feats: Tensor, used: Tensor, rows: Tensor, counts: Tensor
) -> tuple[Tensor, Tensor]:
    """The mean shift [G, 3] and logits [G, A] at used vertices [G], of the cubes [N] with corners [N, 8]."""
    attributes = _ATTRIBUTES if feats.shape[1] > _FIRST_LOGIT else 0
    sums = feats.new_zeros(len(used), 3 + attributes)
    for chunk, corners in zip(feats.split(_CHUNK), keys.split(_CHUNK), strict=True):
        target = rows[corners]
        cube, corner = (target >= 0).nonzero(as_tuple=True)
        parts = [chunk[:, 8:_FIRST_WEIGHT].view(-1, 8, 3)[cube, corner]]
        if attributes:
            parts.append(chunk[:, _FIRST_LOGIT:].view(-1, 8, attributes)[cube, corner])
        sums.index_add_(0, target[cube, corner].long(), torch.cat(parts, dim=1))
    means = sums / counts[used].clamp(min=1)[:, None]
    return means[:, :3], means[:, 3:].contiguous()


def _look_up(cubes: Tensor, given: Tensor, values: Tensor, resolution: int) -> Tensor:
    """values [N, C] of given cubes [N, 3], at cubes [S, 3]; zero where they were not given."""
    table = torch.full((resolution**3,), -1, dtype=torch.int32, device=given.device)
    table[cube_keys(given, resolution)] = torch.arange(len(given), dtype=torch.int32, device=given.device)
    found = table[cube_keys(cubes, resolution)].long()
    return torch.where((found >= 0)[:, None], values[found.clamp(min=0)], 0.0)
