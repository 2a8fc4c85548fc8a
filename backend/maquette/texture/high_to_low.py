"""Bakes a detailed mesh and what it wears into maps on the UVs of a simple one.

Every texel's point looks along the low mesh's normal for the high mesh, within a cage around the low one.
Normals go into the MikkTSpace frame of the low mesh (OpenGL, +Y).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Material, Mesh
from maquette.assets.images import without_plain_alpha
from maquette.assets.material import AlphaMode
from maquette.assets.mesh import Floats
from maquette.geometry.field import normalized
from maquette.geometry.repair.clean import face_areas
from maquette.progress import Progress

from .bands import bands, texel_image
from .bumps import to_tangent_space
from .cage import HighSurface
from .face_grid import face_grid
from .gutter import fill
from .mesh_occlusion import mesh_occlusion
from .surface import Surface
from .uv_raster import SurfacePoints, rasterize_uv, surface_points
from .worn import Look, maps_look, plain_look, surface_look, texel_widths

OCCLUSION_SPACING: Final = 0.006  # of the size of the mesh: between points that occlusion is computed at

Bytes = npt.NDArray[np.uint8]
_CHANNELS: Final = (4, 3, 3, 3)  # base colour and alpha; occlusion, roughness, metallic; normal; emission


def high_to_low_steps(size: int) -> int:
    """How many steps a bake to maps of `size` reports to a stage."""
    return len(bands(size)) + 2


def bake_high_to_low(
    high: Mesh,  # with UVs if it has a material
    high_material: Material | None,  # what the high mesh wears; None: nothing
    low: Mesh,  # with UVs
    size: int,
    padding_px: int,
    progress: Progress,
) -> Material:
    """Maps of `size` texels a side for `low`, filled `padding_px` texels around its charts.

    Occlusion is that of the high mesh's maps, or of its shape where they have none. Where the high mesh is
    not met, the low one's own normal and the nearest colour stand.
    """
    if high_material is None:
        base_color, orm, normal, _ = _bake(high, plain_look(high), True, low, size, padding_px, progress)
        return Material(base_color[..., :3].copy(), orm, normal)
    look = maps_look(high, high_material, _texel_width(low, size))
    shades = not (high_material.orm[..., 0] < 255).any()
    base_color, orm, normal, emissive = _bake(high, look, shades, low, size, padding_px, progress)
    if high_material.base_color.shape[2] == 3:
        base_color = base_color[..., :3].copy()
    glow = emissive if high_material.emissive is not None else None
    return Material(base_color, orm, normal, glow, high_material.alpha_mode, high_material.name)


def bake_surface_to_low(
    high: Mesh, surface: Surface, low: Mesh, size: int, padding_px: int, progress: Progress
) -> Material:
    """The same for a high mesh whose material is given in space, as a generator's network does."""
    look = surface_look(high, surface)
    base_color, orm, normal, emissive = _bake(high, look, True, low, size, padding_px, progress)
    base_color = without_plain_alpha(base_color)
    mode: AlphaMode = "OPAQUE" if base_color.shape[2] == 3 else "BLEND"
    return Material(base_color, orm, normal, emissive if emissive.any() else None, mode)


def _bake(
    high: Mesh,
    look: Look,
    shades: bool,  # whether occlusion is computed from the high mesh's shape
    low: Mesh,
    size: int,
    padding_px: int,
    progress: Progress,
) -> list[Bytes]:
    """Maps [S, S, C] of the _CHANNELS."""
    assert low.uvs is not None, "the mesh has been unwrapped"
    surface = HighSurface(high)
    cage = surface.cage_around(low)
    progress.step()
    grid = face_grid(high, OCCLUSION_SPACING * float(np.ptp(high.bounds, axis=0).max()))
    occlusion = np.ones(len(grid.positions), np.float32)
    if shades:
        occlusion = mesh_occlusion(high, grid.positions, grid.normals, progress)

    def look_up(points: SurfacePoints) -> Floats:  # [K, 13]
        shading = normalized(points.normals)
        hits = surface.meet(points.positions, shading, cage, progress)
        worn = look(hits, progress)
        arriving = worn.occlusion * grid.look_up(occlusion[:, None], hits.faces, hits.weights)[:, 0]
        normals = np.where(hits.met[:, None], worn.normals, shading)
        encoded = to_tangent_space(normals, points) * np.float32(0.5) + np.float32(0.5)
        single = np.stack([arriving, worn.roughness, worn.metallic], axis=1)
        return np.concatenate([worn.base_color, single, encoded, worn.emissive], axis=1)

    # Where several faces of the high mesh share a texel, it is the mean of four samples.
    factor = 2 if _texel_width(low, size) > _edge_length(high) else 1
    images = [np.zeros((size, size, channels), np.uint8) for channels in _CHANNELS]
    covered = np.zeros((size, size), bool)
    for rows in bands(size):
        buffer = rasterize_uv(low.faces, low.uvs, size * factor, rows.start * factor, len(rows) * factor)
        points = surface_points(low, buffer)
        shape = (len(rows), size)
        texels, values = _averaged(look_up(points), points.texels, shape, factor)
        covered[rows.start : rows.stop].flat[texels] = True
        for image, part in zip(images, np.split(values, np.cumsum(_CHANNELS)[:-1], axis=1), strict=True):
            image[rows.start : rows.stop] = texel_image(part, texels, shape)
        progress.step()
    filled = fill(images, covered, padding_px)
    progress.step()
    return filled


def _averaged(
    values: Floats,  # [K, C]
    texels: npt.NDArray[np.int64],  # [K] of a map of factor * R rows of factor * S texels
    shape: tuple[int, int],  # [R, S]
    factor: int,
) -> tuple[npt.NDArray[np.int64], Floats]:
    """The texels [T] of the coarse map that are covered, and the means [T, C] of what they are covered by."""
    if factor == 1:
        return texels, values
    y, x = np.divmod(texels, shape[1] * factor)
    coarse = (y // factor) * shape[1] + x // factor
    counts = np.bincount(coarse, minlength=shape[0] * shape[1])
    covered = np.flatnonzero(counts)
    sums = [np.bincount(coarse, channel, len(counts))[covered] for channel in values.T]
    return covered, (np.stack(sums, axis=1) / counts[covered, None]).astype(np.float32)


def _texel_width(mesh: Mesh, size: int) -> float:
    """Metres, on a typical face."""
    return float(np.median(texel_widths(mesh, size)))


def _edge_length(mesh: Mesh) -> float:
    """Metres, of a typical face: the side of an equilateral triangle of its area."""
    return float(np.sqrt(4 / np.sqrt(3) * np.median(face_areas(mesh.vertices, mesh.faces))))
