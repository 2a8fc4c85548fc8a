"""A material's maps as one mip pyramid, and the reading of it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Material
from maquette.assets.color import srgb_to_linear

Floats = npt.NDArray[np.float32]
Words = npt.NDArray[np.uint16]

FINEST: Final = 2048  # texels along a side
_BAND_ROWS: Final = 256

# Columns of what `sample` returns.
BASE_COLOR: Final = slice(0, 3)
ALPHA: Final = 3
OCCLUSION: Final = 4
ROUGHNESS: Final = 5
METALLIC: Final = 6
NORMAL: Final = slice(7, 10)
EMISSIVE: Final = slice(10, 13)

_LEVELS: Final = np.arange(256) / 255
_LINEAR: Final = np.rint(65535 * _LEVELS).astype(np.uint16)
_FROM_SRGB: Final = np.rint(65535 * srgb_to_linear(_LEVELS)).astype(np.uint16)


@dataclass(frozen=True)
class MipPyramid:
    """All maps beside each other, linear, in 16 bits, every level after the other in one array.

    One read then fetches what a surface point needs of all maps, and a level is an offset.
    """

    texels: npt.NDArray[np.uint16]  # [T, C]
    starts: npt.NDArray[np.intp]  # [L] first texel of each level
    sizes: npt.NDArray[np.intp]  # [L] side of each level in texels


def build_pyramid(material: Material) -> MipPyramid:
    """Levels halve down to one texel, each the mean of two by two; averaging is done on linear light.

    The finest level of maps above FINEST is left out: no preview shows it, and it takes four times the memory
    of all others together.
    """
    level = _finest(material)
    levels = [level]
    while len(level) > 1:
        level = _halved(level)
        levels.append(level)
    sizes = np.array([len(level) for level in levels])
    starts = np.cumsum([0, *(sizes[:-1] ** 2)])
    texels = np.concatenate([level.reshape(-1, level.shape[2]) for level in levels])
    return MipPyramid(texels, starts, sizes)


def _finest(material: Material) -> Words:
    size = len(material.base_color)
    if size <= FINEST:
        return _packed(material, slice(None))
    bands = range(0, size - size % 2, _BAND_ROWS)
    return np.concatenate([_halved(_packed(material, slice(y, y + _BAND_ROWS))) for y in bands])


def _packed(material: Material, rows: slice) -> Words:
    """[R, S, C] the rows of all maps beside each other, linear."""
    base_color = material.base_color[rows]
    opaque = np.full((*base_color.shape[:2], 1), 65535, dtype=np.uint16)
    alpha = _LINEAR[base_color[..., 3:]] if base_color.shape[2] == 4 else opaque
    layers = [_FROM_SRGB[base_color[..., :3]], alpha, _LINEAR[material.orm[rows]]]
    layers.append(_LINEAR[material.normal[rows]])
    if material.emissive is not None:
        layers.append(_FROM_SRGB[material.emissive[rows]])
    return np.concatenate(layers, axis=2)


def _halved(level: Words) -> Words:
    """The mean of two by two texels; a last odd row or column is left out."""
    height, width = (2 * (side // 2) for side in level.shape[:2])
    rows = level[0:height:2, :width].astype(np.uint32) + level[1:height:2, :width]
    half: Words = ((rows[:, 0::2] + rows[:, 1::2] + 2) >> 2).astype(np.uint16)
    return half


def sample(
    pyramid: MipPyramid,
    uvs: Floats,  # [N, 2], (0, 0) bottom left; repeats outside 0 to 1
    levels: Floats,  # [N] mip level, 0 the finest; rounded to a whole one
) -> Floats:  # [N, C] 0 to 1
    """Bilinear in the nearest level."""
    level = np.clip(np.rint(levels), 0, len(pyramid.sizes) - 1).astype(np.intp)
    size, start = pyramid.sizes[level], pyramid.starts[level]
    x = uvs[:, 0] * size - 0.5
    y = (1 - uvs[:, 1]) * size - 0.5
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    across, down = (x - left).astype(np.float32)[:, None], (y - top).astype(np.float32)[:, None]
    columns = left % size, (left + 1) % size
    rows = start + top % size * size, start + (top + 1) % size * size
    upper = _blend(pyramid, rows[0], columns, across)
    lower = _blend(pyramid, rows[1], columns, across)
    return np.asarray((upper + (lower - upper) * down) * np.float32(1 / 65535))


def face_opacity(material: Material, uvs: Floats) -> Floats | None:  # [F, 3, 2] -> [F]
    """How much of what lies behind them the middles of the faces hide; None where the material hides all."""
    if material.alpha_mode != "BLEND" or material.base_color.shape[2] == 3:
        return None
    size = len(material.base_color)
    place = np.floor(uvs.mean(axis=1) * size).astype(np.intp) % size
    alpha = material.base_color[size - 1 - place[:, 1], place[:, 0], ALPHA]
    return np.asarray(alpha / np.float32(255))


def face_levels(
    uvs: Floats,  # [F, 3, 2]
    screen: npt.NDArray[np.float64],  # [F, 3, 2] pixels
    size: int,  # texels along a side of the finest level
) -> Floats:  # [F]
    """The level at which a texel of each face covers about a pixel: half the logarithm of texels to
    pixels.
    """
    texels = np.abs(_doubled_area(uvs.astype(np.float64))) * size**2
    pixels = np.abs(_doubled_area(screen))
    ratio = np.maximum(texels, 1e-12) / np.maximum(pixels, 1e-12)
    return np.asarray(0.5 * np.log2(ratio), dtype=np.float32)


def _blend(
    pyramid: MipPyramid,
    row: npt.NDArray[np.intp],
    columns: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    across: Floats,
) -> Floats:
    left = pyramid.texels[row + columns[0]].astype(np.float32)
    right = pyramid.texels[row + columns[1]].astype(np.float32)
    return np.asarray(left + (right - left) * across)


def _doubled_area(triangles: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:  # [F, 3, 2] -> [F]
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return np.asarray(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
