"""A picture as TRELLIS was trained on: its object cut out, in the middle, on black."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.protocol import bad_input

SIDE: Final = 518
_SOLID: Final = 0.8 * 255
_MARGIN: Final = 1.2


def preprocess(picture: Any) -> npt.NDArray[np.uint8]:
    """[518, 518, 3] uint8 from an RGBA picture (PIL or uint8 array) that is transparent around its object.

    Raises bad_input where nothing is transparent or everything is.
    """
    square = squared(read_picture(picture), _MARGIN)
    return on_black(square.resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def read_picture(picture: Any) -> Image.Image:
    """RGBA of a PIL picture or a uint8 array."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(np.asarray(picture, np.uint8))
    return image.convert("RGBA")


def squared(image: Image.Image, margin: float) -> Image.Image:
    """The square around the object of an RGBA picture, `margin` times as long as the object.

    Raises bad_input where nothing is transparent or everything is.
    """
    alpha = np.asarray(image)[..., 3]
    if alpha.min() == 255:
        raise bad_input("the picture has no transparent background: cut its object out first")
    rows, columns = np.nonzero(alpha > _SOLID)
    if not len(rows):
        raise bad_input("the picture is transparent everywhere: choose one that shows an object")
    return image.crop(_square(columns, rows, margin))


def on_black(image: Image.Image) -> npt.NDArray[np.uint8]:
    """[H, W, 3] of an RGBA picture."""
    pixels = np.asarray(image).astype(np.float32) / 255
    return (pixels[..., :3] * pixels[..., 3:] * 255).astype(np.uint8)


def _square(
    columns: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], margin: float
) -> tuple[int, int, int, int]:
    """It may reach beyond the picture."""
    left, top, right, bottom = (int(v) for v in (columns.min(), rows.min(), columns.max(), rows.max()))
    half = int(max(right - left, bottom - top) * margin) // 2
    x, y = (left + right) / 2, (top + bottom) / 2
    return round(x - half), round(y - half), round(x + half), round(y + half)
