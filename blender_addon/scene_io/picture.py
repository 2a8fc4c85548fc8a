# SPDX-License-Identifier: GPL-3.0-or-later
"""An artist's picture as the encoded frame that a job takes: as it is where it can be, else re-encoded."""

import tempfile
from pathlib import Path
from typing import Any

import bpy

from maquette.protocol import Frame, bad_input

EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".exr", ".bmp", ".tga")
_LONGEST_SIDE = 2048
_SENT_AS_IT_IS_BYTES = 8 << 20


def read_pictures(listed: Any) -> dict[str, Frame]:
    """The frames of a list of reference pictures. Raises bad_input as `read_picture`."""
    paths = [Path(bpy.path.abspath(item.filepath)) for item in listed if item.filepath]
    return {f"image_{index}": read_picture(path) for index, path in enumerate(paths)}


def read_picture(path: Path) -> Frame:
    """Raises bad_input for a file that is no picture Blender can read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise bad_input(f"The image {path.name} cannot be read ({error.strerror}): choose another") from None
    kind = kind_of(data)
    if kind and len(data) <= _SENT_AS_IT_IS_BYTES:
        return Frame(kind, data)
    return Frame("image/png", _converted(path))


def kind_of(data: bytes) -> str:
    """The kind of frame that encoded bytes can be sent as; empty for formats the backend does not read."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return ""


def _converted(path: Path) -> bytes:
    """The picture as PNG of at most 2048 pixels a side, through a temporary image datablock."""
    try:
        image = bpy.data.images.load(str(path))
    except RuntimeError:
        raise bad_input(f"{path.name} is no image that Blender can read: choose another") from None
    try:
        width, height = image.size
        if not width or not height:
            raise bad_input(f"{path.name} is no image that Blender can read: choose another")
        shrink = min(1.0, _LONGEST_SIDE / max(width, height))
        if shrink < 1.0:
            image.scale(max(1, round(width * shrink)), max(1, round(height * shrink)))
        with tempfile.TemporaryDirectory(prefix="maquette-") as folder:
            target = Path(folder) / "image.png"
            image.file_format = "PNG"
            image.save(filepath=str(target))
            return target.read_bytes()
    finally:
        bpy.data.images.remove(image)
