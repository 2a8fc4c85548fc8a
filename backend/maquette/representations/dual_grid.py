"""Surfaces as dual grids on sparse voxels: a vertex within each voxel, and which edges the surface crosses
(Xiang and others, "Native and Compact Structured Latents for 3D Generation", 2025).

Of its twelve edges a voxel speaks of three: those along x, y and z that end in its far corner.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from .voxel_table import VoxelTable

_ALONG: Final = (
    ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0)),
    ((0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)),
    ((0, 0, 0), (0, 1, 0), (1, 1, 0), (1, 0, 0)),
)
"""The voxels around the edge of each axis, in the order of their quad."""


@dataclass(frozen=True, eq=False)
class DualGrid:
    """The surface of one sample. Voxels at `coords` c span c / resolution - 0.5 on."""

    coords: Tensor  # [N, 3] int32, each at most once
    places: Tensor  # [N, 3] float32 of the vertex in its voxel, in voxels; 0..1, or a little beyond
    crossed: Tensor  # [N, 3] bool
    weights: Tensor  # [N] float32, positive: quads are split between those whose products are larger
    resolution: int


def extract(grid: DualGrid) -> tuple[Tensor, Tensor]:
    """Vertices [N, 3] float32, one for each voxel, and faces [F, 3] int64: two for every crossed edge that
    has all four voxels around it.

    Faces of a voxel follow one another, along x, y, z. They are not wound consistently.
    """
    vertices = (grid.coords.float() + grid.places) / grid.resolution - 0.5
    voxel, axis = grid.crossed.nonzero(as_tuple=True)
    shifts = torch.tensor(_ALONG, device=voxel.device)[axis]  # [Q, 4, 3]
    quads = VoxelTable(grid.coords).rows(grid.coords[voxel].long()[:, None] + shifts)  # [Q, 4]
    quads = quads[(quads >= 0).all(1)]
    w0, w1, w2, w3 = grid.weights[quads].unbind(1)
    by_first = (w0 * w2 > w1 * w3)[:, None]
    a, b, c, d = quads.unbind(1)
    first, second = torch.stack([a, b, c, a, c, d], dim=1), torch.stack([a, b, d, d, b, c], dim=1)
    return vertices, torch.where(by_first, first, second).reshape(-1, 3)
