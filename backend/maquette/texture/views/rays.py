"""Exact visibility of points from a camera, without a tree of boxes.

All rays that end in one camera are parallel lines in its screen space, so "is the ray free" is "does no
triangle cover this place at a lesser depth": points and triangles are sorted into square tiles of the
screen, and each point is tested against the triangles of its own tile only.
"""

import numpy as np
import numpy.typing as npt

from maquette.render.fragments import expand

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

PAIRS = 1 << 20  # tested at a time, which bounds the memory
TRIANGLES_PER_TILE = 2  # aimed at, were they spread evenly
MOST_TILES = 512  # a side


def free_of_occluders(
    corners: Doubles,  # [F, 3, 3] x and y in pixels, and normalised depth, of the faces' corners
    points: Doubles,  # [N, 3] as the corners
    margin: Doubles,  # [N] depth by which an occluder must be nearer
    size: int,  # of the picture, pixels
) -> npt.NDArray[np.bool_]:  # [N]
    """Which points no face lies in front of. Points must lie within the picture."""
    free = np.ones(len(points), bool)
    if len(points) == 0 or len(corners) == 0:
        return free
    tiles = int(np.clip(np.sqrt(len(corners) / TRIANGLES_PER_TILE), 4, MOST_TILES))
    tile = _tiles(points[:, 1], tiles, size) * tiles + _tiles(points[:, 0], tiles, size)
    face, starts, ends = _faces_by_tile(corners, tile, tiles, size)
    planes = _planes(corners)
    counts = np.cumsum(ends[tile] - starts[tile])
    for part in _parts(counts):
        number, place = expand(starts[tile[part]], ends[tile[part]])
        owner = part.start + number
        hidden = _covers_nearer(planes, face[place], points[owner], margin[owner])
        free[owner[hidden]] = False
    return free


def _tiles(places: Doubles, tiles: int, size: int) -> Indices:
    return np.clip(places * (tiles / size), 0, tiles - 1).astype(np.int64)


def _faces_by_tile(
    corners: Doubles, wanted: Indices, tiles: int, size: int
) -> tuple[Indices, Indices, Indices]:
    """Faces sorted by tile, for the `wanted` tiles; tile t has those from starts[t] to ends[t]."""
    needed = np.zeros(tiles * tiles, bool)
    needed[wanted] = True
    low, high = corners.min(axis=1), corners.max(axis=1)
    inside = np.flatnonzero((high[:, :2] >= 0).all(axis=1) & (low[:, :2] <= size).all(axis=1))
    first_row, last_row = (_tiles(bound[inside, 1], tiles, size) for bound in (low, high))
    first_column, last_column = (_tiles(bound[inside, 0], tiles, size) for bound in (low, high))
    owner, row = expand(first_row, last_row + 1)
    strip, column = expand(first_column[owner], last_column[owner] + 1)
    tile = row[strip] * tiles + column
    kept = np.flatnonzero(needed[tile])
    tile, face = tile[kept], inside[owner[strip[kept]]]
    order = np.argsort(tile, kind="stable")
    bounds = np.searchsorted(tile[order], np.arange(tiles * tiles + 1))
    return face[order], bounds[:-1], bounds[1:]


def _planes(corners: Doubles) -> Doubles:
    """[F, 3, 3] for each face three linear functions (a, b, c) of the place: a x + b y + c.

    The first two are the weights of the second and third corner, the last is the depth. Edge-on faces get
    weights below zero everywhere.
    """
    origin = corners[:, 0]
    first, second = corners[:, 1] - origin, corners[:, 2] - origin
    area = first[:, 0] * second[:, 1] - second[:, 0] * first[:, 1]
    flat = np.abs(area) < 1e-12
    inverse = np.divide(1, area, out=np.zeros_like(area), where=~flat)
    of_second = np.stack([second[:, 1] * inverse, -second[:, 0] * inverse], axis=1)
    of_third = np.stack([-first[:, 1] * inverse, first[:, 0] * inverse], axis=1)
    slope = of_second * first[:, 2:] + of_third * second[:, 2:]
    linear = np.stack([of_second, of_third, slope], axis=1)  # [F, 3, 2]
    constant = -np.einsum("fki,fi->fk", linear, origin[:, :2])
    constant[:, 2] += origin[:, 2]
    constant[flat, :2] = -1
    return np.concatenate([linear, constant[..., None]], axis=2)


def _covers_nearer(planes: Doubles, face: Indices, points: Doubles, margin: Doubles) -> npt.NDArray[np.bool_]:
    """[N] whether the face of each pair covers its point and is nearer than it."""
    x, y = points[:, 0], points[:, 1]
    second, third, depth = (
        planes[face, k, 0] * x + planes[face, k, 1] * y + planes[face, k, 2] for k in range(3)
    )
    return np.asarray((second >= 0) & (third >= 0) & (second + third <= 1) & (depth < points[:, 2] - margin))


def _parts(total: Indices) -> list[slice]:
    """Slices of points with about PAIRS tests each, from the running total of tests."""
    marks = np.arange(PAIRS, int(total[-1]) + PAIRS, PAIRS)
    ends = np.unique(np.append(np.searchsorted(total, marks), len(total)))
    starts = np.concatenate([[0], ends[:-1]])
    return [slice(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b > a]
