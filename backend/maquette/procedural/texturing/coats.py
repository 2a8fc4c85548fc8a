"""What lies on a surface: a substance of its own, with a thickness, crisp where it ends."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from maquette.procedural.materials import Finish, Rgb
from maquette.procedural.patterns import apply

from .places import PLACES
from .site import F32, Site, Skin, Values, smoothstep


@dataclass(frozen=True)
class Coat:
    """A substance and how it lies. Lengths are in units of the object, as everywhere here.

    `softness` is the half width of its border as a share of its field; `rounding` how far into the field its
    full thickness is reached; `fill` how much of the relief below it hides; `core` the colour of its thick
    middle; `stain` multiplies the colours beside it; `clings` how much rather it lies in the pores below.
    """

    finish: Finish
    place: str
    softness: float = 0.05
    thickness: float = 0.002
    rounding: float = 0.25
    fill: float = 0.5
    core: Rgb | None = None
    stain: Rgb | None = None
    reach: float = 0.3  # of the stain, in the field
    clings: float = 0.15
    opacity: float = 1.0


_RUST = Finish("rust", (0.50, 0.25, 0.10), 0, 0.88, "stone", 0.035, 0.55, 0.0016, (0.30, 0.14, 0.07))
_DIRT = Finish("dirt", (0.21, 0.16, 0.11), 0, 0.93, "stone", 0.03, 0.5, 0.0010)

COATS: Final[dict[str, Coat]] = {
    "rust": Coat(_RUST, "corroded", 0.06, 0.0014, 0.35, 0.55, (0.25, 0.12, 0.07), (0.72, 0.50, 0.34), 0.45),
    "moss": Coat(
        Finish("moss", (0.34, 0.43, 0.11), 0, 0.96, "cushions", 0.030, 0.95, 0.0050, (0.12, 0.17, 0.035)),
        "grown", 0.045, 0.011, 0.55, 0.85, (0.44, 0.50, 0.15), (0.55, 0.55, 0.40), 0.22,
    ),
    "lichen": Coat(
        Finish("lichen", (0.74, 0.74, 0.58), 0, 0.95, "stone", 0.016, 0.5, 0.0014, (0.48, 0.53, 0.36)),
        "rosettes", 0.07, 0.0016, 0.2, 0.35, (0.60, 0.62, 0.50), (0.80, 0.80, 0.72), 0.12,
    ),
    "ivy": Coat(
        Finish("ivy", (0.17, 0.33, 0.10), 0, 0.60, "foliage", 0.045, 0.8, 0.010, (0.05, 0.12, 0.03)),
        "grown", 0.05, 0.016, 0.3, 0.95, (0.24, 0.42, 0.14), (0.6, 0.6, 0.5), 0.15,
    ),
    "grass": Coat(
        Finish("grass", (0.30, 0.48, 0.13), 0, 0.85, "fuzz", 0.022, 0.8, 0.005, (0.13, 0.25, 0.05)),
        "grown", 0.05, 0.012, 0.4, 0.9, (0.46, 0.56, 0.20), (0.6, 0.55, 0.45), 0.2,
    ),
    "mold": Coat(
        Finish("mold", (0.36, 0.40, 0.32), 0, 0.97, "fuzz", 0.012, 0.5, 0.0010, (0.16, 0.19, 0.15)),
        "crevices", 0.16, 0.0008, 0.4, 0.25, (0.75, 0.77, 0.70), (0.7, 0.7, 0.6), 0.35,
    ),
    "verdigris": Coat(
        Finish("verdigris", (0.33, 0.60, 0.51), 0, 0.85, "stone", 0.03, 0.5, 0.0008, (0.22, 0.45, 0.40)),
        "corroded", 0.26, 0.0008, 0.5, 0.4, (0.48, 0.72, 0.62), (0.52, 0.40, 0.34), 0.65,
    ),
    "dust": Coat(
        Finish("dust", (0.62, 0.57, 0.49), 0, 0.98, "speckle", 0.02, 0.18, 0.0002),
        "dusted", 0.50, 0.0002, 0.6, 0.25, None, None, 0.2, 0.10, 0.80,
    ),
    "sand": Coat(
        Finish("sand", (0.76, 0.63, 0.43), 0, 0.95, "speckle", 0.008, 0.45, 0.0007, (0.56, 0.44, 0.28)),
        "settled", 0.10, 0.007, 0.5, 0.85,
    ),
    "ash": Coat(
        Finish("ash", (0.50, 0.49, 0.48), 0, 0.98, "speckle", 0.02, 0.5, 0.0006, (0.30, 0.29, 0.29)),
        "dusted", 0.25, 0.002, 0.5, 0.5,
    ),
    "snow": Coat(
        Finish("snow", (0.93, 0.95, 0.98), 0, 0.72, "fuzz", 0.04, 0.10, 0.0012, (0.80, 0.86, 0.95)),
        "settled", 0.05, 0.018, 0.7, 0.92, None, (0.80, 0.82, 0.86), 0.18,
    ),
    "frost": Coat(
        Finish("frost", (0.86, 0.92, 0.97), 0, 0.55, "speckle", 0.010, 0.35, 0.0009, (0.66, 0.78, 0.88)),
        "dusted", 0.32, 0.0006, 0.5, 0.15, (0.95, 0.98, 1.0), None, 0.2, 0.2, 0.92,
    ),
    "ice": Coat(
        Finish("ice", (0.70, 0.85, 0.93), 0, 0.08, "veins", 0.15, 0.40, 0.0008, (0.92, 0.97, 1.0)),
        "drips", 0.08, 0.010, 0.5, 0.7, None, (0.8, 0.88, 0.95), 0.2, 0.1, 0.85,
    ),
    "dirt": Coat(_DIRT, "crevices", 0.22, 0.0010, 0.5, 0.45, None, (0.78, 0.72, 0.63), 0.5, 0.3, 0.88),
    "mud": Coat(
        Finish("mud", (0.27, 0.19, 0.12), 0, 0.80, "stone", 0.05, 0.55, 0.0030, (0.40, 0.30, 0.20)),
        "low", 0.035, 0.007, 0.3, 0.85, (0.20, 0.14, 0.09), (0.72, 0.64, 0.54), 0.25,
    ),
    "soil": Coat(_DIRT, "low", 0.06, 0.006, 0.3, 0.8, None, (0.75, 0.68, 0.6), 0.25),
    "soot": Coat(
        Finish("soot", (0.045, 0.042, 0.04), 0, 0.96, "speckle", 0.03, 0.2, 0.0003),
        "crevices", 0.45, 0.0003, 0.5, 0.3, None, (0.6, 0.58, 0.56), 0.5, 0.1, 0.94,
    ),
    "grease": Coat(
        Finish("grease", (0.10, 0.075, 0.045), 0, 0.22, "glaze", 0.05, 0.4, 0.0006),
        "crevices", 0.20, 0.0006, 0.5, 0.5, None, (0.7, 0.62, 0.5), 0.4, 0.1, 0.85,
    ),
    "blood": Coat(
        Finish("blood", (0.30, 0.015, 0.015), 0, 0.18, "glaze", 0.04, 0.3, 0.0004, (0.16, 0.005, 0.008)),
        "splashes", 0.03, 0.0016, 0.2, 0.5, (0.20, 0.008, 0.01), None, 0.2, 0.0, 0.95,
    ),
    "slime": Coat(
        Finish("slime", (0.42, 0.66, 0.10), 0, 0.07, "glaze", 0.06, 0.5, 0.0020, (0.20, 0.42, 0.05)),
        "drips", 0.03, 0.011, 0.4, 0.9, (0.30, 0.55, 0.06), None, 0.2, 0.0, 0.93,
    ),
    "tar": Coat(
        Finish("tar", (0.025, 0.023, 0.022), 0, 0.12, "glaze", 0.06, 0.3, 0.0015),
        "drips", 0.03, 0.008, 0.3, 0.9,
    ),
    "honey": Coat(
        Finish("honey", (0.80, 0.46, 0.06), 0, 0.06, "glaze", 0.06, 0.4, 0.0015, (0.55, 0.25, 0.02)),
        "drips", 0.03, 0.010, 0.4, 0.85, None, None, 0.2, 0.0, 0.85,
    ),
    "salt": Coat(
        Finish("salt", (0.90, 0.89, 0.86), 0, 0.85, "speckle", 0.008, 0.3, 0.0012, (0.72, 0.71, 0.68)),
        "crevices", 0.12, 0.0014, 0.4, 0.3,
    ),
    "paint": Coat(
        Finish("paint", (0.55, 0.08, 0.08), 0, 0.34, "painted", 0.08, 0.14, 0.0002),
        "everywhere", 0.02, 0.0013, 0.10, 0.35, None, None, 0.2, -0.1,
    ),
    "leaf gold": Coat(
        Finish("gold leaf", (0.98, 0.77, 0.34), 1, 0.22, "scratched", 0.05, 0.25, 0.0002),
        "everywhere", 0.025, 0.0004, 0.1, 0.15, (1.0, 0.82, 0.42), None, 0.2, -0.2,
    ),
}  # fmt: skip


def lay(site: Site, skin: Skin, coat: Coat, amount: float, salt: int) -> None:
    """Lays a coat where its place says, rather in the pores of what is below it."""
    field = PLACES[coat.place](site, amount, salt)
    if coat.clings:
        field = field - F32(coat.clings) * skin.pores
    lay_field(site, skin, coat, field, salt)


def lay_field(site: Site, skin: Skin, coat: Coat, field: Values, salt: int) -> None:
    """Lays a coat where a field is positive: stains, shade, colour and height."""
    if coat.stain is not None:
        ring = smoothstep(field, -coat.reach, 0.05)
        skin.tint(ring * F32(0.8), coat.stain)
        skin.roughness += (F32(0.8) - skin.roughness) * ring * F32(0.35)
    softness = max(coat.softness, 5 * site.texel)
    weight = smoothstep(field, -softness, softness) * F32(coat.opacity)
    here = np.flatnonzero(weight > 0)
    if len(here) == 0:
        return
    color, roughness, metallic, relief = _look(site, coat, field, here, salt)
    covering = np.zeros_like(weight)
    covering[here] = weight[here]
    full_color = skin.color.copy()
    full_color[here] = color
    full_roughness, full_metallic = skin.roughness.copy(), skin.metallic.copy()
    full_roughness[here], full_metallic[here] = roughness, metallic
    skin.cover(covering, full_color, full_roughness, full_metallic)
    risen = smoothstep(field[here], -softness, coat.rounding) * F32(coat.thickness)
    below = skin.height[here]
    skin.height[here] = below * (1 - F32(coat.fill) * weight[here]) + risen + relief * weight[here]


def _look(
    site: Site, coat: Coat, field: Values, here: np.ndarray[tuple[int], np.dtype[np.int64]], salt: int
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float32]], Values, Values, Values]:
    """Colour, roughness, metallic and relief of the coat at some of the texels."""
    color, roughness, metallic, relief = apply(
        coat.finish,
        site.p[here],
        site.n[here],
        seed=site.seed + salt,
        texel=site.texel,
        source=lambda p, w, s, _: site.clouds.at(p, w, s),
    )
    tone = site.clouds.at(site.p[here], 0.22, salt + 50)
    color *= 1 + tone[:, None] * F32(0.10)
    if coat.core is not None:
        inner = smoothstep(field[here] + tone * F32(0.30), 0.10, 0.65)[:, None] * F32(0.8)
        # the core keeps the light and dark of the pattern
        value = color.mean(axis=1, keepdims=True) / F32(np.mean(coat.finish.color))
        color += (np.array(coat.core, F32) * value - color) * inner
    return np.clip(color, 0, 1), roughness, metallic, relief
