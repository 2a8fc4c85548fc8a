"""Moves the texels of a mesh onto a distance field, asking the field as rarely as the surface allows.

Every second texel of every second row is moved exactly. Where the normals found at the ones around a texel
agree, they and the moves are interpolated, and the field is asked once whether that is where it vanishes; the
other texels, at creases and fine relief, are moved exactly as well.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats
from maquette.geometry.field import Distance, Gradient, evaluate, evaluate_with_normals, normalized
from maquette.progress import Progress

from .uv_raster import Neighbours, SurfacePoints

SMOOTH_COSINE: Final = 0.9976  # between normals two texels apart, 4 degrees, that may be interpolated
OFF_FIELD: Final = 0.15  # of a texel: how far from the field an interpolated point may lie
SETTLED: Final = 0.02  # of the reach: texels that moved by less are not moved again

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Field:
    """What texels are moved onto."""

    distance: Distance
    gradient: Gradient | None  # None: by differences
    step: float  # metres between the samples of a difference
    reach: float  # metres that a texel moves at most at a time


def onto_field(
    field: Field,
    points: SurfacePoints,  # K of them
    neighbours: Neighbours,
    shape: tuple[int, ...],  # [R, S] of the map or band
    texel: Floats,  # [K] metres to the next texel
    progress: Progress,
) -> tuple[Floats, Floats]:
    """Positions [K, 3] on the field and its unit normals [K, 3].

    Where the field looks the other way, as behind the middle of a thin sheet, a point keeps the mesh's
    normal and its place.
    """
    shading = normalized(points.normals)
    positions, normals = points.positions.copy(), shading.copy()
    y, x = np.divmod(points.texels, shape[1])
    exact = (x % 2 == 0) & (y % 2 == 0)
    rows = np.flatnonzero(exact)
    positions[rows], normals[rows] = _moved(field, positions[rows], shading[rows], progress)
    found, move, normal = _between(neighbours, x % 2, y % 2, positions - points.positions, normals)
    guess = points.positions[found] + move
    off = np.abs(evaluate(field.distance, guess, progress))
    good = off < OFF_FIELD * texel[found]
    positions[found[good]], normals[found[good]] = guess[good], normal[good]
    exact[found[good]] = True
    rows = np.flatnonzero(~exact)
    positions[rows], normals[rows] = _moved(field, points.positions[rows], shading[rows], progress)
    return positions, normals


def _between(
    near: Neighbours,
    odd_column: Indices,  # [K] 0 or 1
    odd_row: Indices,  # [K]
    moves: Floats,  # [K, 3]
    normals: Floats,  # [K, 3]
) -> tuple[Indices, Floats, Floats]:
    """Texels [N] whose neighbours on the lattice agree, with the means of their moves and normals [N, 3]."""
    along, across = (odd_column == 1) & (odd_row == 0), (odd_column == 0) & (odd_row == 1)
    diagonal = np.flatnonzero((odd_column == 1) & (odd_row == 1))
    groups = [
        (texels, [side[texels] for side in sides])
        for texels, sides in (
            (np.flatnonzero(along), (near.right, near.left)),
            (np.flatnonzero(across), (near.above, near.below)),
        )
    ]
    corners = [
        _hop(row, side, diagonal) for row in (near.above, near.below) for side in (near.left, near.right)
    ]
    groups.append((diagonal, corners))
    found, move, normal = [], [], []
    for texels, around in groups:
        whole = np.minimum.reduce(around) >= 0
        texels, around = texels[whole], [side[whole] for side in around]
        mean = sum(normals[side] for side in around) / np.float32(len(around))
        # The mean of unit vectors that lie close together is nearly as long as they are; for two of them its
        # length is the cosine of half the angle between them.
        agree = np.einsum("ni,ni->n", mean, mean) > (1 + SMOOTH_COSINE) / 2
        found.append(texels[agree])
        normal.append(mean[agree])
        move.append((sum(moves[side] for side in around) / np.float32(len(around)))[agree])
    return np.concatenate(found), np.concatenate(move), normalized(np.concatenate(normal))


def _hop(first: Indices, second: Indices, texels: Indices) -> Indices:
    """[N] the neighbour of the neighbour of texels [N]; -1 where there is none."""
    middle = first[texels]
    return np.where(middle >= 0, second[middle], -1)


def _moved(field: Field, positions: Floats, shading: Floats, progress: Progress) -> tuple[Floats, Floats]:
    """Positions [N, 3] and normals [N, 3] on the field: first along the mesh's normal, which takes one
    sample, then by Newton's method.
    """
    start = np.clip(evaluate(field.distance, positions, progress), -field.reach, field.reach)
    moved, normals = positions - shading * start[:, None], shading.copy()
    moving = np.arange(len(positions))
    for attempt in range(2):
        values, facing = evaluate_with_normals(
            field.distance, field.gradient, moved[moving], field.step, progress
        )
        agrees = np.einsum("ki,ki->k", facing, shading[moving]) > 0
        if attempt == 0:
            lost = moving[~agrees]
            moved[lost] = positions[lost]
        moving, values, facing = moving[agrees], values[agrees], facing[agrees]
        values = np.clip(values, -field.reach, field.reach)
        normals[moving] = facing
        moved[moving] -= facing * values[:, None]
        moving = moving[np.abs(values) > SETTLED * field.reach]
    return moved, normals
