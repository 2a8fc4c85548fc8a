"""Procedural detail: how a finish varies over a surface in colour, roughness and height.

Every pattern is a function of points in a part's own frame (the grain runs along Z), so it is seamless and
needs no UVs. Features smaller than two texels are faded out rather than left to alias.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from .materials import Finish
from .sdf.noise import fractal_noise, gradient_noise, hash3

F32 = np.float32
Points = npt.NDArray[np.float32]  # [N, 3]
Values = npt.NDArray[np.float32]  # [N]


@dataclass(frozen=True)
class Detail:
    """What a pattern says of N points. `mix` 0..1 goes from the finish's colour to its second one."""

    mix: Values  # [N]
    height: Values  # [N] -1..1, times the finish's relief
    roughness: Values | float = 0.0  # [N] added
    metallic: Values | float = 1.0  # [N] factor


Noise = Callable[[Points, float, int, int], Values]
"""Coherent noise [N], about -1..1: of points [N, 3], a wavelength in metres, a seed, a count of octaves."""


@dataclass(frozen=True)
class Samples:
    """Where a pattern is asked: points and normals in the part's frame; scale and texel size in metres."""

    p: Points
    n: Points
    scale: float
    texel: float
    seed: int
    source: Noise = fractal_noise

    def noise(self, wavelength: float, salt: int = 0, octaves: int = 3, stretch: float = 1.0) -> Values:
        """Fractal noise, about -1..1, stretched along the grain, without octaves that no texel can show."""
        q = self.p if stretch == 1.0 else self.p * np.array([1, 1, 1 / stretch], F32)
        octaves = max(1, min(octaves, int(np.log2(max(wavelength / (2 * self.texel), 1))) + 1))
        return self.source(q, wavelength, self.seed + salt, octaves) * F32(self.fade(wavelength))

    def fade(self, wavelength: float) -> float:
        """1 where a feature is wider than four texels, 0 below two."""
        return float(np.clip(wavelength / (2 * self.texel) - 1, 0, 1))

    def plane(self) -> tuple[Values, Values]:
        """Two coordinates along the surface, by the dominant axis of the normal; v runs upwards on walls."""
        axis = np.abs(self.n).argmax(axis=1)
        u = np.where(axis == 0, self.p[:, 1], self.p[:, 0])
        v = np.where(axis == 2, self.p[:, 1], self.p[:, 2])
        return u.astype(F32), v.astype(F32)


def apply(
    finish: Finish,
    points: Points,  # [N, 3] metres, in the part's frame
    normals: Points,  # [N, 3] unit
    *,
    grain: str = "z",
    seed: int = 0,
    unit: float = 1.0,  # pattern size multiplier: large objects carry larger features
    texel: float = 1e-4,  # metres between samples
    detail: float = 1.0,  # multiplies contrast and relief
    source: Noise = fractal_noise,
) -> tuple[Points, Values, Values, Values]:
    """Colour [N, 3] sRGB, roughness [N], metallic [N] and height [N] metres of a finish at surface points."""
    order = {"z": [0, 1, 2], "x": [1, 2, 0], "y": [2, 0, 1]}[grain]
    upright = finish.pattern in ("bricks", "tiles", "strata")
    p, n = (points, normals) if upright else (points[:, order], normals[:, order])
    samples = Samples(
        np.ascontiguousarray(p), np.ascontiguousarray(n), finish.scale * unit, texel, seed, source
    )
    d = PATTERNS[finish.pattern](samples)
    color = np.array(finish.color, F32)
    other = np.array(finish.second, F32) if finish.second is not None else color * F32(0.55)
    weight = np.clip(d.mix * F32(finish.contrast * min(detail, 1.5)), 0, 1)[:, None]
    mixed = np.clip(color + (other - color) * weight, 0, 1)
    roughness = np.clip(finish.roughness + F32(detail) * np.asarray(d.roughness, F32), 0.03, 1) * np.ones(
        len(p), F32
    )
    metallic = np.clip(finish.metallic * np.asarray(d.metallic, F32), 0, 1) * np.ones(len(p), F32)
    height = d.height * F32(finish.relief * unit * detail)
    return mixed.astype(F32), roughness.astype(F32), metallic.astype(F32), height.astype(F32)


