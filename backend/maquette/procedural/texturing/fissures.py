"""Scratches and cracks: thin lines that a knock or a strain left."""

from typing import Final

import numpy as np

from maquette.procedural.sdf.noise import hash3

from .places import patches
from .site import F32, Points, Site, Skin, Values, smoothstep

_CRACK_SIZE: Final = 0.20
_FINE_CRACK: Final = 0.0009  # half the width
_SCRATCH_DIRECTIONS: Final = 5
_SCRATCH_SPACING: Final = 0.05


def scratched(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Straight scratches in bundles, more on edges and where hands and tools come."""
    where = smoothstep(patches(site, 1.1, 330) + site.edges * F32(0.5), -0.5, 0.5)
    lines = np.zeros(len(site.p), F32)
    for number in range(_SCRATCH_DIRECTIONS):
        np.maximum(lines, _lines(site, 340 + 3 * number, amount) * where, out=lines)
    lines *= F32(min(1.0, 0.55 + 0.4 * amount))
    gain = 1.5 if kind == "metal" else 1.3 if kind in ("leather", "wood", "other") else 1.15
    bright = np.clip(1 - (1 - skin.color) * F32(2 - gain), 0, 1)
    skin.cover(lines, bright, 0.45 if kind == "metal" else 0.7, skin.metallic)
    skin.height -= lines * F32(0.0007)


def _lines(site: Site, salt: int, amount: float) -> Values:
    """[N] 1 on scratches that are nearly parallel: where planes of one direction cut the surface, here and
    there.
    """
    rng = np.random.default_rng([site.seed, salt])
    normal = rng.standard_normal(3)
    normal /= np.linalg.norm(normal)
    bend = site.clouds.at(site.p, 1.3, salt) * F32(0.02)
    place = (site.p @ normal.astype(F32) + bend) / F32(_SCRATCH_SPACING)
    line = np.floor(place)
    numbers = hash3(np.stack([line, line * 0, line * 0], axis=1).astype(np.int32), site.seed + salt)
    offset = (numbers & np.uint32(1023)).astype(F32) * F32(0.8 / 1023) + F32(0.1)
    away = np.abs(place - line - offset) * F32(_SCRATCH_SPACING)
    width = max(0.0011, 0.8 * site.texel)
    thin = 1 - smoothstep(away, 0.3 * width, 1.3 * width)
    # Each line is broken at places of its own.
    strewn = site.p + (numbers >> np.uint32(10)).astype(F32)[:, None] * F32(1e-5)
    kept = smoothstep(site.clouds.at(strewn, 0.30, salt + 1), 0.55 - 0.35 * amount, 0.70 - 0.35 * amount)
    return np.asarray(thin * kept, F32)


def cracked(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """A net of cracks, some wide and deep, most fine."""
    wide, depth = crack_lines(site, amount)
    skin.tint(wide, (0.26, 0.23, 0.20))
    skin.tint(depth * F32(0.22), (0.60, 0.55, 0.50))
    skin.roughness += (F32(0.9) - skin.roughness) * wide
    skin.metallic *= 1 - wide
    skin.height -= wide * F32(0.006) + depth * F32(0.0012)


def crack_lines(site: Site, amount: float, salt: int = 350) -> tuple[Values, Values]:
    """[N] 1 in cracks, and [N] falling to 0 beside them."""
    warp = np.stack([site.noise(0.16, salt + k) for k in range(3)], axis=1) * F32(0.035)
    fray = np.stack([site.noise(0.03, salt + 5 + k) for k in range(2)], axis=1) * F32(0.005)
    q = site.p + warp
    q[:, :2] += fray
    size = _CRACK_SIZE / (0.7 + 0.3 * amount)
    gap = cell_gap(q, size, site.seed + salt)
    opened = smoothstep(site.noise(0.5, salt + 8), -0.35, 0.65)
    width = F32(0.0030 * amount) * (F32(0.25) + opened) + F32(0.6 * site.texel)
    wide = 1 - np.clip((gap - width * F32(0.4)) / (width * F32(0.8)), 0, 1)
    fine_gap = cell_gap(q + fray[:, :1], size * 0.37, site.seed + salt + 1)
    near = smoothstep(0.05 - gap, 0.0, 0.05)
    fine_width = F32(_FINE_CRACK * amount + 0.5 * site.texel)
    drawn = F32(min(1.0, _FINE_CRACK / site.texel))  # thinner than a texel, they are faint
    fine = (1 - np.clip(fine_gap / fine_width - F32(0.3), 0, 1)) * near * opened * drawn
    kept = smoothstep(site.noise(0.7, salt + 9) + F32(0.7 * amount), 0.25, 0.75)
    crack = np.maximum(wide, fine * F32(0.8)) * kept
    return crack.astype(F32), (smoothstep(0.018 - gap, 0.0, 0.018) * kept).astype(F32)


def cell_gap(p: Points, size: float, seed: int) -> Values:
    """[N] about the distance to the border between cells of jittered points (Worley 1996), F2 - F1 halved."""
    q = (p / F32(size)).astype(F32)
    base = np.floor(q - F32(0.5)).astype(np.int32)
    first = np.full(len(p), np.inf, F32)
    second = np.full(len(p), np.inf, F32)
    for corner in np.ndindex(2, 2, 2):
        cell = base + np.array(corner, np.int32)
        h = hash3(cell, seed)
        jitter = np.stack([(h >> np.uint32(k)) & np.uint32(1023) for k in (0, 10, 20)], axis=1).astype(F32)
        offset = cell.astype(F32) + jitter * F32(0.8 / 1023) + F32(0.1) - q
        distance = np.einsum("ij,ij->i", offset, offset)
        second = np.minimum(second, np.maximum(first, distance))
        first = np.minimum(first, distance)
    return np.asarray((np.sqrt(second) - np.sqrt(first)) * F32(size / 2), F32)
