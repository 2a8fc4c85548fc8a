"""Ambient occlusion from a distance field, by a few samples along the normal.

Where the field grows more slowly along the normal than in the open, something is near. After Evans 2006,
"Fast Approximations for Global Illumination on Dynamic Scenes".
"""

import numpy as np

from maquette.assets.mesh import Floats
from maquette.geometry.field import Distance, evaluate
from maquette.progress import Progress

TAPS = 5
NEAREST, FARTHEST = 0.01, 0.2  # radii as shares of the size of the object
STRENGTH = 1.8


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
