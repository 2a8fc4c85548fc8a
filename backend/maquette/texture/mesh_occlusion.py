"""Ambient occlusion of a mesh by shadow maps from all around: no rays, any topology."""

from typing import Final

import numpy as np

from maquette.assets.mesh import Floats, Mesh
from maquette.geometry.repair.visibility import spread_directions
from maquette.progress import Progress
from maquette.render.beams import shadow_map
from maquette.threads import map_threads

DIRECTIONS: Final = 64
SHADOW_SIZE: Final = 320  # texels along a side
LIFT: Final = 1.5  # texels of a shadow map that points are lifted off their own surface
# Light that bounces between grey walls (albedo 0.5), after Jimenez and others 2016, "Practical Realtime
# Strategies for Accurate Indirect Occlusion": the coefficients of visibility's cube, square and itself.
BOUNCES: Final = (0.6877, -1.2425, 1.5548)


def mesh_occlusion(
    mesh: Mesh,
    points: Floats,  # [N, 3] on the surface
    normals: Floats,  # [N, 3] unit
    progress: Progress,
) -> Floats:
    """[N] the share of ambient light that arrives, 0..1, 1 in the open. Reports no steps."""
    vertices = mesh.vertices.astype(np.float64)
    low, high = mesh.bounds.astype(np.float64)
    center, radius = (low + high) / 2, 0.51 * float(np.linalg.norm(high - low))
    lifted = points + normals * np.float32(LIFT * 2 * radius / SHADOW_SIZE)
    directions = spread_directions(DIRECTIONS).astype(np.float32)

    def arriving(direction: Floats) -> Floats:
        progress.check()
        shadow = shadow_map(vertices, mesh.faces, center, radius, direction, SHADOW_SIZE)
        cosine = np.maximum(normals @ direction, 0)
        return np.where(shadow.gap(lifted) <= 0, cosine, 0).astype(np.float32)

    light = np.zeros(len(points), np.float32)
    for beam in map_threads(arriving, directions):  # summed in a fixed order
        light += beam
    most = sum(np.maximum(normals @ direction, 0) for direction in directions)
    seen = light / np.maximum(most, np.float32(1e-6))
    bounced = sum(np.float32(c) * seen**p for c, p in zip(BOUNCES, (3, 2, 1), strict=True))
    return np.asarray(np.clip(np.maximum(seen, bounced), 0, 1), np.float32)
