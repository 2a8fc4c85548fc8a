"""What is baked from: pictures with their cameras, and what each of them sees of a texture.

A `ViewProjection` is geometry only, so it is made once for a mesh and blends any pictures after that. A
`Samples` list is sparse: one entry for each texel that a view sees, with the pixels that it reads (taps).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from maquette.render.cameras import Camera

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int32]

Pictures = Sequence[Floats] | Floats  # V pictures [H, H, C], in a list or as one array

TAPS = 4  # of a bilinear read


@dataclass(frozen=True)
class View:
    """One picture of the object."""

    camera: Camera
    image: Floats  # [H, H, C] 0..1, row 0 at the top; with four channels, RGBA, straight alpha
    prior: float = 1.0  # how much the picture is trusted, against the others


@dataclass(frozen=True)
class Taps:
    """A bilinear read of N points in a picture or texture, row by row of a flat image."""

    index: Indices  # [N, 4] flat indices of the pixels
    weight: Floats  # [N, 4] sums to 1; pixels that must not be read have 0

    def read(self, image: Floats) -> Floats:  # [P, C] flat image -> [N, C]
        """A sparse product: several times as fast as four gathers."""
        starts = np.arange(0, self.index.size + 1, TAPS, dtype=np.int32)
        reader = csr_array(
            (self.weight.reshape(-1), self.index.reshape(-1), starts), (len(self.index), len(image))
        )
        return np.asarray(reader @ np.ascontiguousarray(image, dtype=np.float32))


@dataclass(frozen=True)
class Samples:
    """The texels that one view sees."""

    texel: Indices  # [K] ascending, into ViewProjection.texels
    taps: Taps  # K reads of the view's picture
    cosine: Floats  # [K] of the angle between surface and viewer, above 0
    trust: Floats  # [K] above 0: the view's prior, less near depth edges

    def weights(self, exponent: float) -> Floats:  # [K]
        return np.asarray(self.trust * self.cosine ** np.float32(exponent))


@dataclass(frozen=True)
class ViewProjection:
    """What several views see of a mesh's texture."""

    texture_size: int
    image_size: int
    texels: npt.NDArray[np.int64]  # [T] flat indices of the texels on the mesh, ascending
    views: tuple[Samples, ...]
    exponent: float  # of the cosine in the weights


def bilinear_taps(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], size: int) -> Taps:
    """Reads at places [N] in pixels of a square picture; beyond its border the last pixel is read."""
    left, top = np.floor(x - 0.5), np.floor(y - 0.5)
    across, down = (x - 0.5 - left).astype(np.float32), (y - 0.5 - top).astype(np.float32)
    columns = [np.clip(left + step, 0, size - 1).astype(np.int32) for step in (0, 1)]
    rows = [np.clip(top + step, 0, size - 1).astype(np.int32) * np.int32(size) for step in (0, 1)]
    index = np.stack([row + column for row in rows for column in columns], axis=1)
    weight = np.stack([v * h for v in (1 - down, down) for h in (1 - across, across)], axis=1)
    return Taps(index, weight)


def split_alpha(images: Pictures) -> tuple[list[Floats], list[Floats | None]]:
    """Flat colours [P, C] and, of RGBA pictures, flat alphas [P, 1]."""
    flat = [np.asarray(image, dtype=np.float32).reshape(-1, image.shape[-1]) for image in images]
    colors = [image[:, :3] if image.shape[1] == 4 else image for image in flat]
    alphas = [image[:, 3:] if image.shape[1] == 4 else None for image in flat]
    return colors, alphas
