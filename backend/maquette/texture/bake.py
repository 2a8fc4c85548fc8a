"""Bakes a distance field and its material into maps on the UVs of a mesh.

Every texel's point is moved onto the zero set of the field, so that a decimated mesh shows the shading of
the true surface. The normal map holds the field's normal, bent by bumps, in the MikkTSpace frame of
`assets.tangent_space`; the mesh is shaded with one smooth normal per vertex, sharp edges included, and the
map straightens what that bends.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt, map_coordinates

from maquette.assets import Material, Mesh
from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.assets.mesh import Floats
from maquette.geometry.field import CHUNK_POINTS, Distance, Gradient, evaluate_with_normals, normalized
from maquette.progress import Progress

from .ambient_occlusion import ambient_occlusion
from .bumps import bump_normals, to_tangent_space
from .gutter import fill
from .surface import Surface, SurfaceSample, join
from .uv_raster import Neighbours, SurfacePoints, find_neighbours, rasterize_uv, surface_points, texel_steps

BAKE_STEPS = 4  # what `bake_field` reports to a stage
OCCLUSION_SIZE = (
    512  # occlusion varies slowly: it is computed on at most this many texels a side and enlarged
)
BORDER_CONTRAST = (
    0.1  # texels that differ from a neighbour by more, in any channel, are averaged from sub-texels
)
MOST_BORDERS = 0.2  # share of the texels that may be, the ones with the most contrast first
SUBTEXELS = ((-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25))
GRADIENT_STEP = 1e-4  # of the size of the object
SETTLED = 0.02  # of the reach: texels that moved by less are not moved again

Bytes = npt.NDArray[np.uint8]


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
    extent = float(np.ptp(mesh.bounds, axis=0).max())
    buffer = rasterize_uv(mesh.faces, mesh.uvs, size)
    points = surface_points(mesh, buffer)
    neighbours = find_neighbours(points.texels, size)
    positions, normals = _onto_field(points, distance, gradient, reach, GRADIENT_STEP * extent, progress)
    progress.step()
    right, up = (step[points.faces] for step in texel_steps(mesh, size))
    sample = _sampled(surface, positions, normals, progress)
    sample = _smooth_borders(surface, sample, positions, normals, right, up, neighbours, progress)
    progress.step()
    occlusion = _occlusion(distance, positions, normals, points.texels, size, extent, progress)
    progress.step()
    bent = normals
    if sample.height is not None:
        bent = bump_normals(sample.height, normals, right, up, neighbours)
    if sample.normal_offset is not None:
        bent = normalized(bent + sample.normal_offset)
    tangent_space = to_tangent_space(bent, points)
    channels = [
        sample.base_color_srgb,
        np.stack([occlusion, sample.roughness, sample.metallic], axis=1),
        tangent_space * np.float32(0.5) + np.float32(0.5),
    ]
    if sample.emissive_srgb is not None:
        channels.append(sample.emissive_srgb)
    images = [_image(values, points.texels, size) for values in channels]
    base_color, orm, normal, *emissive = fill(images, buffer.face_id >= 0, padding_px)
    progress.step()
    return Material(base_color, orm, normal, emissive[0] if emissive else None)


def _onto_field(
    points: SurfacePoints,
    distance: Distance,
    gradient: Gradient | None,
    reach: float,
    step: float,
    progress: Progress,
) -> tuple[Floats, Floats]:
    """Positions [K, 3] on the field and its normals [K, 3]: two Newton steps along the gradient.

    Where the field looks the other way, as behind the middle of a thin sheet, a point keeps the mesh's
    normal.
    """
    positions, shading = points.positions.copy(), normalized(points.normals)
    normals = shading.copy()
    moving = np.arange(len(positions))
    for _ in range(2):
        values, facing = evaluate_with_normals(distance, gradient, positions[moving], step, progress)
        agrees = np.einsum("ki,ki->k", facing, shading[moving]) > 0
        moving, values, facing = moving[agrees], np.clip(values[agrees], -reach, reach), facing[agrees]
        normals[moving] = facing
        positions[moving] -= facing * values[:, None]
        moving = moving[np.abs(values) > SETTLED * reach]
    return positions, normals


def _sampled(surface: Surface, positions: Floats, normals: Floats, progress: Progress) -> SurfaceSample:
    samples = []
    for start in range(0, max(len(positions), 1), CHUNK_POINTS):
        progress.check()
        chunk = slice(start, start + CHUNK_POINTS)
        samples.append(surface(positions[chunk], normals[chunk]))
    return join(samples)


def _smooth_borders(
    surface: Surface,
    sample: SurfaceSample,
    positions: Floats,  # [K, 3]
    normals: Floats,  # [K, 3]
    right: Floats,  # [K, 3]
    up: Floats,  # [K, 3]
    neighbours: Neighbours,
    progress: Progress,
) -> SurfaceSample:
    """Averages colour, roughness and metallic of the texels at borders over four sub-texels, colours as
    light.
    """
    border = _border_texels(sample, neighbours)
    if len(border) == 0:
        return sample
    shifts = [right[border] * np.float32(x) + up[border] * np.float32(y) for x, y in SUBTEXELS]
    spread = np.concatenate([positions[border] + shift for shift in shifts])
    fine = _sampled(surface, spread, np.tile(normals[border], (len(SUBTEXELS), 1)), progress)

    def averaged(coarse: Floats, values: Floats) -> Floats:
        result = coarse.copy()
        result[border] = values.reshape(len(SUBTEXELS), len(border), *values.shape[1:]).mean(axis=0)
        return result

    light = srgb_to_linear(fine.base_color_srgb).astype(np.float32)
    mean_light = light.reshape(len(SUBTEXELS), len(border), 3).mean(axis=0)
    color = sample.base_color_srgb.copy()
    color[border] = linear_to_srgb(mean_light)
    return replace(
        sample,
        base_color_srgb=color,
        roughness=averaged(sample.roughness, fine.roughness),
        metallic=averaged(sample.metallic, fine.metallic),
    )


def _border_texels(sample: SurfaceSample, neighbours: Neighbours) -> npt.NDArray[np.int64]:
    channels = [*sample.base_color_srgb.T, sample.roughness, sample.metallic]
    contrast = np.zeros(len(sample.roughness), np.float32)
    for neighbour in (neighbours.right, neighbours.above):
        here = np.flatnonzero(neighbour >= 0)
        there = neighbour[here]
        difference = np.zeros(len(here), np.float32)
        for channel in channels:
            np.maximum(difference, np.abs(channel[there] - channel[here]), out=difference)
        contrast[here] = np.maximum(contrast[here], difference)
        contrast[there] = np.maximum(contrast[there], difference)
    border = np.flatnonzero(contrast > BORDER_CONTRAST)
    most = int(MOST_BORDERS * len(contrast))
    if len(border) > most:
        border = np.sort(border[np.argsort(-contrast[border], kind="stable")[:most]])
    return border


def _occlusion(
    distance: Distance,
    positions: Floats,
    normals: Floats,
    texels: npt.NDArray[np.int64],
    size: int,
    extent: float,
    progress: Progress,
) -> Floats:
    """[K] ambient occlusion, computed on a coarser map and enlarged."""
    factor = max(2, size // OCCLUSION_SIZE)
    coarse = -(-size // factor)
    x, y = texels % size, texels // size
    cells, chosen = np.unique((y // factor) * coarse + x // factor, return_index=True)
    values = np.full(coarse * coarse, -1, np.float32)
    values[cells] = ambient_occlusion(distance, positions[chosen], normals[chosen], extent, progress)
    image = values.reshape(coarse, coarse)
    nearest = distance_transform_edt(image < 0, return_distances=False, return_indices=True)
    filled = image[tuple(nearest)]
    at = [(axis + 0.5) / factor - 0.5 for axis in (y, x)]
    enlarged: Floats = map_coordinates(filled, at, order=1, mode="nearest", output=np.float32)
    return enlarged


def _image(values: Floats, texels: npt.NDArray[np.int64], size: int) -> Bytes:
    """[S, S, C] bytes of values [K, C] in 0..1 at the texels."""
    image = np.zeros((size * size, values.shape[1]), np.uint8)
    image[texels] = (np.clip(values, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    return image.reshape(size, size, -1)
