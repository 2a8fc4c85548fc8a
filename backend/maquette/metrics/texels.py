"""How well a texture's texels agree with known ones, and how many of them are known at all."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .pictures import psnr

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

BLEEDING = 0.25  # an error this large in any channel is the colour of something else


@dataclass(frozen=True)
class TexelReport:
    """Over the texels that count."""

    psnr_db: float
    bleeding: float  # share of the texels that are far off
    worst: float  # largest error of a channel


def compare_texels(texture: Floats, truth: Floats, counted: Bools) -> TexelReport:
    """Compares textures [S, S, C] of 0..1 over the texels `counted` [S, S]; at least one must count."""
    error = np.abs(texture[counted] - truth[counted]).max(axis=1)
    return TexelReport(psnr(texture, truth, counted), float((error > BLEEDING).mean()), float(error.max()))


@dataclass(frozen=True)
class Coverage:
    """Shares of the texels on the mesh."""

    painted: float  # seen by at least one view
    twice: float  # seen by at least two
    filled: float  # seen by none


def coverage(counts: npt.NDArray[np.integer[Any]]) -> Coverage:
    """From how many views see each texel on the mesh [T]."""
    painted = float((counts > 0).mean())
    return Coverage(painted, float((counts > 1).mean()), 1 - painted)
