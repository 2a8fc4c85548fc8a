"""One view after another, each continuing what the views before it have painted.

What a view sees for the first time is generated; what it sees more directly than any before is made anew;
the rest is kept (Richardson et al., "TEXTure", 2023). What is made anew also tells how the new colours relate
to those that were there, and all that is new is brought to them. It needs the memory of one picture.
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
Bools = npt.NDArray[np.bool_]

BETTER_BY: Final = 0.1  # of the cosine: a view that faces a place so much more directly may change it
MARGIN: Final = 1 / 128  # of the picture: masks grow by so much, and reach over edges
REPAINT_STRENGTH: Final = 1.0
SURELY_SEEN: Final = 0.99  # share of a pixel that earlier views have painted
LEAST_COMMON: Final = 1e-3  # of the picture: with fewer common pixels colours are not compared
MOST_GAIN: Final = 1.5
RIDGE: Final = 1e-3  # variance of colour that a gain of 1 is worth


def paint_one_by_one(
    painter: Painter, scene: Scene, look: Look, prompts: list[str], seed: int, progress: Progress
) -> Floats:  # [V, H, H, 3]
    """Reports the steps of all views to the stage that is open, and each view as a preview."""
    size = scene.image_size
    pictures = np.full((len(prompts), size, size, 3), GREY, np.float32)
    painted: list[int] = []
    for view in painting_order(scene.cameras):
        order = look.order([prompts[view]], look.controls(scene.controls, [view]), seed + view)
        pictures[view] = _paint(painter, scene, look, order, view, pictures, painted, progress)
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
    order = look.order([prompt], look.controls(scene.controls, [view]), seed)
    made = pictures.copy()
    made[view] = _paint(painter, scene, look, order, view, pictures, others, progress)
    progress.preview(encode_preview(made))
    return made


def match_known(
    made: Floats,  # [H, W, 3]
    known: Floats,  # [H, W, 3]
    both: Bools,  # [H, W] pixels that `known` shows too, though they were painted anew
) -> Floats:
    """`made` with each channel's gain and offset such that the pixels in both agree best.

    Ridge regression towards a gain of 1; with few common pixels nothing is changed.
    """
    if both.sum() < LEAST_COMMON * both.size:
        return made
    shown, wanted = made[both], known[both]
    means = shown.mean(axis=0), wanted.mean(axis=0)
    spread = ((shown - means[0]) ** 2).mean(axis=0)
    together = ((shown - means[0]) * (wanted - means[1])).mean(axis=0)
    gain = np.clip((together + RIDGE) / (spread + RIDGE), 1 / MOST_GAIN, MOST_GAIN)
    matched: Floats = np.clip((made - means[0]) * gain + means[1], 0, 1).astype(np.float32)
    return matched


def _paint(
    painter: Painter,
    scene: Scene,
    look: Look,
    order: Order,
    view: int,
    pictures: Floats,  # [V, H, H, 3]
    painted: Sequence[int],
    progress: Progress,
) -> Floats:  # [H, H, 3]
    """One view, given those that are painted: what they show of it is continued."""
    watch = show_view(pictures.copy(), view, progress)
    if not painted:
        first: Floats = painter.paint(order, progress, watch)[0]
        return first
    texture = scene.to_texture(pictures[list(painted)], painted)
    shown = scene.over_grey(scene.to_pictures(texture, [view]), [view])[0]  # [H, H, 4]
    image = shown[..., :3] / np.maximum(shown[..., 3:], np.float32(1e-3))
    mask = what_to_paint(scene, view, painted)
    kept = (1 - mask)[..., None]
    if look.knows_repaint:
        repaint = Control("repaint", (image * kept)[None], REPAINT_STRENGTH)
        order = replace(order, controls=[*order.controls, repaint])
    made = painter.paint(replace(order, images=image[None], masks=mask[None]), progress, watch)[0]
    both = (mask > 0) & (shown[..., 3] > SURELY_SEEN) & scene.controls.covered[view]
    return np.asarray(match_known(made, image, both) * mask[..., None] + made * kept, dtype=np.float32)


def what_to_paint(scene: Scene, view: int, painted: Sequence[int]) -> Floats:  # [H, H] 0 or 1
    """What no view has painted yet, and what this one sees much better; the mask reaches over its edges."""
    before = scene.to_pictures(scene.best_cosine(painted), [view], background=1.0)[0, ..., 0]
    now = scene.to_pictures(scene.best_cosine([view]), [view], background=0.0)[0, ..., 0]
    covered = scene.controls.covered[view]
    wanted = covered & ((before < 1e-3) | (now > before + BETTER_BY))
    grown = binary_dilation(wanted, iterations=max(1, round(MARGIN * scene.image_size)))
    return grown.astype(np.float32)


def show_view(pictures: Floats, view: int, progress: Progress) -> Watcher:
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
