"""What pictures change of a texture, baked instead of the pictures themselves.

A texture that is finer than the pictures keeps its own detail, texels that no view sees keep their colour,
and where views see little of a place it changes little, so that no border shows.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from maquette.progress import Progress

from .view import Floats, ViewProjection

FAINT: Final = 0.005  # a total weight at which half of a change arrives: seen at 75 degrees


def bake_changes(
    projection: ViewProjection,
    changes: Iterable[Floats],  # one [H, H, C] for each view; may be made one by one
    progress: Progress,
) -> Floats:  # [S, S, C]
    """The weighted mean of the changes, less where the weights are small, and 0 where nothing is seen.

    Reports a step a view.
    """
    size, count = projection.texture_size, len(projection.texels)
    summed: Floats | None = None
    total = np.zeros(count, np.float32)
    for samples, change in zip(projection.views, changes, strict=True):
        if summed is None:
            summed = np.zeros((count, change.shape[2]), np.float32)
        weight = samples.weights(projection.exponent)
        summed[samples.texel] += samples.taps.read(change.reshape(-1, change.shape[2])) * weight[:, None]
        total[samples.texel] += weight
        progress.step()
    assert summed is not None, "there is a view"
    baked = np.zeros((size * size, summed.shape[1]), np.float32)
    baked[projection.texels] = summed / (total + np.float32(FAINT))[:, None]
    return baked.reshape(size, size, -1)
