"""The layers of a description in the order in which they come to be on a surface, laid one by one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from maquette.procedural.materials import Finish

from .changes import CHANGES, worn
from .coats import COATS, Coat, lay, lay_field
from .description import Layer, SurfaceDescription
from .ground import ground, kind_of
from .inlays import INLAYS
from .places import PLACES
from .site import F32, Site, Skin, Values

_SEQUENCE: Final = (  # from the bottom up
    "veins", "rough", "smooth", "dented", "pitted", "cracked", "seams", "underrust",
    "paint", "leaf gold", "material", "stripes", "spots", "faded", "shiny", "matte", "worn", "weathered",
    "scratched", "studs", "tarnished", "verdigris", "rust", "burnt", "stained", "salt", "dirty", "dirt",
    "soot", "grease", "tar", "mold", "blood", "soil", "mud", "lichen", "grass", "moss", "ivy", "dust", "sand",
    "ash", "wet", "honey", "slime", "frost", "ice", "snow",
)  # fmt: skip
ORDER: Final = {name: place for place, name in enumerate(_SEQUENCE)}
PEELABLE: Final = frozenset({"paint", "leaf gold"})  # coats that wear off: their amount is how much is gone
_AGING: Final = frozenset({"worn", "weathered", "scratched", "dirty", "stained", "tarnished", "dented"})
_USED: Final = 0.30  # wear that everything has unless it is new


def compose(site: Site, description: SurfaceDescription) -> Skin:
    """How the texels look with everything on them."""
    skin = ground(site, description.base)
    kind = kind_of(description.base)
    layers = sorted(description.layers, key=lambda layer: ORDER[layer.name])
    if description.glows:
        skin.glow(np.ones(len(site.p), F32), skin.color)
    covered = any(layer.name in PEELABLE for layer in layers)
    ages = any(layer.name in ("worn", "weathered") for layer in layers)
    if not (description.is_new or ages or covered):
        worn(site, skin, _USED * site.wear, kind)
    for number, layer in enumerate(layers):
        _add(site, skin, layer, kind, 1000 + 100 * number)
        if layer.name in PEELABLE and layer.finish is not None:
            kind = kind_of(layer.finish)
    np.clip(skin.color, 0, 1, out=skin.color)
    np.clip(skin.roughness, 0.03, 1, out=skin.roughness)
    np.clip(skin.metallic, 0, 1, out=skin.metallic)
    return skin


def _add(site: Site, skin: Skin, layer: Layer, kind: str, salt: int) -> None:
    name = layer.name
    if name in CHANGES:
        amount = layer.amount * (site.wear if name in _AGING else 1.0)
        if amount > 0:
            CHANGES[name](site, skin, amount, kind)
    elif name in INLAYS:
        made_of = layer.finish
        assert made_of is not None, "the reader gives every inlay a material"
        _lit(skin, layer, lambda: INLAYS[name](site, skin, made_of, layer.amount, salt))
    else:
        _lit(skin, layer, lambda: _lay(site, skin, layer, salt))


def _lit(skin: Skin, layer: Layer, add: Callable[[], None]) -> None:
    """Adds a layer, and lets it shine in its colour if it glows."""
    if not layer.glow or layer.finish is None:
        add()
        return
    before = skin.color.copy()
    add()
    own = np.array(layer.finish.color, F32)
    moved = np.abs(skin.color - before).sum(axis=1) / np.maximum(np.abs(own - before).sum(axis=1), F32(0.1))
    skin.glow(np.clip(moved, 0, 1) ** F32(1.5), own)


def _lay(site: Site, skin: Skin, layer: Layer, salt: int) -> None:
    coat = _coat_of(layer)
    if layer.name in PEELABLE:
        field = _left(site, skin, layer.amount * site.wear, salt)
        lay_field(site, skin, coat, field, salt)
        return
    amount = layer.amount * (0.6 + 0.4 * site.wear)
    lay(site, skin, coat, amount, salt)


def _coat_of(layer: Layer) -> Coat:
    if layer.name == "material":
        assert layer.finish is not None, "the reader names the material"
        coat = Coat(layer.finish, "patches", 0.05, 0.0025, 0.15, 0.75)
    elif layer.name == "underrust":
        coat = COATS["rust"]
    else:
        coat = COATS[layer.name]
        if layer.finish is not None:
            coat = recoloured(coat, layer.finish)
    return replace(coat, place=layer.place) if layer.place else coat


def recoloured(coat: Coat, finish: Finish) -> Coat:
    """The coat in the colour of a finish, with its shades in proportion."""
    ratio = np.array(finish.color) / np.maximum(np.array(coat.finish.color), 0.04)

    def shade(other: tuple[float, float, float] | None) -> tuple[float, float, float] | None:
        if other is None:
            return None
        r, g, b = np.clip(np.array(other) * ratio, 0, 1)
        return float(r), float(g), float(b)

    return replace(coat, finish=replace(finish, second=shade(coat.finish.second)), core=shade(coat.core))


def _left(site: Site, skin: Skin, gone: float, salt: int) -> Values:
    """[N] positive where a coat of paint is still on: it goes from edges first, then in flakes."""
    rubbed = PLACES["edges"](site, 1.0, salt) + site.edges * F32(0.3)
    flakes = site.noise(0.30, salt + 5) * F32(0.75) + site.noise(0.055, salt + 6) * F32(0.38)
    flakes += site.noise(0.018, salt + 7) * F32(0.12) + site.crevices * F32(0.1) + skin.pores * F32(0.12)
    loss = np.maximum(rubbed * F32(0.75) - F32(0.25), flakes - F32(0.62))
    return np.asarray(F32(0.75) - loss - F32(0.72 * gone), F32)
