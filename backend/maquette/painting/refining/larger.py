"""A base colour of a larger size, with detail from a super-resolution network where there is one.

The network sees views, not the map: in a map charts end where the surface goes on, and each end would be
made sharper by itself. Only where its pictures differ from those of the plain enlargement the map changes,
so what no view sees stays.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.geometry.repair.clean import face_areas
from maquette.painting.progress import within
from maquette.priors.super_resolution import Upscaler
from maquette.progress import Progress
from maquette.render.cameras import Camera
from maquette.texture.enlarge import enlarge
from maquette.texture.gutter import fill
from maquette.texture.views import look_up_pixels, project_texels, render
from maquette.texture.views.changes import bake_changes

Floats = npt.NDArray[np.float32]

SIDES: Final = (128, 1024)  # pixels of the views that the network is shown
SURROUNDINGS: Final = 16  # pixels beside the object that repeat its rim: the network must see no outline


def add_detail(
    upscaler: Upscaler,
    mesh: Mesh,
    cameras: Sequence[Camera],
    color: Floats,  # [s, s, 3] the map as it is
    plain: Floats,  # [S, S, 3] the same one enlarged
    progress: Progress,
) -> Floats:  # [S, S, 3]
    """The enlarged map with what the network sees in it. Reports a step a view and two more."""
    size = len(plain)
    side = fitting_side(mesh, cameras[0], len(color))
    growth = min(upscaler.factor, max(1.0, size / len(color)))
    lookup = look_up_pixels(mesh, cameras, len(color), side, within(progress))
    progress.step()
    shown, covered = render(lookup, color), lookup.covered
    large_side = round(side * growth)
    projection = project_texels(mesh, cameras, size, large_side, progress=within(progress))
    progress.step()

    def details() -> Iterator[Floats]:
        for camera, picture, mask in zip(cameras, shown, covered, strict=True):
            [whole] = fill([picture], mask, SURROUNDINGS)
            made = enlarge(upscaler.enlarge(whole, within(progress)), large_side)
            lookup = look_up_pixels(mesh, [camera], size, large_side)
            yield np.where(lookup.covered[0, ..., None], made - render(lookup, plain)[0], 0)

    return np.clip(plain + bake_changes(projection, details(), progress), 0, 1)


def fitting_side(mesh: Mesh, camera: Camera, size: int) -> int:
    """How many pixels a view must have to show as many as there are texels, on average over the surface."""
    assert mesh.uvs is not None, "the mesh wears maps"
    first, second = (mesh.uvs[:, i].astype(np.float64) - mesh.uvs[:, 0] for i in (1, 2))
    flat = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]).sum() / 2
    area = max(float(face_areas(mesh.vertices, mesh.faces).sum()), 1e-12)
    wide = 2 / float(camera.projection[0, 0])  # metres across the view, which is orthographic
    return int(np.clip(round(wide * size * np.sqrt(flat / area) / 8) * 8, *SIDES))
