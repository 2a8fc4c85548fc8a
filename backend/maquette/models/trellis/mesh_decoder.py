"""Latents to a surface: signed distances on a grid four times finer, and FlexiCubes through them."""

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from maquette.nn.convolution import PointConv3d
from maquette.nn.norms import SparseGroupNorm32
from maquette.nn.resample import repeat_children, subdivide
from maquette.nn.sparse import SparseVoxels
from maquette.representations.cube_features import extract_from_cubes

from .config import SLatConfig
from .precision import cast_trunk
from .slat_flow import NestedConv
from .slat_vae import SLatTrunk

CHANNELS: Final = 53  # of a fine voxel: 8 distances, 8 shifts, 21 weights
COLOUR_CHANNELS: Final = 48  # 8 corners' colours and normals
_FINER: Final = 4


class RawMesh(NamedTuple):
    """Vertices in the unit cube around the origin, Z up; faces turn outwards."""

    vertices: Tensor  # [V, 3] float32
    faces: Tensor  # [F, 3] int64
    attributes: Tensor  # [V, 6] float32 colour and normal, 0..1; [V, 0] from a decoder without colours


class NestedPointConv(nn.Module):
    """A 1x1x1 convolution where published files have it: one level down, in `conv`."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = PointConv3d(in_channels, out_channels)

    def forward(self, feats: Tensor) -> Tensor:
        """[N, in] to [N, out]."""
        return self.conv(feats)


class SparseSiLU(nn.SiLU):
    """SiLU of the features."""

    def forward(self, voxels: SparseVoxels) -> SparseVoxels:
        """[N, C]."""
        return voxels.with_feats(super().forward(voxels.feats))


class SubdivideBlock(nn.Module):
    """Twice the resolution: every voxel becomes eight, which two convolutions tell apart."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.act_layers = nn.Sequential(SparseGroupNorm32(channels), SparseSiLU())
        self.out_layers = nn.Sequential(
            NestedConv(channels, out_channels),
            SparseGroupNorm32(out_channels),
            SparseSiLU(),
            NestedConv(out_channels, out_channels),
        )
        self.skip_connection = NestedPointConv(channels, out_channels)

    def forward(self, voxels: SparseVoxels) -> SparseVoxels:
        """Features [N, in] to [8 N, out]."""
        h: SparseVoxels = self.out_layers(subdivide(self.act_layers(voxels)))
        # Children copy their parent, so the 1x1x1 convolution can be done once for all eight.
        return h.with_feats(h.feats + repeat_children(self.skip_connection(voxels.feats)))


class MeshDecoder(SLatTrunk):
    """Latents [N, 8] to one RawMesh per sample."""

    def __init__(self, config: SLatConfig, use_color: bool, dtype: torch.dtype | None = None) -> None:
        super().__init__(config, config.latent_channels, dtype)
        width = config.model_channels
        self.upsample = nn.ModuleList(
            [SubdivideBlock(width, width // 4), SubdivideBlock(width // 4, width // 8)]
        )
        self.out_layer = nn.Linear(width // 8, CHANNELS + COLOUR_CHANNELS * use_color)
        cast_trunk(self.upsample, self.dtype)

    def head(self, voxels: SparseVoxels) -> SparseVoxels:
        """Raw features [64 N, 53 or 101] of the finest voxels."""
        h = self.trunk(voxels)
        for block in self.upsample:
            h = block(h)
        return h.with_feats(self.out_layer(h.feats.to(voxels.feats.dtype)))

    def forward(self, voxels: SparseVoxels) -> list[RawMesh]:
        """For every sample of the batch."""
        fine = self.head(voxels)
        resolution = self.config.resolution * _FINER
        return [
            RawMesh(*extract_from_cubes(fine.coords[rows, 1:], fine.feats[rows], resolution))
            for rows in fine.grid.sample_rows
        ]
