"""From what the shape decoder says of fine voxels to a surface whose faces are wound alike, outwards."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from maquette.geometry.repair.winding import agree
from maquette.geometry.topology import connected_labels, mesh_edges
from maquette.nn.sparse import SparseVoxels
from maquette.representations.dual_grid import DualGrid, extract

_REACH: Final = 0.5  # of a voxel, by which vertices may lie beyond theirs


class Surface(NamedTuple):
    """Vertices in the unit cube around the origin, Z up."""

    vertices: Tensor  # [V, 3] float32
    faces: Tensor  # [F, 3] int64


def read_head(head: SparseVoxels, resolution: int) -> list[DualGrid]:
    """The dual grid of each sample from a shape decoder's head [M, 7]."""
    raw = head.feats.float()
    places = (1 + 2 * _REACH) * torch.sigmoid(raw[:, :3]) - _REACH
    crossed, weights = raw[:, 3:6] > 0, functional.softplus(raw[:, 6])
    return [
        DualGrid(head.coords[rows, 1:], places[rows], crossed[rows], weights[rows], resolution)
        for rows in head.grid.sample_rows
    ]


def surface_of(grid: DualGrid) -> Surface:
    """Of one sample, wound. Vertices that no face has are left in, as in the reference."""
    vertices, faces = extract(grid)
    turned = wind(vertices.cpu().numpy(), faces.cpu().numpy().astype(np.int32))
    return Surface(vertices, torch.from_numpy(turned).to(faces))


def wind(vertices: npt.NDArray[np.float32], faces: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """The faces [F, 3], turned so that they agree across edges of two faces, and so that each connected set
    faces away from its own middle on the whole: outwards, where it is closed.
    """
    edges = mesh_edges(faces)
    wound = _turned(faces, agree(faces, edges))
    sets = connected_labels(len(faces), edges.pairs() // 3)
    a, b, c = (vertices[wound[:, i]].astype(np.float64) for i in range(3))
    middles, normals = (a + b + c) / 3, np.cross(b - a, c - a)
    counts = np.maximum(np.bincount(sets), 1)
    centres = np.stack([np.bincount(sets, middles[:, i]) / counts for i in range(3)], axis=1)
    flux = np.bincount(sets, ((middles - centres[sets]) * normals).sum(1))
    return _turned(wound, (flux < 0)[sets])


def _turned(faces: npt.NDArray[np.int32], which: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    return np.where(which[:, None], faces[:, [0, 2, 1]], faces)
