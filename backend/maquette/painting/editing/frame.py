"""What an edit works with: cameras on the part that changes, and the way between texture and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation

from maquette.assets import Mesh
from maquette.painting.progress import within
from maquette.painting.scene import GREY, Scene, prepare_scene
from maquette.progress import Progress
from maquette.render.cameras import Camera
from maquette.texture.target import padding_of
from maquette.texture.views import PixelLookup, ViewProjection, look_up_pixels, project_texels, render
from maquette.texture.views.completion import complete

from .region import Region

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

LARGEST_WORK: Final = 2048  # texels along a side of the texture that holds views together
MARGIN: Final = 1 / 128  # of the picture: what is painted reaches so far beyond the part that changes
FRAME_STEPS: Final = 5


@dataclass(frozen=True)
class Frame:
    """Geometry and the views as they were."""

    scene: Scene
    lookup: PixelLookup  # of the whole texture
    projection: ViewProjection
    region: Region
    before: Floats  # [V, H, H, 3]
    masks: Bools  # [V, H, H] pixels that show what may change, and a margin

    def show(self, texture: Floats) -> Floats:  # [S, S, C] -> [V, H, H, C]
        """Its views, over grey."""
        return render(self.lookup, texture, GREY)

    def completed(self, mesh: Mesh, before: Floats, after: Floats, progress: Progress) -> Floats:
        """[S, S, 3] what became of the part that may change, where no view sees it too: there it is continued
        from around. Outside that part it is the texture before."""
        inside = self.region.texels
        seen = np.zeros(inside.size, bool)
        for samples in self.projection.views:
            seen[self.projection.texels[samples.texel]] = True
        texture = np.where(inside[..., None], after, before)
        known = seen.reshape(inside.shape) | ~inside
        return complete(mesh, texture, known, padding_of(len(before)), within(progress))


def prepare_frame(
    mesh: Mesh,
    cameras: Sequence[Camera],
    color: Floats,  # [S, S, 3]
    region: Region,
    side: int,  # pixels
    progress: Progress,
) -> Frame:
    """Reports FRAME_STEPS steps."""
    size = len(color)
    scene = prepare_scene(mesh, cameras, side, min(size, LARGEST_WORK), progress)
    lookup, projection = scene.lookup, scene.projection
    if projection.texture_size != size:
        lookup = look_up_pixels(mesh, cameras, size, side, within(progress))
        projection = project_texels(mesh, cameras, size, side, progress=within(progress))
    progress.step(2)
    shown = render(lookup, region.texels[..., None].astype(np.float32), 0.0)[..., 0]
    grown = max(1, round(MARGIN * side))
    masks = np.stack([binary_dilation(view > 0, iterations=grown) for view in shown])
    return Frame(scene, lookup, projection, region, render(lookup, color, GREY), masks)
