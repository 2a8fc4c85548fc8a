"""Fills the texels between charts, so that filtering and mip levels never see an empty one."""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

Bytes = npt.NDArray[np.uint8]


def fill(maps: list[Bytes], covered: npt.NDArray[np.bool_], padding: int) -> list[Bytes]:
    """The maps [S, S, C] with the texels that are not `covered` [S, S] filled.

    Up to `padding` texels from a chart they repeat the nearest covered texel; beyond that they hold the
    mean of the covered ones, which keeps small mip levels neutral and files small. An uncovered map comes
    back as it is.
    """
    if not covered.any():
        return maps
    away, nearest = distance_transform_edt(~covered, return_indices=True)
    size = covered.shape[1]
    source = (nearest[0].astype(np.int64) * size + nearest[1]).reshape(-1)
    near = (away <= padding).reshape(-1)
    filled = []
    for image in maps:
        texels = image.reshape(-1, image.shape[2])
        mean = [channel[covered.reshape(-1)].mean() for channel in texels.T]
        result = np.broadcast_to(np.round(mean).astype(np.uint8), texels.shape).copy()
        result[near] = texels[source[near]]
        filled.append(result.reshape(image.shape))
    return filled
