# SPDX-License-Identifier: GPL-3.0-or-later
"""Pixels as a PNG in memory, where Blender would write a file."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

_COLOR_TYPES = {1: 0, 3: 2, 4: 6}  # channels -> PNG's number for them


def encode_png(pixels: npt.NDArray[np.uint8]) -> bytes:  # [H, W, C], row 0 on top; 1, 3 or 4 channels
    """Fast rather than small: it travels to a process on the same machine."""
    height, width, channels = pixels.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each begins with its filter, none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[channels], 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
