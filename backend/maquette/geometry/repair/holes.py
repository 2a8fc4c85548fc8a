"""Closes small holes; openings that are meant stay open."""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import Edges, Indices, connected_labels, mesh_edges
from maquette.progress import Progress

LONGEST: Final = 64  # edges around a hole: the patch takes the cube of that in time
FLATTEST: Final = 1e-9  # area of a triangle of a patch, over the square of the hole's size

Doubles = npt.NDArray[np.float64]


def fill_holes(
    vertices: Floats,
    faces: Ints,  # [F, 3] of a manifold mesh
    longest_rim: float,  # metres
    progress: Progress,
) -> tuple[Ints, int]:
    """The faces with every hole patched whose rim is shorter than `longest_rim`, and how many those were.

    A lone triangle or sheet has a rim as well, but is no hole: a rim is left that takes in all vertices of
    its piece. So is one that no patch without a second edge between two vertices closes.
    """
    edges = mesh_edges(faces)
    span = len(vertices)
    known = edges.ends[:, 0] * span + edges.ends[:, 1]  # ascending
    patches = []
    for rim in _short_rims(vertices, faces, edges, longest_rim):
        progress.check()
        patch = _patch(vertices[rim].astype(np.float64), _joined(rim, known, span))
        if patch is not None:
            patches.append(rim[patch].astype(np.int32))
    return np.concatenate([faces, *patches]).astype(np.int32), len(patches)


def _short_rims(vertices: Floats, faces: Ints, edges: Edges, longest: float) -> list[Indices]:
    """The vertices around each short hole, [N], in the order in which a patch must run."""
    half = np.flatnonzero((edges.counts == 1)[edges.of_half])
    if len(half) == 0:
        return []
    tail, head = faces.reshape(-1)[half].astype(np.int64), np.roll(faces, -1, axis=1).reshape(-1)[half]
    follower = np.full(len(vertices), -1)
    follower[head] = tail  # against the faces, as the patch runs
    rims = connected_labels(len(vertices), np.stack([tail, head], axis=1))[tail]
    lengths = np.bincount(rims, np.linalg.norm(vertices[head] - vertices[tail], axis=1))
    sizes = np.bincount(rims)
    pieces = connected_labels(len(vertices), edges.ends)
    whole = np.bincount(pieces)[pieces]  # [V] vertices in the piece of each
    found = []
    for rim, first in zip(*np.unique(rims, return_index=True), strict=True):
        if lengths[rim] <= longest and 3 <= sizes[rim] <= min(LONGEST, whole[tail[first]] - 1):
            loop = [int(tail[first])]
            while follower[loop[-1]] != loop[0] and len(loop) < sizes[rim]:
                loop.append(int(follower[loop[-1]]))
            if len(loop) == sizes[rim]:
                found.append(np.array(loop))
    return found


def _patch(points: Doubles, joined: npt.NDArray[np.bool_]) -> Indices | None:
    """[N - 2, 3] the triangles of least area that close a rim [N, 3]; None where each would repeat an edge
    between `joined` [N, N] points or have a triangle without area.

    Barequet and Sharir, "Filling Gaps in the Boundary of a Polyhedron", 1995: W[i, k], the least area of a
    patch between vertices i to k of the rim, is found for growing k - i.
    """
    n = len(points)
    flattest = FLATTEST * float(np.ptp(points, axis=0).max()) ** 2
    W = np.zeros((n, n))
    via = np.zeros((n, n), np.int64)
    for span in range(2, n):
        for i in range(n - span):
            k = i + span
            between = np.arange(i + 1, k)
            area = np.linalg.norm(np.cross(points[between] - points[i], points[k] - points[i]), axis=1)
            total = W[i, between] + W[between, k] + np.where(area > flattest, area, np.inf)
            best = int(total.argmin())
            W[i, k] = np.inf if joined[i, k] else total[best]
            via[i, k] = between[best]
    if not np.isfinite(W[0, n - 1]):
        return None
    triangles: list[tuple[int, int, int]] = []
    waiting = [(0, n - 1)]
    while waiting:
        i, k = waiting.pop()
        if k - i >= 2:
            m = int(via[i, k])
            triangles.append((i, m, k))
            waiting += [(i, m), (m, k)]
    return np.array(triangles)


def _joined(rim: Indices, known: Indices, span: int) -> npt.NDArray[np.bool_]:
    """[N, N] whether one of the known edges runs between two vertices of the rim, no neighbours on it."""
    n = len(rim)
    keys = np.minimum(rim[:, None], rim) * span + np.maximum(rim[:, None], rim)
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found = known[place] == keys
    around = np.abs(np.arange(n)[:, None] - np.arange(n))
    return np.asarray(found & (around > 1) & (around < n - 1))
