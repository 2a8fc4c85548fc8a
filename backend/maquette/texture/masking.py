"""What a mask protects stays as it was, bit for bit."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.assets import Material
from maquette.protocol import bad_input

THRESHOLD = 127  # texels of the mask above it may change

Bytes = npt.NDArray[np.uint8]


def check_mask(mask: Bytes, maps: Material | None) -> Material:
    """The maps that are kept outside a mask. Raises bad_input where there are none, or nothing may change."""
    if maps is None:
        raise bad_input("there is a mask but no texture to keep outside it: texture the whole mesh first")
    if not (mask > THRESHOLD).any():
        raise bad_input("the mask protects all of the mesh: paint the part that may change bright")
    return maps


def keep_outside(before: Material, after: Material, mask: Bytes) -> Material:
    """`after` where the mask [M, M] is bright and `before` elsewhere; both have maps of one size [S, S].

    Alpha and its mode stay as before. Emission is kept where either has it.
    """
    size = len(before.base_color)
    if len(mask) != size:
        mask = np.asarray(Image.fromarray(mask).resize((size, size), Image.Resampling.NEAREST))
    changes = (mask > THRESHOLD)[..., None]

    def chosen(old: Bytes, new: Bytes) -> Bytes:
        return np.where(changes, new[..., : old.shape[2]], old)

    base_color = before.base_color.copy()
    base_color[..., :3] = chosen(before.base_color[..., :3], after.base_color)
    emissive = None
    if before.emissive is not None or after.emissive is not None:
        dark = np.zeros((size, size, 3), np.uint8)
        old, new = (dark if e is None else e for e in (before.emissive, after.emissive))
        emissive = chosen(old, new)
    return Material(
        base_color,
        chosen(before.orm, after.orm),
        chosen(before.normal, after.normal),
        emissive,
        before.alpha_mode,
        before.name,
    )