def _half(noise: Values) -> Values:
    return np.asarray(np.clip(noise * F32(0.5) + F32(0.5), 0, 1), F32)


def _step(x: Values, low: float, high: float) -> Values:
    t = np.clip((x - F32(low)) / F32(high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), F32)


def plain(s: Samples) -> Detail:
    """Nothing but the faintest unevenness of a clean surface."""
    dirt = s.noise(s.scale * 4, 1, 2)
    return Detail(_half(dirt) * F32(0.5), np.zeros(len(s.p), F32), dirt * F32(0.02))


def grain(s: Samples) -> Detail:
    """Sawn wood: growth rings of uneven width around a pith outside the part; fibres along the grain."""
    waver = s.noise(s.scale * 3, 1, 2, stretch=7)
    drift = s.noise(s.scale * 1.1, 4, 1, stretch=12)
    radius = np.hypot(s.p[:, 0] + F32(2.3 * s.scale), s.p[:, 1] + F32(3.1 * s.scale))
    phase = radius / F32(s.scale * 0.30) + waver * F32(1.8) + drift * F32(0.9)
    year = np.floor(phase)
    saw = phase - year
    strength = F32(0.45) + F32(0.55) * _cell_value(year, np.zeros_like(year), s.seed)
    rings = _step(saw, 0.15, 0.92) * (1 - _step(saw, 0.92, 1.0)) * strength * F32(s.fade(s.scale * 0.28))
    fibres = s.noise(s.scale * 0.06, 2, 2, stretch=22)
    tone = s.noise(s.scale * 6, 3, 2, stretch=4)
    mix = rings * F32(0.6) + fibres * F32(0.5) + tone * F32(0.35) + F32(0.1)
    height = fibres * F32(0.6) - rings * F32(0.05)  # pores are felt, rings are only seen
    return Detail(np.asarray(mix, F32), np.asarray(height, F32), fibres * F32(0.06) + rings * F32(0.05))


def painted(s: Samples) -> Detail:
    """A coat of paint over wood or metal: brush marks along the grain and a little wear in tone."""
    marks = s.noise(s.scale * 0.10, 1, 2, stretch=14)
    tone = s.noise(s.scale * 3, 2, 3)
    return Detail(_half(tone) * F32(0.7) + marks * F32(0.25), marks, tone * F32(0.07) + marks * F32(0.03))


def brushed(s: Samples) -> Detail:
    """Fine parallel brushing along the grain."""
    lines = s.noise(s.scale, 1, 3, stretch=40)
    return Detail(_half(lines), lines, lines * F32(0.09))


def scratched(s: Samples) -> Detail:
    """Polished metal with faint smudges and sparse scratches in three directions."""
    smudge = s.noise(s.scale * 3, 1, 3)
    scratches = np.zeros(len(s.p), F32)
    for i, direction in enumerate(((1.0, 0.3, 0.1), (-0.2, 1.0, 0.4), (0.3, -0.3, 1.0))):
        along = np.array(direction, F32) / F32(np.linalg.norm(direction))
        across = s.p - (s.p @ along)[:, None] * along * F32(0.97)
        n = gradient_noise(np.ascontiguousarray(across), s.scale * 0.22, s.seed + 10 + i)
        scratches = np.maximum(scratches, 1 - _step(np.abs(n), 0.0, 0.03))
    scratches *= F32(s.fade(s.scale * 0.06)) * _step(smudge, 0.0, 0.6)
    mix = _half(smudge) * F32(0.6) + scratches * F32(0.4)
    return Detail(mix, -scratches, smudge * F32(0.06) + scratches * F32(0.12))


def hammered(s: Samples) -> Detail:
    """Forged metal: shallow overlapping dents (distance to the nearest of scattered points) and scale."""
    dents = cell_distance(s.p, s.scale, s.seed)
    bowl = np.clip(dents / F32(s.scale), 0, 1) ** 2 * F32(s.fade(s.scale))
    scale = s.noise(s.scale * 2.5, 3, 3)
    return Detail(_half(scale) * F32(0.8) + bowl * F32(0.3), bowl, scale * F32(0.10))


