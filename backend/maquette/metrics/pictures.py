"""How alike two pictures are."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

Picture = npt.NDArray[np.floating[Any]]  # [..., C] 0..1
Mask = npt.NDArray[np.bool_]

_WINDOW: Final = 1.5  # pixels, of the Gaussian
_REACH: Final = 5  # pixels: the window is eleven wide
_STEADY: Final = (0.01**2, 0.03**2)


def psnr(picture: Picture, truth: Picture, mask: Mask | None = None) -> float:
    """Peak signal to noise in dB over the values of the mask; infinite for equal ones."""
    error = _chosen(picture, mask) - _chosen(truth, mask)
    return decibels(float(np.mean(error**2, dtype=np.float64)))


def decibels(mean_squared_error: float) -> float:
    """PSNR of values from 0 to 1."""
    return float("inf") if mean_squared_error == 0 else float(-10 * np.log10(mean_squared_error))


def ssim(picture: Picture, truth: Picture, mask: Mask | None = None) -> float:
    """Structural similarity, the mean over the pixels [H, W] of the mask and over the channels.

    Wang and others, "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004.
    """
    channels = range(truth.shape[2])
    a, b = picture.astype(np.float64), truth.astype(np.float64)
    maps = [_ssim_map(a[..., channel], b[..., channel]) for channel in channels]
    chosen = _chosen(np.stack(maps, axis=2), mask)
    return float(chosen.mean())


def sharpness(picture: Picture, mask: Mask) -> float:
    """Mean size of the discrete Laplacian where the pixel and its four neighbours are in the mask.

    PSNR rewards blur: read it beside this one, which must stay near the truth's.
    """
    inner = mask[1:-1, 1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    around = picture[:-2, 1:-1] + picture[2:, 1:-1] + picture[1:-1, :-2] + picture[1:-1, 2:]
    return float(np.abs(around - 4 * picture[1:-1, 1:-1])[inner].mean())


def _ssim_map(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    def blurred(image: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(gaussian_filter(image, _WINDOW, radius=_REACH, mode="reflect"))

    mean_a, mean_b = blurred(a), blurred(b)
    variance_a, variance_b = blurred(a * a) - mean_a**2, blurred(b * b) - mean_b**2
    covariance = blurred(a * b) - mean_a * mean_b
    light, contrast = _STEADY
    above = (2 * mean_a * mean_b + light) * (2 * covariance + contrast)
    return above / ((mean_a**2 + mean_b**2 + light) * (variance_a + variance_b + contrast))


def _chosen(values: npt.NDArray[Any], mask: Mask | None) -> npt.NDArray[Any]:
    return values if mask is None else values[mask]
