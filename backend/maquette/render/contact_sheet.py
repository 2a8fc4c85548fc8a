"""Many pictures as one, with labels: for the documentation."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Pixels = npt.NDArray[np.uint8]

_GAP: Final = 8  # pixels
_PAPER: Final = (250, 250, 250)
_INK: Final = (50, 50, 52)


def contact_sheet(
    images: Sequence[Pixels],  # each [H, W, 3], all of one size
    columns: int,
    labels: Sequence[str] = (),  # one an image, or none at all
) -> Pixels:  # [H', W', 3]
    """Images in rows of `columns`, in reading order, each with its label below. Raises ValueError for other
    sizes.
    """
    if not images or any(image.shape != images[0].shape for image in images):
        raise ValueError(f"a contact sheet needs images of one size, not {[i.shape for i in images]}")
    if labels and len(labels) != len(images):
        raise ValueError(f"{len(labels)} labels do not fit {len(images)} images")
    height, width = images[0].shape[:2]
    text_size = max(12, width // 20)
    step_x, step_y = width + _GAP, height + _GAP + (2 * text_size if labels else 0)
    rows = -(-len(images) // columns)
    columns = min(columns, len(images))
    sheet = Image.new("RGB", (_GAP + columns * step_x, _GAP + rows * step_y), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, image in enumerate(images):
        x, y = _GAP + number % columns * step_x, _GAP + number // columns * step_y
        sheet.paste(Image.fromarray(image), (x, y))
        if labels:
            place = (x + width / 2, y + height + text_size)
            draw.text(place, labels[number], _INK, ImageFont.load_default(text_size), anchor="mm")
    return np.array(sheet)
