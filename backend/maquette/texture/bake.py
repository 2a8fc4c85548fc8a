"""Bakes a distance field and its material into maps on the UVs of a mesh.

Every texel's point is moved onto the zero set of the field, so that a decimated mesh shows the shading of
the true surface. The normal map holds the field's normal, bent by bumps, in the MikkTSpace frame of
`assets.tangent_space`; the mesh is shaded with one smooth normal per vertex, sharp edges included, and the
map straightens what that bends. Large maps are baked in bands of rows, which bounds the memory.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets import Material, Mesh
from maquette.assets.mesh import Floats
from maquette.geometry.field import Distance, Gradient, evaluate_with_normals, normalized
from maquette.progress import Progress

from .ambient_occlusion import occlusion_map
from .bands import bands, texel_image, with_halo
from .borders import smooth_borders
from .bumps import bump_normals, to_tangent_space
from .gutter import fill
from .surface import Surface, sample_surface
from .uv_raster import SurfacePoints, UvBuffer, find_neighbours, rasterize_uv, surface_points, texel_steps

BAND_STEPS = 3
GRADIENT_STEP = 1e-4  # of the size of the object
SETTLED = 0.02  # of the reach: texels that moved by less are not moved again

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Source:
    """What is baked."""

    distance: Distance
    gradient: Gradient | None
    surface: Surface
    reach: float  # metres
    extent: float  # of the object, metres


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
) -> Material:
    """Maps of `size` texels a side for `mesh`, filled `padding_px` texels around the charts.

    A texel moves at most `reach` metres onto the field. Bumps come from the heights and normal offsets that
    `surface` gives; texels at borders of colour or material are averaged from four sub-texels.
    """
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    source = _Source(distance, gradient, surface, reach, float(np.ptp(mesh.bounds, axis=0).max()))
    images = [np.zeros((size, size, 3), np.uint8) for _ in range(4)]
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
    return Material(base_color, orm, normal, emissive[0] if emits else None)


def _bake_band(mesh: Mesh, source: _Source, size: int, buffer: UvBuffer, progress: Progress) -> list[Bytes]:
    """Base colour, occlusion-roughness-metallic, normal and, if there is any, emission of the band: [R, S,
    3].
    """
    points = surface_points(mesh, buffer)
    neighbours = find_neighbours(points.texels, buffer.face_id.shape)
    positions, normals = _onto_field(source, points, progress)
    progress.step()
    right, up = (step[points.faces] for step in texel_steps(mesh, size))
    sample = sample_surface(source.surface, positions, normals, progress)
    sample = smooth_borders(source.surface, sample, positions, normals, right, up, neighbours, progress)
    progress.step()
    occlusion = occlusion_map(
        source.distance, positions, normals, points.texels, buffer.face_id.shape, source.extent, progress
    )
    bent = normals
    if sample.height is not None:
        bent = bump_normals(sample.height, normals, right, up, neighbours)
    if sample.normal_offset is not None:
        bent = normalized(bent + sample.normal_offset)
    channels = [
        sample.base_color_srgb,
        np.stack([occlusion, sample.roughness, sample.metallic], axis=1),
        to_tangent_space(bent, points) * np.float32(0.5) + np.float32(0.5),
    ]
    if sample.emissive_srgb is not None:
        channels.append(sample.emissive_srgb)
    progress.step()
    return [texel_image(values, points.texels, buffer.face_id.shape) for values in channels]


def _onto_field(source: _Source, points: SurfacePoints, progress: Progress) -> tuple[Floats, Floats]:
    """Positions [K, 3] on the field and its normals [K, 3]: two Newton steps along the gradient.

    Where the field looks the other way, as behind the middle of a thin sheet, a point keeps the mesh's
    normal.
    """
    positions, shading = points.positions.copy(), normalized(points.normals)
    normals = shading.copy()
    moving = np.arange(len(positions))
    for _ in range(2):
        values, facing = evaluate_with_normals(
            source.distance, source.gradient, positions[moving], GRADIENT_STEP * source.extent, progress
        )
        agrees = np.einsum("ki,ki->k", facing, shading[moving]) > 0
        moving, values, facing = (
            moving[agrees],
            np.clip(values[agrees], -source.reach, source.reach),
            facing[agrees],
        )
        normals[moving] = facing
        positions[moving] -= facing * values[:, None]
        moving = moving[np.abs(values) > SETTLED * source.reach]
    return positions, normals
