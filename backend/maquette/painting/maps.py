"""From the pictures of all views to the maps of a material."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Material, Mesh
from maquette.priors.intrinsics import Intrinsics
from maquette.progress import Progress
from maquette.texture.delight import remove_light
from maquette.texture.normal_detail import detail_normals
from maquette.texture.target import padding_of
from maquette.texture.views import ViewProjection, blend
from maquette.texture.views.completion import complete
from maquette.texture.views.texel_points import texel_points

from .progress import within
from .wish import Finish

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

MAP_STEPS: Final = 4  # what `make_maps` reports to a stage
LEAST_ROUGH: Final = 0.04
METAL_BETWEEN: Final = (0.35, 0.65)  # a softened threshold: nothing real is half a metal
DIELECTRIC: Final = (30 / 255, 240 / 255)  # sRGB range of the base colour of what is no metal


def make_maps(
    mesh: Mesh,
    projection: ViewProjection,
    pictures: Floats,  # [V, H, H, 3]
    intrinsics: Intrinsics | None,
    worn: Material | None,  # what the mesh wore on these UVs: its relief and occlusion stay
    finish: Finish,
    progress: Progress,
) -> Material:
    """Maps of the projection's size. Reports MAP_STEPS steps."""
    size = projection.texture_size
    baked = blend(projection, list(pictures))
    color = baked.texture
    progress.step()
    rough = np.full((size, size, 1), finish.roughness, np.float32)
    metal = np.full((size, size, 1), finish.metallic, np.float32)
    if intrinsics is not None:
        albedo = blend(projection, list(intrinsics.albedo)).texture
        rough = blend(projection, list(intrinsics.roughness), match_colours=False, median=True).texture
        metal = blend(projection, list(intrinsics.metallic), match_colours=False, median=True).texture
        metal = snap_metallic(metal)
        color = color + np.float32(finish.delight) * (in_range(albedo, metal) - color)
    else:
        color = _flat_light(mesh, color, baked.covered, finish.delight)
    progress.step()
    layers = np.concatenate([color, np.clip(rough, LEAST_ROUGH, 1), metal], axis=2)
    whole = complete(mesh, layers, baked.covered, padding_of(size), within(progress))  # [S, S, 5]
    progress.step()
    occlusion = _occlusion(worn, size)
    orm = np.concatenate([occlusion, whole[..., 3:]], axis=2)
    normal = detail_normals(mesh, whole[..., :3], finish.detail)
    if worn is not None and len(worn.normal) == size:
        normal = add_relief(worn.normal.astype(np.float32) / np.float32(255), normal)
    progress.step()
    return Material(_bytes(whole[..., :3]), _bytes(orm), _bytes(normal), name="painted")


def snap_metallic(metallic: Floats) -> Floats:
    """Smooth from 0 below a range around one half to 1 above."""
    low, high = METAL_BETWEEN
    t = np.clip((metallic - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def in_range(
    albedo: Floats,  # [..., 3] sRGB
    metallic: Floats,  # [..., 1]
) -> Floats:
    """Base colours that materials can have: what is no metal is neither black nor white."""
    physical = np.clip(albedo, *DIELECTRIC)
    return np.asarray(physical + metallic * (albedo - physical), dtype=np.float32)


def add_relief(coarse: Floats, fine: Floats) -> Floats:  # [..., 3] as maps show them, 0..1
    """A normal map with the bumps of another on top: slopes add up (whiteout blending)."""
    base, bumps = coarse * 2 - 1, fine * 2 - 1
    normal = np.concatenate([base[..., :2] + bumps[..., :2], base[..., 2:] * bumps[..., 2:]], axis=-1)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)
    return np.asarray(normal * 0.5 + 0.5, dtype=np.float32)


def keep_others(
    made: Material,
    worn: Material,
    changed: Bools,  # [S, S]
) -> Material:
    """The new maps where something changed, and the old ones, bit for bit, everywhere else."""

    def mixed(new: Bytes, old: Bytes) -> Bytes:
        result: Bytes = np.where(changed[..., None], new, old[..., :3])
        return result

    return Material(
        mixed(made.base_color, worn.base_color),
        mixed(made.orm, worn.orm),
        mixed(made.normal, worn.normal),
        worn.emissive,
        name=made.name,
    )


def seen_by(projection: ViewProjection, views: Sequence[int]) -> Bools:  # [S, S]
    """The texels that any of these views sees."""
    size = projection.texture_size
    seen = np.zeros(size * size, bool)
    for view in views:
        seen[projection.texels[projection.views[view].texel]] = True
    return seen.reshape(size, size)


def _flat_light(mesh: Mesh, color: Floats, covered: Bools, amount: float) -> Floats:
    points = texel_points(mesh, len(color))
    known = covered.reshape(-1)[points.texels]
    texels = points.texels[known]
    result = color.reshape(-1, 3).copy()
    result[texels] = remove_light(result[texels], points.positions[known], points.normals[known], amount)
    return result.reshape(color.shape)


def _occlusion(worn: Material | None, size: int) -> Floats:  # [S, S, 1]
    if worn is None or len(worn.orm) != size:
        return np.ones((size, size, 1), np.float32)
    return worn.orm[..., :1].astype(np.float32) / np.float32(255)


def _bytes(values: Floats) -> Bytes:
    rounded: Bytes = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return rounded
