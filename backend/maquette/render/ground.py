"""The studio's floor, as the object's shadow leaves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, map_coordinates

from .beams import LUMINANCE, Beam

Floats = npt.NDArray[np.float32]

_SIZE: Final = 320  # texels along a side of the floor's map
_REACH: Final = 3.0  # radii of the object that it spans to each side
_BLURS: Final = 7  # shadows are kept apart by how soft they are: deviations 0.5, 1, 2, 4 ... texels


@dataclass(frozen=True)
class Ground:
    """How bright the floor is at each place."""

    height: float  # metres
    corner: Floats  # [2] x and y of the first texel's centre
    texels_per_metre: float
    brightness: Floats  # [G, G] rows along y; 1 where no shadow falls

    def at(self, x: Floats, y: Floats) -> Floats:  # [N], [N] -> [N]
        """Bilinear; full brightness outside."""
        places = np.stack([y - self.corner[1], x - self.corner[0]]) * np.float32(self.texels_per_metre)
        return np.asarray(map_coordinates(self.brightness, places, order=1, mode="constant", cval=1.0))

    def below(self, points: Floats, directions: Floats) -> Floats:  # [N, 3], [N, 3] -> [N]
        """The floor's brightness where rays that go down meet it."""
        x, y = self._meet(points, directions)
        return self.at(x, y)

    def roughly_below(self, points: Floats, direction: Floats) -> Floats:  # [N, 3], [3] -> [N]
        """The same for parallel rays, from the nearest texel: five times faster, for one of many
        directions.
        """
        x, y = self._meet(points, direction)
        column = np.clip((x - self.corner[0]) * np.float32(self.texels_per_metre) + 0.5, 0, _SIZE - 1)
        row = np.clip((y - self.corner[1]) * np.float32(self.texels_per_metre) + 0.5, 0, _SIZE - 1)
        return np.asarray(self.brightness[row.astype(np.intp), column.astype(np.intp)])

    def _meet(self, points: Floats, directions: Floats) -> tuple[Floats, Floats]:
        """Where the rays meet the floor: x and y [N]."""
        drop = np.minimum(directions[..., 2], np.float32(-1e-3))
        distance = (np.float32(self.height) - points[:, 2]) / drop
        return points[:, 0] + distance * directions[..., 0], points[:, 1] + distance * directions[..., 1]


def light_ground(
    beams: Sequence[Beam],
    center: npt.NDArray[np.float64],  # [3] of the object
    radius: float,
    height: float,
) -> Ground:
    """The floor below the object under all beams that come from above.

    A beam stands for a patch of light as wide as the way to the next beam, so the edge of its shadow is
    blurred by that angle times the distance to what casts it. Shadows are summed by their blur first and
    blurred in sum.
    """
    reach = _REACH * radius
    steps = np.linspace(-reach, reach, _SIZE)
    x, y = np.meshgrid(center[0] + steps, center[1] + steps)
    points = np.stack([x.ravel(), y.ravel(), np.full(x.size, height)], axis=1).astype(np.float32)
    texels_per_metre = (_SIZE - 1) / (2 * reach)
    shadows = np.zeros((_BLURS, _SIZE * _SIZE), dtype=np.float32)
    total = 0.0
    for beam in beams:
        strength = float(beam.light @ LUMINANCE * beam.direction[2])
        if strength <= 0:
            continue
        total += strength
        left = np.full(len(points), strength, dtype=np.float32)
        for shadow in beam.shadows:
            gap = shadow.gap(points)
            dark = np.flatnonzero(gap > 0)
            blur = np.log2(np.maximum(gap[dark] * np.float32(0.4 * beam.spread * texels_per_metre), 0.5)) + 1
            level = np.minimum(blur.astype(np.intp), _BLURS - 2)
            between = np.minimum(blur - level, 1)
            taken = left[dark] * np.float32(shadow.opacity)
            shadows[level, dark] += taken * (1 - between)
            shadows[level + 1, dark] += taken * between
            left[dark] -= taken
    soft = [gaussian_filter(s.reshape(x.shape), 2.0 ** (n - 1)) for n, s in enumerate(shadows)]
    # what would reach past the map fades out before its border
    away = np.hypot(x - center[0], y - center[1]) / reach
    fade = np.clip((1 - away) / 0.4, 0, 1).astype(np.float32)
    brightness = 1 - np.sum(soft, axis=0) * (fade * fade * (3 - 2 * fade) / np.float32(total))
    return Ground(height, np.array([x[0, 0], y[0, 0]], dtype=np.float32), texels_per_metre, brightness)
