"""Ambient occlusion from a distance field, by a few samples along the normal.

Where the field grows more slowly along the normal than in the open, something is near. After Evans 2006,
"Fast Approximations for Global Illumination on Dynamic Scenes".
"""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt, map_coordinates, maximum_filter, minimum_filter

from maquette.assets.mesh import Floats
from maquette.geometry.field import Distance, evaluate
from maquette.progress import Progress

TAPS = 5
NEAREST, FARTHEST = 0.01, 0.2  # radii as shares of the size of the object
STRENGTH = 1.8
COARSE_SIZE = 512  # texels a side that maps of occlusion are computed on at most
UNEVEN = 0.15  # texels where coarse neighbours differ by more are computed one by one: creases and borders


def ambient_occlusion(
    distance: Distance,
    points: Floats,  # [N, 3] on the surface
    normals: Floats,  # [N, 3] unit
    size: float,  # of the object, metres
    progress: Progress,
) -> Floats:
    """[N] the share of ambient light that arrives, 0..1, 1 in the open."""
    radii = size * np.geomspace(NEAREST, FARTHEST, TAPS)
    weights = 0.5 ** np.arange(TAPS)
    blocked = np.zeros(len(points), np.float32)
    for radius, weight in zip(radii, weights / weights.sum(), strict=True):
        free = evaluate(distance, points + normals * np.float32(radius), progress)
        blocked += np.clip(1 - free / np.float32(radius), 0, 1) * np.float32(weight)
    # Light that bounces keeps even a narrow gap from being black.
    arriving: Floats = np.exp(-np.float32(STRENGTH) * blocked)
    return arriving


def occlusion_map(
    distance: Distance,
    positions: Floats,
    normals: Floats,
    texels: npt.NDArray[np.int64],
    shape: tuple[int, ...],
    extent: float,
    progress: Progress,
) -> Floats:
    """[K] ambient occlusion at the texels of a map or band of `shape` [R, S].

    It varies slowly on a smooth side, where a coarser map is enlarged, and jumps at creases.
    """
    if len(texels) == 0:
        return np.zeros(0, np.float32)
    factor = max(2, shape[1] // COARSE_SIZE)
    height, width = (-(-side // factor) for side in shape)
    y, x = np.divmod(texels, shape[1])
    cells, chosen = np.unique((y // factor) * width + x // factor, return_index=True)
    values = np.full(height * width, -1, np.float32)
    values[cells] = ambient_occlusion(distance, positions[chosen], normals[chosen], extent, progress)
    image = values.reshape(height, width)
    nearest = distance_transform_edt(image < 0, return_distances=False, return_indices=True)
    filled = image[tuple(nearest)]
    at = [(axis + 0.5) / factor - 0.5 for axis in (y, x)]
    enlarged: Floats = map_coordinates(filled, at, order=1, mode="nearest", output=np.float32)
    spread = maximum_filter(filled, 3) - minimum_filter(filled, 3)
    uneven = np.flatnonzero(spread[y // factor, x // factor] > UNEVEN)
    enlarged[uneven] = ambient_occlusion(distance, positions[uneven], normals[uneven], extent, progress)
    return enlarged
