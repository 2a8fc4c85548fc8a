"""Rounds of img2img over unlit views at falling strength (Tang and others, "DreamGaussian", 2024, stage 2).

Each round renders the base colour, lets the networks work it over, led by the picture itself (tile) and by
its depth, and moves the texels towards what came out. DreamGaussian counts strength as the share of the
schedule that is skipped, from 0.8 to 0.95; here it is that which is run, so 0.2 to 0.05 is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from maquette.painting.agreement import Agreement
from maquette.painting.look import Look
from maquette.painting.orders import one_of
from maquette.painting.prompts import view_prompts
from maquette.painting.scene import GREY, Scene
from maquette.painting.schedule import img2img_steps
from maquette.painting.sheet import encode_preview
from maquette.painting.view_tiles import ViewTiles
from maquette.priors.painter import Control, Order, Painter
from maquette.priors.placement import Tier
from maquette.progress import Progress
from maquette.texture.views import PixelLookup, ViewProjection, render
from maquette.texture.views.changes import bake_changes

from .unlit import without_new_light
from .wish import RefineWish

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Update:
    """A way to move texels: from the texture [S, S, 3], the views that it shows and those that it shall show
    [V, H, H, 3] to the texture. It reports `steps` steps.
    """

    run: Callable[[Floats, Floats, Floats, Progress], Floats]
    steps: int


@dataclass(frozen=True)
class Surroundings:
    """What does not change from round to round."""

    scene: Scene
    lookup: PixelLookup  # of the whole texture
    squares: ViewTiles  # what the networks paint at once
    look: Look
    tier: Tier


def refine(
    painter: Painter,
    around: Surroundings,
    color: Floats,  # [S, S, 3] sRGB 0..1
    update: Update,
    wish: RefineWish,
    progress: Progress,
) -> Floats:  # [S, S, 3]
    """Reports `painting_steps` steps and those of the updates to the stage that is open, and shows each round
    as a preview.
    """
    scene = around.scene
    normals = scene.controls.normal * 2 - 1
    for number in range(wish.rounds):
        before = render(around.lookup, color, GREY)
        order = _order(around, before, wish, number)
        made = _paint(painter, around, order, before, progress)
        for view, covered in enumerate(scene.controls.covered):
            made[view] = without_new_light(made[view], before[view], normals[view], covered, wish.delight)
        color = update.run(color, before, made, progress)
        progress.preview(encode_preview(made))
    return color


def painting_steps(around: Surroundings, wish: RefineWish) -> int:
    """How many steps `refine` reports, without those of its updates."""
    paintings = 1 if around.tier == "batched" else len(around.squares.places)
    schedules = [
        img2img_steps(around.tier, around.look.steps, wish.strength_of(number))
        for number in range(wish.rounds)
    ]
    return paintings * sum(run for _, run in schedules)


def by_gathering(projection: ViewProjection) -> Update:
    """What the views change, blended by how directly they see each texel."""

    def run(color: Floats, before: Floats, made: Floats, progress: Progress) -> Floats:
        return np.clip(color + bake_changes(projection, made - before, progress), 0, 1)

    return Update(run, len(projection.views))


def _order(around: Surroundings, before: Floats, wish: RefineWish, number: int) -> Order:
    """Every square of every view, for one round."""
    squares, drawn = around.squares, around.scene.controls
    shown = squares.cut(before)
    depth = squares.cut(np.repeat(drawn.depth[..., None], 3, axis=3))
    controls = [Control("depth", depth, wish.depth_strength), Control("tile", shown, wish.tile_strength)]
    prompts = view_prompts(wish.prompt, around.scene.cameras)
    strength = wish.strength_of(number)
    order = around.look.order([prompts[view] for view in squares.views], controls, wish.seed + number)
    total, _ = img2img_steps(around.tier, around.look.steps, strength)
    return replace(order, images=shown, strength=strength, size=squares.tiles.tile, steps=total)


def _paint(
    painter: Painter,
    around: Surroundings,
    order: Order,
    before: Floats,
    progress: Progress,
) -> Floats:  # [V, H, H, 3]
    squares = around.squares
    if around.tier == "batched":
        watch = Agreement(around.scene, before, squares, order.steps_run, progress)
        return squares.join(painter.paint(order, progress, watch), before)
    made: list[Floats] = []
    for place in range(len(squares.places)):
        made.append(painter.paint(one_of(order, place), progress)[0])
        shown = ViewTiles(squares.tiles, squares.places[: place + 1])
        progress.preview(encode_preview(shown.join(np.stack(made), before)))
    return squares.join(np.stack(made), before)
