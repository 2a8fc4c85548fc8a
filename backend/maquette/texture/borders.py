"""Smooths the stairs that texels draw where one colour or material meets another."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.assets.mesh import Floats
from maquette.progress import Progress

from .surface import Surface, SurfaceSample, sample_surface
from .uv_raster import Neighbours

CONTRAST = 0.1  # texels that differ from a neighbour by more, in any channel, are at a border
MOST_BORDERS = 0.1  # share of the texels that may be, the ones with the most contrast first
SUBTEXELS = ((-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25))


def smooth_borders(
    surface: Surface,
    sample: SurfaceSample,
    positions: Floats,  # [K, 3]
    normals: Floats,  # [K, 3]
    right: Floats,  # [K, 3]
    up: Floats,  # [K, 3]
    neighbours: Neighbours,
    progress: Progress,
) -> SurfaceSample:
    """Averages colour, roughness, metallic and opacity of the texels at borders over four sub-texels, colours
    as light.
    """
    border = _border_texels(sample, neighbours)
    if len(border) == 0:
        return sample
    shifts = [right[border] * np.float32(x) + up[border] * np.float32(y) for x, y in SUBTEXELS]
    spread = np.concatenate([positions[border] + shift for shift in shifts])
    fine = sample_surface(surface, spread, np.tile(normals[border], (len(SUBTEXELS), 1)), progress)

    def averaged(coarse: Floats, values: Floats) -> Floats:
        result = coarse.copy()
        result[border] = values.reshape(len(SUBTEXELS), len(border), *values.shape[1:]).mean(axis=0)
        return result

    light = srgb_to_linear(fine.base_color_srgb).astype(np.float32)
    mean_light = light.reshape(len(SUBTEXELS), len(border), 3).mean(axis=0)
    color = sample.base_color_srgb.copy()
    color[border] = linear_to_srgb(mean_light)
    opacity = sample.opacity
    if opacity is not None and fine.opacity is not None:
        opacity = averaged(opacity, fine.opacity)
    return replace(
        sample,
        base_color_srgb=color,
        roughness=averaged(sample.roughness, fine.roughness),
        metallic=averaged(sample.metallic, fine.metallic),
        opacity=opacity,
    )


def _border_texels(sample: SurfaceSample, neighbours: Neighbours) -> npt.NDArray[np.int64]:
    channels = [*sample.base_color_srgb.T, sample.roughness, sample.metallic]
    if sample.opacity is not None:
        channels.append(sample.opacity)
    contrast = np.zeros(len(sample.roughness), np.float32)
    for neighbour in (neighbours.right, neighbours.above):
        here = np.flatnonzero(neighbour >= 0)
        there = neighbour[here]
        difference = np.zeros(len(here), np.float32)
        for channel in channels:
            np.maximum(difference, np.abs(channel[there] - channel[here]), out=difference)
        contrast[here] = np.maximum(contrast[here], difference)
        contrast[there] = np.maximum(contrast[there], difference)
    border = np.flatnonzero(contrast > CONTRAST)
    most = int(MOST_BORDERS * len(contrast))
    if len(border) > most:
        border = np.sort(border[np.argsort(-contrast[border], kind="stable")[:most]])
    return border
