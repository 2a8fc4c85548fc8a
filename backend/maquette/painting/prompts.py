"""What each view is asked for: the prompt, the side it is seen from, and light that leaves no trace."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from maquette.render.cameras import Camera

FLAT_LIGHT: Final = "albedo texture, flat even lighting, no shadows, plain grey background"
UNWANTED: Final = "shadows, highlights, reflections, strong lighting, text, watermark, blurry"

_STEEP_DEG: Final = 60.0
_SLANTED_DEG: Final = 30.0
_SIDES: Final = ("front view", "right side view", "back view", "left side view")


def view_angles(camera: Camera) -> tuple[float, float]:
    """(azimuth, elevation) in degrees of where a camera looks from, as in `render.cameras.direction_from`."""
    x, y, z = camera.camera_to_world[:3, 2]
    return float(np.degrees(np.arctan2(x, -y))) % 360, float(np.degrees(np.arcsin(np.clip(z, -1, 1))))


def view_name(camera: Camera) -> str:
    """The side that a camera sees, as captions of pictures say it."""
    azimuth, elevation = view_angles(camera)
    if abs(elevation) >= _STEEP_DEG:
        return "view from above" if elevation > 0 else "view from below"
    side = _SIDES[round(azimuth / 90) % 4]
    if abs(elevation) < _SLANTED_DEG:
        return side
    return f"{side} from {'above' if elevation > 0 else 'below'}"


def view_prompts(prompt: str, cameras: Sequence[Camera]) -> list[str]:
    """One prompt for each camera."""
    return [f"{view_name(camera)} of {prompt}, {FLAT_LIGHT}" for camera in cameras]


def negative_prompt(wanted: str) -> str:
    """What a person does not want, and what no texture should show."""
    return f"{wanted}, {UNWANTED}" if wanted.strip() else UNWANTED


def painting_order(cameras: Sequence[Camera]) -> list[int]:
    """Indices of cameras in the order in which to paint them one after another: the front, the back, then as
    planned."""

    def rank(index: int) -> tuple[int, int]:
        azimuth, elevation = view_angles(cameras[index])
        is_level = abs(elevation) < _SLANTED_DEG
        if is_level and min(azimuth, 360 - azimuth) < 1:
            return 0, index
        return (1 if is_level and abs(azimuth - 180) < 1 else 2), index

    return sorted(range(len(cameras)), key=rank)
