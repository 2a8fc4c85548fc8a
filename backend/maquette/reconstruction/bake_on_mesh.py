"""Bakes a material in space onto a mesh's own UVs, beside the relief that it wears already."""

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.assets import Material, Mesh
from maquette.assets.images import without_plain_alpha
from maquette.assets.material import AlphaMode
from maquette.geometry.field import normalized
from maquette.progress import Progress
from maquette.texture.bands import bands, texel_image
from maquette.texture.face_grid import face_grid
from maquette.texture.gutter import fill
from maquette.texture.high_to_low import OCCLUSION_SPACING
from maquette.texture.mesh_occlusion import mesh_occlusion
from maquette.texture.surface import Surface, sample_surface
from maquette.texture.uv_raster import rasterize_uv, surface_points
from maquette.texture.worn import FLAT_NORMAL

Bytes = npt.NDArray[np.uint8]

_CHANNELS: Final = (4, 3)  # base colour and alpha; occlusion, roughness, metallic


def bake_on_mesh_steps(size: int) -> int:
    """How many steps `bake_on_mesh` reports to a stage for maps of `size`."""
    return len(bands(size)) + 2


def bake_on_mesh(
    mesh: Mesh,  # with UVs
    surface: Surface,
    worn: Material | None,  # on these UVs: its relief, emission and occlusion stay
    size: int,
    padding_px: int,
    progress: Progress,
) -> Material:
    """Maps of `size` texels a side, filled `padding_px` texels around the charts."""
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    grid = face_grid(mesh, OCCLUSION_SPACING * float(np.ptp(mesh.bounds, axis=0).max()))
    occlusion = np.ones(len(grid.positions), np.float32)
    if worn is None:
        occlusion = mesh_occlusion(mesh, grid.positions, grid.normals, progress)
    progress.step()
    images = [np.zeros((size, size, channels), np.uint8) for channels in _CHANNELS]
    covered = np.zeros((size, size), bool)
    for rows in bands(size):
        buffer = rasterize_uv(mesh.faces, mesh.uvs, size, rows.start, len(rows))
        points = surface_points(mesh, buffer)
        found = sample_surface(surface, points.positions, normalized(points.normals), progress)
        weights = buffer.barycentric.reshape(-1, 3)[points.texels]
        arriving = grid.look_up(occlusion[:, None], points.faces, weights)[:, 0]
        opacity = np.ones(len(arriving), np.float32) if found.opacity is None else found.opacity
        base_color = np.concatenate([found.base_color_srgb, opacity[:, None]], axis=1)
        orm = np.stack([arriving, found.roughness, found.metallic], axis=1)
        covered[rows.start : rows.stop] = buffer.face_id >= 0
        for image, values in zip(images, (base_color, orm), strict=True):
            image[rows.start : rows.stop] = texel_image(values, points.texels, buffer.face_id.shape)
        progress.step()
    base_color, orm = fill(images, covered, padding_px)
    progress.step()
    base_color = without_plain_alpha(base_color)
    mode: AlphaMode = "OPAQUE" if base_color.shape[2] == 3 else "BLEND"
    if worn is None:
        normal = np.full((size, size, 3), FLAT_NORMAL, np.uint8)
        return Material(base_color, orm, normal, None, mode)
    orm = np.concatenate([_resized(worn.orm, size)[..., :1], orm[..., 1:]], axis=2)
    emissive = None if worn.emissive is None else _resized(worn.emissive, size)
    return Material(base_color, orm, _resized(worn.normal, size), emissive, mode)


def _resized(image: Bytes, size: int) -> Bytes:  # [S, S, 3] -> [size, size, 3]
    if len(image) == size:
        return image
    return np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC))
