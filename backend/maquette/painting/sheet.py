"""Many views in one picture: as it is shown while they are made, and kept to make one of them again."""

import io
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.protocol import bad_input

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

PREVIEW_SIDE: Final = 512  # pixels of the longer side of a preview


def columns_of(count: int) -> int:
    """How many views stand in a row of the sheet."""
    return max(1, int(np.ceil(np.sqrt(count))))


def to_sheet(pictures: Floats) -> Bytes:  # [V, H, H, 3] -> [rows H, columns H, 3]
    """The views row by row without gaps; empty places are grey."""
    count, size = pictures.shape[:2]
    columns = columns_of(count)
    rows = -(-count // columns)
    tiles = np.full((rows * columns, size, size, 3), 128, np.uint8)
    tiles[:count] = np.rint(np.clip(pictures, 0, 1) * 255).astype(np.uint8)
    grid = tiles.reshape(rows, columns, size, size, 3).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(grid.reshape(rows * size, columns * size, 3))


def from_sheet(sheet: Bytes, count: int) -> Floats:  # [H, W, 3 or 4] -> [count, S, S, 3]
    """The views of a sheet that `to_sheet` made. Raises bad_input for one of another number of views."""
    columns = columns_of(count)
    rows = -(-count // columns)
    size = sheet.shape[1] // columns
    if sheet.shape[:2] != (rows * size, columns * size) or size == 0:
        raise bad_input(
            f"{sheet.shape[1]} x {sheet.shape[0]} pixels do not hold the {count} views of this mesh: send "
            "the views of the result that is to be changed, with its settings"
        )
    tiles = sheet[..., :3].reshape(rows, size, columns, size, 3).transpose(0, 2, 1, 3, 4)
    return tiles.reshape(-1, size, size, 3)[:count].astype(np.float32) / np.float32(255)


def encode_preview(pictures: Floats) -> bytes:
    """A small WebP of the sheet."""
    image = Image.fromarray(to_sheet(pictures))
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=80)
    return stream.getvalue()
