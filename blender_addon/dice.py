# SPDX-License-Identifier: GPL-3.0-or-later
"""The face of a die as an icon, which Blender lacks."""

import bpy.utils.previews
import numpy as np
import numpy.typing as npt

_SIZE = 32
_PIPS = ((0.3, 0.3), (0.7, 0.3), (0.5, 0.5), (0.3, 0.7), (0.7, 0.7))

_collection: bpy.utils.previews.ImagePreviewCollection | None = None


def icon() -> int:
    """The number to draw it by."""
    global _collection
    if _collection is None:
        _collection = bpy.utils.previews.new()
        face = _collection.new("dice")
        face.icon_size = (_SIZE, _SIZE)
        face.icon_pixels_float = _pixels().ravel().tolist()
    return int(_collection["dice"].icon_id)


def clear() -> None:
    """Frees the icon."""
    global _collection
    if _collection is not None:
        bpy.utils.previews.remove(_collection)
    _collection = None


def _pixels() -> npt.NDArray[np.float32]:  # [32, 32, 4] premultiplied RGBA
    """A rounded square with five holes, from distances to their edges, one pixel soft."""
    v, u = (np.mgrid[0:_SIZE, 0:_SIZE] + 0.5) / _SIZE
    beyond = np.maximum(np.abs(np.stack([u, v]) - 0.5) - 0.24, 0.0)
    distance = np.hypot(*beyond) - 0.16
    for x, y in _PIPS:
        distance = np.maximum(distance, 0.075 - np.hypot(u - x, v - y))
    cover = np.clip(0.5 - distance * _SIZE, 0.0, 1.0)[..., None]
    pixels: npt.NDArray[np.float32] = np.concatenate([0.9 * cover.repeat(3, axis=2), cover], axis=2)
    return pixels