def rust(s: Samples) -> Detail:
    """Iron eaten by rust in patches, darker where it is old: rough, raised and not metallic.

    What is still bare between them has a film of it.
    """
    patches = s.noise(s.scale * 1.6, 1, 4) + F32(0.5) * s.noise(s.scale * 0.25, 2, 3)
    amount = _step(patches, -0.45, 0.30)
    age = _half(s.noise(s.scale * 0.7, 4, 3))
    fine = s.noise(s.scale * 0.12, 3, 3)
    film = F32(0.25) * _half(s.noise(s.scale * 0.5, 5, 2))
    return Detail(
        film + amount * (F32(1.05) - F32(0.5) * age + F32(0.30) * fine - film),
        amount * (F32(0.5) + fine * F32(0.6)),
        amount * F32(0.36) + fine * F32(0.05) + film * F32(0.3),
        1 - amount,
    )


def speckle(s: Samples) -> Detail:
    """Fine grain of moulded plastic, fired clay, plaster."""
    fine = s.noise(s.scale, 1, 3)
    tone = s.noise(s.scale * 14, 2, 2)
    return Detail(_half(fine) * F32(0.6) + _half(tone) * F32(0.4), fine, fine * F32(0.05) + tone * F32(0.04))


def glaze(s: Samples) -> Detail:
    """A glassy coat that pools unevenly."""
    pool = s.noise(s.scale * 1.5, 1, 2)
    return Detail(_half(pool), pool, pool * F32(0.02))


def veins(s: Samples) -> Detail:
    """Marble and crystal: thin veins where turbulent noise crosses zero, some broad and faint."""
    turbulence = s.noise(s.scale * 0.5, 1, 4) * F32(0.9)
    warped = replace(s, p=s.p + (turbulence * F32(s.scale * 0.4))[:, None])
    line = np.abs(warped.noise(s.scale, 2, 2))
    thin = 1 - _step(line, 0.0, 0.07)
    broad = 1 - _step(line, 0.0, 0.40)
    mix = thin * F32(0.7) + broad * F32(0.3) * _half(turbulence)
    return Detail(np.asarray(mix, F32), -thin * F32(0.3), thin * F32(0.05))


def stone(s: Samples) -> Detail:
    """Hewn or cast stone: broad tone, pits, a rough skin."""
    tone = s.noise(s.scale * 2, 1, 3)
    skin = s.noise(s.scale * 0.25, 2, 4)
    pits = _step(skin, 0.25, 0.65)
    return Detail(_half(tone) * F32(0.7) + pits * F32(0.5), skin * F32(0.6) - pits, skin * F32(0.05))


def granite(s: Samples) -> Detail:
    """Polished granite: grains of three tones."""
    grains = s.noise(s.scale, 1, 2)
    dark = _step(grains, 0.12, 0.22)
    grey = _step(s.noise(s.scale * 1.4, 2, 2), 0.05, 0.20) * F32(0.4)
    return Detail(np.maximum(dark, grey), grains * F32(0.3), -dark * F32(0.12))


def strata(s: Samples) -> Detail:
    """Layered stone, bedded horizontally."""
    waver = s.noise(s.scale * 4, 1, 3)
    layer = np.sin((s.p[:, 2] + waver * F32(s.scale * 0.5)) * F32(2 * np.pi / s.scale)) * F32(s.fade(s.scale))
    fine = s.noise(s.scale * 0.2, 2, 3)
    mix = _half(layer * F32(0.7) + waver * F32(0.5)) + fine * F32(0.2)
    return Detail(np.asarray(mix, F32), layer * F32(0.6) + fine * F32(0.5), fine * F32(0.05))


