"""Features between a grid and the grids of half and of twice its resolution."""

from torch import Tensor

from .sparse import Children, Grid, SparseVoxels, voxels_on


def downsample(voxels: SparseVoxels) -> SparseVoxels:
    """To half the resolution. A parent gets its n children's sum over n + 1.

    The one too many is the publisher's: TRELLIS was trained with a mean that counts the zero it starts from.
    """
    grid, parent = voxels.grid.parents
    sums = voxels.feats.new_zeros(len(grid.coords), voxels.feats.shape[1])
    counts = voxels.feats.new_ones(len(grid.coords))
    sums = sums.index_add(0, parent, voxels.feats)
    counts = counts.index_add(0, parent, voxels.feats.new_ones(len(parent)))
    return voxels_on(grid, sums / counts[:, None])


def upsample(voxels: SparseVoxels, fine: Grid) -> SparseVoxels:
    """Back to the grid whose parents `voxels` are: every child gets its parent's features."""
    _, parent = fine.parents
    return voxels_on(fine, voxels.feats[parent])


def subdivide(voxels: SparseVoxels) -> SparseVoxels:
    """Every voxel becomes its 8 children, (0, 0, 0), (0, 0, 1), ..., with its features."""
    return voxels_on(voxels.grid.children, repeat_children(voxels.feats))


def repeat_children(feats: Tensor) -> Tensor:
    """[N, C] to [8 N, C]: a row for each child."""
    return feats.repeat_interleave(8, dim=0)


def gather_children(feats: Tensor, children: Children) -> Tensor:
    """Space from channels: [N, 8 C] to the children's [M, C], each its corner's part of the parent."""
    return feats.unflatten(1, (8, -1))[children.parent, children.corner]


def scatter_children(feats: Tensor, children: Children, parents: int) -> Tensor:
    """Channels from space: [M, C] to the parents' [N, 8 C], zero where there is no child."""
    packed = feats.new_zeros(parents, 8, feats.shape[1])
    packed[children.parent, children.corner] = feats
    return packed.flatten(1)
