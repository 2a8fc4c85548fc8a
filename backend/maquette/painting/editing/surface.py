"""Roughness and metallic of what was changed, as a network sees them in the views."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from maquette.assets import Material
from maquette.painting.maps import LEAST_ROUGH, snap_metallic
from maquette.priors.intrinsics import Intrinsics
from maquette.texture.views import blend

from .frame import Frame

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

MUCH: Final = 0.15  # of a colour: a change by which a surface is another one
AROUND: Final = 2 / 1024  # of the texture's side: how far around a place its change is looked at


def with_surface(
    material: Material,  # with the new base colour
    before: Material,
    frame: Frame,
    intrinsics: Intrinsics,
) -> Material:
    """The material with roughness and metallic of what changed its colour, and the old ones elsewhere."""
    rough, metal = (
        blend(frame.projection, list(pictures), match_colours=False, median=True)
        for pictures in (intrinsics.roughness, intrinsics.metallic)
    )
    seen = np.concatenate([np.clip(rough.texture, LEAST_ROUGH, 1), snap_metallic(metal.texture)], axis=2)
    share = changed_share(material.base_color, before.base_color) * frame.region.share * rough.covered
    old = before.orm[..., 1:].astype(np.float32) / np.float32(255)
    mixed = old + share[..., None] * (seen - old)
    changed = (share > 0)[..., None]
    orm = before.orm.copy()
    orm[..., 1:] = np.where(changed, np.rint(mixed * 255).astype(np.uint8), orm[..., 1:])
    return Material(
        material.base_color, orm, material.normal, material.emissive, material.alpha_mode, material.name
    )


def changed_share(new: Bytes, old: Bytes) -> Floats:  # [S, S]
    """0 where the colour is the same, 1 where it is another one."""
    apart = np.abs(new[..., :3].astype(np.float32) - old[..., :3]).max(axis=2) / np.float32(255)
    t = np.clip(gaussian_filter(apart, AROUND * len(apart)) / MUCH, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)
