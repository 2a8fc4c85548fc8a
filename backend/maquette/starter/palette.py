"""Slot tokens as materials: the numpy twin of maquette.models.starter.palette."""

import numpy as np
import numpy.typing as npt

from .model import Floats


def from_tokens(tokens: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """[S, 6] to a palette [S, 5] (sRGB, metallic, roughness) within 0 .. 1, and which slots there are [S]."""
    values = (tokens + 1) / 2
    used = values[:, 5] > 0.5
    used[0] = True
    palette = np.clip(values[:, :5], 0, 1).astype(np.float32)
    palette[:, 4] = np.maximum(palette[:, 4], 0.04)
    return palette, used
