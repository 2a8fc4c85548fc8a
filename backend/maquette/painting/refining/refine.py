"""`texture-refine` from a mesh and its maps to an asset."""

import functools
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette import __version__, weights
from maquette.assets import Asset, Material, Mesh
from maquette.painting.following import enlarge_material, follow
from maquette.painting.look import make_look
from maquette.painting.progress import within
from maquette.painting.scene import prepare_scene, work_size
from maquette.painting.schedule import TILE
from maquette.painting.tiers import place_wanted
from maquette.painting.view_tiles import tile_views
from maquette.painting.worn import mask_of_size
from maquette.priors.checkpoints import SD15, SD15_CONTROLNETS, FindFolder, Parts, load_sd15, load_sdxl
from maquette.priors.painter import ControlKind, Painter
from maquette.priors.placement import Placement, Tier
from maquette.priors.super_resolution import SWIN2SR, Upscaler
from maquette.progress import Progress
from maquette.protocol import Json, bad_input
from maquette.render.cameras import Camera
from maquette.texture.views import look_up_pixels, plan_views, project_texels

from .fitting_torch import by_fitting
from .larger import add_detail
from .rounds import Surroundings, Update, by_gathering, painting_steps, refine
from .wish import RefineWish

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

SMALL: Final = (*SD15, SD15_CONTROLNETS["tile"])  # what the tier cpu loads
EXTRA_VIEWS: Final = 4
SMALLEST_VIEW: Final = 64  # pixels
SCENE_STEPS: Final = 5
STEPS: Final[dict[Tier, int]] = {"batched": 10, "sequential": 8, "cpu": 4}  # that are taken in a round


def refine_maps(
    mesh: Mesh,
    worn: Material,
    mask: Bytes | None,  # [M, M] above 127 may change
    wish: RefineWish,
    data: Path,  # below it the weights lie
    progress: Progress,
) -> Asset:
    """Reports the stages load, prepare, enlarge, refine and bake. Raises MaquetteError, such as
    missing_weights before anything is computed. Provenance lacks what the caller alone knows.
    """
    before = len(worn.base_color)
    size = max(wish.texture_size, before)
    if wish.rounds == 0 and size == before:
        raise bad_input(f"the maps have {size} texels already: raise texture_size, or rounds above 0")
    find = functools.partial(weights.folder, data)
    placement = place_wanted(wish.tier, find, SMALL if wish.rounds else ())
    used: tuple[str, ...] = ()
    with ExitStack() as owned:
        progress.stage("load")
        upscaler = painter = None
        if wish.super_resolution and size > before:
            upscaler, used = owned.enter_context(closing(Upscaler(find, placement))), (SWIN2SR,)
        if wish.rounds:
            painter = owned.enter_context(closing(Painter(_parts(find, placement), placement)))
            used = (*used, *painter.names)
        progress.step()
        progress.stage("prepare", 2 + (SCENE_STEPS if painter else 0))
        cameras = plan_views(mesh, wish.views, EXTRA_VIEWS, within(progress))
        progress.step()
        plain = enlarge_material(mesh, worn, size)
        progress.step()
        color = _floats(plain)
        prepared = _prepare(mesh, cameras, size, placement, wish, progress) if painter else None
        if upscaler is not None:
            progress.stage("enlarge", len(cameras) + 2)
            color = add_detail(upscaler, mesh, cameras, _floats(worn), color, progress)
        if painter is not None and prepared is not None:
            around, update = prepared
            progress.stage("refine", painting_steps(around, wish) + wish.rounds * update.steps)
            color = refine(painter, around, color, update, wish, progress)
    progress.stage("bake")
    material = follow(mesh, worn, plain, color, wish.detail, mask_of_size(mask, size))
    progress.step()
    provenance: dict[str, Json] = {
        "uvs": "kept",
        "tier": placement.tier,
        "texture_size": size,
        "weights": weights.provenance(data, used),
        "version": __version__,
    }
    return Asset(mesh, material, "refined", provenance)


def _parts(find: FindFolder, placement: Placement) -> Parts:
    if placement.tier == "cpu":
        return load_sd15(find, placement, ("tile", "depth"))
    return load_sdxl(find, placement, fast=False, reference=False)


def _prepare(
    mesh: Mesh,
    cameras: Sequence[Camera],
    size: int,
    placement: Placement,
    wish: RefineWish,
    progress: Progress,
) -> tuple[Surroundings, Update]:
    """What the rounds work with. Reports SCENE_STEPS steps."""
    tier = placement.tier
    side = max(SMALLEST_VIEW, (wish.view_size or TILE[tier]) // 8 * 8)
    strengths: dict[ControlKind, float] = {"depth": wish.depth_strength}
    steps = wish.steps or STEPS[tier]
    look = make_look(tier, False, wish.unwanted, steps, wish.guidance_scale, side, strengths, None, 0.0)
    scene = prepare_scene(mesh, cameras, side, work_size(side, size), progress)
    lookup, projection = scene.lookup, scene.projection
    if projection.texture_size != size:
        lookup = look_up_pixels(mesh, cameras, size, side, within(progress))
        projection = project_texels(mesh, cameras, size, side, progress=within(progress))
    progress.step(2)
    squares = tile_views(scene.controls.covered, TILE[tier])
    around = Surroundings(scene, lookup, squares, look, tier)
    if wish.method == "gather":
        return around, by_gathering(projection)
    return around, by_fitting(mesh, cameras, size, scene.controls, wish.seed, within(progress))


def _floats(material: Material) -> Floats:
    return material.base_color[..., :3].astype(np.float32) / np.float32(255)
