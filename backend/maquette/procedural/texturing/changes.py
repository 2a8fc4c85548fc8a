"""What happens to a surface without anything being laid on it: wear, scratches, cracks, water, fire."""

from collections.abc import Callable
from typing import Final

import numpy as np

from .fissures import cell_gap, cracked, scratched
from .places import crevices, dusted, edges, patches
from .site import F32, Site, Skin, smoothstep

Change = Callable[[Site, Skin, float, str], None]  # site, skin, amount, kind of material


def worn(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Edges rubbed bare and bright, crevices that keep the grime."""
    field = edges(site, 0.75 + 0.45 * amount, 300) + skin.pores * F32(0.25)
    rubbed = smoothstep(field, -0.10, 0.30) * F32(min(1.0, 0.75 * amount))
    gain, rougher = _RUBBED[kind]
    bright = 1 - (1 - skin.color) * F32(2 - gain)
    skin.cover(
        rubbed * F32(0.85), np.clip(bright, 0, 1), np.clip(skin.roughness + rougher, 0.05, 1), skin.metallic
    )
    skin.height *= 1 - rubbed * F32(0.6)
    if kind == "stone":
        chips = smoothstep(field + site.noise(0.035, 304) * F32(0.3), 0.25, 0.45) * F32(min(1, amount))
        skin.height -= chips * F32(0.004)
    grimy(site, skin, 0.6 * amount, kind)


_RUBBED: Final = {  # kind -> how much brighter, how much rougher
    "metal": (1.55, -0.16),
    "wood": (1.28, 0.06),
    "stone": (1.22, 0.0),
    "cloth": (1.25, 0.04),
    "leather": (1.30, -0.10),
    "other": (1.22, 0.10),
}


def grimy(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """A film of old dirt in crevices and pores that tints and dulls."""
    field = crevices(site, 0.5 + 0.5 * amount, 310) - skin.pores * F32(0.12)
    film = smoothstep(field, -0.35, 0.55) * F32(min(1.0, 0.9 * amount))
    skin.tint(film, (0.42, 0.36, 0.29))
    skin.roughness += (F32(0.85) - skin.roughness) * film * F32(0.6)
    skin.metallic *= 1 - film * F32(0.5)


def weathered(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Years in sun and rain: bleached above, streaked down the sides, worn at the edges."""
    grey = skin.color.mean(axis=1, keepdims=True)
    bleach = (smoothstep(site.up, -0.6, 0.9) * F32(0.5) + site.noise(0.4, 320) * F32(0.3) + F32(0.35)).clip(
        0, 1
    )
    bleach *= F32(min(1.0, 0.8 * amount) * (0.85 if kind == "wood" else 0.45 if kind != "metal" else 0.2))
    silver = grey * np.array([1.04, 1.0, 0.95], F32) * F32(1.12) + F32(0.05)
    skin.color += (silver - skin.color) * bleach[:, None]
    upright = 1 - smoothstep(np.abs(site.up), 0.3, 0.9)
    streaks = smoothstep(site.noise(0.045, 321, stretch=10) + site.noise(0.2, 322) * F32(0.5), 0.05, 0.75)
    skin.tint(streaks * upright * F32(min(1.0, 0.55 * amount)), (0.58, 0.53, 0.46))
    skin.roughness += (F32(0.9) - skin.roughness) * F32(min(0.6, 0.35 * amount))
    if kind in ("wood", "stone"):
        skin.height *= F32(1 + 1.1 * amount)
    if kind == "wood":
        _checks(site, skin, amount)
    worn(site, skin, 0.8 * amount, kind)


def _checks(site: Site, skin: Skin, amount: float) -> None:
    """The splits that open along the grain as wood dries."""
    along, facing = site.turn(site.p, site.n)
    sides = 1 - smoothstep(np.abs(facing[:, 2]), 0.45, 0.8)  # end grain splits in other ways
    fibres = np.abs(site.clouds.at(along, 0.075, 325, stretch=16))
    where = smoothstep(site.noise(0.28, 326) + F32(0.5 * amount), 0.15, 0.75) * sides
    splits = (1 - smoothstep(fibres, 0.0, max(0.045, 3 * site.texel / 0.075))) * where
    skin.tint(splits * F32(min(1.0, 0.85 * amount)), (0.30, 0.25, 0.21))
    skin.height -= splits * F32(0.0022 * amount)


def dented(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Shallow dents, as of knocks."""
    hollow = smoothstep(site.noise(0.13, 360), 0.25, 1.1)
    skin.height -= hollow * F32(0.016 * amount)
    skin.tint(hollow * F32(0.25), (0.8, 0.79, 0.78))


def pitted(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Small pits eaten into the surface."""
    pits = smoothstep(site.noise(0.028, 365) + site.noise(0.3, 366) * F32(0.35), 0.42 - 0.12 * amount, 0.75)
    skin.height -= pits * F32(0.0028)
    skin.tint(pits * F32(0.8), (0.50, 0.46, 0.42))
    skin.roughness += (F32(0.9) - skin.roughness) * pits * F32(0.6)


def wet(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Soaked and shining, with water standing in the hollows and drops on it."""
    damp = smoothstep(site.noise(0.5, 370) + F32(0.7 * amount - 0.2), -0.25, 0.25)
    porous = 0.15 if kind == "metal" else 0.55
    skin.tint(damp * F32(porous), (0.45, 0.45, 0.47))
    film = np.clip(damp * F32(0.85), 0, 1)
    skin.roughness += (F32(0.10) - skin.roughness) * film
    drops = smoothstep(site.noise(0.022, 371), 0.50, 0.62) * damp
    skin.roughness += (F32(0.04) - skin.roughness) * drops
    pool = smoothstep(site.up, 0.75, 0.97) * smoothstep(site.noise(0.3, 372), -0.1, 0.2) * damp
    skin.height += (0 - skin.height) * pool * F32(0.9) + drops * F32(0.0016)
    skin.roughness += (F32(0.04) - skin.roughness) * pool


def shiny(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Polished or varnished: less rough, flatter, a little deeper in colour."""
    skin.roughness *= F32(1 - 0.55 * min(amount, 1.5))
    np.maximum(skin.roughness, F32(0.045), out=skin.roughness)
    skin.height *= F32(0.55)
    if kind != "metal":
        skin.color *= F32(0.94)


def matte(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Without gloss; what is looked through is frosted."""
    skin.roughness += (F32(0.88) - skin.roughness) * F32(min(0.95, 0.85 * amount))
    if skin.opacity is not None:
        skin.opacity += (1 - skin.opacity) * F32(min(0.6, 0.4 * amount))


def rough(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Coarse: more relief at the size of a thumb."""
    lumps = site.noise(0.06, 375) + site.noise(0.02, 376) * F32(0.5)
    skin.height += lumps * F32(0.0028 * amount)
    skin.roughness += (F32(0.95) - skin.roughness) * F32(0.5)


def smooth(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Sanded down: little relief left."""
    skin.height *= F32(0.2)
    skin.roughness *= F32(0.85)


def faded(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Bleached by the sun."""
    light = (smoothstep(site.up, -0.9, 0.8) * F32(0.6) + F32(0.35) + site.noise(0.5, 380) * F32(0.2)).clip(
        0, 1
    )
    grey = skin.color.mean(axis=1, keepdims=True)
    pale = grey * F32(0.5) + skin.color * F32(0.35) + F32(0.22)
    skin.color += (pale - skin.color) * (light * F32(min(0.9, 0.7 * amount)))[:, None]


def tarnished(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Metal gone dark and dull but where it is touched."""
    field = patches(site, 1.5 * amount, 385) + site.crevices * F32(0.8) - site.edges * F32(0.8)
    dark = smoothstep(field, -0.35, 0.45) * F32(0.85)
    skin.tint(dark, (0.36, 0.31, 0.25))
    skin.roughness += (F32(0.62) - skin.roughness) * dark
    rim = dark * (1 - dark) * F32(1.6)
    skin.tint(rim, (1.0, 0.85, 0.72))


def burnt(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Charred: black and cracked in the middle, brown around it."""
    field = site.noise(0.95, 390) * F32(0.8) + site.noise(0.11, 392) * F32(0.16) + site.edges * F32(0.3)
    field += (F32(0.5) - site.rise) * F32(0.35) + F32(0.55 * amount - 0.42)
    scorched = smoothstep(field, -0.55, 0.15)
    skin.tint(scorched * F32(0.85), (0.42, 0.26, 0.15))
    char = smoothstep(field, 0.02, 0.28)
    gap = cell_gap(site.p + (site.noise(0.08, 391) * F32(0.008))[:, None], 0.045, site.seed + 391)
    blocks = smoothstep(gap, 0.0, 0.005)
    black = np.array([0.045, 0.042, 0.040], F32) * (F32(0.5) + F32(0.7) * blocks)[:, None]
    skin.cover(char * F32(0.96), black, 0.88 - 0.2 * blocks * (kind == "wood"), skin.metallic * F32(0.2))
    skin.height += char * (blocks - 1) * F32(0.0028)


def stained(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Blotches with darker rims, as of coffee or rain."""
    field = site.noise(0.38, 395) + site.noise(0.1, 396) * F32(0.15) + F32(0.45 * amount - 0.5)
    inside = smoothstep(field, -0.02, 0.04) * F32(0.45)
    rim = np.exp(-((field / F32(0.05)) ** 2)) * F32(0.5)
    skin.tint(np.maximum(inside, rim), (0.62, 0.50, 0.36))
    skin.roughness += inside * F32(0.08)


def dirty(site: Site, skin: Skin, amount: float, kind: str) -> None:
    """Grime in the crevices, a film over the rest, smears where hands have been."""
    grimy(site, skin, 1.1 * amount, kind)
    film = smoothstep(dusted(site, 0.8 * amount, 400) + site.noise(0.09, 403) * F32(0.3), -0.5, 0.6)
    skin.cover(film * F32(min(0.75, 0.5 * amount)), np.array([0.30, 0.25, 0.19], F32), 0.92, 0.0)
    smears = smoothstep(site.noise(0.06, 404, stretch=6) + site.noise(0.4, 405) * F32(0.6), 0.25, 0.9)
    skin.tint(smears * F32(min(1, 0.6 * amount)), (0.55, 0.48, 0.40))


CHANGES: Final[dict[str, Change]] = {
    "worn": worn,
    "weathered": weathered,
    "scratched": scratched,
    "cracked": cracked,
    "dented": dented,
    "pitted": pitted,
    "wet": wet,
    "shiny": shiny,
    "matte": matte,
    "rough": rough,
    "smooth": smooth,
    "faded": faded,
    "tarnished": tarnished,
    "burnt": burnt,
    "stained": stained,
    "dirty": dirty,
}
