"""Changes of views held together through texture space while they are made.

As in `batched`, but what is shared is the change of the pictures that were there, so that detail that nobody
changes is not softened by being baked.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.priors.painter import Decode
from maquette.progress import Progress

from .batched import LAST_EXPONENT
from .scene import Scene
from .sheet import encode_preview
from .view_tiles import ViewTiles

Floats = npt.NDArray[np.float32]

FREE_FROM: Final = 0.6  # share of the steps that are taken: the rest is free, for detail
PREVIEWS: Final = 4  # of one painting


class Agreement:
    """A watcher of pictures that are squares of views."""

    def __init__(
        self,
        scene: Scene,
        before: Floats,  # [V, H, H, 3] the views as they were
        squares: ViewTiles,
        steps: int,  # that the sampler takes
        progress: Progress,
    ) -> None:
        self._scene, self._before, self._squares = scene, before, squares
        self._steps, self._progress, self._calls = steps, progress, 0

    def __call__(self, share: float, decode: Decode) -> Floats | None:
        self._progress.check()
        done = self._calls / self._steps
        shows = self._calls % max(1, self._steps // PREVIEWS) == 0
        self._calls += 1
        if done >= FREE_FROM and not shows:
            return None
        pictures = self._squares.join(decode(), self._before)
        if done < FREE_FROM:
            pictures = self._agree(pictures, LAST_EXPONENT * done / FREE_FROM)
        if shows:
            self._progress.preview(encode_preview(pictures))
        return self._squares.cut(pictures) if done < FREE_FROM else None

    def _agree(self, pictures: Floats, exponent: float) -> Floats:
        """Each view keeps its own change where it is too slanted to be baked."""
        views = list(range(len(pictures)))
        change = pictures - self._before
        texture = self._scene.to_texture(change, views, exponent)
        shown = self._scene.to_pictures(texture, views)
        return np.asarray(self._before + shown[..., :3] + change * (1 - shown[..., 3:]), dtype=np.float32)
