# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender's images as bytes: those of the file where that is what is shown, else its pixels as they are."""

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from maquette.protocol import Frame, bad_input

from .picture import kind_of
from .png import encode_png


def encoded(image: bpy.types.Image) -> Frame:
    """An image as a frame: packed, saved, painted on and not saved, or generated. Raises bad_input."""
    data = _file(image)
    kind = kind_of(data)
    if kind:
        return Frame(kind, data)
    return Frame("image/png", encode_png(to_bytes(pixels(image))))


def pixels(image: bpy.types.Image) -> npt.NDArray[np.float32]:  # [H, W, 4], row 0 on top
    """What the image stores from 0 to 1: sRGB for colours, also where Blender holds them linear."""
    width, height = image.size
    if not width or not height:
        raise bad_input(f"The image {image.name} cannot be found: locate its file (File > External Data)")
    read: Any = image.pixels
    flat = np.empty(width * height * 4, np.float32)
    read.foreach_get(flat)
    shown = flat.reshape(height, width, 4)[::-1]
    space: Any = image.colorspace_settings
    if image.is_float and not space.is_data:
        shown = np.concatenate([to_srgb(shown[..., :3]), shown[..., 3:]], axis=2)
    return np.clip(shown, 0.0, 1.0)


def to_bytes(values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """0 to 1 as 0 to 255."""
    return np.asarray(np.round(255 * np.clip(values, 0.0, 1.0)), np.uint8)


def to_srgb(linear: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Linear light as sRGB (IEC 61966-2-1)."""
    safe = np.clip(linear, 0.0, 1.0)
    return np.asarray(
        np.where(safe <= 0.0031308, 12.92 * safe, 1.055 * safe ** (1 / 2.4) - 0.055), np.float32
    )


def _file(image: bpy.types.Image) -> bytes:
    """The encoded file behind an image; empty where there is none, or it is not what is shown."""
    if image.is_dirty or image.source != "FILE":
        return b""
    if image.packed_file is not None:
        return bytes(image.packed_file.data)
    path = Path(bpy.path.abspath(image.filepath, library=image.library))
    return path.read_bytes() if image.filepath and path.is_file() else b""
