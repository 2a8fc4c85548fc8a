"""Places blocks in a square, one upon the other like falling ones (Levy et al. 2002, section 4).

Each block is dropped where it comes to lie lowest on the horizon of the blocks before it. The side of the
square is found by bisection.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Doubles = npt.NDArray[np.float64]
Heights = npt.NDArray[np.int32]

BISECTIONS: Final = 7
GROWTH: Final = 1.12


@dataclass(frozen=True)
class Block:
    """The shape of a chart on the grid, padding included: what it covers in each of its columns."""

    bottom: Heights  # [W]
    top: Heights  # [W]


def smallest_square(blocks: list[Block]) -> tuple[int, Doubles]:
    """The side in cells of the smallest square found, and the place [C, 2] of each block's lowest corner."""
    tallest_first = sorted(range(len(blocks)), key=lambda i: (-int(blocks[i].top.max()), i))
    area = sum(int((block.top - block.bottom).sum()) for block in blocks)
    too_small = max(max(len(block.top), int(block.top.max())) for block in blocks)
    too_small = max(too_small, int(np.sqrt(area))) - 1
    side = too_small + 1
    while (places := _drop(blocks, tallest_first, side)) is None:
        too_small, side = side, int(side * GROWTH) + 1
    for _ in range(BISECTIONS):
        middle = (too_small + side) // 2
        if middle == too_small:
            break
        if (attempt := _drop(blocks, tallest_first, middle)) is None:
            too_small = middle
        else:
            side, places = middle, attempt
    return side, places


def _drop(blocks: list[Block], order: list[int], side: int) -> Doubles | None:
    """Drops the blocks where they come to lie lowest; None if one rises above the square."""
    horizon = np.zeros(side, np.int32)
    places = np.zeros((len(blocks), 2))
    for i in order:
        block = blocks[i]
        width = len(block.top)
        heights = (sliding_window_view(horizon, width) - block.bottom).max(axis=1)
        x = int(heights.argmin())
        y = int(heights[x])
        if y + int(block.top.max()) > side:
            return None
        horizon[x : x + width] = y + block.top
        places[i] = x, y
    return places
