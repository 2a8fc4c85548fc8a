"""Takes the picture: several passes with the camera shifted by parts of a pixel, averaged, against
stair-steps.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.threads import map_threads

from .cameras import Camera
from .lighting import Received
from .rasterize import rasterize
from .view import Scene, View, mip_levels

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

_PASSES: Final = 5
_LAYERS: Final = 4  # of surfaces that are seen through each other
_CHUNK: Final = 1 << 14  # pixels shaded at a time, so that intermediate arrays stay in the cache


def expose(scene: Scene, camera: Camera, size: int) -> tuple[Floats, Floats]:
    """Tone-mapped linear colour [size, size, 3], and how much is seen of what lies behind [size, size]."""
    color = np.zeros((size * size, 3), dtype=np.float32)
    transmitted = np.zeros(size * size, dtype=np.float32)
    levels = mip_levels(scene, camera, size, _PASSES)
    first_light = _FirstLight(size * size)
    for number in range(_PASSES):
        # a lattice with as many distinct columns and rows as points
        x, y = (number + 0.5) / _PASSES - 0.5, (2 * number % _PASSES + 0.5) / _PASSES - 0.5
        through = np.ones(size * size, dtype=np.float32)
        for view in _layers(scene, camera.shifted(x, y, size), levels, size):
            if not _add(view, first_light, color, through):
                break
        transmitted += through
    shape = (size, size)
    return color.reshape(*shape, 3) / _PASSES, transmitted.reshape(shape) / _PASSES


class _FirstLight:
    """The light at what each pixel sees first. It is soft: gathered by the first pass that needs it, and
    kept.
    """

    def __init__(self, pixels: int) -> None:
        self._is_known = np.zeros(pixels, dtype=np.bool_)
        self._received = Received.dark(pixels)

    def gather(self, view: View, pixels: Indices) -> None:
        """Makes sure of the light at the pixels [N] of the view."""
        new = pixels[~self._is_known[pixels]]
        map_threads(lambda part: self._received.put(part, view.light(part)), _chunks(new))
        self._is_known[new] = True

    def at(self, pixels: Indices) -> Received:
        return self._received.take(pixels)


def _layers(scene: Scene, camera: Camera, levels: Floats, size: int) -> Iterator[View]:
    """The nearest surfaces and, where the material lets see through them, those behind."""
    behind = None
    for _ in range(1 if scene.alpha_mode == "OPAQUE" else _LAYERS):
        buffer = rasterize(scene.mesh.vertices, scene.mesh.faces, camera, size, size, behind)
        yield View(scene, camera, levels, buffer)
        behind = buffer.ndc_z


def _add(
    view: View,
    first_light: _FirstLight,
    color: Floats,  # [P, 3] added to
    through: Floats,  # [P] how much is seen past the layers so far; lessened
) -> bool:
    """Adds what a layer shows past those before it; says whether it shows anything."""
    pixels = np.flatnonzero((view.buffer.face_id.reshape(-1) >= 0) & (through > 0.01))
    is_first = bool((through == 1).all())
    if is_first:
        first_light.gather(view, pixels)

    def add_part(part: Indices) -> None:
        seen, hides = view.look(part, first_light.at(part) if is_first else view.light(part))
        color[part] += through[part, None] * seen
        through[part] *= 1 - hides

    map_threads(add_part, _chunks(pixels))
    return len(pixels) > 0


def _chunks(pixels: Indices) -> Iterator[Indices]:
    for start in range(0, len(pixels), _CHUNK):
        yield pixels[start : start + _CHUNK]
