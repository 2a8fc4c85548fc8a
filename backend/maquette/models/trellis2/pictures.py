"""A picture as TRELLIS.2 was trained on: its object cut out, filling a square, on black."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.models.trellis.pictures import on_black, read_picture, squared

_LONGEST: Final = 1024
_MARGIN: Final = 1.0


def preprocess(picture: Any) -> npt.NDArray[np.uint8]:
    """[S, S, 3] uint8, S at most about 1024, from an RGBA picture (PIL or uint8 array) that is transparent
    around its object.

    Raises bad_input where nothing is transparent or everything is.
    """
    image = read_picture(picture)
    scale = _LONGEST / max(image.size)
    if scale < 1:
        width, height = (int(side * scale) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    return on_black(squared(image, _MARGIN))
