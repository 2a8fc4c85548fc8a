"""Light from single directions, each with a shadow map; many of them make soft light."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .rasterize import depth_map

Floats = npt.NDArray[np.float32]

LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)  # of linear sRGB


@dataclass(frozen=True)
class ShadowMap:
    """The nearest surface along one direction, on a grid across it, and how much light it takes."""

    to_pixels: Floats  # [3, 4] world to (column, row, distance from the light)
    depth: Floats  # [S * S]
    size: int
    opacity: float = 1.0

    def gap(self, points: Floats) -> Floats:  # [N, 3] -> [N]
        """How far before each point, on its way from the light, the first surface lies, in metres.

        Negative or minus infinity where nothing is in the way. Points must be lifted off their own surface.
        """
        column, row, distance = self.to_pixels[:, :3] @ points.T + self.to_pixels[:, 3:]
        column = np.clip(column, 0, self.size - 1).astype(np.int32)
        row = np.clip(row, 0, self.size - 1).astype(np.int32)
        return np.asarray(distance - self.depth[row * self.size + column])


@dataclass(frozen=True)
class Beam:
    """Light from one direction."""

    direction: Floats  # [3] unit, towards the light
    light: Floats  # [3] radiance times solid angle
    spread: float  # radians to the neighbouring beams of the same light
    shadows: tuple[ShadowMap, ...]  # of what hides the light, and of what is looked through

    def arrives(self, points: Floats) -> Floats:  # [N, 3] -> [N]
        """The part of the light that nothing takes on its way to the points."""
        passed = np.ones(len(points), dtype=np.float32)
        for shadow in self.shadows:
            passed *= np.where(shadow.gap(points) > 0, np.float32(1 - shadow.opacity), np.float32(1))
        return passed


def shadow_map(
    vertices: npt.NDArray[np.float64],  # [V, 3] world
    faces: npt.NDArray[np.int32],  # [F, 3]
    center: npt.NDArray[np.float64],  # [3] of the scene
    radius: float,  # of a sphere around the scene
    direction: Floats,  # [3] unit, towards the light
    size: int,  # texels along a side
    opacity: float = 1.0,
) -> ShadowMap:
    helper = np.eye(3)[np.abs(direction).argmin()]
    right = np.cross(helper, direction)
    right /= np.linalg.norm(right)
    up = np.cross(direction, right)
    scale = size / (2 * radius)
    linear = np.stack([right * scale, up * scale, -direction])
    to_pixels = np.concatenate([linear, -(linear @ center)[:, None]], axis=1)
    to_pixels[:2, 3] += size / 2
    projected = vertices @ to_pixels[:, :3].T + to_pixels[:, 3]
    depth = depth_map(projected, faces, size, size).astype(np.float32).ravel()
    return ShadowMap(to_pixels.astype(np.float32), depth, size, opacity)
