"""What is known of some texels before anything is laid on them, and how they look so far."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from .clouds import Clouds

Points = npt.NDArray[np.float32]  # [N, 3]
Values = npt.NDArray[np.float32]  # [N]
F32 = np.float32


@dataclass(frozen=True)
class Site:
    """N texels. Lengths are in units of the object: it is about one large, whatever its metres are."""

    p: Points  # [N, 3]
    n: Points  # [N, 3] unit, creases kept
    turn: Callable[[Points, Points], tuple[Points, Points]]  # p and n so that Z runs along the piece's grain
    openness: Values  # [N] these five as in texture.surface_cues
    sky: Values
    edge: Values
    broad: Values
    rise: Values
    texel: float  # between texels
    clouds: Clouds
    seed: int
    wear: float  # 0..2
    anchors: Callable[[], cKDTree]  # points spread over the surface, for studs

    def noise(self, wavelength: float, salt: int, stretch: float = 1.0) -> Values:
        """[N] fractal noise, about -1..1; faded out where texels cannot show it."""
        fade = float(np.clip(wavelength / (3 * self.texel) - 1, 0, 1))
        if fade == 0:
            return np.zeros(len(self.p), F32)
        return self.clouds.at(self.p, wavelength, salt, stretch) * F32(fade)

    @cached_property
    def edges(self) -> Values:
        """[N] 0 on flat and hollow places to 1 on sharp edges and ridges."""
        fine = np.clip((self.edge - F32(0.12)) * F32(1.7), 0, 1)
        broad = np.clip(self.broad - F32(0.42), 0, 1)
        return np.asarray(np.maximum(fine, broad), F32)

    @cached_property
    def crevices(self) -> Values:
        """[N] 0 in the open to 1 in corners, folds and gaps."""
        hollow = np.maximum(
            np.clip(-self.edge - F32(0.06), 0, 1) * F32(1.8),
            np.clip(-self.broad - F32(0.10), 0, 1) * F32(1.3),
        )
        shade = np.clip(F32(0.75) - self.openness, 0, 1) * F32(1.1)
        return np.asarray(np.clip(hollow + shade, 0, 1), F32)

    @cached_property
    def up(self) -> Values:
        """[N] -1 facing down to 1 facing up."""
        return np.ascontiguousarray(self.n[:, 2])


@dataclass
class Skin:
    """How N texels look so far; layers change it in their order."""

    color: Points  # [N, 3] sRGB
    roughness: Values
    metallic: Values
    height: Values  # as lengths of the site
    relief: float = 0.0  # of what lies at the bottom, as a length of the site
    emission: Points | None = None  # [N, 3] sRGB
    opacity: Values | None = None  # None: nothing is looked through

    def cover(
        self,
        weight: Values,  # [N] 0..1
        color: Points | npt.NDArray[np.float32],  # [N, 3] or [3]
        roughness: Values | float,
        metallic: Values | float,
    ) -> None:
        """Paints over the texels, so that less is seen through them; the height stays."""
        w = weight[:, None]
        self.color += (color - self.color) * w
        self.roughness += (roughness - self.roughness) * weight
        self.metallic += (metallic - self.metallic) * weight
        if self.opacity is not None:
            self.opacity += (1 - self.opacity) * weight
        if self.emission is not None:
            self.emission *= 1 - w

    @property
    def pores(self) -> Values:
        """[N] -1 in the deepest places of the relief to 1 on the highest."""
        return np.asarray(np.clip(self.height / F32(max(self.relief, 1e-5)), -1, 1), F32)

    def tint(self, weight: Values, color: npt.ArrayLike) -> None:
        """Multiplies colours: what lies below shows through."""
        self.color *= 1 + (np.asarray(color, F32) - 1) * weight[:, None]

    def glow(self, weight: Values, color: npt.ArrayLike) -> None:
        """Lets texels shine in a colour."""
        if self.emission is None:
            self.emission = np.zeros_like(self.color)
        np.maximum(self.emission, np.asarray(color, F32) * weight[:, None], out=self.emission)


def smoothstep(x: Values, low: float, high: float) -> Values:
    """0 below low, 1 above high, smooth between."""
    t = np.clip((x - F32(low)) / F32(high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), F32)
