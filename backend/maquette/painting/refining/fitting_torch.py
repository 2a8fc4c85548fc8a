"""Moves texels towards pictures by Adam."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import distance_transform_edt

from maquette.assets import Mesh
from maquette.progress import Progress
from maquette.render.cameras import Camera
from maquette.texture.controls import Controls
from maquette.texture.views.fit_torch import fit_texture
from maquette.texture.views.uv_views_torch import look_up_views

from .rounds import Update

Floats = npt.NDArray[np.float32]

FIT_STEPS: Final = 60  # of a round
LEAST_COSINE: Final = 0.2  # seen at less, a pixel says nothing of its texel
RIM: Final = 8 / 512  # of the picture: pixels nearer to the outline do not count


def by_fitting(
    mesh: Mesh, cameras: Sequence[Camera], size: int, drawn: Controls, seed: int, progress: Progress
) -> Update:
    """On the processor, where the same seed gives the same bytes. Reports a step a view to the stage that is
    open, and the update FIT_STEPS.
    """
    side = drawn.depth.shape[1]
    views = look_up_views(mesh, cameras, size, side, "cpu", progress)
    facing = drawn.normal[..., 2] * 2 - 1
    inside = [distance_transform_edt(covered) > RIM * side for covered in drawn.covered]
    weights = np.where((facing > LEAST_COSINE) & inside, facing**2, 0).astype(np.float32)
    generator = torch.Generator().manual_seed(seed)

    def run(color: Floats, before: Floats, made: Floats, progress: Progress) -> Floats:
        return fit_texture(color, views, made, weights, FIT_STEPS, generator, progress)

    return Update(run, FIT_STEPS)
