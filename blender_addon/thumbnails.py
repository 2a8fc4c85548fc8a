# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures of jobs as interface icons. Blender reads them from files, in the background."""

from pathlib import Path

import bpy
import bpy.utils.previews
import numpy as np
import numpy.typing as npt

from .scene_io.images import to_bytes
from .scene_io.png import encode_png

_PNG = b"\x89PNG"

_collection: bpy.utils.previews.ImagePreviewCollection | None = None
_files: dict[str, Path] = {}
_versions: dict[str, int] = {}


def set_picture(key: str, encoded: bytes) -> None:
    """Takes a job's newest picture, encoded."""
    global _collection
    if _collection is None:
        _collection = bpy.utils.previews.new()
    version = _versions.get(key, 0) + 1
    path = (
        Path(bpy.app.tempdir)
        / f"maquette-{key}-{version % 2}{'.png' if encoded.startswith(_PNG) else '.webp'}"
    )
    path.write_bytes(encoded)
    _collection.load(f"{key}:{version}", str(path), "IMAGE")
    if version > 1:
        del _collection[f"{key}:{version - 1}"]
    _files[key], _versions[key] = path, version


def set_tiles(key: str, tiles: list[npt.NDArray[np.float32]]) -> None:  # [S, S, 4] each, lowest row first
    """Takes small pictures of one kind that belong together, such as a texture's views."""
    global _collection
    if _collection is None:
        _collection = bpy.utils.previews.new()
    for number, pixels in enumerate(tiles):
        name = f"{key}:tile{number}"
        if name not in _collection:  # pixels that are set on an icon are not drawn: a window reads files
            path = Path(bpy.app.tempdir) / f"maquette-{key}-tile{number}.png"
            path.write_bytes(encode_png(to_bytes(pixels[::-1, :, :3])))
            _collection.load(name, str(path), "IMAGE")


def tile(key: str, number: int) -> int:
    """The icon of one of these; 0 where there is none."""
    name = f"{key}:tile{number}"
    return int(_collection[name].icon_id) if _collection is not None and name in _collection else 0


def icon(key: str) -> int:
    """The icon of a job's picture; 0 where it has none."""
    if _collection is None or key not in _versions:
        return 0
    return int(_collection[f"{key}:{_versions[key]}"].icon_id)


def file_of(key: str) -> Path | None:
    """The file of a job's newest picture."""
    return _files.get(key)


def clear() -> None:
    """Frees every icon; their files go with Blender's temporary folder."""
    global _collection
    if _collection is not None:
        bpy.utils.previews.remove(_collection)
    _collection = None
    _files.clear()
    _versions.clear()
