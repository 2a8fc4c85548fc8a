"""The material at the bottom of everything: a finish of the library on the whole surface."""

from dataclasses import replace
from typing import Final

import numpy as np

from maquette.procedural.materials import Finish
from maquette.procedural.patterns import apply

from .site import F32, Points, Site, Skin, Values

_ALONG_GRAIN: Final = frozenset({"grain", "painted", "brushed", "bark"})
_PLANAR: Final = frozenset({"weave", "bricks", "tiles"})
_SHARPNESS: Final = 9  # exponent of the weights of the three planes
_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "wood": ("grain", "bark"),
    "stone": ("stone", "granite", "strata", "bricks", "tiles", "veins"),
    "cloth": ("weave", "fuzz", "foliage"),
    "leather": ("leather",),
}


def kind_of(finish: Finish) -> str:
    """metal, wood, stone, cloth, leather or other: how a finish ages."""
    if finish.metallic > 0.5:
        return "metal"
    return next((kind for kind, patterns in _KINDS.items() if finish.pattern in patterns), "other")


def ground(site: Site, finish: Finish) -> Skin:
    """The bare material, with broad differences in tone that no real surface is without."""
    if finish.pattern in _PLANAR:
        color, roughness, metallic, height = _triplanar(site, finish)
    else:
        along = finish.pattern in _ALONG_GRAIN
        points, normals = site.turn(site.p, site.n) if along else (site.p, site.n)
        color, roughness, metallic, height = _apply(site, finish, points, normals)
    tone = site.noise(0.7, 900) * F32(0.05) + site.noise(0.16, 901) * F32(0.03)
    color = np.clip(color * (1 + tone)[:, None], 0, 1)
    roughness = np.clip(roughness + site.noise(0.3, 902) * F32(0.03), 0.03, 1)
    opacity = np.full(len(color), finish.opacity, F32) if finish.opacity < 1 else None
    return Skin(color, roughness, metallic, height, finish.relief, opacity=opacity)


def _apply(
    site: Site, finish: Finish, points: Points, normals: Points
) -> tuple[Points, Values, Values, Values]:
    return apply(
        finish,
        points,
        normals,
        seed=site.seed,
        texel=site.texel,
        source=lambda p, wavelength, seed, _: site.clouds.at(p, wavelength, seed),
    )


def _triplanar(site: Site, finish: Finish) -> tuple[Points, Values, Values, Values]:
    """A pattern of the plane laid on along X, Y and Z; where two meet the higher one wins."""
    powers = np.abs(site.n) ** F32(_SHARPNESS)
    powers = powers / powers.sum(axis=1, keepdims=True)
    count = len(site.p)
    values = np.zeros((count, 6), F32)
    total = np.zeros(count, F32)
    for axis in range(3):
        here = np.flatnonzero(powers[:, axis] > 0.02)
        normals = np.zeros((len(here), 3), F32)
        normals[:, axis] = np.sign(site.n[here, axis])
        color, roughness, metallic, height = _apply(site, finish, site.p[here], normals)
        lift = height / F32(max(finish.relief, 1e-6))
        weight = np.maximum(powers[here, axis] * (F32(1.25) + lift), F32(1e-4)) ** 3
        values[here] += weight[:, None] * np.column_stack([color, roughness, metallic, height])
        total[here] += weight
    values /= total[:, None]
    return values[:, :3].copy(), values[:, 3].copy(), values[:, 4].copy(), values[:, 5].copy()


def polished(finish: Finish) -> Finish:
    """The finish with a gloss on it and its relief taken down."""
    return replace(finish, roughness=max(0.04, finish.roughness * 0.45), relief=finish.relief * 0.5)


def dulled(finish: Finish) -> Finish:
    """The finish without gloss."""
    return replace(finish, roughness=min(1.0, max(0.75, finish.roughness * 1.3)))
