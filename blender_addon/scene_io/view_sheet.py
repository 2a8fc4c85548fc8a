# SPDX-License-Identifier: GPL-3.0-or-later
"""The views that a texture was made of: which material has some, and small pictures of each for the panel."""

from dataclasses import dataclass

import bpy
import numpy as np
import numpy.typing as npt

from maquette.protocol import Json

from . import provenance
from .images import pixels
from .material import pack_image
from .provenance import Origin

TILE = 96  # pixels along a side of a view's small picture


@dataclass(frozen=True)
class Cut:
    """How the one picture of all views is cut: row by row."""

    count: int
    columns: int


def sheet_of(item: bpy.types.Object | None) -> tuple[Origin, Cut] | None:
    """Where the material in an object's active slot came from; None where it was not made of views."""
    origin = provenance.read(item.active_material) if item is not None else None
    cut = cut_of(origin.document.get("views")) if origin is not None else None
    return (origin, cut) if origin is not None and cut is not None else None


def cut_of(told: Json) -> Cut | None:
    """Reads what a result tells of its views."""
    if not isinstance(told, dict):
        return None
    count, columns = told.get("count"), told.get("columns")
    if not isinstance(count, int) or not isinstance(columns, int) or min(count, columns) < 1:
        return None
    return Cut(count, columns)


def tiles(encoded: bytes, cut: Cut) -> list[npt.NDArray[np.float32]]:  # [TILE, TILE, 4], lowest row first
    """Each view made small, by picking texels. Raises bad_input for what is no picture."""
    image = pack_image("Maquette views", "base_color", encoded)
    try:
        whole = pixels(image)  # [H, W, 4]
    finally:
        bpy.data.images.remove(image)
    side = whole.shape[1] // cut.columns
    at = (np.arange(TILE) + 0.5) * side / TILE
    rows, columns = np.divmod(np.arange(cut.count), cut.columns)
    return [
        whole[(row * side + at[::-1]).astype(int)][:, (column * side + at).astype(int)]
        for row, column in zip(rows, columns, strict=True)
    ]
