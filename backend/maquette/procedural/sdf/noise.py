"""Gradient noise in three dimensions, vectorised, the same on every machine (integer hashing, no random state)."""

from itertools import product

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]
Values = npt.NDArray[np.float32]

_GRADIENTS = np.array(
    [g for g in product((-1, 0, 1), repeat=3) if sum(map(abs, g)) == 2], np.float32
)  # [12, 3] edge midpoints of a cube, Perlin 2002


def hash3(cells: npt.NDArray[np.int32], seed: int) -> npt.NDArray[np.uint32]:
    """A well-mixed 32-bit hash of integer cells [N, 3] (multiply-xorshift, after PCG3D's idea)."""
    x, y, z = (cells[:, i].astype(np.uint32) for i in range(3))
    h = x * np.uint32(0x8DA6B343) ^ y * np.uint32(0xD8163841) ^ z * np.uint32(0xCB1AB31F)
    h = h ^ np.uint32((seed * 0x9E3779B1) & 0xFFFFFFFF)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x7FEB352D)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x846CA68B)
    return np.asarray(h ^ (h >> np.uint32(16)), np.uint32)


def gradient_noise(p: Points, wavelength: float, seed: int = 0) -> Values:
    """Perlin's improved noise, about -1 to 1, with features of the given size in metres. Returns [N] float32."""
    q = p / np.float32(wavelength)
    base = np.floor(q)
    f = q - base
    cells = base.astype(np.int32)
    fade = f * f * f * (f * (f * 6 - 15) + 10)
    total = np.zeros(len(p), np.float32)
    for corner in product((0, 1), repeat=3):
        offset = np.array(corner, np.int32)
        gradient = _GRADIENTS[hash3(cells + offset, seed) % np.uint32(12)]
        weight = np.prod(np.where(offset == 1, fade, 1 - fade), axis=1)
        total += weight * np.einsum("ij,ij->i", gradient, f - offset.astype(np.float32))
    return np.asarray(total * np.float32(1.2), np.float32)


def fractal_noise(p: Points, wavelength: float, seed: int = 0, octaves: int = 3) -> Values:
    """A sum of octaves of gradient noise, each half as large and half as wide; about -1 to 1."""
    total = np.zeros(len(p), np.float32)
    for i in range(octaves):
        total += gradient_noise(p, wavelength / 2**i, seed + i) * np.float32(0.5**i)
    return total * np.float32(1 / (2 - 0.5 ** (octaves - 1)))
