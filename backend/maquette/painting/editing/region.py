"""The part of a texture that may change, and how it fades into the rest."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

from maquette.assets import Mesh
from maquette.painting.following import on_mesh
from maquette.protocol import bad_input
from maquette.texture.masking import THRESHOLD

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

FADE: Final = 1 / 256  # of the texture's side: changes grow over so many texels inside the mask's edge


@dataclass(frozen=True)
class Region:
    """Of a texture [S, S]."""

    texels: Bools  # [S, S] on the mesh, and free to change
    share: Floats  # [S, S] how much of a change arrives: 0 outside, rising to 1 inside
    is_whole: bool  # nothing of the mesh is kept


def find_region(mesh: Mesh, mask: Bytes | None, size: int) -> Region:
    """What a mask [S, S] leaves free. Raises bad_input where that is nothing of the mesh."""
    covered = on_mesh(mesh, size)
    if mask is None:
        return Region(covered, covered.astype(np.float32), True)
    texels = covered & (mask > THRESHOLD)
    if not texels.any():
        raise bad_input("the mask protects all of the mesh: paint the part that may change bright")
    kept = covered & ~texels
    if not kept.any():
        return Region(texels, texels.astype(np.float32), True)
    distance = distance_transform_edt(~kept)
    share = np.where(texels, np.clip(distance / max(1.0, FADE * size), 0, 1), 0)
    return Region(texels, share.astype(np.float32), False)
