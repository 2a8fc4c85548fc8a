"""What a surface looks like at points: the seam between procedural materials and the bakes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from maquette.assets.mesh import Floats
from maquette.geometry.field import chunks
from maquette.progress import Progress
from maquette.threads import map_threads

CHUNK_POINTS = 1 << 17  # a material at work holds some hundred bytes a point


@dataclass(frozen=True)
class SurfaceSample:
    """Material of N points."""

    base_color_srgb: Floats  # [N, 3] in 0..1
    roughness: Floats  # [N] in 0..1
    metallic: Floats  # [N] in 0..1
    height: Floats | None = None  # [N] metres above the field's surface; the bake turns it into normals
    normal_offset: Floats | None = None  # [N, 3] added to the unit normal, in place of or on top of `height`
    emissive_srgb: Floats | None = None  # [N, 3] in 0..1
    opacity: Floats | None = None  # [N] in 0..1: how much of what lies behind is hidden; None: all of it


Surface = Callable[[Floats, Floats], SurfaceSample]  # points [N, 3] metres, unit normals [N, 3]


def sample_surface(surface: Surface, positions: Floats, normals: Floats, progress: Progress) -> SurfaceSample:
    """The material at positions [N, 3] with unit normals [N, 3], chunk by chunk, from several threads."""

    def sample(rows: slice) -> SurfaceSample:
        progress.check()
        return surface(positions[rows], normals[rows])

    return _join(map_threads(sample, chunks(len(positions), CHUNK_POINTS) or [slice(0, 0)]))


def _join(samples: list[SurfaceSample]) -> SurfaceSample:
    """The samples one after the other; an optional field is kept if all of them have it."""

    def joined(name: str) -> Floats | None:
        values = [getattr(sample, name) for sample in samples]
        return None if any(value is None for value in values) else np.concatenate(values).astype(np.float32)

    optional = {name: joined(name) for name in ("height", "normal_offset", "emissive_srgb", "opacity")}
    return SurfaceSample(
        np.concatenate([sample.base_color_srgb for sample in samples]).astype(np.float32),
        np.concatenate([sample.roughness for sample in samples]).astype(np.float32),
        np.concatenate([sample.metallic for sample in samples]).astype(np.float32),
        **optional,
    )
