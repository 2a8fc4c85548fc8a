"""Keeps light out of what networks paint over unlit pictures.

The picture that was painted over has no light in it, so what is new and follows the surface's normal is
light: the ratio of the two, unlike a base colour, does not depend on what the surface is painted with. Nine
spherical harmonics hold it (Ramamoorthi and Hanrahan, 2001), here for each channel and in the axes of each
view, as each is painted with light of its own.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.render.environment import harmonics

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

PLACES: Final = 20_000  # pixels that are looked at
DARKEST: Final = 1 / 256  # of linear light: added to both, as ratios of black say nothing
WIDTHS: Final = (1.0, 0.5, 0.25, 0.15, 0.15, 0.15)  # of log ratio: differences beyond are new detail
RIDGE: Final = 1e-3  # of the pixels
MOST_LIGHT: Final = 1.5  # of log ratio


def without_new_light(
    made: Floats,  # [H, H, 3] sRGB 0..1
    before: Floats,  # [H, H, 3] sRGB 0..1, unlit
    normals: Floats,  # [H, H, 3] unit
    covered: npt.NDArray[np.bool_],  # [H, H] pixels of the object
    amount: float,  # 0 leaves the light, 1 takes all of it out
) -> Floats:  # [H, H, 3]
    """What was made, with the light and the tint that it had before."""
    if amount == 0 or not covered.any():
        return made
    ratio = np.log(_lit(made[covered]) / _lit(before[covered]))  # [N, 3]
    basis = harmonics(normals[covered].astype(np.float64))
    step = max(1, len(ratio) // PLACES)
    found = _fit(basis[::step], ratio[::step])
    light = np.clip(basis @ found, -MOST_LIGHT, MOST_LIGHT)
    flat = made.copy()
    linear = _lit(made[covered]) * np.exp(-amount * light) - DARKEST
    flat[covered] = linear_to_srgb(np.clip(linear, 0, 1))
    return flat


def _lit(colors: Floats) -> Doubles:
    return np.asarray(srgb_to_linear(colors).astype(np.float64) + DARKEST)


def _fit(basis: Doubles, ratio: Doubles) -> Doubles:  # [9, 3]
    """Iteratively reweighted least squares with Geman and McClure's loss, ever narrower."""
    found = np.zeros((basis.shape[1], ratio.shape[1]))
    restraint = RIDGE * len(basis) * np.eye(basis.shape[1])
    for width in WIDTHS:
        apart = ((ratio - basis @ found) ** 2).mean(axis=1)
        weighted = basis * (1 / (1 + apart / width**2) ** 2)[:, None]
        found = np.linalg.solve(weighted.T @ basis + restraint, weighted.T @ ratio)
    return found
