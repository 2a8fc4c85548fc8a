"""One view after another, each continuing what the views before it have painted.

What a view sees for the first time is generated; what it sees more directly than any before is made anew;
the rest is kept (Richardson et al., "TEXTure", 2023). It needs the memory of one picture.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation

from maquette.priors.painter import Control, Decode, Order, Painter, Watcher
from maquette.progress import Progress

from .look import Look
from .prompts import painting_order
from .scene import GREY, Scene
from .sheet import encode_preview

Floats = npt.NDArray[np.float32]

BETTER_BY: Final = 0.1  # of the cosine: a view that faces a place so much more directly may change it
MARGIN: Final = 1 / 128  # of the picture: masks grow by so much, and reach over edges
REPAINT_STRENGTH: Final = 1.0


def paint_one_by_one(
    painter: Painter, scene: Scene, look: Look, prompts: list[str], seed: int, progress: Progress
) -> Floats:  # [V, H, H, 3]
    """Reports the steps of all views to the stage that is open, and each view as a preview."""
    size = scene.image_size
    pictures = np.full((len(prompts), size, size, 3), GREY, np.float32)
    painted: list[int] = []
    for view in painting_order(scene.cameras):
        order = _order(scene, look, prompts[view], view, pictures[painted], painted, seed + view)
        watch = _show(pictures, view, progress) if look.steps > 2 else None
        pictures[view] = painter.paint(order, progress, watch)[0]
        painted.append(view)
        progress.preview(encode_preview(pictures))
    return pictures


def repaint_view(
    painter: Painter,
    scene: Scene,
    look: Look,
    prompt: str,
    view: int,
    pictures: Floats,  # [V, H, H, 3] all views, the old one of `view` too
    seed: int,
    progress: Progress,
) -> Floats:  # [V, H, H, 3]
    """All views, one of them made again from what the others show. Reports the steps of one view."""
    others = [index for index in range(len(pictures)) if index != view]
    order = _order(scene, look, prompt, view, pictures[others], others, seed)
    made = pictures.copy()
    made[view] = painter.paint(order, progress, _show(made.copy(), view, progress))[0]
    progress.preview(encode_preview(made))
    return made


def _order(
    scene: Scene, look: Look, prompt: str, view: int, pictures: Floats, painted: Sequence[int], seed: int
) -> Order:
    """What to paint of one view, given the pictures [len(painted), H, H, 3] of others."""
    controls = look.controls(scene.controls, [view])
    order = look.order([prompt], controls, seed)
    if not painted:
        return order
    shown = scene.over_grey(scene.to_pictures(scene.to_texture(pictures, painted), [view]), [view])
    image = shown[..., :3] / np.maximum(shown[..., 3:], np.float32(1e-3))  # [1, H, H, 3]
    mask = _what_to_paint(scene, view, painted)[None]
    if look.knows_repaint:
        controls = [*controls, Control("repaint", image * (1 - mask[..., None]), REPAINT_STRENGTH)]
    return replace(order, images=image, masks=mask, controls=controls)


def _what_to_paint(scene: Scene, view: int, painted: Sequence[int]) -> Floats:  # [H, H] 0 or 1
    """What no view has painted yet, and what this one sees much better; the mask reaches over its edges."""
    before = scene.to_pictures(scene.best_cosine(painted), [view], background=1.0)[0, ..., 0]
    now = scene.to_pictures(scene.best_cosine([view]), [view], background=0.0)[0, ..., 0]
    covered = scene.controls.covered[view]
    wanted = covered & ((before < 1e-3) | (now > before + BETTER_BY))
    grown = binary_dilation(wanted, iterations=max(1, round(MARGIN * scene.image_size)))
    return grown.astype(np.float32)


def _show(pictures: Floats, view: int, progress: Progress) -> Watcher:
    """Shows the view among the others every other step."""
    calls = 0

    def watch(share: float, decode: Decode) -> None:
        nonlocal calls
        progress.check()
        if calls % 2 == 0:
            shown = pictures.copy()
            shown[view] = decode()[0]
            progress.preview(encode_preview(shown))
        calls += 1

    return watch
