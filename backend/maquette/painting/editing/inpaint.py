"""Paints what a mask leaves free anew, in views that continue what is around it, and one another."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.painting.agreement import Agreement
from maquette.painting.look import Look
from maquette.painting.orders import one_of
from maquette.painting.prompts import view_prompts
from maquette.painting.schedule import img2img_steps
from maquette.painting.sequential import (
    REPAINT_STRENGTH,
    SURELY_SEEN,
    match_known,
    show_view,
    what_to_paint,
)
from maquette.painting.sheet import encode_preview
from maquette.painting.view_tiles import tile_views
from maquette.priors.painter import Control, Order, Painter
from maquette.priors.placement import Tier
from maquette.progress import Progress
from maquette.texture.views import blend

from .frame import Frame
from .wish import EditWish

Floats = npt.NDArray[np.float32]

HIDDEN: Final = -1.0  # how the published inpainting control of SD 1.5 marks what it shall fill in


def inpaint(
    painter: Painter, mesh: Mesh, frame: Frame, color: Floats, look: Look, tier: Tier, wish: EditWish,
    progress: Progress,
) -> Floats:  # fmt: skip
    """The base colour [S, S, 3] with the part that may change painted anew. Reports `inpaint_steps` steps."""
    order = _order(frame, look, tier, wish)
    paint = _together if tier == "batched" else _one_by_one
    made = paint(painter, frame, order, look, progress)
    progress.preview(encode_preview(made))
    new, old = (blend(frame.projection, list(views), match_colours=False) for views in (made, frame.before))
    # What is kept of the old look is kept at the texture's own resolution.
    painted = new.texture + np.float32(1 - wish.strength) * (color - old.texture)
    whole = frame.completed(mesh, color, painted, progress)
    progress.step()
    return np.clip(color + frame.region.share[..., None] * (whole - color), 0, 1)


def inpaint_steps(frame: Frame, look: Look, tier: Tier, wish: EditWish) -> int:
    """How many steps `inpaint` reports."""
    _, run = img2img_steps(tier, look.steps, wish.strength)
    return 1 + run * (1 if tier == "batched" else len(frame.before))


def _order(frame: Frame, look: Look, tier: Tier, wish: EditWish) -> Order:
    """All views; a single one is cut out of it."""
    views = list(range(len(frame.before)))
    total, _ = img2img_steps(tier, look.steps, wish.strength)
    prompts = view_prompts(wish.prompt, frame.scene.cameras)
    order = look.order(prompts, look.controls(frame.scene.controls, views), wish.seed)
    masks = frame.masks.astype(np.float32)
    return replace(order, images=frame.before, masks=masks, strength=wish.strength, steps=total)


def _together(
    painter: Painter, frame: Frame, order: Order, look: Look, progress: Progress
) -> Floats:  # [V, H, H, 3]
    squares = tile_views(frame.masks, order.size)
    watch = Agreement(frame.scene, frame.before, squares, order.steps_run, progress)
    assert order.masks is not None, "it was made with masks"
    control = _what_to_continue(frame.before, order.masks, look)
    return painter.paint(replace(order, controls=[*order.controls, control]), progress, watch)


def _one_by_one(
    painter: Painter, frame: Frame, order: Order, look: Look, progress: Progress
) -> Floats:  # [V, H, H, 3]
    made = frame.before.copy()
    painted: list[int] = []
    for view in range(len(made)):
        made[view] = _continue(painter, frame, order, look, made, painted, view, progress)
        painted.append(view)
        progress.preview(encode_preview(made))
    return made


def _continue(
    painter: Painter,
    frame: Frame,
    order: Order,
    look: Look,
    made: Floats,  # [V, H, H, 3]
    painted: Sequence[int],
    view: int,
    progress: Progress,
) -> Floats:  # [H, H, 3]
    """One view: what others have made of it is there already, and only the rest is painted."""
    image, mask = frame.before[view], frame.masks[view].astype(np.float32)
    known = np.zeros(mask.shape, bool)
    if painted:
        change = frame.scene.to_texture((made - frame.before)[list(painted)], painted)
        shown = frame.scene.to_pictures(change, [view])[0]  # [H, H, 4]
        image = np.clip(image + np.where(frame.masks[view, ..., None], shown[..., :3], 0), 0, 1)
        mask = mask * what_to_paint(frame.scene, view, painted)
        known = (mask > 0) & (shown[..., 3] > SURELY_SEEN) & frame.scene.controls.covered[view]
    one = one_of(order, view)
    control = _what_to_continue(image[None], mask[None], look)
    one = replace(one, images=image[None], masks=mask[None], controls=[*one.controls, control])
    new = painter.paint(one, progress, show_view(made.copy(), view, progress))[0]
    kept = (1 - mask)[..., None]
    return np.asarray(match_known(new, image, known) * mask[..., None] + image * kept, dtype=np.float32)


def _what_to_continue(images: Floats, masks: Floats, look: Look) -> Control:
    """The pictures without what is to be painted: black for SDXL's control, and -1 for SD 1.5's own."""
    hidden = np.float32(0.0 if look.knows_repaint else HIDDEN)
    shown = np.where(masks[..., None] > 0.5, hidden, images)
    return Control("repaint", np.asarray(shown, dtype=np.float32), REPAINT_STRENGTH)
