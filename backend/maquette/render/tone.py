"""From light to display: the Khronos PBR Neutral tone mapper."""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.color import linear_to_srgb

Floats = npt.NDArray[np.float32]

_F90: Final = np.float32(
    0.04
)  # what a dielectric mirrors head-on, taken off so that base colours come out true
_START: Final = np.float32(0.8 - 0.04)  # compression begins here
_DESATURATION: Final = np.float32(0.15)


def tone_map(radiance: Floats) -> Floats:  # [..., 3] linear, 0 and up -> [..., 3] linear, 0 to 1
    """Leaves colours as they are up to 0.76 and rolls off only what is brighter, towards white.

    Khronos PBR Neutral, specification of 2024: made for pictures of products, whose base colours must come
    out true.
    """
    least = radiance.min(axis=-1, keepdims=True)
    offset = np.where(least < 0.08, least - 6.25 * least * least, _F90)
    color = radiance - offset
    peak = color.max(axis=-1, keepdims=True)
    room = 1 - _START
    new_peak = 1 - room * room / (np.maximum(peak, _START) + room - _START)
    squeezed = color * (new_peak / np.maximum(peak, _START))
    grey = 1 - 1 / (_DESATURATION * (np.maximum(peak, _START) - new_peak) + 1)
    bright = squeezed + (new_peak - squeezed) * grey
    return np.asarray(np.where(peak < _START, color, bright), dtype=np.float32)


def to_bytes(linear_rgb: Floats) -> npt.NDArray[np.uint8]:
    """sRGB, 8 bits."""
    return np.asarray(np.rint(255 * linear_to_srgb(np.clip(linear_rgb, 0, 1))), dtype=np.uint8)
