"""A decoded shape: distance and part at any point, and what its parts are made of."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from maquette.procedural.materials import Finish
from maquette.texture.surface import SurfaceSample

from .finishes import detailed, finish_of
from .model import TRUNCATION, Floats, Model

CHECKED: Final = 64  # cells along each side of the grid that islands are looked for in
LEAST_ISLAND: Final = 0.01  # of the volume: smaller pieces are left out
SHARPNESS: Final = 4.0  # of the borders between parts
CUBE: Final = np.ones((3, 3, 3), bool)  # cells that count as neighbours
FINER: Final = 3  # as many cells along each side as features come on
BLUR: Final = 0.6  # of a cell that they come on
OFFSETS: Final = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)])


@dataclass(frozen=True, eq=False)
class Field:
    """`features` [R, R, R, 1 + F] over the cube [-0.5, 0.5]^3, and `palette` [S, 5] of the parts `used` [S].

    Points and distances are in metres: the cube's side is `size` of them.
    """

    model: Model
    features: Floats
    palette: Floats
    used: npt.NDArray[np.bool_]
    size: float = 1.0

    def distance(self, points: Floats) -> Floats:
        """Signed distance [N] of points [N, 3], without islands."""
        places = points / np.float32(self.size)
        found = self._raw_distance(places)
        if self._left_out is not None:
            cells = self._cells(places)
            found = np.where(
                self._left_out[tuple(cells.T)], np.maximum(found, np.float32(0.5 / CHECKED)), found
            )
        return np.asarray(found * np.float32(self.size), np.float32)

    def shares(self, points: Floats) -> Floats:
        """How much each part is there, [N, S]; rows add up to 1."""
        scores = self._values(points / np.float32(self.size))[:, 1:] * np.float32(SHARPNESS)
        scores[:, ~self.used] = -np.inf
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True), np.float32)

    def surface(
        self, points: Floats, normals: Floats, texel: float = 1e-3, detail: float = 1.0
    ) -> SurfaceSample:
        """Materials at surface points; `texel` is the distance between samples in metres."""
        return detailed(self.finishes, self.shares(points), points, normals, texel, self.size, detail)

    @cached_property
    def finishes(self) -> list[Finish]:
        """What each part is made of."""
        return [finish_of(row) for row in self.palette]

    @property
    def bounds(self) -> npt.NDArray[np.float64]:
        """[2, 3] metres."""
        return np.array([[-0.5] * 3, [0.5] * 3]) * self.size

    @cached_property
    def coarse(self) -> Floats:
        """[R, R, R, 1 + S] distances in truncations and scores where the features stand: no interpolation."""
        side = len(self.features)
        found = self.model.at_points(self.features.reshape(side**3, -1))
        return found.reshape(side, side, side, -1)

    @cached_property
    def inside(self) -> npt.NDArray[np.bool_]:
        """[N, N, N] cells of the checked grid whose centres are inside, islands too."""
        axis = (np.arange(CHECKED, dtype=np.float32) + np.float32(0.5)) / np.float32(CHECKED) - np.float32(
            0.5
        )
        centres = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
        return (self._raw_distance(centres) < 0).reshape(CHECKED, CHECKED, CHECKED)

    @cached_property
    def pieces(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Labels [N, N, N] of connected pieces, 0 outside, and the volume of each in cells."""
        labels, count = ndimage.label(self.inside, CUBE)
        return labels, np.bincount(labels.reshape(-1), minlength=count + 1)[1:]

    @cached_property
    def sides(self) -> npt.NDArray[np.float64]:
        """[3] sides of the box around what is there without islands, in sides of the cube, to a cell."""
        there = self.inside if self._left_out is None else self.inside & ~self._left_out
        spans = [np.ptp(np.flatnonzero(there.any(axis=(a, b)))) + 1 for a, b in ((1, 2), (0, 2), (0, 1))]
        return np.array(spans) / CHECKED

    @cached_property
    def _left_out(self) -> npt.NDArray[np.bool_] | None:
        """Cells of islands and around them; None where there are none."""
        labels, volumes = self.pieces
        if len(volumes) < 2:
            return None
        small = np.flatnonzero(volumes < LEAST_ISLAND * volumes.sum())
        if not len(small):
            return None
        islands = ndimage.binary_dilation(np.isin(labels, small + 1), CUBE, iterations=2)
        kept = ndimage.binary_dilation(
            np.isin(labels, np.setdiff1d(np.arange(len(volumes)), small) + 1), CUBE
        )
        return np.asarray(islands & ~kept)

    def _cells(self, places: Floats) -> npt.NDArray[np.int64]:
        return np.asarray(np.clip(np.floor((places + 0.5) * CHECKED), 0, CHECKED - 1), np.int64)

    def _raw_distance(self, places: Floats) -> Floats:
        """In sides of the cube; outside the cube its own distance is added."""
        beyond = np.linalg.norm(places - np.clip(places, -0.5, 0.5), axis=1)
        return np.asarray(self._values(places)[:, 0] * np.float32(TRUNCATION) + beyond, np.float32)

    def _values(self, places: Floats) -> Floats:
        """[N, 1 + S] distance in truncations, and scores."""
        if not len(places):
            return np.zeros((0, 1 + len(self.used)), np.float32)
        return self.model.at_points(trilinear(_finer(self), places))


@lru_cache(maxsize=2)
def _finer(field: Field) -> Floats:
    """The finer features of the fields that were asked last: they are large."""
    return finer(field.features)


def finer(features: Floats) -> Floats:
    """Features [R, R, R, C] on FINER as many cells along each side: linear between those there are, as the
    network learnt them, but the mean over BLUR of a cell along each axis; without it cells show as tiles.
    """
    side = len(features)
    middles = (np.arange(FINER * side) + 0.5) / FINER - 0.5
    places = middles + BLUR * np.linspace(-0.5, 0.5, 9)[:, None]  # [9, FINER R]
    rows = [np.interp(places, np.arange(side), row).mean(axis=0) for row in np.eye(side)]
    weights = np.stack(rows, axis=1).astype(np.float32)
    for _ in range(3):  # an axis at a time, each in its turn the first
        features = np.moveaxis(np.tensordot(weights, features, axes=1), 0, 2)
    return np.ascontiguousarray(features)


def trilinear(features: Floats, places: Floats) -> Floats:
    """[N, C] of features [R, R, R, C], which stand at cells' centres, at places of the cube [-0.5, 0.5]^3."""
    side, channels = len(features), features.shape[-1]
    place = np.clip((places + np.float32(0.5)) * np.float32(side) - np.float32(0.5), 0, side - 1)
    low = np.minimum(place.astype(np.int64), side - 2)
    share = (place - low).astype(np.float32)
    rows = features.reshape(-1, channels)
    found = np.zeros((len(places), channels), np.float32)
    for corner in OFFSETS:
        cell = low + corner
        weight = np.where(corner, share, 1 - share).prod(axis=1)
        found += weight[:, None] * rows[(cell[:, 0] * side + cell[:, 1]) * side + cell[:, 2]]
    return found
