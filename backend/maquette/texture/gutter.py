"""Fills the texels between charts, so that filtering and mip levels never see an empty one."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

BAND_ROWS = 256  # at a time, which bounds the memory

Image = TypeVar("Image", npt.NDArray[np.uint8], npt.NDArray[np.float32])


def fill(maps: list[Image], covered: npt.NDArray[np.bool_], padding: int) -> list[Image]:
    """The maps [S, S, C] with the texels that are not `covered` [S, S] filled.

    Up to `padding` texels from a chart they repeat the nearest covered texel; beyond that they hold the
    mean of the covered ones, which keeps small mip levels neutral and files small. An uncovered map comes
    back as it is.
    """
    if not covered.any():
        return maps
    nearest = distance_transform_edt(~covered, return_distances=False, return_indices=True)  # [2, S, S]
    filled = [np.broadcast_to(_mean(image, covered), image.shape).copy() for image in maps]
    for start in range(0, len(covered), BAND_ROWS):
        rows = slice(start, start + BAND_ROWS)
        y, x = nearest[:, rows].astype(np.int64)
        here_y, here_x = np.indices(y.shape)
        near = (y - here_y - start) ** 2 + (x - here_x) ** 2 <= padding**2
        for image, result in zip(maps, filled, strict=True):
            result[rows][near] = image[y[near], x[near]]
    return filled


def _mean(image: npt.NDArray[Any], covered: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """[C] the mean colour of the covered texels."""
    means = [channel[covered].mean(dtype=np.float64) for channel in np.moveaxis(image, 2, 0)]
    if image.dtype == np.uint8:
        means = [round(mean) for mean in means]
    return np.array(means).astype(image.dtype)
