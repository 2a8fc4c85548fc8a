"""Materials that a network gave to voxels, at points near them."""

import numpy as np
import torch
from scipy.spatial import cKDTree

from maquette.assets.mesh import Floats
from maquette.representations.voxel_field import VoxelField
from maquette.texture.surface import Surface, SurfaceSample


def voxel_surface(materials: VoxelField, opacity: bool) -> Surface:
    """What `materials` say of base colour (sRGB), metallic, roughness and alpha, in the cube of their grid:
    between the voxels around a point, or else what the nearest says.

    Without `opacity` nothing is looked through.
    """
    coords, values = materials.coords.cpu(), materials.values.float().cpu()
    field = VoxelField(coords, values, materials.resolution)
    tree = cKDTree(coords.numpy(), balanced_tree=False)

    def surface(points: Floats, normals: Floats) -> SurfaceSample:
        found, near = field.read(torch.from_numpy(np.ascontiguousarray(points, np.float32)))
        lost = np.flatnonzero(~near.numpy())
        if len(lost):
            nearest = tree.query((points[lost] + 0.5) * field.resolution - 0.5)[1]
            found[lost] = values[nearest]
        color, metallic, roughness, alpha = found.numpy(), found[:, 3], found[:, 4], found[:, 5]
        return SurfaceSample(
            color[:, :3],
            roughness.numpy(),
            metallic.numpy(),
            opacity=alpha.numpy() if opacity else None,
        )

    return surface
