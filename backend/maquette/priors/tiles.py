"""Pictures cut into overlapping squares that a network can take, and put together without a border."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

OVERLAP: Final = 1 / 8  # of a tile


@dataclass(frozen=True)
class Tiles:
    """Squares of `tile` pixels that cover a picture, each with its upper left corner (row, column)."""

    height: int
    width: int
    tile: int
    corners: tuple[tuple[int, int], ...]

    def cut(self, picture: Floats) -> Floats:  # [H, W, C] -> [N, T, T, C]
        squares = [picture[y : y + self.tile, x : x + self.tile] for y, x in self.corners]
        return np.stack(squares)

    def join(self, tiles: Floats, enlarged: int = 1) -> Floats:
        """[N, E T, E T, C] -> [E H, E W, C], faded into each other; `enlarged` is E."""
        side = self.tile * enlarged
        weight = _fade(side)
        picture = np.zeros((self.height * enlarged, self.width * enlarged, tiles.shape[3]), np.float32)
        total = np.zeros((*picture.shape[:2], 1), np.float32)
        for tile, (y, x) in zip(tiles, self.corners, strict=True):
            place = slice(y * enlarged, y * enlarged + side), slice(x * enlarged, x * enlarged + side)
            picture[place] += tile * weight
            total[place] += weight
        return picture / total


def plan_tiles(height: int, width: int, tile: int) -> Tiles:
    """Tiles that overlap by an eighth at least; a picture smaller than one has a smaller tile, a square."""
    tile = min(tile, height, width)
    rows, columns = (_starts(length, tile) for length in (height, width))
    return Tiles(height, width, tile, tuple((y, x) for y in rows for x in columns))


def _starts(length: int, tile: int) -> list[int]:
    """Evenly spaced from the first pixel to where the last tile ends."""
    step = max(1, round(tile * (1 - OVERLAP)))
    count = 1 + -(-(length - tile) // step)
    return [round(number * (length - tile) / max(1, count - 1)) for number in range(count)]


def _fade(side: int) -> Floats:  # [side, side, 1]
    """1 but for the rim, where it falls nearly to 0."""
    distance = np.minimum(np.arange(side), np.arange(side)[::-1]) + 0.5
    ramp = np.minimum(distance / max(1.0, side * OVERLAP / 2), 1).astype(np.float32)
    return np.asarray((ramp[:, None] * ramp)[..., None])
