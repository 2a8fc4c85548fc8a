"""Bakes a distance field and its material into maps on the UVs of a mesh.

Every texel's point is moved onto the zero set of the field, so that a decimated mesh shows the shading of
the true surface. The normal map holds the field's normal, bent by bumps, in the MikkTSpace frame of
`assets.tangent_space`; the mesh is shaded with one smooth normal per vertex, sharp edges included, and the
map straightens what that bends. Large maps are baked in bands of rows, which bounds the memory.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Material, Mesh
from maquette.assets.images import without_plain_alpha
from maquette.assets.material import AlphaMode
from maquette.geometry.field import Distance, Gradient, normalized
from maquette.progress import Progress

from .ambient_occlusion import occlusion_map
from .bands import bands, texel_image, with_halo
from .borders import smooth_borders
from .bumps import bump_normals, to_tangent_space
from .gutter import fill
from .onto_field import Field, onto_field
from .surface import Surface, sample_surface
from .uv_raster import UvBuffer, find_neighbours, rasterize_uv, surface_points, texel_steps

BAND_STEPS = 3
GRADIENT_STEP = 1e-4  # of the size of the object
_CHANNELS: Final = (4, 3, 3, 3)  # base colour and alpha; occlusion, roughness, metallic; normal; emission

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Source:
    """What is baked."""

    field: Field
    surface: Surface
    extent: float  # of the object, metres
    shading: Distance


def bake_steps(size: int) -> int:
    """How many steps `bake_field` reports to a stage for maps of `size`."""
    return BAND_STEPS * len(bands(size)) + 1


def bake_field(
    mesh: Mesh,  # with UVs
    distance: Distance,
    gradient: Gradient | None,  # None: by differences
    surface: Surface,
    size: int,
    padding_px: int,
    reach: float,
    progress: Progress,
    shading: Distance | None = None,  # of what keeps light away; None: the whole field
) -> Material:
    """Maps of `size` texels a side for `mesh`, filled `padding_px` texels around the charts.

    A texel moves at most `reach` metres onto the field. Bumps come from the heights and normal offsets that
    `surface` gives; texels at borders of colour or material are averaged from four sub-texels.
    """
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    extent = float(np.ptp(mesh.bounds, axis=0).max())
    field = Field(distance, gradient, GRADIENT_STEP * extent, reach)
    source = _Source(field, surface, extent, shading or distance)
    images = [np.zeros((size, size, channels), np.uint8) for channels in _CHANNELS]
    covered = np.zeros((size, size), bool)
    emits = False
    for rows in bands(size):
        haloed = with_halo(rows, size)
        start = haloed.start
        buffer = rasterize_uv(mesh.faces, mesh.uvs, size, start, len(haloed))
        baked = _bake_band(mesh, source, size, buffer, progress)
        emits |= len(baked) == 4
        inner = slice(rows.start - start, rows.stop - start)
        covered[rows.start : rows.stop] = buffer.face_id[inner] >= 0
        for image, band in zip(images, baked, strict=False):
            image[rows.start : rows.stop] = band[inner]
    base_color, orm, normal, *emissive = fill(images if emits else images[:3], covered, padding_px)
    progress.step()
    base_color = without_plain_alpha(base_color)
    mode: AlphaMode = "OPAQUE" if base_color.shape[2] == 3 else "BLEND"
    return Material(base_color, orm, normal, emissive[0] if emits else None, mode)


def _bake_band(mesh: Mesh, source: _Source, size: int, buffer: UvBuffer, progress: Progress) -> list[Bytes]:
    """Base colour and alpha [R, S, 4], occlusion-roughness-metallic, normal and, if there is any, emission of
    the band, each [R, S, 3].
    """
    points = surface_points(mesh, buffer)
    neighbours = find_neighbours(points.texels, buffer.face_id.shape)
    right, up = (step[points.faces] for step in texel_steps(mesh, size))
    texel = np.sqrt(np.einsum("ki,ki->k", right, right))
    positions, normals = onto_field(source.field, points, neighbours, buffer.face_id.shape, texel, progress)
    progress.step()
    sample = sample_surface(source.surface, positions, normals, progress)
    sample = smooth_borders(source.surface, sample, positions, normals, right, up, neighbours, progress)
    progress.step()
    occlusion = occlusion_map(
        source.shading,
        positions,
        normals,
        points.texels,
        buffer.face_id.shape,
        source.extent,
        progress,
    )
    bent = normals
    if sample.height is not None:
        bent = bump_normals(sample.height, normals, right, up, neighbours)
    if sample.normal_offset is not None:
        bent = normalized(bent + sample.normal_offset)
    opacity = np.ones(len(positions), np.float32) if sample.opacity is None else sample.opacity
    channels = [
        np.concatenate([sample.base_color_srgb, opacity[:, None]], axis=1),
        np.stack([occlusion, sample.roughness, sample.metallic], axis=1),
        to_tangent_space(bent, points) * np.float32(0.5) + np.float32(0.5),
    ]
    if sample.emissive_srgb is not None:
        channels.append(sample.emissive_srgb)
    progress.step()
    return [texel_image(values, points.texels, buffer.face_id.shape) for values in channels]
