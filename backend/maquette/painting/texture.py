"""`texture-sdxl` from a mesh and a wish to an asset: views planned, painted, and baked into maps."""

import functools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette import __version__, weights
from maquette.assets import Asset, Material, Mesh
from maquette.geometry.unwrap.unwrapping import UNWRAP_STEPS
from maquette.priors.checkpoints import LIGHTNING, SD15, FindFolder, is_here, load_sd15, load_sdxl
from maquette.priors.intrinsics import MARIGOLD, Decomposer, Intrinsics
from maquette.priors.painter import Painter
from maquette.priors.placement import Placement
from maquette.progress import Progress
from maquette.protocol import Json, bad_input
from maquette.render.cameras import Camera
from maquette.texture.masking import check_mask, keep_outside
from maquette.texture.target import Target, padding_of, prepare_target
from maquette.texture.views import ViewProjection, plan_views, project_texels

from .batched import paint_together
from .look import Look, make_look
from .maps import MAP_STEPS, keep_others, make_maps, seen_by
from .progress import within
from .prompts import view_prompts
from .scene import Scene, prepare_scene, work_size
from .sequential import paint_one_by_one, repaint_view
from .sheet import columns_of, from_sheet, to_sheet
from .tiers import place_wanted
from .wish import Wish

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

EXTRA_VIEWS: Final = 4  # beyond those asked for, where they show much that is still hidden


def paint_mesh(
    mesh: Mesh,
    worn: Material | None,  # its maps now
    reference: Bytes | None,  # [H, W, 3]
    earlier_views: Bytes | None,  # [H, W, 3 or 4] of the result of which one view is made again
    wish: Wish,
    data: Path,  # below it the weights lie
    progress: Progress,
    mask: Bytes | None = None,  # [M, M] above 127 may change
) -> Asset:
    """Reports the stages load, prepare, paint, materials and bake. With a mask, texels outside it keep what
    is worn bit for bit. Raises MaquetteError, such as missing_weights before anything is computed. Provenance
    lacks what the caller alone knows.
    """
    whole = check_mask(mask, worn) if mask is not None else None
    if whole is not None:  # what is painted has to fit to what is kept
        wish = replace(wish, uvs="keep", texture_size=len(whole.base_color))
    find = functools.partial(weights.folder, data)
    placement = place_wanted(wish.tier, find, SD15)
    progress.stage("load")
    fast = _is_fast(find, placement, wish)
    painter = _load(find, placement, fast, reference is not None)
    try:
        progress.step()
        look = _look(placement, fast, wish, reference)
        target, cameras, scene = _prepare(mesh, wish, look, progress)
        earlier = _earlier(earlier_views, wish.redo_view, len(cameras), look)
        pictures = _paint(painter, scene, look, wish, placement, earlier, progress)
        used = painter.names
    finally:
        painter.close()
    intrinsics, told = _decompose(find, placement, pictures, wish.seed, progress)
    progress.stage("bake", MAP_STEPS + 1)
    projection = _projection(target.mesh, cameras, scene, wish.texture_size, progress)
    kept = worn if target.kept else None
    material = make_maps(target.mesh, projection, pictures, intrinsics, kept, wish.finish, progress)
    if wish.redo_view >= 0 and kept is not None and len(kept.base_color) == wish.texture_size:
        material = keep_others(material, kept, seen_by(projection, [wish.redo_view]))
    if mask is not None and whole is not None:
        material = keep_outside(whole, material, mask)
    if intrinsics is not None:
        used = (*used, MARIGOLD)
    provenance: dict[str, Json] = {
        "uvs": target.uvs,
        "views": _describe(len(cameras), look),
        "tier": placement.tier,
        "notes": [*target.notes, *told],
        "weights": weights.provenance(data, used),
        "version": __version__,
    }
    return Asset(target.mesh, material, "texture", provenance, to_sheet(pictures))


def _load(find: FindFolder, placement: Placement, fast: bool, has_reference: bool) -> Painter:
    if placement.tier != "cpu":
        return Painter(load_sdxl(find, placement, fast, has_reference), placement)
    if has_reference:
        raise bad_input("the tier cpu takes no reference picture: leave it out, or choose sequential")
    return Painter(load_sd15(find, placement), placement)


