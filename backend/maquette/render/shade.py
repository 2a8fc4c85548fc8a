"""Metallic-roughness surfaces in the studio: Lambert below a GGX mirror, lit by areas of light."""

from typing import Final

import numpy as np
import numpy.typing as npt

from .brdf import mirror_occlusion, reflectance
from .ground import Ground
from .lighting import Received
from .studio import Studio
from .surface import Surface
from .vectors import dot

Floats = npt.NDArray[np.float32]

_OWN_LIGHT: Final = np.float32(0.65)  # of what hides the floor: rays that would end below a foot end on it
_LOBE: Final = np.float32(1.4)  # deviation of the GGX lobe around the mirror direction, in units of alpha


def shade(
    surface: Surface,
    to_viewer: Floats,  # [N, 3] unit
    received: Received,
    studio: Studio,
    ground: Ground,
) -> tuple[Floats, Floats]:
    """Radiance towards the viewer: what comes out of the body [N, 3] (diffuse, emission), what is mirrored
    [N, 3].

    The two are apart because a clear material lets the first fade, not the second.
    """
    metallic = surface.metallic[:, None]
    facing = np.clip(dot(surface.normal, to_viewer), 0, 1)
    head_on, mirrored = reflectance(surface.base_color, surface.metallic, surface.roughness, facing)
    occlusion = np.minimum(surface.occlusion, received.openness)
    around, lamps, arriving = _mirrored_light(surface, to_viewer, facing, occlusion, received, studio, ground)
    # what hides the surroundings from a metal's hollow is mostly the same metal, which mirrors them in turn
    mirror = mirrored * (around * _with_bounces(arriving[:, None], head_on * metallic) + lamps)
    albedo = surface.base_color * (1 - metallic)
    irradiance = received.boxes + received.dome * _with_bounces(occlusion[:, None], albedo)
    body = albedo * (1 - mirrored) * irradiance * np.float32(1 / np.pi)
    if surface.emission is not None:
        body = body + surface.emission
    return body, mirror


def _mirrored_light(
    surface: Surface,
    to_viewer: Floats,
    facing: Floats,
    occlusion: Floats,
    received: Received,
    studio: Studio,
    ground: Ground,
) -> tuple[Floats, Floats, Floats]:
    """The light around the mirror direction, blurred as the roughness says.

    From dome and floor as if nothing hid them [N, 3], from the soft boxes [N, 3] with their shadows, and
    the part [N] of the first that is not hidden.
    """
    alpha = surface.roughness * surface.roughness
    spread = _LOBE * np.maximum(alpha, np.float32(0.01))
    direction = 2 * facing[:, None] * surface.normal - to_viewer
    above, floor = studio.dome.mirrored(direction, spread)
    below = _OWN_LIGHT + (1 - _OWN_LIGHT) * ground.below(surface.position, direction)
    lamps = np.zeros_like(above)
    for number, box in enumerate(studio.boxes):
        lamps += (box.mirrored(direction, spread) * received.seen[:, number])[:, None] * box.radiance
    return above + floor * below[:, None], lamps, mirror_occlusion(occlusion, surface.roughness, facing)


def _with_bounces(occlusion: Floats, albedo: Floats) -> Floats:  # [N, 1], [N, 3] -> [N, 3]
    """Occlusion brightened by light that bounces in the crevice and takes on its colour.

    The cubic fit of Jimenez and others, "Practical Realtime Strategies for Accurate Indirect Occlusion",
    2016.
    """
    a = np.float32(2.0404) * albedo - np.float32(0.3324)
    b = np.float32(-4.7951) * albedo + np.float32(0.6417)
    c = np.float32(2.7552) * albedo + np.float32(0.6903)
    return np.asarray(np.maximum(occlusion, ((occlusion * a + b) * occlusion + c) * occlusion))
