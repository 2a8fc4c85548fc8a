"""Colours at points near a generated surface: of its vertices, or of Gaussian splats around it."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.closest import SurfaceIndex
from maquette.representations.splats import Splats

Colors = Callable[[Floats], Floats]
"""Points [N, 3] to sRGB [N, 3], 0..1."""

BLUR: Final = 1 / 256  # of the model's cube: splats are as wide as this at least, so that none falls between
_NEIGHBOURS: Final = 12
_FAR: Final = 60.0  # half a squared distance in widths, from which on only the nearest splats count
_HARMONIC: Final = 0.28209479177387814  # of degree 0


def vertex_colors(vertices: Floats, faces: Ints, colors: Floats) -> Colors:
    """Of the nearest point of a mesh [V, 3], [F, 3] whose vertices have colours [V, 3]."""
    index = SurfaceIndex(vertices, faces)

    def look_up(points: Floats) -> Floats:
        near = index.nearest(points)
        found: Floats = np.einsum("nk,nkc->nc", near.weights, colors[faces[near.faces]])
        return found.astype(np.float32)

    return look_up


def splat_colors(splats: Splats) -> Colors:
    """The mean of the nearest splats by how dense and opaque each of them is at the point."""
    means, scales, rotations, opacities, harmonics = (
        part.detach().float().cpu().numpy()
        for part in (splats.means, splats.scales, splats.rotations, splats.opacities, splats.sh_dc)
    )
    colors = np.clip(harmonics[:, 0] * _HARMONIC + 0.5, 0, 1)
    whitening = whitened(rotations, np.sqrt(scales**2 + BLUR**2))
    tree = cKDTree(means, balanced_tree=False)
    count = min(_NEIGHBOURS, len(means))

    def look_up(points: Floats) -> Floats:
        near = np.asarray(tree.query(points, k=count)[1]).reshape(len(points), count)
        apart = np.einsum("nkij,nkj->nki", whitening[near], points[:, None] - means[near])
        half = (apart**2).sum(axis=2) / 2
        half -= np.maximum(half.min(axis=1, keepdims=True) - _FAR, 0)  # beyond all of them: the least far
        weight = np.exp(-half) * opacities[near, 0]
        total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-30)
        found: Floats = np.einsum("nk,nkc->nc", weight / total, colors[near])
        return found.astype(np.float32)

    return look_up


def whitened(
    rotations: Floats,  # [G, 4] unit quaternions, (w, x, y, z)
    widths: Floats,  # [G, 3] standard deviations along the own axes
) -> npt.NDArray[np.float32]:
    """[G, 3, 3] matrices that take offsets from a splat's middle to the unit of its standard deviations."""
    w, x, y, z = rotations.T
    axes = np.stack(
        [
            np.stack([1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)], axis=1),
            np.stack([2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)], axis=1),
            np.stack([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)], axis=1),
        ],
        axis=1,
    )  # [G, 3, 3], a row for each of the own axes
    scaled: npt.NDArray[np.float32] = (axes / widths[:, :, None]).astype(np.float32)
    return scaled
