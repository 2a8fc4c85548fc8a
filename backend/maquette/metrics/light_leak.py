"""How much of a base colour is light: what the direction of the surface explains of its brightness."""

from typing import Any

import numpy as np
import numpy.typing as npt

from maquette.assets.color import srgb_to_linear
from maquette.render.environment import harmonics

Floats = npt.NDArray[np.floating[Any]]

LUMINANCE = (0.2126, 0.7152, 0.0722)
DARKEST = 1e-3  # linear; below it logarithms are noise
LEAST_VARIANCE = 1e-5  # of log luminance: an even colour has nothing to explain


def light_leak(
    colors_srgb: Floats,  # [N, 3] base colour of points on a surface, 0..1
    normals: Floats,  # [N, 3] unit
) -> float:
    """R^2 of log luminance on the nine spherical harmonics up to the second order of the normal.

    Diffuse light is such a function of the normal to within a few percent (Ramamoorthi and Hanrahan, "An
    Efficient Representation for Irradiance Environment Maps", 2001). Near 0 for an albedo; near 1 where the
    colour is nothing but light. An object that is painted by direction, as with snow on top, has a value of
    its own that others are to be compared with.
    """
    luminance = srgb_to_linear(colors_srgb) @ np.array(LUMINANCE)
    values = np.log(np.maximum(luminance, DARKEST))
    variance = float(values.var())
    if variance < LEAST_VARIANCE:
        return 0.0
    basis = harmonics(normals.astype(np.float64))
    coefficients, *_ = np.linalg.lstsq(basis, values, rcond=None)
    return float(1 - (values - basis @ coefficients).var() / variance)
