"""The studio: three soft boxes around the object, a gradient dome above and a bright floor below.

The same few shapes give the light that falls on surfaces and the pictures that glossy ones mirror, so
highlights sit where the light comes from. Everything is defined by formulas that are blurred exactly,
without tables.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from .cameras import Floats as Floats64
from .vectors import unit

Floats = npt.NDArray[np.float32]

_SQRT_2: Final = np.float32(np.sqrt(2))
_DOME_SAMPLES: Final = 40
_CORE: Final = 0.5  # the middle of a box, as a part of its sides, glows most: the lamp behind the cloth
_CORE_LIGHT: Final = np.float32(0.4)  # the part of the light, along each side, that comes from there alone
_EDGE: Final = np.float32(0.06)  # softness of a box's own edges, as a tangent


@dataclass(frozen=True)
class LightSamples:
    """A light as M directions that together give its light."""

    directions: Floats  # [M, 3] unit, towards the light
    lights: Floats  # [M, 3] radiance times solid angle of each
    spread: float  # radians between neighbours


@dataclass(frozen=True)
class SoftBox:
    """A glowing rectangle at the end of `axis`; half sizes are tangents of angles, seen from the object."""

    axis: Floats  # [3] unit, towards the box
    right: Floats  # [3] unit
    up: Floats  # [3] unit
    half_width: float
    half_height: float
    radiance: Floats  # [3] linear RGB, on average
    samples: tuple[int, int]  # columns and rows of its light samples

    @property
    def solid_angle(self) -> float:
        """Of the box, weighted by its glow: the sum of four rectangles, sides whole or core.

        A rectangle in front of the eye has 4 atan(w h / sqrt(1 + w^2 + h^2)), from half sizes.
        """
        part = np.array([1, _CORE])
        weight = np.array([1 - _CORE_LIGHT, _CORE_LIGHT / _CORE])
        w, h = self.half_width * part[:, None], self.half_height * part[None, :]
        solid_angles = 4 * np.arctan(w * h / np.sqrt(1 + w * w + h * h))
        return float(weight @ solid_angles @ weight)

    def mirrored(self, directions: Floats, spread: Floats) -> Floats:  # [N, 3] unit, [N] -> [N]
        """The box's glow, blurred by a lobe around each direction; 1 is its mean, 2 its middle.

        In the plane that touches the sphere at the box it is a rectangle within a rectangle, and its
        convolution with a Gaussian of deviation `spread` is a product of differences of error functions.
        """
        ahead = directions @ self.axis
        scale = 1 / np.maximum(ahead, np.float32(0.05))
        sigma = np.sqrt(spread**2 + _EDGE**2) * _SQRT_2
        across = _glow(directions @ self.right * scale, self.half_width, sigma)
        along = _glow(directions @ self.up * scale, self.half_height, sigma)
        return np.where(ahead > 0.05, across * along, 0).astype(np.float32)

    def light_samples(self) -> LightSamples:
        columns, rows = self.samples
        width, height = _CORE * self.half_width, _CORE * self.half_height
        x = ((np.arange(columns) + 0.5) / columns * 2 - 1) * width
        y = ((np.arange(rows) + 0.5) / rows * 2 - 1) * height
        # every second row is shifted by half a step, so that shadows of straight edges do not fall in line
        shift = (np.arange(rows) % 2 - 0.5)[:, None] * width / columns
        across, along = (x + shift).ravel(), np.repeat(y, columns)
        rays = self.axis + across[:, None] * self.right + along[:, None] * self.up
        count = columns * rows
        lights = np.tile(self.radiance * np.float32(self.solid_angle / count), (count, 1))
        return LightSamples(unit(rays), lights, spread=float(np.sqrt(4 * width * height / count)))


@dataclass(frozen=True)
class Dome:
    """Everything that is not a soft box: a floor, a horizon and a sky that change evenly with height."""

    nadir: Floats  # [3] linear RGB of the floor straight below
    floor: Floats  # [3] of the floor far away
    horizon: Floats  # [3]
    zenith: Floats  # [3]

    def mirrored(self, directions: Floats, spread: Floats) -> tuple[Floats, Floats]:
        """The blurred dome around each direction: what is above [N, 3] and what of the floor [N, 3], to be
        added.
        """
        height = directions[:, 2]
        above = (0.5 + 0.5 * erf(height / (spread * _SQRT_2)))[:, None]
        rise = np.abs(height)[:, None]
        wall = self.horizon + (self.zenith - self.horizon) * rise
        floor = self.floor + (self.nadir - self.floor) * rise
        return (above * wall).astype(np.float32), ((1 - above) * floor).astype(np.float32)

    def light_samples(self, share: float = 1.0) -> LightSamples:
        """Even directions on the whole sphere, `share` of the usual number: the Fibonacci spiral."""
        count = round(_DOME_SAMPLES * share)
        number = np.arange(count) + 0.5
        z = 1 - 2 * number / count
        turn = np.pi * (1 + np.sqrt(5)) * number
        level = np.sqrt(1 - z * z)
        directions = _floats(np.stack([level * np.cos(turn), level * np.sin(turn), z], axis=1))
        solid_angle = 4 * np.pi / count
        above, floor = self.mirrored(directions, np.full(count, 0.05, dtype=np.float32))
        return LightSamples(
            directions, (above + floor) * np.float32(solid_angle), float(np.sqrt(solid_angle))
        )


@dataclass(frozen=True)
class Studio:
    key: SoftBox
    fill: SoftBox
    rim: SoftBox
    dome: Dome

    @property
    def boxes(self) -> tuple[SoftBox, SoftBox, SoftBox]:
        return self.key, self.fill, self.rim


def build_studio(azimuth_deg: float) -> Studio:
    """The studio turned with the camera, so that every view is lit alike: key from the left, rim from
    behind.
    """
    azimuth = np.radians(azimuth_deg)
    right = np.array([np.cos(azimuth), np.sin(azimuth), 0])
    to_camera = np.array([np.sin(azimuth), -np.cos(azimuth), 0])
    up = np.array([0.0, 0.0, 1.0])

    def place(x: float, y: float, z: float) -> Floats64:
        return np.asarray(x * right + y * to_camera + z * up)

    return Studio(
        key=_soft_box(place(-0.85, 0.62, 0.95), (0.48, 0.48), (3.3, 3.18, 3.0), (4, 4)),
        fill=_soft_box(place(0.95, 0.55, 0.35), (0.55, 0.80), (0.60, 0.66, 0.74), (2, 3)),
        rim=_soft_box(place(0.62, -0.85, 0.62), (0.25, 0.80), (3.4, 3.55, 3.8), (2, 3)),
        dome=Dome(
            nadir=_floats([0.36, 0.36, 0.36]),
            floor=_floats([0.58, 0.58, 0.58]),
            horizon=_floats([0.62, 0.63, 0.65]),
            zenith=_floats([0.16, 0.17, 0.19]),
        ),
    )


def _soft_box(
    place: Floats64,
    size: tuple[float, float],
    radiance: tuple[float, float, float],
    samples: tuple[int, int],
) -> SoftBox:
    axis = unit(place)
    right = unit(np.cross([0, 0, 1], axis))
    up = np.cross(axis, right).astype(np.float32)
    return SoftBox(axis, right, up, *size, _floats(radiance), samples)


def _glow(x: Floats, half: float, sigma: Floats) -> Floats:
    """Along one side of a box: its whole length and, twice as bright, its core. The mean is 1."""
    core = _box(x, half * _CORE, sigma) / np.float32(_CORE)
    return np.asarray(_box(x, half, sigma) * (1 - _CORE_LIGHT) + core * _CORE_LIGHT)


def _box(x: Floats, half: float, sigma: Floats) -> Floats:
    """The indicator of -half to half, blurred by a Gaussian of deviation sigma / sqrt 2."""
    return np.asarray(0.5 * (erf((x + half) / sigma) - erf((x - half) / sigma)))


def _floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float32)
