"""Which connected pieces of a mesh are flattened as they are: cards, leaves, cloth, loose triangles."""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.geometry.grouping import group_sums, group_totals, unit
from maquette.geometry.topology import connected_labels, link_corners

from .surface import Surface

Doubles = npt.NDArray[np.float64]

OPEN_COSINE: Final = 0.2  # of the largest angle between a face and the mean of its piece
SMALL_SHARE: Final = 0.02  # of the area: smaller discs may bend as they like
ROUND_ENOUGH: Final = 0.8  # of the shortest border that encloses a flat disc


def flat_pieces(surface: Surface, lengths: Doubles) -> npt.NDArray[np.bool_]:
    """[K] whether each face is part of a piece that makes one chart, given the lengths of the pairs [P].

    A piece does if all its faces look roughly one way; a small one also if it is a disc whose border is long
    enough for its area (the isoperimetric inequality: a bag with a small mouth does not lie flat).
    """
    pieces = connected_labels(len(surface.faces), surface.links)
    count = int(pieces.max()) + 1
    area = group_totals(pieces, surface.areas, count)
    mean = unit(group_sums(pieces, surface.smooth * surface.areas[:, None], count))
    least = np.ones(count)
    np.minimum.at(least, pieces, np.einsum("ki,ki->k", surface.smooth, mean[pieces]))
    flat: npt.NDArray[np.bool_] = least > OPEN_COSINE
    small = ~flat & (area < SMALL_SHARE * area.sum())
    if small.any():
        flat |= small & _can_lie_flat(surface, pieces, area, lengths)
    return flat[pieces]


def _can_lie_flat(
    surface: Surface, pieces: npt.NDArray[np.int32], area: Doubles, lengths: Doubles
) -> npt.NDArray[np.bool_]:
    """[C] whether a piece is a disc with a border at least as long as a flat disc of its area has."""
    count = len(area)
    nodes = link_corners(surface.faces, surface.pairs)
    first = np.zeros(int(nodes.max()) + 1, np.int64)
    first[nodes] = np.arange(len(nodes))
    owner = pieces[surface.links[:, 0]]
    vertices = np.bincount(pieces[first // 3], minlength=count)
    faces = np.bincount(pieces, minlength=count)
    edges = 3 * faces - np.bincount(owner, minlength=count)
    border = _perimeters(surface, pieces) - 2 * np.bincount(owner, lengths, count)
    disc: npt.NDArray[np.bool_] = vertices - edges + faces == 1
    roomy: npt.NDArray[np.bool_] = np.maximum(border, 0) ** 2 >= ROUND_ENOUGH * 4 * np.pi * area
    return disc & roomy


def _perimeters(surface: Surface, pieces: npt.NDArray[np.int32]) -> Doubles:
    """[C] the lengths of the edges of all faces of each piece, inner ones counted twice."""
    corners = surface.points[surface.faces]
    edges = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2).sum(axis=1)
    return group_totals(pieces, edges, int(pieces.max()) + 1)
