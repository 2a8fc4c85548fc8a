"""Texture to pictures: what views show of a textured mesh, unlit. The way back of `blending`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets import Mesh
from maquette.progress import Progress
from maquette.render.cameras import Camera
from maquette.render.rasterize import rasterize
from maquette.render.surface import interpolate
from maquette.render.textures import face_levels

from .view import Floats, Taps

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class UvPixels:
    """The pixels of one view that show the mesh, and where on its texture."""

    pixel: npt.NDArray[np.int64]  # [N] flat, ascending
    uv: Floats  # [N, 2]
    level: npt.NDArray[np.intp]  # [N] of the pyramid whose texels are about a pixel


@dataclass(frozen=True)
class Pixels:
    """The pixels of one view that show the mesh."""

    pixel: npt.NDArray[np.int64]  # [N] flat, ascending
    taps: Taps  # N reads of the flat pyramid of the texture


@dataclass(frozen=True)
class PixelLookup:
    """Where each pixel of several views reads a texture; made once, it renders any texture of that size."""

    texture_size: int
    image_size: int
    views: tuple[Pixels, ...]

    @property
    def covered(self) -> Bools:  # [V, H, H]
        """Which pixels show the mesh."""
        masks = np.zeros((len(self.views), self.image_size**2), bool)
        for mask, view in zip(masks, self.views, strict=True):
            mask[view.pixel] = True
        return masks.reshape(-1, self.image_size, self.image_size)


def look_up_pixels(
    mesh: Mesh,
    cameras: Sequence[Camera],
    texture_size: int,
    image_size: int,
    progress: Progress | None = None,
) -> PixelLookup:
    """Which texels each pixel reads: bilinear, in the mip level where a texel is about a pixel."""
    assert mesh.uvs is not None, "the mesh has been unwrapped"
    progress = progress or Progress()
    progress.stage("look up", len(cameras))
    views = []
    for camera in cameras:
        views.append(_look_up(mesh, mesh.uvs, camera, texture_size, image_size))
        progress.step()
    return PixelLookup(texture_size, image_size, tuple(views))


def render(lookup: PixelLookup, texture: Floats, background: float = 0.5) -> Floats:
    """[V, H, H, C] pictures of a texture [S, S, C]; pixels beside the mesh hold `background`."""
    pyramid = flat_pyramid(texture)
    shape = (len(lookup.views), lookup.image_size**2, texture.shape[2])
    images = np.full(shape, background, np.float32)
    for image, view in zip(images, lookup.views, strict=True):
        image[view.pixel] = view.taps.read(pyramid)
    return images.reshape(shape[0], lookup.image_size, lookup.image_size, shape[2])


def render_views(
    mesh: Mesh,
    texture: Floats,  # [S, S, C]
    cameras: Sequence[Camera],
    image_size: int,
    background: float = 0.5,
) -> Floats:  # [V, H, H, C]
    """Unlit pictures of the textured mesh. For many textures, `look_up_pixels` once and `render` each."""
    return render(look_up_pixels(mesh, cameras, len(texture), image_size), texture, background)


def uv_pixels(mesh: Mesh, uvs: Floats, camera: Camera, texture_size: int, image_size: int) -> UvPixels:
    """Where a view shows the mesh with corner UVs [F, 3, 2]."""
    buffer = rasterize(mesh.vertices, mesh.faces, camera, image_size, image_size)
    pixel = np.flatnonzero(buffer.face_id >= 0)
    face = buffer.face_id.reshape(-1)[pixel]
    uv = interpolate(uvs, face, buffer.barycentric.reshape(-1, 3)[pixel])
    clip = camera.project(mesh.vertices)
    screen = clip[:, :2] / np.where(clip[:, 3:] > 1e-9, clip[:, 3:], 1) * (image_size / 2)
    levels = face_levels(uvs, screen[mesh.faces], texture_size)
    last = len(pyramid_sizes(texture_size)) - 1
    return UvPixels(pixel, uv, np.clip(np.rint(levels[face]), 0, last).astype(np.intp))


def pyramid_sizes(size: int) -> list[int]:
    """The sides of the levels: halves, as long as they are whole."""
    sizes = [size]
    while sizes[-1] % 2 == 0 and sizes[-1] > 2:
        sizes.append(sizes[-1] // 2)
    return sizes


def flat_pyramid(texture: Floats) -> Floats:  # [S, S, C] -> [P, C]
    """All levels after one another, each the mean of two by two texels of the one before."""
    levels = [np.asarray(texture, dtype=np.float32)]
    for size in pyramid_sizes(len(texture))[1:]:
        levels.append(levels[-1].reshape(size, 2, size, 2, -1).mean(axis=(1, 3)))
    return np.concatenate([level.reshape(-1, texture.shape[2]) for level in levels])


def _look_up(mesh: Mesh, uvs: Floats, camera: Camera, texture_size: int, image_size: int) -> Pixels:
    places = uv_pixels(mesh, uvs, camera, texture_size, image_size)
    return Pixels(places.pixel, _texture_taps(places.uv, places.level, np.array(pyramid_sizes(texture_size))))


def _texture_taps(uv: Floats, level: npt.NDArray[np.intp], sizes: npt.NDArray[np.int64]) -> Taps:
    """Bilinear reads at uv [N, 2] in the given levels of a flat pyramid; a texture repeats."""
    starts = np.concatenate([[0], np.cumsum(sizes**2)[:-1]])
    size, start = sizes[level], starts[level]
    x, y = uv[:, 0].astype(np.float64) * size - 0.5, (1 - uv[:, 1].astype(np.float64)) * size - 0.5
    left, top = np.floor(x), np.floor(y)
    across, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    columns = [(left.astype(np.int64) + step) % size for step in (0, 1)]
    rows = [start + (top.astype(np.int64) + step) % size * size for step in (0, 1)]
    index = np.stack([row + column for row in rows for column in columns], axis=1).astype(np.int32)
    weight = np.stack([v * h for v in (1 - down, down) for h in (1 - across, across)], axis=1)
    return Taps(index, weight)
