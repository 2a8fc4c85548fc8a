"""Maps of a mesh from a description: the site of every texel is found, composed, and turned into bytes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Material, Mesh
from maquette.assets.images import without_plain_alpha
from maquette.assets.material import AlphaMode
from maquette.assets.mesh import Floats
from maquette.geometry.field import chunks, normalized
from maquette.progress import Progress
from maquette.texture.bands import bands, texel_image, with_halo
from maquette.texture.bumps import bump_normals, to_tangent_space
from maquette.texture.gutter import fill
from maquette.texture.surface_cues import SurfaceCues
from maquette.texture.uv_raster import find_neighbours, rasterize_uv, surface_points, texel_steps
from maquette.threads import map_threads

from .anchors import Anchors
from .clouds import Clouds
from .description import SurfaceDescription
from .frames import GrainFrames
from .site import Site, Skin
from .stack import compose

CHUNK_TEXELS = 1 << 15  # a layer's arrays then stay near the cache
_DEEPEST = 0.006  # of a crevice in the relief that darkens fully, in units of the object
_SHADE = 0.45
_CHANNELS: Final = (4, 3, 3, 3)  # base colour and alpha; occlusion, roughness, metallic; normal; emission

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Canvas:
    """All that is known of a mesh before it is painted. `unit` is how many metres its own unit has."""

    mesh: Mesh
    cues: SurfaceCues
    frames: GrainFrames
    anchors: Anchors
    unit: float
    clouds: Clouds
    seed: int
    wear: float

    @cached_property
    def lattice(self) -> Floats:
        """[P, 8] normals and cues beside each other: one look-up then fetches both."""
        return np.concatenate([self.cues.grid.normals, self.cues.values], axis=1)


def paint_steps(size: int) -> int:
    """How many steps `paint` reports to a stage."""
    return len(bands(size)) + 1


def paint(
    canvas: Canvas, description: SurfaceDescription, size: int, padding: int, progress: Progress
) -> Material:
    """The maps, `size` texels a side, filled `padding` texels around the charts."""
    mesh = canvas.mesh
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    images = [np.zeros((size, size, channels), np.uint8) for channels in _CHANNELS]
    covered = np.zeros((size, size), bool)
    emits = False
    for rows in bands(size):
        haloed = with_halo(rows, size)
        baked, there = _paint_band(canvas, description, size, haloed, progress)
        inner = slice(rows.start - haloed.start, rows.stop - haloed.start)
        emits |= len(baked) == 4
        covered[rows.start : rows.stop] = there[inner]
        for image, band in zip(images, baked, strict=False):
            image[rows.start : rows.stop] = band[inner]
        progress.step()
    base_color, orm, normal, *emissive = fill(images if emits else images[:3], covered, padding)
    progress.step()
    base_color = without_plain_alpha(base_color)
    mode: AlphaMode = "OPAQUE" if base_color.shape[2] == 3 else "BLEND"
    return Material(base_color, orm, normal, emissive[0] if emits else None, mode, description.base.words)


def _paint_band(
    canvas: Canvas, description: SurfaceDescription, size: int, rows: range, progress: Progress
) -> tuple[list[Bytes], npt.NDArray[np.bool_]]:
    mesh = canvas.mesh
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    buffer = rasterize_uv(mesh.faces, mesh.uvs, size, rows.start, len(rows))
    points = surface_points(mesh, buffer)
    weights = buffer.barycentric.reshape(-1, 3)[points.texels]
    right, up = (step[points.faces] for step in texel_steps(mesh, size))
    texel = float(np.median(np.linalg.norm(right, axis=1))) if len(right) else 1.0

    def composed(part: slice) -> tuple[Skin, Floats]:
        progress.check()
        site = _site(canvas, points.positions[part], points.faces[part], weights[part], texel)
        return compose(site, description), site.openness

    parts = map_threads(composed, chunks(len(points.texels), CHUNK_TEXELS) or [slice(0, 0)])
    skin, openness = _joined([skin for skin, _ in parts]), np.concatenate([light for _, light in parts])
    shading = normalized(points.normals)
    neighbours = find_neighbours(points.texels, buffer.face_id.shape)
    bent = bump_normals(skin.height * np.float32(canvas.unit), shading, right, up, neighbours)
    hollow = np.clip(-skin.height / np.float32(_DEEPEST), 0, 1)
    occlusion = openness * (1 - np.float32(_SHADE) * hollow)
    opacity = np.ones(len(skin.color), np.float32) if skin.opacity is None else skin.opacity
    channels = [
        np.concatenate([skin.color, opacity[:, None]], axis=1),
        np.stack([occlusion, skin.roughness, skin.metallic], axis=1),
        to_tangent_space(bent, points) * np.float32(0.5) + np.float32(0.5),
    ]
    if skin.emission is not None:
        channels.append(skin.emission)
    shape = buffer.face_id.shape
    return [texel_image(values, points.texels, shape) for values in channels], buffer.face_id >= 0


def _site(
    canvas: Canvas, positions: Floats, faces: npt.NDArray[np.int64], weights: Floats, texel: float
) -> Site:
    found = canvas.cues.grid.look_up(canvas.lattice, faces, weights)
    openness, sky, edge, broad, rise = (np.ascontiguousarray(column) for column in found.T[3:])
    return Site(
        p=positions / np.float32(canvas.unit),
        n=normalized(found[:, :3]),
        turn=lambda p, n: canvas.frames.turned(p, n, faces, canvas.unit),
        openness=openness,
        sky=sky,
        edge=edge,
        broad=broad,
        rise=rise,
        texel=texel / canvas.unit,
        clouds=canvas.clouds,
        seed=canvas.seed,
        wear=canvas.wear,
        anchors=canvas.anchors,
    )


def _joined(skins: list[Skin]) -> Skin:
    emissions = [skin.emission for skin in skins]
    emission = None
    if any(e is not None for e in emissions):
        emission = np.concatenate(
            [np.zeros_like(s.color) if s.emission is None else s.emission for s in skins]
        )
    opacities = [skin.opacity for skin in skins if skin.opacity is not None]  # of all of them or of none
    opacity = np.concatenate(opacities) if opacities else None
    return Skin(
        np.concatenate([skin.color for skin in skins]),
        np.concatenate([skin.roughness for skin in skins]),
        np.concatenate([skin.metallic for skin in skins]),
        np.concatenate([skin.height for skin in skins]),
        emission=emission,
        opacity=opacity,
    )
