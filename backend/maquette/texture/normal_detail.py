"""Fine relief from a picture of it: the high frequencies of a texture's brightness, as bumps.

Only what is finer than some texels counts: broad differences of brightness are paint or light, not relief.
The blur looks at texels of the same chart alone, so that no seam becomes a ridge.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from maquette.assets import Mesh
from maquette.geometry.field import normalized

from .bumps import bump_normals, to_tangent_space
from .uv_raster import find_neighbours, rasterize_uv, surface_points, texel_steps

Floats = npt.NDArray[np.float32]

FINEST: Final = 0.7  # texels: below that is noise of the pictures
BROADEST: Final = 6.0 / 1024  # of the texture's size, and
LEAST_BROAD: Final = 3.0  # texels at least
DEPTH: Final = 3.0  # texels of height between black and white, at a strength of 1
_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)


def detail_normals(
    mesh: Mesh,  # with UVs
    base_color: Floats,  # [S, S, 3] sRGB 0..1
    strength: float,
) -> Floats:  # [S, S, 3] tangent-space normals as a map shows them, 0..1, OpenGL (+Y)
    """A normal map for the mesh's own frame; flat for a strength of 0 and where no face lies."""
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    size = len(base_color)
    flat = np.full((size * size, 3), (0.5, 0.5, 1.0), np.float32)
    buffer = rasterize_uv(mesh.faces, mesh.uvs, size)
    if strength == 0:
        return flat.reshape(size, size, 3)
    points = surface_points(mesh, buffer)
    right, up = (step[points.faces] for step in texel_steps(mesh, size))
    texel_m = np.sqrt(np.linalg.norm(right, axis=1) * np.linalg.norm(up, axis=1))
    relief = high_pass(base_color @ _LUMINANCE, buffer.face_id >= 0, max(LEAST_BROAD, BROADEST * size))
    height = relief.reshape(-1)[points.texels] * (strength * DEPTH) * texel_m
    neighbours = find_neighbours(points.texels, buffer.face_id.shape)
    bent = bump_normals(height.astype(np.float32), normalized(points.normals), right, up, neighbours)
    flat[points.texels] = to_tangent_space(bent, points) * np.float32(0.5) + np.float32(0.5)
    return flat.reshape(size, size, 3)


def high_pass(values: Floats, inside: npt.NDArray[np.bool_], broadest: float) -> Floats:  # [S, S], [S, S]
    """What is left of values without their mean over `broadest` texels around, 0 outside."""
    fine = _blurred(values, inside, FINEST)
    return np.where(inside, fine - _blurred(values, inside, broadest), 0).astype(np.float32)


def _blurred(values: Floats, inside: npt.NDArray[np.bool_], sigma: float) -> Floats:
    """A Gaussian mean of the texels that are inside (normalised convolution, Knutsson and Westin 1993)."""
    share = inside.astype(np.float32)
    total = gaussian_filter(values.astype(np.float32) * share, sigma)
    return np.asarray(total / np.maximum(gaussian_filter(share, sigma), np.float32(1e-6)))
