"""Figures in or on a surface, made of a material of their own: veins, seams, studs, spots, stripes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from maquette.procedural.materials import Finish
from maquette.procedural.patterns import cell_distance
from maquette.procedural.sdf.noise import gradient_noise

from .coats import Coat, lay_field
from .fissures import crack_lines
from .site import F32, Site, Skin, Values, smoothstep

Inlay = Callable[[Site, Skin, Finish, float, int], None]  # site, skin, material, amount, salt

STUD_RADIUS: Final = 0.0155


def veins(site: Site, skin: Skin, finish: Finish, amount: float, salt: int) -> None:
    """Branching veins of changing width, a little proud of the surface if they are of metal."""
    warp = np.stack([site.noise(0.35, salt + k) for k in range(3)], axis=1) * F32(0.09)
    small = np.stack([site.noise(0.06, salt + 3 + k) for k in range(3)], axis=1) * F32(0.008)
    q = (site.p + warp + small).astype(F32)
    lines = np.full(len(q), np.inf, F32)
    for number, (size, share) in enumerate(((0.75, 1.0), (0.36, 0.55))):
        noise = np.abs(gradient_noise(q, size, site.seed + salt + number)) * F32(size * 0.45)
        lines = np.minimum(lines, noise + F32(0.008 * (1 - share)))
    width = (site.noise(0.22, salt + 20) * F32(0.6) + F32(1.0)).clip(0.15, 2) * F32(0.0062 * amount)
    field = (width - lines) / F32(0.006)
    _inset(site, skin, finish, field, salt, 0.0006 if finish.metallic > 0.5 else 0.0)


def seams(site: Site, skin: Skin, finish: Finish, amount: float, salt: int) -> None:
    """Cracks filled with a material, as broken pots are mended with gold."""
    crack, beside = crack_lines(site, 1.6 * amount, salt)
    skin.tint(beside * F32(0.3), (0.6, 0.56, 0.5))
    _inset(site, skin, finish, crack - F32(0.5), salt, 0.0012)


def studs(site: Site, skin: Skin, finish: Finish, amount: float, salt: int) -> None:
    """Domed heads of nails or rivets, each with a dark ring of shadow and grime."""
    radius = STUD_RADIUS * (0.75 + 0.25 * amount)
    distance, _ = site.anchors().query(site.p, distance_upper_bound=radius * 2.2)
    away = np.minimum(distance, radius * 2.2).astype(F32)
    share = away / F32(radius)
    dome = np.sqrt(np.clip(1 - share * share, 0, 1))
    ring = smoothstep(F32(1.75) - share, 0.0, 0.8)
    skin.tint(ring * F32(0.75), (0.45, 0.40, 0.35))
    skin.height -= ring * (share > 1) * F32(0.0012)
    field = (F32(radius) - away) / F32(radius)
    softness = max(0.06, 1.2 * site.texel / radius)
    weight = smoothstep(field, -softness, softness)
    flat = F32(1) - weight * F32(0.9)
    skin.height *= flat
    coat = Coat(finish, "everywhere", softness=softness, thickness=0.0, fill=0.0)
    lay_field(site, skin, coat, field, salt)
    skin.height += dome * F32(radius * 0.55)
    rim = smoothstep(share, 0.55, 1.0) * weight
    skin.tint(rim * F32(0.45), (0.55, 0.50, 0.45))


def spots(site: Site, skin: Skin, finish: Finish, amount: float, salt: int) -> None:
    """Round spots of several sizes."""
    size = 0.17
    away = cell_distance(site.p + (site.noise(0.12, salt) * F32(0.003))[:, None], size, site.seed + salt)
    field = (F32(size * (0.16 + 0.12 * amount)) - away) / F32(0.03)
    _inset(site, skin, finish, field, salt, 0.0003)


def stripes(site: Site, skin: Skin, finish: Finish, amount: float, salt: int) -> None:
    """Even bands around the object."""
    period = 0.17
    wave = np.abs(((site.p[:, 2] + site.noise(0.4, salt) * F32(0.003)) / F32(period)) % 1 - F32(0.5))
    field = (F32(0.25 * min(1.8, 0.55 + 0.45 * amount)) - wave) * F32(period / 0.03)
    _inset(site, skin, finish, field, salt, 0.0003)


INLAYS: Final[dict[str, Inlay]] = {
    "veins": veins,
    "seams": seams,
    "studs": studs,
    "spots": spots,
    "stripes": stripes,
}


def _inset(site: Site, skin: Skin, finish: Finish, field: Values, salt: int, thickness: float) -> None:
    softness = max(0.12, 1.5 * site.texel / 0.03)
    coat = Coat(replace(finish, relief=finish.relief * 0.5), "everywhere", softness, thickness, 0.5, 0.8)
    lay_field(site, skin, coat, field, salt)
