"""A mesh's voxels: where its triangles pass, for new latents on an old shape."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from maquette.protocol import bad_input
from maquette.representations.voxelization import touched_cells

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class UnitFit:
    """How a mesh is moved into the unit cube around the origin: (point - centre) / extent."""

    centre: Floats  # [3]
    extent: float

    def into_cube(self, points: Any) -> Floats:
        """[N, 3], of the mesh just short of the cube's faces."""
        fitted: Floats = (np.asarray(points, np.float64) - self.centre) / self.extent
        return np.clip(fitted, -0.5 + 1e-6, 0.5 - 1e-6)

    def back(self, points: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float32]:
        """[N, 3] from the cube to where the mesh is."""
        return (points * self.extent + self.centre).astype(np.float32)


def fit_unit_cube(vertices: Any) -> UnitFit:
    """For a mesh of vertices [V, 3]. Raises bad_input for one without extent."""
    places = np.asarray(vertices, np.float64)
    low, high = places.min(0), places.max(0)
    extent = float((high - low).max())
    if not extent > 0:
        raise bad_input(f"the mesh has an extent of {extent:g}: choose one that is not a point")
    return UnitFit((low + high) / 2, extent)


def voxelize(vertices: Any, faces: Any, resolution: int = 64) -> Tensor:
    """The cells [N, 3] (int32, sorted) of the unit cube that a mesh touches, once it is centred in the cube
    and fills its largest side; vertices [V, 3], Z up, faces [F, 3]; arrays or tensors.

    Raises bad_input for a mesh without extent.
    """
    fitted = fit_unit_cube(vertices).into_cube(vertices)
    touched = np.zeros(resolution**3, np.bool_)
    for _, cell in touched_cells(fitted[np.asarray(faces, np.int64)], resolution):
        touched[(cell[:, 0] * resolution + cell[:, 1]) * resolution + cell[:, 2]] = True
    return torch.from_numpy(touched).view(resolution, resolution, resolution).nonzero().int()
