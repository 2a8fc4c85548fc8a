# SPDX-License-Identifier: GPL-3.0-or-later
"""The UV maps of a mesh: which one counts, whether it uses UDIM tiles, and a second one for new UVs."""

from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from maquette.protocol import bad_input

NEW_MAP = "Maquette"
_MAX_TILE_COLUMN = 10  # UDIM numbers run 1001 to 1010, then 1011
_STRAY_SHARE = 0.01  # so many triangles may lie elsewhere before it is a layout of its own
_SAME = 1e-6  # UV units below which two corners are one


def active(mesh: Any) -> Any:
    """The UV map that the artist has chosen in the mesh's list; None where there is none."""
    return mesh.uv_layers.active


def read(layer: Any, loops: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:  # [F, 3] -> [F, 3, 2]
    """The UVs of the given corners."""
    uvs = np.empty(2 * len(layer.uv), np.float32)
    layer.uv.foreach_get("vector", uvs)
    return uvs.reshape(-1, 2)[loops]


def udim_tiles(uvs: npt.NDArray[np.float32]) -> list[int]:  # [F, 3, 2]
    """The numbers of the UDIM tiles that UVs fill, where they fill others than the first.

    A layout that repeats a picture leaves the first tile too, but its triangles cross the tiles' borders or
    go below zero.
    """
    low = np.floor(uvs.min(axis=1) + 1e-4)  # [F, 2]
    high = np.ceil(uvs.max(axis=1) - 1e-4)
    fits = (high - low <= 1).all(axis=1) & (low >= 0).all(axis=1) & (low[:, 0] < _MAX_TILE_COLUMN)
    if fits.mean() < 1.0 - _STRAY_SHARE:
        return []
    numbers, counts = np.unique(1001 + low[fits] @ np.array([1, 10]), return_counts=True)
    filled = [int(number) for number in numbers[counts > _STRAY_SHARE * len(uvs)]]
    return filled if filled != [1001] else []


def copies(uvs: npt.NDArray[np.float32]) -> float:  # [F, 3, 2]
    """How many triangles there are for each different one in the UVs, on average."""
    middle = np.round(uvs.mean(axis=1, dtype=np.float64) * 1e5).astype(np.int64)  # [F, 2]
    return len(uvs) / max(1, len(np.unique(middle[:, 0] * (1 << 32) + middle[:, 1])))


def write_new(
    mesh: bpy.types.Mesh,
    loops: npt.NDArray[np.int32],  # [F, 3] the corner of the mesh that each triangle corner is
    uvs: npt.NDArray[np.float32],  # [F, 3, 2]
) -> str:
    """Puts new UVs into a second map and returns its name. The artist's own maps are not touched.

    Raises bad_input where the seams of the new UVs run through a polygon, which cannot have them.
    """
    corners = np.zeros((len(mesh.loops), 2), np.float32)
    corners[loops.ravel()] = uvs.reshape(-1, 2)
    torn = np.abs(corners[loops] - uvs).max(axis=(1, 2)) > _SAME  # [F]
    if torn.any():
        raise bad_input(
            f"{int(torn.sum())} triangles of {mesh.name} are torn from their polygon by the new UVs: "
            "triangulate it first (Ctrl+T in Edit Mode), or unwrap it and keep its UVs"
        )
    layers: Any = mesh.uv_layers
    layer = layers.get(NEW_MAP) or layers.new(name=NEW_MAP, do_init=True)
    if layer is None:
        raise bad_input(f"{mesh.name} has {len(layers)} UV maps, as many as a mesh can have: remove one")
    kept = np.empty(2 * len(mesh.loops), np.float32)
    layer.uv.foreach_get("vector", kept)
    is_new = np.zeros(len(mesh.loops), bool)
    is_new[loops.ravel()] = True
    layer.uv.foreach_set("vector", np.where(is_new[:, None], corners, kept.reshape(-1, 2)).ravel())
    mesh.update()
    return str(layer.name)
