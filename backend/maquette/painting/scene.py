"""A mesh with the views that it is painted from, and the way between its texture and their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt

from maquette.assets import Mesh
from maquette.progress import Progress
from maquette.render.cameras import Camera
from maquette.texture.controls import Controls, draw_controls
from maquette.texture.views import (
    PixelLookup,
    ViewProjection,
    blend,
    look_up_pixels,
    project_texels,
    render,
)

from .progress import within

Floats = npt.NDArray[np.float32]

GREY = 0.5  # of the background: it lends the object no colour
SMALLEST_WORK = 256  # texels along a side of the texture that holds views together


@dataclass(frozen=True)
class Scene:
    """Geometry alone: made once, it takes any pictures. The texture is one to work with, as fine as the
    pictures; the result's own may be larger."""

    mesh: Mesh
    cameras: tuple[Camera, ...]  # V of them
    image_size: int
    projection: ViewProjection
    lookup: PixelLookup
    controls: Controls
    nearest: npt.NDArray[np.intp]  # [S S] flat index of the nearest texel on the mesh

    def to_texture(self, pictures: Floats, views: Sequence[int], exponent: float | None = None) -> Floats:
        """[S, S, 4] the blend of what these views show [len(views), H, H, 3], premultiplied: the last channel
        is 1 where any of them sees the texel, and 0 elsewhere. Gutters are filled."""
        chosen = replace(self.projection, views=tuple(self.projection.views[view] for view in views))
        baked = blend(chosen, list(pictures), match_colours=False, exponent=exponent)
        return self._filled(np.concatenate([baked.texture, baked.covered[..., None]], axis=2))

    def best_cosine(self, views: Sequence[int]) -> Floats:
        """[S, S, 1] how directly the best of these views sees each texel, 0 where none does."""
        size = self.projection.texture_size
        best = np.zeros(size * size, np.float32)
        for view in views:
            samples = self.projection.views[view]
            texels = self.projection.texels[samples.texel]
            best[texels] = np.maximum(best[texels], samples.cosine * np.minimum(samples.trust, 1))
        return self._filled(best.reshape(size, size, 1))

    def to_pictures(self, texture: Floats, views: Sequence[int], background: float = 0.0) -> Floats:
        """[len(views), H, H, C] pictures of a texture [S, S, C]."""
        chosen = replace(self.lookup, views=tuple(self.lookup.views[view] for view in views))
        return render(chosen, texture, background)

    def over_grey(self, shown: Floats, views: Sequence[int]) -> Floats:
        """Premultiplied pictures [len(views), H, H, 4] with a grey, opaque background."""
        background = ~self.controls.covered[list(views)]
        result = shown.copy()
        result[background] = (GREY, GREY, GREY, 1)
        return result

    def _filled(self, texture: Floats) -> Floats:
        filled = texture.reshape(-1, texture.shape[2])[self.nearest].reshape(texture.shape)
        return filled.astype(np.float32, copy=False)


def work_size(image_size: int, texture_size: int) -> int:
    """Texels along a side of the texture that holds views together: as fine as they are, a power of two, and
    no larger than the result.
    """
    size = SMALLEST_WORK
    while size < image_size:
        size *= 2
    return min(size, texture_size)


def prepare_scene(
    mesh: Mesh, cameras: Sequence[Camera], image_size: int, texture_size: int, progress: Progress
) -> Scene:
    """Geometry only; reports three steps to the stage that is open."""
    inner = within(progress)
    projection = project_texels(mesh, cameras, texture_size, image_size, progress=inner)
    progress.step()
    lookup = look_up_pixels(mesh, cameras, texture_size, image_size, inner)
    progress.step()
    controls = draw_controls(mesh, cameras, image_size, inner)
    progress.step()
    return Scene(mesh, tuple(cameras), image_size, projection, lookup, controls, _nearest_on_mesh(projection))


def _nearest_on_mesh(projection: ViewProjection) -> npt.NDArray[np.intp]:
    size = projection.texture_size
    empty = np.ones(size * size, bool)
    empty[projection.texels] = False
    nearest = distance_transform_edt(
        empty.reshape(size, size), return_distances=False, return_indices=True
    )  # [2, S, S]
    rows, columns = np.asarray(nearest, dtype=np.intp)
    return np.asarray((rows * size + columns).reshape(-1))
