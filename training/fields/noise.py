"""The noise of `procedural.sdf.noise` for many seeds at once: the same integers, in 64 bits."""

from functools import cache
from itertools import product

import torch
from torch import Tensor

from maquette.procedural.sdf.noise import _GRADIENTS

_MASK = 0xFFFFFFFF
_SALTS = (0x8DA6B343, 0xD8163841, 0xCB1AB31F)


def hash3(cells: Tensor, seeds: Tensor) -> Tensor:  # [M, N, 3] long, [M] long -> [M, N] long
    """A well-mixed 32-bit hash of integer cells."""
    x, y, z = (_salted(cells[..., i], i) for i in range(3))
    return _mixed(x ^ y ^ z ^ _seed_salt(seeds))


def fractal_noise(p: Tensor, wavelength: Tensor, seeds: Tensor, octaves: int) -> Tensor:  # [M, N]
    """A sum of octaves, each half as large and half as wide; wavelengths are [M, 1]."""
    total = torch.zeros(p.shape[:2], device=p.device)
    for i in range(octaves):
        total = total + gradient_noise(p, wavelength / 2**i, seeds + i) * 0.5**i
    return total / (2 - 0.5 ** (octaves - 1))


def gradient_noise(p: Tensor, wavelength: Tensor, seeds: Tensor) -> Tensor:  # [M, N]
    """Perlin's improved noise, about -1 to 1."""
    q = p * (1 / wavelength)[..., None]
    base = q.floor()
    f = q - base
    cell = base.long()
    fade = f * f * f * (f * (f * 6 - 15) + 10)
    hashes = [(_salted(cell[..., i], i), _salted(cell[..., i] + 1, i)) for i in range(3)]
    salt = _seed_salt(seeds)
    slopes = _slopes(p.device)
    total = torch.zeros(p.shape[:2], device=p.device)
    for corner in product((0, 1), repeat=3):
        mixed = _mixed(hashes[0][corner[0]] ^ hashes[1][corner[1]] ^ salt ^ hashes[2][corner[2]])
        offset = torch.tensor(corner, device=p.device, dtype=p.dtype)
        weight = torch.where(offset > 0, fade, 1 - fade).prod(-1)
        total = total + (slopes[mixed & 15] * (f - offset)).sum(-1) * weight
    return total * 1.2


@cache
def _slopes(device: torch.device) -> Tensor:
    return torch.from_numpy(_GRADIENTS.T.copy()).to(device)


def _seed_salt(seeds: Tensor) -> Tensor:  # [M, 1]
    return ((seeds * 0x9E3779B1) & _MASK)[:, None]


def _salted(cell: Tensor, axis: int) -> Tensor:
    return ((cell & _MASK) * _SALTS[axis]) & _MASK


def _mixed(h: Tensor) -> Tensor:
    h = ((h ^ (h >> 16)) * 0x7FEB352D) & _MASK
    h = ((h ^ (h >> 15)) * 0x846CA68B) & _MASK
    return h ^ (h >> 16)
