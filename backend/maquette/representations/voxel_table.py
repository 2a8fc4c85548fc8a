"""Where voxels are in a list of them: places to rows, by a sorted list of their raster numbers."""

import torch
from torch import Tensor


class VoxelTable:
    """The rows of places [N, 3], each at most once."""

    def __init__(self, coords: Tensor) -> None:
        places = coords.long()
        self._low = places.amin(0) if len(places) else places.new_zeros(3)
        self._high = places.amax(0) if len(places) else places.new_full((3,), -1)
        wide = self._high - self._low + 1
        self._strides = torch.stack([wide[1] * wide[2], wide[2], torch.ones_like(wide[2])])
        self._keys, self._rows = ((places - self._low) * self._strides).sum(1).sort()

    def rows(self, places: Tensor) -> Tensor:
        """[..., 3] integers to rows [...] int64, -1 where there is none."""
        if not len(self._keys):
            return torch.full(places.shape[:-1], -1, device=places.device)
        wanted = places.long()
        keys = ((wanted - self._low) * self._strides).sum(-1)
        found = torch.searchsorted(self._keys, keys).clamp_(max=len(self._keys) - 1)
        within = ((wanted >= self._low) & (wanted <= self._high)).all(-1)
        return torch.where(within & (self._keys[found] == keys), self._rows[found], -1)
