"""Maps of a larger size."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.ndimage import uniform_filter

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

WINDOW: Final = 5  # texels of the small map
LEAST_CONTRAST: Final = 1e-3  # variance of the guide below which it tells nothing


def enlarge(image: Floats, size: int, sampling: Image.Resampling = Image.Resampling.BICUBIC) -> Floats:
    """[S, S, C] -> [size, size, C], bicubic if nothing else is asked for; the same array for its own size."""
    if len(image) == size:
        return image
    channels = [
        np.asarray(Image.fromarray(np.ascontiguousarray(channel)).resize((size, size), sampling))
        for channel in np.moveaxis(image, 2, 0)
    ]
    return np.stack(channels, axis=2)


def enlarge_guided(
    values: Floats,  # [s, s, C]
    small_guide: Floats,  # [s, s]
    large_guide: Floats,  # [S, S] the same picture, finer
    inside: Bools,  # [s, s] texels that count
) -> Floats:  # [S, S, C]
    """Values that follow the guide's new detail where they follow its old detail, and nowhere else.

    The fast guided filter (He and Sun, 2015): around each texel values are a linear function of the guide,
    found on the small maps and applied to the large one. What the function does not explain is added back,
    so that the mean over each small texel stays what it was.
    """
    size = len(large_guide)
    share = inside[..., None].astype(np.float32)
    guide = small_guide[..., None]
    mean_guide, mean_values = _mean(guide, share), _mean(values, share)
    covariance = _mean(guide * values, share) - mean_guide * mean_values
    variance = _mean(guide * guide, share) - mean_guide**2
    slope = covariance / (variance + np.float32(LEAST_CONTRAST))
    offset = mean_values - slope * mean_guide
    slope, offset = _mean(slope, share), _mean(offset, share)
    unexplained = values - (slope * guide + offset)
    bilinear = Image.Resampling.BILINEAR
    followed = enlarge(slope, size, bilinear) * large_guide[..., None] + enlarge(offset, size, bilinear)
    return np.asarray(followed + enlarge(unexplained, size), dtype=np.float32)


def _mean(values: Floats, share: Floats) -> Floats:
    """Over windows of the texels that count."""
    total = uniform_filter(values * share, (WINDOW, WINDOW, 0), mode="nearest")
    count = uniform_filter(share, (WINDOW, WINDOW, 0), mode="nearest")
    return np.asarray(total / np.maximum(count, np.float32(1e-6)))
