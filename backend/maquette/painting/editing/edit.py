"""`texture-edit` from a mesh, its maps and a wish to an asset."""

import functools
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from maquette import __version__, weights
from maquette.assets import Asset, Material, Mesh
from maquette.guidance.noising import Weighting
from maquette.painting.following import follow
from maquette.painting.look import Look, make_look
from maquette.painting.progress import within
from maquette.painting.prompts import negative_prompt
from maquette.painting.schedule import TILE
from maquette.painting.tiers import place_wanted
from maquette.painting.worn import mask_of_size
from maquette.priors.checkpoints import (
    SD15,
    SD15_CONTROLNETS,
    FindFolder,
    Parts,
    is_here,
    load_sd15,
    load_sdxl,
)
from maquette.priors.denoiser import LatentPrior
from maquette.priors.intrinsics import MARIGOLD, Decomposer
from maquette.priors.painter import ControlKind, Painter
from maquette.priors.placement import Placement, Tier
from maquette.progress import Progress
from maquette.protocol import Json
from maquette.render.cameras import Camera
from maquette.texture.views import plan_views

from .distil_torch import distil
from .frame import FRAME_STEPS, Frame, prepare_frame
from .framing import frame_region
from .inpaint import inpaint, inpaint_steps
from .region import Region, find_region
from .surface import with_surface
from .wish import EditWish

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

EXTRA_VIEWS: Final = 4
SMALLEST_VIEW: Final = 64  # pixels
PAINTING_STEPS: Final[dict[Tier, int]] = {"batched": 20, "sequential": 16, "cpu": 4}
DISTILLING_STEPS: Final[dict[Tier, int]] = {"batched": 200, "sequential": 200, "cpu": 60}
DISTILLING_GUIDANCE: Final = {"dds": 7.5, "pds": 15.0}


def edit_maps(
    mesh: Mesh,
    worn: Material,
    mask: Bytes | None,  # [M, M] above 127 may change
    wish: EditWish,
    data: Path,  # below it the weights lie
    progress: Progress,
) -> Asset:
    """Reports the stages load, prepare, edit, materials and bake. Texels that the mask protects keep every
    map bit for bit. Raises MaquetteError, such as missing_weights before anything is computed. Provenance
    lacks what the caller alone knows.
    """
    find = functools.partial(weights.folder, data)
    placement = place_wanted(wish.tier, find, _small(wish.method))
    size = len(worn.base_color)
    mask = mask_of_size(mask, size)
    region = find_region(mesh, mask, size)
    color = worn.base_color[..., :3].astype(np.float32) / np.float32(255)
    progress.stage("load")
    parts = _parts(find, placement, wish)
    used = parts.names
    progress.step()
    progress.stage("prepare", 1 + FRAME_STEPS)
    cameras = _cameras(mesh, region, wish, progress)
    side = max(SMALLEST_VIEW, (wish.view_size or TILE[placement.tier]) // 8 * 8)
    frame = prepare_frame(mesh, cameras, color, region, side, progress)
    run = _inpainted if wish.method == "inpaint" else _distilled
    color = run(parts, placement, mesh, frame, color, wish, progress)
    material = follow(mesh, worn, worn, color, wish.detail, mask)
    if wish.materials and is_here(find, MARIGOLD):
        progress.stage("materials", len(cameras))
        with closing(Decomposer(find, placement)) as decomposer:
            intrinsics = decomposer.decompose(frame.show(color), wish.seed, progress)
        material = with_surface(material, worn, frame, intrinsics)
        used = (*used, MARIGOLD)
    progress.stage("bake")
    progress.step()
    provenance: dict[str, Json] = {
        "uvs": "kept",
        "tier": placement.tier,
        "weights": weights.provenance(data, used),
        "version": __version__,
    }
    return Asset(mesh, material, "edited", provenance)


def _small(method: str) -> tuple[str, ...]:
    """What the tier cpu loads."""
    if method == "inpaint":
        return (*SD15, SD15_CONTROLNETS["repaint"])
    return ("sd15", SD15_CONTROLNETS["depth"])


def _parts(find: FindFolder, placement: Placement, wish: EditWish) -> Parts:
    """What the method calls for: distillation needs true scores, which a distilled network has not."""
    if placement.tier != "cpu":
        return load_sdxl(find, placement, fast=False, reference=False)
    if wish.method == "inpaint":
        return load_sd15(find, placement, ("depth", "repaint"))
    return load_sd15(find, placement, ("depth",), fast=False)


def _cameras(mesh: Mesh, region: Region, wish: EditWish, progress: Progress) -> Sequence[Camera]:
    """Reports a step."""
    if region.is_whole:
        cameras = plan_views(mesh, wish.views, EXTRA_VIEWS, within(progress))
    else:
        cameras = frame_region(mesh, region.texels, wish.views, progress)
    progress.step()
    return cameras


def _inpainted(
    parts: Parts,
    placement: Placement,
    mesh: Mesh,
    frame: Frame,
    color: Floats,
    wish: EditWish,
    progress: Progress,
) -> Floats:
    look = _look(placement, frame.scene.image_size, wish)
    with closing(Painter(parts, placement)) as painter:
        progress.stage("edit", inpaint_steps(frame, look, placement.tier, wish))
        return inpaint(painter, mesh, frame, color, look, placement.tier, wish, progress)


def _look(placement: Placement, side: int, wish: EditWish) -> Look:
    steps = wish.steps or PAINTING_STEPS[placement.tier]
    strengths: dict[ControlKind, float] = {"depth": wish.depth_strength}
    return make_look(
        placement.tier, False, wish.unwanted, steps, wish.guidance_scale, side, strengths, None, 0.0
    )


def _distilled(
    parts: Parts,
    placement: Placement,
    mesh: Mesh,
    frame: Frame,
    color: Floats,
    wish: EditWish,
    progress: Progress,
) -> Floats:
    steps = wish.steps or DISTILLING_STEPS[placement.tier]
    scale = wish.guidance_scale or DISTILLING_GUIDANCE[wish.method]
    weighting = cast(Weighting, wish.weighting)
    with closing(LatentPrior(parts, placement, wish.depth_strength)) as prior:
        progress.stage("edit", steps)
        unwanted = negative_prompt(wish.unwanted)
        return distil(prior, mesh, frame, color, unwanted, scale, steps, weighting, wish, progress)
