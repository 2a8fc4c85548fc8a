"""Pictures four times as large, with detail that a network has learned (Conde et al., "Swin2SR", 2022)."""

from typing import Final

import numpy as np
import torch
from transformers import Swin2SRForImageSuperResolution

from maquette.progress import Progress

from .checkpoints import FindFolder, load_options
from .pictures import Floats, to_pictures, to_tensor
from .placement import Placement
from .tiles import plan_tiles

SWIN2SR: Final = "swin2sr-x4"
TILE: Final = 192  # pixels: bounds the memory, and is much more than the network looks around


class Upscaler:
    """Owns the network. `close` lets its memory go."""

    def __init__(self, find: FindFolder, placement: Placement) -> None:
        folder = find(SWIN2SR)
        network = Swin2SRForImageSuperResolution.from_pretrained(folder, **load_options(placement, folder))
        self._network = network.to(placement.device).train(False)
        self._placement = placement

    @property
    def factor(self) -> int:
        """How many times as large a picture becomes."""
        return int(self._network.config.upscale)

    def enlarge(self, picture: Floats, progress: Progress) -> Floats:
        """[H, W, 3] 0..1 -> [factor H, factor W, 3]. Cancelled at any tile."""
        tiles = plan_tiles(picture.shape[0], picture.shape[1], TILE)
        made = []
        for tile in tiles.cut(picture):
            progress.step(0)
            made.append(self._enlarge(tile))
        return np.clip(tiles.join(np.stack(made), self.factor), 0, 1)

    def close(self) -> None:
        """Lets go of the network."""
        del self._network
        if self._placement.device == "cuda":
            torch.cuda.empty_cache()

    def _enlarge(self, tile: Floats) -> Floats:  # [T, T, 3] -> [factor T, factor T, 3]
        """The network looks through windows, of which a whole number must fit."""
        side, window = len(tile), self._network.config.window_size
        padding = -side % window
        padded = np.pad(tile, ((0, padding), (0, padding), (0, 0)), mode="symmetric")
        pixels = to_tensor(padded[None]).to(self._placement.device, self._placement.dtype)
        with torch.inference_mode():
            shown = self._network(pixel_values=pixels).reconstruction
        kept = side * self.factor
        return to_pictures(shown)[0, :kept, :kept]
