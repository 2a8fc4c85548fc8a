"""Drops what lies inside: surfaces that no path through empty space leads to from outside.

Decoders of sparse voxels leave a second skin inside hollow shapes, which costs triangles and texels and is
never seen. Space is flooded from outside on a grid of which only the cells that the surface passes and the
empty runs between them are held, so that memory follows the surface and not the volume.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import compact, face_components
from maquette.representations.voxelization import boxed_cells

Indices = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FINEST: Final = 256
COARSEST: Final = 32
_MARGIN: Final = 2  # empty cells around everything, on each side
_SMALL: Final = 3.0  # cells: the boxes of triangles up to this long are close enough to what they touch


def drop_inner(vertices: Floats, faces: Ints, resolution: int = 0) -> tuple[Floats, Ints]:
    """The mesh without connected pieces that nowhere come near space that is connected to the outside.

    A gap narrower than a cell is closed to the flood, so that a piece goes as a whole or not at all: a deep
    crevice is no inside. Of `resolution` 0, cells are about half as wide as faces. vertices [V, 3], faces
    [F, 3], in any state.
    """
    if not len(faces):
        return vertices, faces
    face, cell, side = _passed(vertices, faces, resolution or _fitting(vertices, faces))
    keys = (cell[:, 0] * side + cell[:, 1]) * side + cell[:, 2]
    walls = np.unique(keys)
    reached = _beside_outside(walls, side)
    shown = np.zeros(len(faces), np.bool_)
    shown[face[reached[np.searchsorted(walls, keys)]]] = True
    pieces = face_components(faces)
    return compact(vertices, faces[np.bincount(pieces, shown)[pieces] > 0])


def _fitting(vertices: Floats, faces: Ints) -> int:
    corners = vertices[faces]
    length = float(np.median(np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1)))
    extent = float(np.ptp(corners.reshape(-1, 3), axis=0).max())
    return int(np.clip(2 * extent / max(length, 1e-12), COARSEST, FINEST))


def _passed(vertices: Floats, faces: Ints, resolution: int) -> tuple[Indices, Indices, int]:
    """Pairs of a face and a cell that it passes, and the cells to a side of the grid."""
    low, high = vertices[faces].min(axis=(0, 1)), vertices[faces].max(axis=(0, 1))
    extent = max(float((high - low).max()), 1e-12)
    fitted = (vertices.astype(np.float64) - (low + high) / 2) / extent
    corners = np.clip(fitted, -0.5, 0.5)[faces]
    pieces, owner = _in_pieces(corners, _SMALL / resolution)
    found = list(boxed_cells(pieces, resolution))
    face, cell = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return owner[face], cell + _MARGIN, resolution + 2 * _MARGIN


def _in_pieces(corners: Doubles, longest: float) -> tuple[Doubles, Indices]:
    """Triangles [F, 3, 3] cut in four until all have short boxes, and the triangle each was cut from."""
    owner = np.arange(len(corners))
    done: list[tuple[Doubles, Indices]] = []
    while len(corners):
        long = np.ptp(corners, axis=1).max(axis=1) > longest
        done.append((corners[~long], owner[~long]))
        corners, owner = corners[long], owner[long]
        a, b, c = corners.swapaxes(0, 1)
        ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
        four = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
        corners = np.concatenate([np.stack(three, axis=1) for three in four])
        owner = np.tile(owner, 4)
    pieces, owners = (np.concatenate(parts) for parts in zip(*done, strict=True))
    return pieces, owners


def _beside_outside(walls: Indices, side: int) -> Bools:
    """Which cells that the surface passes, ascending raster numbers [W], touch outer space: [W].

    Empty cells of a column form runs from one wall to the next; two runs of neighbouring columns are
    connected where they overlap, which is where one of them starts beside the other.
    """
    columns = np.arange(side * side, dtype=np.int64) * side
    starts = np.sort(np.concatenate([columns, walls + 1]))  # a run before and after every wall, some empty
    ends = np.sort(np.concatenate([columns + side, walls]))
    filled = starts < ends
    starts, ends = starts[filled], ends[filled]
    pairs = []
    for step in (-side, side, -side * side, side * side):
        beside = starts + step
        run = np.clip(np.searchsorted(starts, beside, side="right") - 1, 0, None)
        meets = (beside >= 0) & (beside < side**3) & (beside < ends[run])
        pairs.append(np.stack([np.flatnonzero(meets), run[meets]]))
    one, other = np.concatenate(pairs, axis=1)
    links = coo_array((np.ones(len(one), np.bool_), (one, other)), shape=(len(starts),) * 2)
    _, labels = connected_components(links, directed=False)
    is_outer = labels == labels[0]  # the first column is all margin
    around = np.array([(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1)], np.int64)
    reached = np.zeros(len(walls), np.bool_)
    for step in around @ np.array([side * side, side, 1], np.int64):
        cell = walls + step
        run = np.searchsorted(starts, cell, side="right") - 1
        reached |= is_outer[run] & (cell < ends[run])
    return reached
