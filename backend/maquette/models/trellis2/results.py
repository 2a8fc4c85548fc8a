"""What the pipeline gives, and the latents between its stages."""

from dataclasses import dataclass

from torch import Tensor

from maquette.nn.sparse import SparseVoxels
from maquette.representations.voxel_field import VoxelField

from .surface import Surface


@dataclass(frozen=True, eq=False)
class Latents:
    """Normalised as the flows know them, or as the decoders do."""

    mean: Tensor  # [C]
    std: Tensor  # [C]

    def decoded(self, voxels: SparseVoxels) -> SparseVoxels:
        """From a flow to a decoder."""
        return voxels.with_feats(voxels.feats * self.std.to(voxels.feats) + self.mean.to(voxels.feats))

    def normed(self, voxels: SparseVoxels) -> SparseVoxels:
        """The way back."""
        return voxels.with_feats((voxels.feats - self.mean.to(voxels.feats)) / self.std.to(voxels.feats))


@dataclass(frozen=True, eq=False)
class Trellis2Result:
    """One asset, Z up, within the unit cube around the origin."""

    coords: Tensor  # [N, 4] int32 voxels of the latents, sorted
    shape: SparseVoxels  # [N, 32] latents as decoded
    texture: SparseVoxels  # [N, 32]
    mesh: Surface
    materials: VoxelField  # base colour (sRGB), metallic, roughness and alpha, 0..1, on the surface's voxels
    resolution: int