def bricks(s: Samples) -> Detail:
    """Running bond with recessed mortar: bricks of scale x scale / 3, each of its own shade."""
    u, v = s.plane()
    course = s.scale / 3
    row = np.floor(v / F32(course))
    x = u / F32(s.scale) + F32(0.5) * (row % 2)
    column = np.floor(x)
    dx = np.minimum(x - column, 1 - (x - column)) * F32(s.scale)
    dz = np.minimum(v / F32(course) - row, 1 - (v / F32(course) - row)) * F32(course)
    edge = np.minimum(dx, dz) + s.noise(course * 0.4, 1, 2) * F32(course * 0.04)
    joint = (1 - _step(edge, course * 0.05, course * 0.13)) * F32(s.fade(course * 0.3))
    shade = _cell_value(row, column, s.seed) * F32(0.35)
    skin = s.noise(course * 0.3, 2, 3)
    mix = joint * F32(2.0) + (1 - joint) * (skin * F32(0.15) - (shade - F32(0.2)) * F32(0.5))
    return Detail(np.asarray(mix, F32), -joint + skin * F32(0.12), joint * F32(0.06))


def tiles(s: Samples) -> Detail:
    """Overlapping roof tiles: each row a wedge that is highest at its lower edge, rounded across."""
    u, v = s.plane()
    slope = np.clip(np.abs(s.n[:, 2]), 0.2, 0.95)
    down = np.where(np.abs(s.n[:, 2]) > 0.95, v, s.p[:, 2] / np.sqrt(1 - slope * slope))
    row_height = s.scale * 0.8
    y = down / F32(row_height)
    row = np.floor(y)
    x = u / F32(s.scale) + F32(0.5) * (row % 2)
    column = np.floor(x)
    across = (x - column - F32(0.5)) * 2
    wedge = 1 - (y - row)
    visible = F32(s.fade(row_height * 0.4))
    height = (wedge * F32(0.7) + (1 - across * across) * F32(0.5) - F32(0.6)) * visible
    gap = np.maximum(_step(np.abs(across), 0.86, 0.98), _step(wedge, 0.92, 1.0)) * visible
    shade = _cell_value(row, column, s.seed)
    return Detail(
        np.asarray(gap * F32(1.4) + shade * F32(0.7), F32), height - gap * F32(0.4), shade * F32(0.06)
    )


def weave(s: Samples) -> Detail:
    """Plain weave: threads over and under each other."""
    u, v = s.plane()
    a, b = u / F32(s.scale), v / F32(s.scale)
    ia, ib = np.floor(a), np.floor(b)
    fa, fb = (a - ia - F32(0.5)) * 2, (b - ib - F32(0.5)) * 2
    over = ((ia + ib) % 2) == 0
    bulge = np.where(over, (1 - fa * fa) * (1 - fb * fb * F32(0.3)), (1 - fb * fb) * (1 - fa * fa * F32(0.3)))
    visible = s.fade(s.scale)
    tone = s.noise(s.scale * 12, 1, 2)
    mix = (1 - bulge) * F32(visible) + _half(tone) * F32(0.4)
    return Detail(np.asarray(mix, F32), ((bulge - F32(0.5)) * 2 * F32(visible)).astype(F32), tone * F32(0.03))


def fuzz(s: Samples) -> Detail:
    """Short fibres: wool, fur, grass, snow."""
    fibre = s.noise(s.scale * 0.4, 1, 3, stretch=3)
    clump = s.noise(s.scale * 3, 2, 3)
    return Detail(_half(fibre * F32(0.8) + clump * F32(0.6)), fibre + clump * F32(0.5), fibre * F32(0.03))


def cushions(s: Samples) -> Detail:
    """Moss: soft cushions of several sizes pressed together, rough with shoots, dark where they meet."""
    warp = s.noise(s.scale * 1.5, 1, 2)
    p = s.p + (warp * F32(s.scale * 0.35))[:, None]
    small = np.clip(cell_distance(p, s.scale, s.seed) / F32(s.scale * 0.62), 0, 1)
    large = np.clip(cell_distance(p, s.scale * 2.7, s.seed + 1) / F32(s.scale * 1.7), 0, 1)
    domes = (1 - small * small) * F32(0.45 * s.fade(s.scale)) + (1 - large * large) * F32(0.55)
    shoots = s.noise(s.scale * 0.35, 2, 2)
    height = domes * 2 - 1 + shoots * F32(0.35)
    mix = F32(0.95) - domes + shoots * F32(0.35) + s.noise(s.scale * 8, 3, 2) * F32(0.25)
    return Detail(np.asarray(mix, F32), np.asarray(height, F32), shoots * F32(0.03))


