"""All views at once, held together through texture space while they are made.

After each step, what the views would become is baked into one texture and rendered again: the clean
estimates then agree wherever two views see one place (Liu et al., "Text-Guided Texturing by Synchronized
Multi-View Diffusion", 2023). It happens on colours, not on latents, which do not survive being warped.
Views mix evenly at first, when they decide what is where, and ever more by the view that faces a place most;
the last fifth of the steps is free, for detail that baking would blur.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.priors.painter import Decode, Painter
from maquette.progress import Progress

from .look import Look
from .scene import Scene
from .sheet import encode_preview

Floats = npt.NDArray[np.float32]

FREE_FROM: Final = 0.8  # share of the steps
LAST_EXPONENT: Final = 6.0
PREVIEWS: Final = 8  # while the views are made


def paint_together(
    painter: Painter, scene: Scene, look: Look, prompts: list[str], seed: int, progress: Progress
) -> Floats:  # [V, H, H, 3]
    """Reports the steps of the sampler to the stage that is open, with previews."""
    views = list(range(len(scene.cameras)))
    order = look.order(prompts, look.controls(scene.controls, views), seed)
    consensus = _Consensus(scene, views, max(1, order.steps_run // PREVIEWS), progress)
    return painter.paint(order, progress, consensus)


class _Consensus:
    """The watcher: shows the views, and returns what they agree on."""

    def __init__(self, scene: Scene, views: list[int], every: int, progress: Progress) -> None:
        self._scene, self._views, self._every, self._progress = scene, views, every, progress
        self._calls = 0

    def __call__(self, share: float, decode: Decode) -> Floats | None:
        self._progress.check()
        shows = self._calls % self._every == 0
        self._calls += 1
        if share >= FREE_FROM and not shows:
            return None
        pictures = decode()
        if share >= FREE_FROM:
            self._progress.preview(encode_preview(pictures))
            return None
        agreed = self._agree(pictures, LAST_EXPONENT * share / FREE_FROM)
        if shows:
            self._progress.preview(encode_preview(agreed))
        return agreed

    def _agree(self, pictures: Floats, exponent: float) -> Floats:
        """The pictures of the common texture; each view keeps what is too slanted to be baked."""
        texture = self._scene.to_texture(pictures, self._views, exponent)
        shown = self._scene.over_grey(self._scene.to_pictures(texture, self._views), self._views)
        return np.asarray(shown[..., :3] + pictures * (1 - shown[..., 3:]), dtype=np.float32)
