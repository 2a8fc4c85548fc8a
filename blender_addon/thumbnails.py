# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pictures of jobs as interface icons. Blender reads them from files, in the background."""

from pathlib import Path

import bpy
import bpy.utils.previews

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