def leather(s: Samples) -> Detail:
    """Pebbled leather: creases between cells."""
    cells = cell_distance(s.p, s.scale, s.seed)
    pebble = 1 - np.clip(cells / F32(s.scale * 0.7), 0, 1) ** 2
    visible = F32(s.fade(s.scale))
    tone = s.noise(s.scale * 12, 3, 3)
    mix = (1 - pebble) * visible * F32(0.8) + _half(tone) * F32(0.6)
    return Detail(np.asarray(mix, F32), ((pebble - F32(0.5)) * visible).astype(F32), tone * F32(0.08))


def bark(s: Samples) -> Detail:
    """Deep vertical furrows that waver and join."""
    waver = s.noise(s.scale * 2, 1, 2)
    q = s.p + (waver * F32(s.scale * 0.5))[:, None] * np.array([1, 1, 0], F32)
    ridges = replace(s, p=q).noise(s.scale * 0.7, 2, 3, stretch=5)
    furrow = 1 - _step(np.abs(ridges), 0.0, 0.45)
    fine = s.noise(s.scale * 0.15, 3, 2)
    return Detail(
        np.asarray(furrow + fine * F32(0.2), F32),
        np.asarray(-furrow + fine * F32(0.25), F32),
        fine * F32(0.03),
    )


def foliage(s: Samples) -> Detail:
    """Leaves seen from afar: overlapping scales, darker in the gaps, each of its own tone."""
    gaps = np.clip(cell_distance(s.p, s.scale, s.seed) / F32(s.scale * 0.8), 0, 1)
    visible = F32(s.fade(s.scale))
    tone = s.noise(s.scale * 5, 2, 3)
    mix = gaps * gaps * visible * F32(1.2) + _half(tone) * F32(0.5) - F32(0.15)
    height = ((F32(0.5) - gaps) * visible).astype(F32)
    return Detail(np.asarray(mix, F32), height, gaps * F32(0.08))


def flakes(s: Samples) -> Detail:
    """Metallic paint under lacquer."""
    sparkle = s.noise(s.scale, 1, 1)
    return Detail(_half(sparkle), np.zeros(len(s.p), F32), sparkle * F32(0.02))


PATTERNS: Final[dict[str, Callable[[Samples], Detail]]] = {
    "plain": plain,
    "grain": grain,
    "painted": painted,
    "brushed": brushed,
    "scratched": scratched,
    "hammered": hammered,
    "rust": rust,
    "speckle": speckle,
    "glaze": glaze,
    "veins": veins,
    "stone": stone,
    "granite": granite,
    "strata": strata,
    "bricks": bricks,
    "tiles": tiles,
    "weave": weave,
    "fuzz": fuzz,
    "cushions": cushions,
    "leather": leather,
    "bark": bark,
    "foliage": foliage,
    "flakes": flakes,
}


def cell_distance(p: Points, size: float, seed: int) -> Values:
    """Distance to the nearest of jittered points, one per cube of `size` (Worley 1996), of the 8 nearest."""
    q = p / F32(size)
    base = np.floor(q - F32(0.5)).astype(np.int32)
    best = np.full(len(p), np.inf, F32)
    for corner in np.ndindex(2, 2, 2):
        cell = base + np.array(corner, np.int32)
        h = hash3(cell, seed)
        jitter = np.stack([(h >> np.uint32(k)) & np.uint32(1023) for k in (0, 10, 20)], axis=1).astype(F32)
        offset = cell.astype(F32) + jitter * F32(0.8 / 1023) + F32(0.1) - q
        np.minimum(best, np.einsum("ij,ij->i", offset, offset), out=best)
    return np.asarray(np.sqrt(best) * F32(size), F32)


def _cell_value(row: Values, column: Values, seed: int) -> Values:
    """A number 0..1 for every cell of a grid."""
    cells = np.stack([row, column, np.zeros_like(row)], axis=1).astype(np.int32)
    return np.asarray(hash3(cells, seed).astype(F32) / F32(2**32), F32)
