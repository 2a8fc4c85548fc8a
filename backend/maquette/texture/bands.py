"""Large maps are baked in bands of rows, which bounds the memory."""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats

BAND_TEXELS: Final = 1 << 20  # a texel takes some 300 bytes while its band is baked
HALO_ROWS: Final = 16  # baked on both sides of a band and thrown away: neighbours and occlusion look that far


def bands(size: int) -> list[range]:
    """The rows of a map of `size` texels a side, in pieces to bake one after the other."""
    rows = max(HALO_ROWS, BAND_TEXELS // size)
    return [range(start, min(start + rows, size)) for start in range(0, size, rows)]


def with_halo(rows: range, size: int) -> range:
    """The rows of a band with those on both sides of it that are baked along."""
    return range(max(rows.start - HALO_ROWS, 0), min(rows.stop + HALO_ROWS, size))


def texel_image(
    values: Floats,  # [K, C] in 0..1
    texels: npt.NDArray[np.int64],  # [K] flat indices
    shape: tuple[int, ...],  # [R, S] of the map or band
) -> npt.NDArray[np.uint8]:
    """[R, S, C] bytes with the values at their texels and zeros elsewhere."""
    image = np.zeros((shape[0] * shape[1], values.shape[1]), np.uint8)
    image[texels] = (np.clip(values, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    return image.reshape(*shape, -1)
