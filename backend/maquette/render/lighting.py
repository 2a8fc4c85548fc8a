"""The light that reaches points of an object in the studio, with soft shadows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.threads import map_threads

from .beams import LUMINANCE, Beam, shadow_map
from .ground import Ground, light_ground
from .studio import LightSamples, Studio

Floats = npt.NDArray[np.float32]

_KEY_MAP: Final = (
    288  # texels along a side of the shadow maps of the key light, whose shadow is the visible one
)
_OTHER_MAP: Final = 128
_HIDES: Final = 0.99  # opacity above which a face lets no light through


@dataclass(frozen=True)
class Received:
    """Light at N points of the object."""

    boxes: Floats  # [N, 3] irradiance from the soft boxes, shadows in it
    dome: Floats  # [N, 3] irradiance from dome and floor as if nothing stood in the way
    openness: Floats  # [N] the part of `dome` that arrives
    seen: Floats  # [N, 3] how much of key, fill and rim is not hidden

    @staticmethod
    def dark(count: int) -> "Received":
        """No light, at `count` points."""
        colors, seen = np.zeros((2, count, 3), dtype=np.float32), np.zeros((count, 3), dtype=np.float32)
        return Received(colors[0], colors[1], np.zeros(count, dtype=np.float32), seen)

    def take(self, places: npt.NDArray[np.intp]) -> "Received":
        """The light at some of the points, in the order of `places`."""
        return Received(self.boxes[places], self.dome[places], self.openness[places], self.seen[places])

    def put(self, places: npt.NDArray[np.intp], other: "Received") -> None:
        """Overwrites the light at some of the points."""
        self.boxes[places], self.dome[places] = other.boxes, other.dome
        self.openness[places], self.seen[places] = other.openness, other.seen


@dataclass(frozen=True)
class Lighting:
    boxes: tuple[Sequence[Beam], ...]  # key, fill, rim
    dome: Sequence[Beam]
    ground: Ground
    lift: float  # metres off the surface at which its visibility is asked, against self-shadowing

    def at(self, points: Floats, normals: Floats) -> Received:
        """The light at points [N, 3] of the object with shading normals [N, 3]."""
        lifted = points + normals * np.float32(self.lift)
        from_boxes = np.zeros_like(points)
        seen = np.zeros((len(points), len(self.boxes)), dtype=np.float32)
        for number, beams in enumerate(self.boxes):
            for beam in beams:
                visible = beam.arrives(lifted)
                seen[:, number] += visible
                from_boxes += (_cosine(normals, beam) * visible)[:, None] * beam.light
            seen[:, number] /= len(beams)
        from_dome = np.zeros_like(points)
        arrives = np.zeros(len(points), dtype=np.float32)
        for beam in self.dome:
            cosine = _cosine(normals, beam)
            from_dome += cosine[:, None] * beam.light
            cosine *= beam.arrives(lifted)
            if beam.direction[2] < 0:
                cosine *= self.ground.roughly_below(lifted, beam.direction)
            arrives += cosine * (beam.light @ LUMINANCE)
        openness = arrives / np.maximum(from_dome @ LUMINANCE, np.float32(1e-6))
        return Received(from_boxes, from_dome, openness, seen)


def light_scene(
    vertices: npt.NDArray[np.float64],  # [V, 3] world
    faces: npt.NDArray[np.int32],  # [F, 3]
    studio: Studio,
    opacity: Floats | None = None,  # [F] of the faces; None: nothing is looked through
    dome_share: float = 1.0,  # of the usual number of directions that the dome's light comes from
) -> Lighting:
    """Prepares the studio's light on an object: shadow maps for every beam, and the floor's brightness."""
    used = vertices[faces.ravel()]
    center = (used.min(axis=0) + used.max(axis=0)) / 2
    radius = float(np.linalg.norm(used - center, axis=1).max()) * 1.02

    casters = _casters(faces, opacity)

    def beams(samples: LightSamples, size: int) -> list[Beam]:
        def beam(direction: Floats, light: Floats) -> Beam:
            shadows = [
                shadow_map(vertices, part, center, radius, direction, size, hides) for part, hides in casters
            ]
            return Beam(direction, light, samples.spread, tuple(shadows))

        return map_threads(beam, samples.directions, samples.lights)

    key = beams(studio.key.light_samples(), _KEY_MAP)
    fill = beams(studio.fill.light_samples(), _OTHER_MAP)
    rim = beams(studio.rim.light_samples(), _OTHER_MAP)
    dome = beams(studio.dome.light_samples(dome_share), _OTHER_MAP)
    ground = light_ground([*key, *fill, *rim, *dome], center, radius, float(used[:, 2].min()))
    texel = 2 * radius / _OTHER_MAP
    return Lighting((key, fill, rim), dome, ground, lift=1.5 * texel)


def _casters(
    faces: npt.NDArray[np.int32], opacity: Floats | None
) -> list[tuple[npt.NDArray[np.int32], float]]:
    """The faces that hide the light, and those that take a part of it, with that part."""
    if opacity is None or (opacity > _HIDES).all():
        return [(faces, 1.0)]
    clear = opacity <= _HIDES
    veils = (faces[clear], float(opacity[clear].mean()))
    return [veils] if clear.all() else [(faces[~clear], 1.0), veils]


def _cosine(normals: Floats, beam: Beam) -> Floats:
    return np.maximum(normals @ beam.direction, np.float32(0))
