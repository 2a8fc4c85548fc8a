"""Light from everywhere, ready for image-based shading; and the soft studio, the environment that ships.

Pictures of the surroundings are equirectangular: row 0 looks straight up, columns go from +X towards +Y.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from .studio import build_studio

Floats = npt.NDArray[np.float32]
Real = TypeVar("Real", np.float32, np.float64)

_ROUGHNESS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)  # of the levels
PICTURE_ROWS: Final = 128  # of the pictures that are prepared
_ROWS: Final = (PICTURE_ROWS, 64, 32, 32, 16, 16)  # of the levels; a level's lobe is wider than its texels
_SHARP: Final = np.float32(0.01)  # deviation, in radians, at which the studio's lights are drawn


@dataclass(frozen=True)
class Environment:
    """Surroundings, blurred in advance: for white Lambertian surfaces and for mirrors of every roughness."""

    white: Floats  # [9, 3] spherical harmonics of what a white Lambertian surface shows by its normal
    texels: Floats  # [T, 3] radiance; equirectangular pictures, one for each of _ROUGHNESS

    def diffuse(self, normals: Floats) -> Floats:  # [N, 3] unit -> [N, 3]
        """What a white Lambertian surface with such normals shows: irradiance over pi."""
        return np.maximum(harmonics(normals) @ self.white, 0)

    def mirrored(self, directions: Floats, roughness: Floats) -> Floats:  # [N, 3] unit, [N] -> [N, 3]
        """The radiance from around the directions, averaged over the lobe of a mirror of that roughness."""
        place = np.interp(roughness, _ROUGHNESS, np.arange(len(_ROUGHNESS))).astype(np.float32)
        level = np.minimum(place.astype(np.intp), len(_ROUGHNESS) - 2)
        sharper, softer = self._look(directions, level), self._look(directions, level + 1)
        return np.asarray(sharper + (softer - sharper) * (place - level)[:, None].astype(np.float32))

    def _look(self, directions: Floats, level: npt.NDArray[np.intp]) -> Floats:  # [N, 3], [N] -> [N, 3]
        """Bilinear in one level for each direction."""
        rows = np.array(_ROWS)[level]
        start = np.cumsum([0, *(2 * np.square(_ROWS[:-1]))])[level]
        x = np.arctan2(directions[:, 1], directions[:, 0]) * (rows / np.pi).astype(np.float32) - 0.5
        y = np.arccos(np.clip(directions[:, 2], -1, 1)) * (rows / np.pi).astype(np.float32) - 0.5
        left, top = np.floor(x).astype(np.intp), np.floor(np.clip(y, 0, rows - 1)).astype(np.intp)
        across, down = (
            (x - left)[:, None].astype(np.float32),
            np.clip(y - top, 0, 1)[:, None].astype(np.float32),
        )
        upper, lower = start + top * 2 * rows, start + np.minimum(top + 1, rows - 1) * 2 * rows
        near, far = left % (2 * rows), (left + 1) % (2 * rows)
        above = self.texels[upper + near] * (1 - across) + self.texels[upper + far] * across
        below = self.texels[lower + near] * (1 - across) + self.texels[lower + far] * across
        return np.asarray(above + (below - above) * down)


@cache
def soft_studio() -> Environment:
    """The studio of the previews, seen from its front: three soft boxes, a sky gradient, a bright floor."""
    studio = build_studio(0.0)
    directions = picture_directions(_ROWS[0]).reshape(-1, 3)
    spread = np.full(len(directions), _SHARP)
    above, floor = studio.dome.mirrored(directions, spread)
    radiance = above + floor
    for box in studio.boxes:
        radiance += box.mirrored(directions, spread)[:, None] * box.radiance
    return prefilter(radiance.reshape(_ROWS[0], 2 * _ROWS[0], 3))


def prefilter(radiance: Floats) -> Environment:
    """Prepares an equirectangular picture of PICTURE_ROWS rows, [R, 2 R, 3] linear, for shading."""
    levels = []
    source = radiance
    for roughness, rows in zip(_ROUGHNESS, _ROWS, strict=True):
        while len(source) > rows:
            source = (source[0::2, 0::2] + source[1::2, 0::2] + source[0::2, 1::2] + source[1::2, 1::2]) / 4
        levels.append(_blurred(source, roughness**2) if roughness else source)
    texels = np.concatenate([level.reshape(-1, 3) for level in levels])
    return Environment(_white_surface(radiance), texels.astype(np.float32))


def picture_directions(rows: int) -> Floats:  # [rows, 2 * rows, 3] unit
    """Where the texels of an equirectangular picture look."""
    polar = (np.arange(rows) + 0.5)[:, None] * (np.pi / rows)
    turn = (np.arange(2 * rows) + 0.5)[None] * (np.pi / rows)
    level = np.sin(polar)
    directions = np.broadcast_arrays(level * np.cos(turn), level * np.sin(turn), np.cos(polar))
    return np.asarray(np.stack(directions, axis=-1), dtype=np.float32)


def harmonics(directions: npt.NDArray[Real]) -> npt.NDArray[Real]:  # [..., 3] unit -> [..., 9]
    """The real spherical harmonics up to the second order, orthonormal on the sphere."""
    x, y, z = np.moveaxis(directions, -1, 0)
    one = np.ones_like(x)
    terms = [one, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y]
    scales = np.sqrt(np.array([1, 3, 3, 3, 15, 15, 1.25, 15, 3.75]) / (4 * np.pi))
    return np.asarray(np.stack(terms, axis=-1) * scales, dtype=directions.dtype)


def _white_surface(radiance: Floats) -> Floats:  # [R, 2R, 3] -> [9, 3]
    """Light from everywhere, weighted by the cosine and divided by pi: a factor for every order.

    Ramamoorthi and Hanrahan, "An Efficient Representation for Irradiance Environment Maps", 2001.
    """
    basis = harmonics(picture_directions(len(radiance)))
    light = np.einsum("rck,rcl->kl", basis, radiance * _solid_angles(len(radiance))[:, None, None])
    factors = np.array([1, *[2 / 3] * 3, *[1 / 4] * 5])
    return np.asarray(light * factors[:, None], dtype=np.float32)


def _blurred(radiance: Floats, alpha: float) -> Floats:  # [R, 2R, 3] -> [R, 2R, 3]
    """Averages over the GGX lobe of a mirror that is looked at head-on, weighted by the cosine (Karis, 2013).

    Such a lobe is round, so that around the vertical axis the average is a convolution, done by Fourier
    transforms for every pair of rows.
    """
    rows = len(radiance)
    polar = (np.arange(rows) + 0.5) * (np.pi / rows)
    turn = np.arange(2 * rows) * (np.pi / rows)
    level, height = np.sin(polar), np.cos(polar)
    n_l = level[:, None, None] * level[:, None] * np.cos(turn) + height[:, None, None] * height[:, None]
    n_h_squared = (1 + n_l) / 2  # the half vector lies midway between the normal and the light
    lobe = np.maximum(n_l, 0) / (n_h_squared * (alpha**2 - 1) + 1) ** 2
    lobe *= _solid_angles(rows)[:, None]  # [rows out, rows in, columns apart]
    lobe /= lobe.sum(axis=(1, 2), keepdims=True)
    waves = np.einsum("oim,imc->omc", np.fft.rfft(lobe), np.fft.rfft(radiance, axis=1))
    return np.asarray(np.fft.irfft(waves, 2 * rows, axis=1), dtype=np.float32)


def _solid_angles(rows: int) -> npt.NDArray[np.float64]:  # [rows]
    """Of a texel in each row."""
    edges = np.cos(np.arange(rows + 1) * (np.pi / rows))
    return np.asarray((edges[:-1] - edges[1:]) * (np.pi / rows))
