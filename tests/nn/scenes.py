"""Small sparse sets, and the dense volumes that hold the same numbers."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from maquette.nn.sparse import SparseVoxels  # noqa: E402


def scattered(count: int, side: int, channels: int, batch: int = 2, seed: int = 0) -> SparseVoxels:
    """`count` places at random in each sample, fewer in the later ones, in a shuffled order."""
    generator = torch.Generator().manual_seed(seed)
    coords = []
    for sample in range(batch):
        places = torch.randperm(side**3, generator=generator)[: count // (sample + 1)]
        xyz = torch.stack([places // side**2, places // side % side, places % side], dim=1)
        coords.append(torch.cat([torch.full_like(xyz[:, :1], sample), xyz], dim=1))
    rows = torch.cat(coords)
    rows = rows[torch.randperm(len(rows), generator=generator)].int()
    return SparseVoxels(rows, torch.randn(len(rows), channels, generator=generator))


def dense(voxels: SparseVoxels, side: int) -> Any:
    """[B, C, side, side, side], zero where nothing is."""
    b, x, y, z = voxels.coords.long().unbind(1)
    volume = torch.zeros(int(b.max()) + 1, side, side, side, voxels.feats.shape[1])
    volume[b, x, y, z] = voxels.feats
    return volume.permute(0, 4, 1, 2, 3)


def at(volume: Any, coords: Any) -> Any:
    """[B, C, side, side, side] read at coords: [N, C]."""
    b, x, y, z = coords.long().unbind(1)
    return volume.permute(0, 2, 3, 4, 1)[b, x, y, z]
