"""The sRGB transfer curve (IEC 61966-2-1) in both directions, for numbers from 0 to 1."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]


def srgb_to_linear(srgb: Floats) -> Floats:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((np.maximum(srgb, 0.04045) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear_rgb: Floats) -> Floats:
    return np.where(
        linear_rgb <= 0.0031308,
        linear_rgb * 12.92,
        1.055 * np.maximum(linear_rgb, 0.0031308) ** (1 / 2.4) - 0.055,
    )
