"""From numbers on sparse cubes, as mesh decoders give them, to FlexiCubes: cubes agree on shared corners.

A cube brings 8 signed distances, 8 shifts [8, 3], 21 weights and, with colours, 8 logits [8, 6]. Corners take
the mean of the cubes around them. Everything outside the given cubes is outside the surface, at distance 1;
the surface may still pass through cubes that were not given, where they touch corners that are inside.
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
    number_used,
    vertex_keys,
    vertex_positions,
)

_ATTRIBUTES: Final = 6
_CHUNK: Final = 1 << 17  # cubes at a time: bounds the memory of sums


def extract_from_cubes(coords: Tensor, feats: Tensor, resolution: int) -> tuple[Tensor, Tensor, Tensor]:
    """coords [N, 3] of cubes, feats [N, 53 or 101]: vertices, faces and attributes as of `extract`."""
    feats = feats.float()
    weights = feats[:, 32 : 32 + sum(WEIGHTS)]
    used, values = _corner_means(coords, feats, resolution)
    cubes = _passed_cubes(used[values[:, 0] < 0], resolution)
    keys, corners = number_used(vertex_keys(cubes, resolution), (resolution + 1) ** 3)
    outside = values.new_zeros(values.shape[1])
    outside[0] = 1.0
    values = _look_up(keys, used, values, outside)
    mixed = _is_mixed(values[corners, 0])
    given = cube_keys(coords, resolution).sort()
    surface = SurfaceCubes(
        coords=cubes[mixed],
        weights=_look_up(
            cube_keys(cubes[mixed], resolution),
            given.values,
            weights[given.indices],
            weights.new_zeros(weights.shape[1]),
        ),
        corners=corners[mixed],
        sdf=values[:, 0],
        positions=vertex_positions(keys, values[:, 1:4], resolution),
        attributes=torch.sigmoid(values[:, 4:].contiguous()),
    )
    return extract_surface(surface, resolution)


def _corner_means(coords: Tensor, feats: Tensor, resolution: int) -> tuple[Tensor, Tensor]:
    """The cubes' corners [G] by raster number, and their mean distance, shift and logits [G, 4+A]."""
    keys, rows = number_used(vertex_keys(coords, resolution), (resolution + 1) ** 3)
    with_attributes = feats.shape[1] > 32 + sum(WEIGHTS)
    sums = feats.new_zeros(len(keys), 4 + _ATTRIBUTES * with_attributes)
    counts = torch.bincount(rows.flatten(), minlength=len(keys))
    for chunk, targets in zip(feats.split(_CHUNK), rows.split(_CHUNK), strict=True):
        parts = [chunk[:, :8, None] - 1 / resolution, chunk[:, 8:32].view(-1, 8, 3)]
        if with_attributes:
            parts.append(chunk[:, 32 + sum(WEIGHTS) :].view(-1, 8, _ATTRIBUTES))
        sums.index_add_(0, targets.flatten(), torch.cat(parts, dim=2).flatten(0, 1))
    return keys, sums / counts[:, None]


def _passed_cubes(inside: Tensor, resolution: int) -> Tensor:
    """The cubes [S, 3] with a corner inside, by raster order; only they can be passed by the surface."""
    side = resolution + 1
    places = torch.stack([inside // side**2, inside // side % side, inside % side], dim=1)
    around = (places[:, None] - torch.tensor(CORNERS, device=inside.device)).flatten(0, 1)
    around = around[((around >= 0) & (around < resolution)).all(1)]
    keys, _ = number_used(cube_keys(around, resolution), resolution**3)
    return torch.stack([keys // resolution**2, keys // resolution % resolution, keys % resolution], dim=1)


def _is_mixed(distances: Tensor) -> Tensor:
    """Whether corners [S, 8] lie on both sides."""
    inside = distances < 0
    return inside.any(1) & ~inside.all(1)


def _look_up(keys: Tensor, known: Tensor, values: Tensor, otherwise: Tensor) -> Tensor:
    """values [K, C] of ascending known keys [K], at keys [S]; `otherwise` [C] where unknown."""
    found = torch.searchsorted(known, keys).clamp(max=len(known) - 1)
    return torch.where((known[found] == keys)[:, None], values[found], otherwise)
