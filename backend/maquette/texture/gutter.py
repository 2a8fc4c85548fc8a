"""Fills the texels between charts, so that filtering and mip levels never see an empty one."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

Image = TypeVar("Image", npt.NDArray[np.uint8], npt.NDArray[np.float32])


def fill(maps: list[Image], covered: npt.NDArray[np.bool_], padding: int) -> list[Image]:
    """The maps [S, S, C] with the texels that are not `covered` [S, S] filled.

    Up to `padding` texels from a chart they repeat the nearest covered texel; beyond that they hold the
    mean of the covered ones, which keeps small mip levels neutral and files small. So texels of
    mip levels up to half as wide as `padding` hold nothing but their own chart's colours. An uncovered map
    comes back as it is.
    """
    if not covered.any():
        return maps
    gutter, source, rest = _nearest(covered, padding)
    return [_filled(image, covered, gutter, source, rest) for image in maps]


def _nearest(
    covered: npt.NDArray[np.bool_], padding: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Flat indices of the uncovered texels within `padding`, of the texels they repeat, and of the rest."""
    width = covered.shape[1]
    rows, columns = distance_transform_edt(~covered, return_distances=False, return_indices=True)
    empty = np.flatnonzero(~covered)
    row, column = rows.reshape(-1)[empty], columns.reshape(-1)[empty]
    down, across = row - empty // width, column - empty % width
    near = down * down + across * across <= padding * padding
    source = row[near].astype(np.int64) * width + column[near]
    return empty[near], source, empty[~near]


def _filled(
    image: Image,
    covered: npt.NDArray[np.bool_],
    gutter: npt.NDArray[np.int64],
    source: npt.NDArray[np.int64],
    rest: npt.NDArray[np.int64],
) -> Image:
    filled = image.copy()
    flat = filled.reshape(-1, image.shape[2])
    flat[gutter] = flat[source]
    flat[rest] = _mean(image, covered)
    return filled


def _mean(image: npt.NDArray[Any], covered: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """[C] the mean colour of the covered texels."""
    means = [channel[covered].mean(dtype=np.float64) for channel in np.moveaxis(image, 2, 0)]
    if image.dtype == np.uint8:
        means = [round(mean) for mean in means]
    return np.array(means).astype(image.dtype)