def _is_fast(find: FindFolder, placement: Placement, wish: Wish) -> bool:
    """One view after another takes long: there the distilled network is used wherever it is on the disk."""
    if placement.tier == "cpu":
        return False  # its network is a distilled one as it is
    return wish.fast or (placement.tier == "sequential" and is_here(find, LIGHTNING))


def _look(placement: Placement, fast: bool, wish: Wish, reference: Bytes | None) -> Look:
    return make_look(
        placement.tier,
        fast,
        wish.unwanted,
        wish.steps,
        wish.guidance_scale,
        wish.view_size,
        {"depth": wish.depth_strength, "normal": wish.normal_strength, "edges": wish.edge_strength},
        reference,
        wish.reference_strength,
    )


def _prepare(
    mesh: Mesh, wish: Wish, look: Look, progress: Progress
) -> tuple[Target, Sequence[Camera], Scene]:
    """UVs, cameras, and the way between them."""
    progress.stage("prepare", UNWRAP_STEPS + 4)
    size = wish.texture_size
    target = prepare_target(mesh, wish.uvs, size, padding_of(size), progress)
    for note in target.notes:
        progress.note(note)
    cameras = plan_views(target.mesh, wish.views, EXTRA_VIEWS, within(progress))
    progress.step()
    work = work_size(look.view_size, size)
    return target, cameras, prepare_scene(target.mesh, cameras, look.view_size, work, progress)


def _projection(
    mesh: Mesh, cameras: Sequence[Camera], scene: Scene, size: int, progress: Progress
) -> ViewProjection:
    """The scene's own where it is as fine as the result."""
    projection = scene.projection
    if projection.texture_size != size:
        projection = project_texels(mesh, cameras, size, scene.image_size, progress=within(progress))
    progress.step()
    return projection


def _earlier(sheet: Bytes | None, view: int, count: int, look: Look) -> Floats | None:
    """The views of an earlier result, if one of them is to be made again."""
    if view < 0:
        return None
    if sheet is None:
        raise bad_input(f"redo_view {view} needs the views of the result to change: send them along")
    if view >= count:
        raise bad_input(f"redo_view {view} is beyond the last view {count - 1}: lower it")
    pictures = from_sheet(sheet, count)
    if pictures.shape[1] != look.view_size:
        raise bad_input(
            f"the earlier views are {pictures.shape[1]} pixels wide, not {look.view_size}: use the settings "
            "of their result"
        )
    return pictures


def _paint(
    painter: Painter,
    scene: Scene,
    look: Look,
    wish: Wish,
    placement: Placement,
    earlier: Floats | None,
    progress: Progress,
) -> Floats:  # [V, H, H, 3]
    prompts = view_prompts(wish.prompt, scene.cameras)
    if earlier is not None:
        progress.stage("paint", look.steps)
        view = wish.redo_view
        return repaint_view(painter, scene, look, prompts[view], view, earlier, wish.seed, progress)
    if placement.tier == "batched":
        progress.stage("paint", look.steps)
        return paint_together(painter, scene, look, prompts, wish.seed, progress)
    progress.stage("paint", look.steps * len(prompts))
    return paint_one_by_one(painter, scene, look, prompts, wish.seed, progress)


def _decompose(
    find: FindFolder, placement: Placement, pictures: Floats, seed: int, progress: Progress
) -> tuple[Intrinsics | None, tuple[str, ...]]:
    """What the materials are, or a line for people about why nobody can tell."""
    progress.stage("materials", len(pictures))
    if not is_here(find, MARIGOLD):
        note = f"roughness and metallic are even: `{weights.pull_command((MARIGOLD,))}` lets them be seen"
        progress.note(note)
        return None, (note,)
    decomposer = Decomposer(find, placement)
    try:
        return decomposer.decompose(pictures, seed, progress), ()
    finally:
        decomposer.close()


def _describe(count: int, look: Look) -> dict[str, Json]:
    """How to cut the picture of all views."""
    return {"count": count, "columns": columns_of(count), "size": look.view_size}
