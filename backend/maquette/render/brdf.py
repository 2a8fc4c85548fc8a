"""The GGX mirror lobe under light from everywhere: what all shading here has in common."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_DIELECTRIC: Final = np.float32(0.04)  # glTF's index of refraction, 1.5, seen head-on
_STEPS: Final = 32  # of the table, along each side
_SAMPLES: Final = (32, 8)  # half vectors of an entry, by angle from the normal and around it
_LEAST_FACING: Final = 1e-3


def reflectance(
    base_color: Floats,  # [N, 3] linear
    metallic: Floats,  # [N]
    roughness: Floats,  # [N] perceptual
    facing: Floats,  # [N] cosine to the viewer
) -> tuple[Floats, Floats]:
    """How much is mirrored head-on, F0 [N, 3], and how much of even light from everywhere [N, 3].

    The second with what is scattered more than once between microfacets (Fdez-Aguera, "A Multiple-Scattering
    Microfacet Model for Real-Time Image-based Lighting", 2019).
    """
    head_on = _DIELECTRIC + (base_color - _DIELECTRIC) * metallic[:, None]
    scale, offset = environment_brdf(roughness, facing)
    single = head_on * scale + offset
    return head_on, single * (1 + head_on * (1 / (scale + offset) - 1))


def environment_brdf(roughness: Floats, facing: Floats) -> tuple[Floats, Floats]:  # [N], [N] -> [N, 1] twice
    """Scale and offset of F0 in the integral of the GGX lobe over all directions: half of the split sum.

    Karis, "Real Shading in Unreal Engine 4", 2013. `facing` is the cosine to the viewer.
    """
    row, below = _place(roughness)
    column, right = _place(np.sqrt(facing))
    table = _brdf_table()
    start = row * _STEPS + column
    upper = table[start] + (table[start + 1] - table[start]) * right
    lower = table[start + _STEPS] + (table[start + _STEPS + 1] - table[start + _STEPS]) * right
    both = upper + (lower - upper) * below
    return both[:, :1], both[:, 1:]


def mirror_occlusion(occlusion: Floats, roughness: Floats, facing: Floats) -> Floats:  # [N] each
    """Occlusion of the lobe from that of the hemisphere (Lagarde and de Rousiers, "Moving Frostbite to PBR",
    2014).
    """
    hidden = (facing + occlusion) ** np.exp2(-16 * roughness - 1) - 1 + occlusion
    return np.asarray(np.clip(hidden, 0, 1))


def _place(x: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """The table's step at or before each x in 0 to 1 [N], and the way from there to the next [N, 1]."""
    place = np.clip(x, 0, 1) * np.float32(_STEPS - 1)
    step = np.minimum(place.astype(np.intp), _STEPS - 2)
    return step, (place - step)[:, None].astype(np.float32)


@cache
def _brdf_table() -> Floats:  # [_STEPS * _STEPS, 2]
    """Rows by roughness, columns by the root of the cosine, which is fine where the lobe changes fast.

    Half vectors are spread as the lobe is, so that each counts G (v.h) / ((n.h) (n.v)), with the
    height-correlated G of Heitz, "Understanding the Masking-Shadowing Function in Microfacet-Based BRDFs",
    2014.
    """
    steps = np.linspace(0, 1, _STEPS)
    alpha = np.maximum(steps, 1e-2)[:, None, None, None] ** 2
    n_v = np.maximum(steps**2, _LEAST_FACING)[:, None, None]
    rest = ((np.arange(_SAMPLES[0]) + 0.5) / _SAMPLES[0])[:, None]  # finer towards the tail of the lobe
    share, counts = 1 - rest**2, 2 * rest
    turn = (np.arange(_SAMPLES[1]) + 0.5) * (np.pi / _SAMPLES[1])  # the other half mirrors this one
    n_h = np.sqrt((1 - share) / (1 + (alpha**2 - 1) * share))
    v_h = np.sqrt(1 - n_v**2) * np.sqrt(1 - n_h**2) * np.cos(turn) + n_v * n_h
    n_l = 2 * v_h * n_h - n_v
    lit = (n_l > 0) & (v_h > 0)
    n_l, v_h = np.where(lit, n_l, 1), np.where(lit, v_h, 0)
    seen = n_l * np.sqrt(alpha**2 + (1 - alpha**2) * n_v**2)
    lighted = n_v * np.sqrt(alpha**2 + (1 - alpha**2) * n_l**2)
    weight = counts * 2 * n_l * v_h / ((seen + lighted) * n_h)
    grazing = (1 - v_h) ** 5
    scale, offset = ((weight * part).mean(axis=(2, 3)) for part in (1 - grazing, grazing))
    return np.asarray(np.stack([scale, offset], axis=-1).reshape(-1, 2), dtype=np.float32)
