"""Where things gather on a surface: fields that are positive where a layer lies and grow towards its middle.

Each is a sum of what drives the layer (facing up, crevices, open sky) and of coherent noise, less a threshold
that falls with the amount: about 0 puts nothing down, 1 is typical, 2 covers nearly all.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from maquette.procedural.patterns import cell_distance

from .site import F32, Site, Values, smoothstep

Place = Callable[[Site, float, int], Values]  # site, amount, salt -> [N]


def everywhere(site: Site, amount: float, salt: int) -> Values:
    """All over; thin spots where little is put down."""
    return site.noise(0.18, salt) * F32(0.3) + F32(0.9 * amount)


def patches(site: Site, amount: float, salt: int) -> Values:
    """Islands of any shape, rather in hollows."""
    field = site.noise(0.42, salt) + site.noise(0.10, salt + 1) * F32(0.35) + site.crevices * F32(0.25)
    patchy: Values = field + F32(0.55 * amount - 0.62)
    return patchy


def grown(site: Site, amount: float, salt: int) -> Values:
    """Where moss finds damp and light: upper sides, crevices, the shade of ledges, low down."""
    damp = smoothstep(site.up, -0.35, 0.9) * F32(0.75) + site.crevices * F32(0.7)
    damp += (1 - site.rise) * F32(0.18) - site.edges * F32(0.2)
    field = site.noise(0.40, salt) * F32(0.75) + site.noise(0.09, salt + 1) * F32(0.30)
    return damp + field + F32(0.62 * amount - 1.12)


def settled(site: Site, amount: float, salt: int) -> Values:
    """What falls from the sky and stays: on upper sides that nothing shelters."""
    rest = smoothstep(site.up, 0.25, 0.75) * smoothstep(site.sky, 0.25, 0.7)
    field = site.noise(0.30, salt) * F32(0.30) + site.noise(0.07, salt + 1) * F32(0.14)
    field += rest * F32(1.3) + site.crevices * F32(0.15) + F32(0.5 * amount - 1.15)
    return field


def dusted(site: Site, amount: float, salt: int) -> Values:
    """Dust: on upper sides, and wherever no hand or cloth comes."""
    rest = smoothstep(site.up, -0.1, 0.9) * F32(0.8) + site.crevices * F32(0.6)
    field: Values = rest + site.noise(0.35, salt) * F32(0.35) + F32(0.45 * amount - 0.85)
    return field


def corroded(site: Site, amount: float, salt: int) -> Values:
    """Rust: eats in from edges and crevices, and runs down from there."""
    start = site.crevices * F32(0.55) + site.edges * F32(0.40) + (1 - site.rise) * F32(0.12)
    field = site.noise(0.36, salt) * F32(0.85) + site.noise(0.08, salt + 1) * F32(0.45)
    field += site.noise(0.05, salt + 2, stretch=7) * F32(0.22)
    eaten: Values = start + field + F32(0.58 * amount - 0.62)
    return eaten


def crevices(site: Site, amount: float, salt: int) -> Values:
    """In corners, folds and gaps."""
    field = site.noise(0.20, salt) * F32(0.35) + site.noise(0.05, salt + 1) * F32(0.20)
    return site.crevices * F32(1.5) + field + F32(0.45 * amount - 0.95)


def edges(site: Site, amount: float, salt: int) -> Values:
    """On ridges and sharp edges, broken up."""
    field = site.noise(0.12, salt) * F32(0.40) + site.noise(0.03, salt + 1) * F32(0.25)
    return site.edges * F32(1.5) + field + F32(0.45 * amount - 1.0)


def low(site: Site, amount: float, salt: int) -> Values:
    """Splashed up from the ground."""
    field = site.noise(0.25, salt) * F32(0.22) + site.noise(0.05, salt + 1) * F32(0.14)
    return field + F32(0.42 * amount) - site.rise * F32(1.15)


def high(site: Site, amount: float, salt: int) -> Values:
    """From the top down."""
    field = site.noise(0.25, salt) * F32(0.22) + site.noise(0.05, salt + 1) * F32(0.14)
    return field + F32(0.42 * amount) - (1 - site.rise) * F32(1.15)


def drips(site: Site, amount: float, salt: int) -> Values:
    """Poured over the top, and run down in streams."""
    streams = site.noise(0.07, salt, stretch=14) * F32(0.55) + site.noise(0.25, salt + 1) * F32(0.30)
    poured = smoothstep(site.up, 0.1, 0.8) * F32(0.55) + site.rise * F32(0.75)
    return poured + streams + F32(0.50 * amount - 1.22)


def splashes(site: Site, amount: float, salt: int) -> Values:
    """Drops and splashes thrown from somewhere."""
    near = site.noise(0.8, salt) * F32(0.5)
    drops = site.noise(0.055, salt + 1) * F32(0.55) + site.noise(0.19, salt + 2) * F32(0.65)
    runs = site.noise(0.045, salt + 3, stretch=12) * (1 - np.abs(site.up)) * F32(0.45)
    return np.asarray(near + drops + runs + F32(0.55 * amount - 1.08), F32)


def rosettes(site: Site, amount: float, salt: int) -> Values:
    """Round growths of several sizes with ragged rims, in colonies."""
    ragged = site.p + (site.noise(0.05, salt) * F32(0.012))[:, None]
    discs = np.full(len(site.p), F32(-1))
    for number, (size, share) in enumerate(((0.16, 1.0), (0.07, 0.85))):
        away = cell_distance(ragged, size, site.seed + salt + number) / F32(size)
        discs = np.maximum(discs, F32(0.40 * share) - away)
    colony = site.noise(0.45, salt + 2) * F32(0.30) + site.up * F32(0.06) - site.crevices * F32(0.1)
    return np.asarray(discs * F32(1.6) + colony + F32(0.30 * amount - 0.34), F32)


def sides(site: Site, amount: float, salt: int) -> Values:
    """On what stands upright."""
    upright = 1 - smoothstep(np.abs(site.up), 0.35, 0.75)
    return upright * F32(1.2) + site.noise(0.2, salt) * F32(0.25) + F32(0.4 * amount - 1.0)


PLACES: Final[dict[str, Place]] = {
    "everywhere": everywhere,
    "patches": patches,
    "grown": grown,
    "settled": settled,
    "dusted": dusted,
    "corroded": corroded,
    "crevices": crevices,
    "edges": edges,
    "low": low,
    "high": high,
    "drips": drips,
    "splashes": splashes,
    "rosettes": rosettes,
    "sides": sides,
}
