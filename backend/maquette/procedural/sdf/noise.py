"""Gradient noise in three dimensions, the same on every machine: integer hashing, no random state."""

from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]
Values = npt.NDArray[np.float32]
Hashes = npt.NDArray[np.uint32]

CHUNK: Final = 1 << 16  # points per pass: long enough for threads to work side by side, and near the cache

_EDGES = np.array([g for g in product((-1, 0, 1), repeat=3) if sum(map(abs, g)) == 2], np.float32)
# [16, 3] midpoints of a cube's edges (Perlin 2002), four of them twice so that a hash picks one by a mask
_GRADIENTS: Final = np.ascontiguousarray(np.concatenate([_EDGES, _EDGES[[0, 3, 5, 10]]]).T)


def hash3(cells: npt.NDArray[np.int32], seed: int) -> Hashes:
    """A well-mixed 32-bit hash of integer cells [N, 3], by multiplication and xorshift."""
    x, y, z = (_salted(cells[:, i], i) for i in range(3))
    return _mixed(x ^ y ^ z ^ np.uint32((seed * 0x9E3779B1) & 0xFFFFFFFF))


def gradient_noise(p: Points, wavelength: float, seed: int = 0) -> Values:
    """Perlin's improved noise, about -1 to 1, with features of the given size in metres; [N] float32."""
    result = np.empty(len(p), np.float32)
    for start in range(0, len(p), CHUNK):
        result[start : start + CHUNK] = _noise_chunk(p[start : start + CHUNK], wavelength, seed)
    return result


def fractal_noise(p: Points, wavelength: float, seed: int = 0, octaves: int = 3) -> Values:
    """A sum of octaves of gradient noise, each half as large and half as wide; about -1 to 1."""
    total = np.zeros(len(p), np.float32)
    for i in range(octaves):
        total += gradient_noise(p, wavelength / 2**i, seed + i) * np.float32(0.5**i)
    return total * np.float32(1 / (2 - 0.5 ** (octaves - 1)))


def _noise_chunk(p: Points, wavelength: float, seed: int) -> Values:
    salt = np.uint32((seed * 0x9E3779B1) & 0xFFFFFFFF)
    hashes, offsets, weights = [], [], []
    for axis in range(3):
        f = p[:, axis] * np.float32(1 / wavelength)
        base = np.floor(f)
        f -= base
        cell = base.astype(np.int32)
        fade = f * np.float32(6)
        fade -= np.float32(15)
        fade *= f
        fade += np.float32(10)
        for _ in range(3):
            fade *= f
        hashes.append((_salted(cell, axis), _salted(cell + np.int32(1), axis)))
        offsets.append((f, f - 1))
        weights.append((1 - fade, fade))
    total = np.zeros(len(p), np.float32)
    slope, part = np.empty_like(total), np.empty_like(total)
    pick = np.empty(len(p), np.intp)
    for i, j in product((0, 1), repeat=2):
        hash_xy = hashes[0][i] ^ hashes[1][j] ^ salt
        weight_xy = weights[0][i] * weights[1][j]
        for k in (0, 1):
            np.bitwise_and(_mixed(hash_xy ^ hashes[2][k]), np.uint32(15), out=pick, casting="unsafe")
            _along(pick, 0, offsets[0][i], slope)
            slope += _along(pick, 1, offsets[1][j], part)
            slope += _along(pick, 2, offsets[2][k], part)
            slope *= weight_xy
            slope *= weights[2][k]
            total += slope
    total *= np.float32(1.2)
    return total


def _along(pick: npt.NDArray[np.intp], axis: int, offset: Values, out: Values) -> Values:
    """What an axis adds to the slope: the gradients' component times the offset."""
    _GRADIENTS[axis].take(pick, out=out, mode="clip")  # that mode needs no buffer; all lie within
    out *= offset
    return out


def _salted(cell: npt.NDArray[np.int32], axis: int) -> Hashes:
    return np.ascontiguousarray(cell).view(np.uint32) * np.uint32((0x8DA6B343, 0xD8163841, 0xCB1AB31F)[axis])


def _mixed(h: Hashes) -> Hashes:
    """`h`, which is changed."""
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x7FEB352D)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x846CA68B)
    h ^= h >> np.uint32(16)
    return h
