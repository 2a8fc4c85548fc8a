"""Pictures as the model knows them: the object cut out, small, and alone."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from maquette.protocol import bad_input

from .model import Floats

FILL: Final = 0.8  # of the picture's side that the object's longer side takes
PLAIN: Final = 0.06  # deviation of the border's colours up to which a background counts as plain
APART: Final = 0.10  # distance from the background's colour at which a pixel is surely the object's
LEAST: Final = 0.005  # of the picture that the object has to cover
MOST: Final = 0.8  # of it that may be object where the background is only smooth
WALKED: Final = 320  # pixels of the longer side at which a smooth background is followed
STEEP: Final = 0.022  # change from one of those pixels to the next that ends a smooth background
ALIKE: Final = 0.1  # distance from the background near by within which an enclosed region belongs to it

Picture = npt.NDArray[np.uint8]  # [H, W, 4] sRGB, straight alpha


def prepare(picture: Picture, size: int) -> tuple[Floats, str]:
    """[size, size, 4] sRGB times alpha, and alpha, 0 to 1; and a line for people on how it was cut out.

    Raises bad_input where the object cannot be told from its background.
    """
    cut, told = cut_out(picture)
    alpha = cut[..., 3] > 127
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if alpha.sum() < LEAST * alpha.size:
        raise bad_input("the picture shows nothing in front of its background: give one of the whole object")
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    side = max(bottom - top, right - left) / FILL
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    premultiplied = cut.astype(np.float32) / 255
    premultiplied[..., :3] *= premultiplied[..., 3:]
    box = (middle_x - side / 2, middle_y - side / 2, middle_x + side / 2, middle_y + side / 2)
    channels = [_resized(premultiplied[..., i], box, size) for i in range(4)]
    return np.clip(np.stack(channels, axis=-1), 0, 1), told


def cut_out(picture: Picture) -> tuple[Picture, str]:
    """The picture with the object's alpha: its own, by the colour of a plain background, or by following a
    smooth one, with its soft shadows, from the border inwards.
    """
    if (picture[..., 3] < 128).mean() > 0.01:
        return picture, ""
    rgb = picture[..., :3].astype(np.float32) / 255
    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    usual = np.median(border, axis=0)
    away = np.abs(border - usual).max(axis=1)
    if np.quantile(away, 0.8) > PLAIN:
        return _from_smooth(picture)
    object_like = np.abs(rgb - usual).max(axis=2) > APART
    labels, _ = ndimage.label(~object_like)
    outer = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    background = np.isin(labels, outer[outer > 0])
    alpha = np.where(background, 0, 255).astype(np.uint8)
    return np.dstack([picture[..., :3], alpha]), "the plain background of the picture was taken away"


def _from_smooth(picture: Picture) -> tuple[Picture, str]:
    """The object on a background without edges. Raises bad_input where there are edges at the border too."""
    image = Image.fromarray(picture[..., :3])
    scale = WALKED / max(image.size)
    small = image.resize([max(8, round(side * scale)) for side in image.size], Image.Resampling.BOX)
    seen = ndimage.gaussian_filter(np.asarray(small, np.float32) / 255, (0.6, 0.6, 0))
    steep = np.zeros(seen.shape[:2], bool)
    for axis in (0, 1):
        change = np.abs(np.diff(seen, axis=axis)).max(axis=2) > STEEP
        first, second = [slice(None)] * 2, [slice(None)] * 2
        first[axis], second[axis] = slice(None, -1), slice(1, None)
        steep[tuple(first)] |= change
        steep[tuple(second)] |= change
    labels, _ = ndimage.label(~steep)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    largest = int(np.bincount(border[border > 0], minlength=2).argmax())
    outer = labels == max(1, largest)
    if (border == max(1, largest)).mean() < 0.8 or (~outer).mean() > MOST:
        raise bad_input(
            "the picture's background is not plain and it has no transparency: cut the object out first"
        )
    sure = ndimage.binary_erosion(outer, iterations=3, border_value=1)
    near = ndimage.distance_transform_edt(~sure, return_distances=False, return_indices=True)
    apart = np.abs(seen - seen[tuple(near)]).max(axis=2)
    farthest = np.asarray(ndimage.maximum(apart, labels, np.arange(labels.max() + 1)))
    background = outer | ((farthest < ALIKE)[labels] & ~steep)
    background = ndimage.binary_dilation(background, iterations=2) & ~ndimage.binary_erosion(
        ~background, iterations=2
    )  # edges are as wide as that
    inside = Image.fromarray(np.where(background, 0, 255).astype(np.uint8))
    alpha = np.asarray(inside.resize(image.size, Image.Resampling.BILINEAR)) > 127
    return np.dstack(
        [picture[..., :3], np.where(alpha, 255, 0).astype(np.uint8)]
    ), "the smooth background of the picture was taken away"


def _resized(channel: Floats, box: tuple[float, float, float, float], size: int) -> Floats:
    """The box of a channel, empty beyond the picture, at `size` pixels a side, averaged where it shrinks."""
    left, top, right, bottom = box
    margin = int(np.ceil(max(0.0, -left, -top, right - channel.shape[1], bottom - channel.shape[0])))
    padded = Image.fromarray(np.pad(channel, margin))
    moved = (left + margin, top + margin, right + margin, bottom + margin)
    return np.asarray(padded.resize((size, size), Image.Resampling.BOX, box=moved), np.float32)
