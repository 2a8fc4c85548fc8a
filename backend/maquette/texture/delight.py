"""Takes baked light out of a base colour, given the surface's places and normals.

Light on a matte surface is a low-order function of its normal (Ramamoorthi and Hanrahan, "An Efficient
Representation for Irradiance Environment Maps", 2001): nine spherical harmonics hold 99 % of it. Their
coefficients are found from pairs of places, as in retinex (Land and McCann 1971): two places of one paint
differ in brightness only by their light. Pairs of another hue count little, and differences that light does
not explain are outliers to a robust loss. Pairs of neighbours come first, where light changes little and
another paint stands out; then pairs from all over, which measure light better. So a red roof over white
walls, or snow on grey rock, is not mistaken for light from above.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.render.environment import harmonics

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

PLACES: Final = 20_000
PAIRS: Final = 40_000
NEAR: Final = 0.15  # of the surface's extent: how far neighbours are apart
NEAR_OUTLIER: Final = (
    0.15  # of log luminance, where a difference of neighbours begins to look like two paints
)
FAR_OUTLIER: Final = 0.5  # and one of any two places
NEAR_ROUNDS: Final = 12
FAR_ROUNDS: Final = 6
NEAR_RIDGE: Final = 1e-5  # of the pairs: no light where no place faces
FAR_RIDGE: Final = 1e-3
HUE_TOLERANCE: Final = 0.12  # of log ratios between channels
MOST_CHANGE: Final = 2.5  # of log luminance: light is not divided by more, however deep the shadow
DARKEST: Final = 1 / 512  # of linear light; darker places say nothing of it
CHUNK: Final = 1 << 18  # places at a time, which bounds the memory
_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True)
class Light:
    """The logarithm of the light on a surface, by its normal."""

    coefficients: Doubles  # [8] of the bands 1 and 2
    mean: float  # over the surface it was found on

    def at(self, normals: Floats) -> Floats:  # [K, 3] unit -> [K]
        """0 in the mean, and within MOST_CHANGE of it."""
        values = directional(normals) @ self.coefficients - self.mean
        return np.clip(values, -MOST_CHANGE, MOST_CHANGE).astype(np.float32)


def remove_light(
    colors: Floats,  # [K, 3] sRGB 0..1, of places spread evenly over the surface
    positions: Floats,  # [K, 3]
    normals: Floats,  # [K, 3] unit
    amount: float,  # 0 leaves the colours, 1 takes out all light that was found
    seed: int = 0,
) -> Floats:  # [K, 3]
    """The colours as flat light would show them, as bright in the mean as before."""
    if amount == 0 or len(colors) < 2:
        return colors
    linear = srgb_to_linear(colors).astype(np.float32)
    light = find_light(linear, positions, normals, np.random.default_rng(seed))
    flat = np.empty_like(colors)
    for start in range(0, len(colors), CHUNK):
        part = slice(start, start + CHUNK)
        gain = np.exp(np.float32(-amount) * light.at(normals[part]))
        flat[part] = linear_to_srgb(np.clip(linear[part] * gain[:, None], 0, 1))
    return flat


def find_light(
    linear: Floats,  # [K, 3] linear RGB
    positions: Floats,  # [K, 3]
    normals: Floats,  # [K, 3] unit
    generator: np.random.Generator,
) -> Light:
    """Two robust fits, the second from where the first has led."""
    places = generator.permutation(len(linear))[:PLACES]
    chosen = linear[places].astype(np.float64)
    basis = directional(normals[places])
    near = _neighbours(positions[places].astype(np.float64), generator)
    far = generator.integers(0, len(chosen), (2, PAIRS))
    coefficients = np.zeros(basis.shape[1])
    widths = np.geomspace(8 * NEAR_OUTLIER, NEAR_OUTLIER, NEAR_ROUNDS)
    coefficients = _fit(chosen, basis, near, widths, NEAR_RIDGE, coefficients)
    coefficients = _fit(chosen, basis, far, [FAR_OUTLIER] * FAR_ROUNDS, FAR_RIDGE, coefficients)
    return Light(coefficients, float((basis @ coefficients).mean()))


def directional(normals: Floats) -> Doubles:  # [K, 3] -> [K, 8]
    """The real spherical harmonics of bands 1 and 2; band 0 is brightness itself."""
    return harmonics(normals.astype(np.float64))[:, 1:]


def _fit(
    linear: Doubles, basis: Doubles, pairs: Indices, widths: Iterable[float], ridge: float, start: Doubles
) -> Doubles:  # [8]
    """Iteratively reweighted least squares with Geman and McClure's loss, of these widths in turn."""
    first, second = pairs
    shown = np.log(np.maximum(linear @ _LUMINANCE, DARKEST))
    difference, rows = shown[first] - shown[second], basis[first] - basis[second]
    alike = _same_hue(linear, first, second)
    restraint = ridge * max(float(alike.sum()), 1e-9) * np.eye(basis.shape[1])
    coefficients = start
    for width in widths:
        unexplained = difference - rows @ coefficients
        weighted = rows * (alike / (1 + (unexplained / width) ** 2) ** 2)[:, None]
        coefficients = np.linalg.solve(weighted.T @ rows + restraint, weighted.T @ difference)
    return coefficients


def _neighbours(positions: Doubles, generator: np.random.Generator) -> Indices:  # [P, 3] -> [2, PAIRS]
    """Pairs of places about NEAR apart: each with what lies nearest to a point beside it."""
    first = generator.integers(0, len(positions), PAIRS)
    reach = NEAR * float(np.ptp(positions, axis=0).max()) / 3**0.5
    _, second = cKDTree(positions).query(positions[first] + reach * generator.standard_normal((PAIRS, 3)))
    return np.stack([first, np.asarray(second, dtype=np.int64)])


def _same_hue(linear: Doubles, first: Indices, second: Indices) -> Doubles:
    """[P] 1 for pairs of one hue and saturation, 0 for very different ones."""
    safe = np.maximum(linear, DARKEST)
    ratios = np.log(safe[:, [0, 2]] / safe[:, 1:2])  # [K, 2] red and blue over green
    apart = ((ratios[first] - ratios[second]) ** 2).sum(axis=1)
    return np.asarray(np.exp(-apart / (2 * HUE_TOLERANCE**2)))
