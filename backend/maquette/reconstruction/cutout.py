"""A picture's object without its background: by the picture's own transparency, by a network, or by a plain
background's colour.
"""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from maquette import weights
from maquette.models import u2net
from maquette.progress import Progress
from maquette.protocol import MaquetteError

Pixels = npt.NDArray[np.uint8]

WEIGHTS: Final = "u2net"

_LONGEST: Final = 1024  # pixels a side that are looked at
_ALIKE: Final = 12.0  # of 255: how far a plain background strays from its colour
_PLAIN_SHARE: Final = 0.98  # of the border that has this colour
_OBJECT_SHARE: Final = (0.005, 0.98)  # of the picture


def cut_out(picture: Pixels, data: Path, device: str, progress: Progress) -> Pixels:
    """[H, W, 4] that is transparent around its object, from [H, W, 4]; a note tells how it was found.

    Raises missing_weights where the picture is opaque, its background no plain colour and no network here.
    """
    if picture[..., 3].min() < 255:
        return picture
    shown = _shrunk(picture)
    if weights.is_here(data, WEIGHTS):
        network = u2net.load(weights.folder(data, WEIGHTS) / "u2net.safetensors", device)
        alpha = u2net.find_object(network, shown)
        progress.note("the object was cut out of the picture by U2-Net")
    else:
        found = plain_background(shown)
        if found is None:
            raise _cannot()
        alpha = np.where(found, 0, 255).astype(np.uint8)
        progress.note("the picture's plain background was taken away")
    return np.dstack([shown, alpha])


def plain_background(picture: Pixels) -> npt.NDArray[np.bool_] | None:
    """Where the one colour of the border reaches from there [H, W]; None where the border has several."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).astype(np.float32)
    away = np.abs(picture.astype(np.float32) - np.median(border, axis=0)).max(axis=2)
    on_border = np.concatenate([away[0], away[-1], away[:, 0], away[:, -1]])
    if (on_border < _ALIKE).mean() < _PLAIN_SHARE:
        return None
    labels, _ = ndimage.label(away < _ALIKE)
    rim = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    background = np.isin(labels, rim[rim > 0])
    return background if _OBJECT_SHARE[0] < 1 - background.mean() < _OBJECT_SHARE[1] else None


def _shrunk(picture: Pixels) -> Pixels:
    """[H, W, 3], no side longer than what is looked at."""
    rgb = np.ascontiguousarray(picture[..., :3])
    scale = _LONGEST / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = (int(rgb.shape[1] * scale), int(rgb.shape[0] * scale))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))


def _cannot() -> MaquetteError:
    missing = weights.missing_error((WEIGHTS,), "cutting the object out of this picture")
    return MaquetteError(
        missing.code,
        f"{missing.message}, or give a picture with a transparent or a plain background",
        missing.remedy,
        missing.details,
    )
