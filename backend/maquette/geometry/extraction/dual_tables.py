"""Topology of dual contouring: which crossed edges of a cell share one vertex.

In every cell the edges that the surface crosses are linked through the cell's faces into cycles; each cycle
gets a vertex of its own (Nielson 2004, "Dual Marching Cubes"), which keeps the dual surface manifold where
two sheets pass through one cell. On an ambiguous face (inside corners on one diagonal) the pieces inside
are kept apart. One case is left: two cells that share an ambiguous face and each run one cycle twice
through it would share one mesh edge between four faces. Both cells then join the pieces inside across that
face instead, which splits the cycles.

Corner c of a cell lies at (c & 1, c >> 1 & 1, c >> 2 & 1). Edge 4 * axis + u + 2 * v runs along `axis` at
offsets u and v along the next two axes (cyclic). Face 2 * axis + side lies at `side` along `axis`.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class DualTables:
    """Indexed by row: the cell's 8 inside bits, plus 256 where its doubled face joins the inside."""

    cycle_of_edge: npt.NDArray[
        np.int8
    ]  # [512, 12] the cycle that a crossed edge belongs to, -1 if not crossed
    cycles: npt.NDArray[np.int8]  # [512] how many
    doubled_face: npt.NDArray[np.int8]  # [256] the face that one cycle passes twice, -1 if none


@cache
def build_tables() -> DualTables:
    """Derives the tables from the rule above."""
    cycle_of_edge = np.full((512, 12), -1, np.int8)
    cycles = np.zeros(512, np.int8)
    doubled_face = np.full(256, -1, np.int8)
    for inside in range(256):
        cycle_of_edge[inside], cycles[inside] = _cycles(inside, joined_face=-1)
        for face in range(6):
            if ambiguous(inside, face) and len(set(cycle_of_edge[inside][_face_edges(face)])) == 1:
                doubled_face[inside] = face
        cycle_of_edge[256 + inside], cycles[256 + inside] = _cycles(inside, int(doubled_face[inside]))
    return DualTables(cycle_of_edge, cycles, doubled_face)


def ambiguous(inside: int, face: int) -> bool:
    """Whether the corners of `face` alternate between inside and outside."""
    bits = [inside >> corner & 1 for corner in _face_corners(face)]
    return bits[0] == bits[2] != bits[1] == bits[3]


def _cycles(inside: int, joined_face: int) -> tuple[npt.NDArray[np.int8], int]:
    """Numbers the cycles of crossed edges of one cell: (cycle of each edge [12], how many)."""
    links = [pair for face in range(6) for pair in _face_links(inside, face, joined_face == face)]
    crossed = sorted({edge for pair in links for edge in pair})
    numbers = np.full(12, -1, np.int8)
    if not crossed:
        return numbers, 0
    cycles = 0
    for edge in crossed:
        if numbers[edge] < 0:
            _follow(edge, links, numbers, cycles)
            cycles += 1
    return numbers, cycles


def _follow(edge: int, links: list[tuple[int, int]], numbers: npt.NDArray[np.int8], cycle: int) -> None:
    """Numbers all edges that links connect with `edge`."""
    reached = [edge]
    while reached:
        edge = reached.pop()
        numbers[edge] = cycle
        reached += [b if a == edge else a for a, b in links if edge in (a, b) and numbers[a + b - edge] < 0]


def _face_links(inside: int, face: int, join: bool) -> list[tuple[int, int]]:
    """The pairs of crossed edges that the surface links on one face."""
    corners, edges = _face_corners(face), _face_edges(face)
    bits = [inside >> corner & 1 for corner in corners]
    crossed = [edges[i] for i in range(4) if bits[i] != bits[(i + 1) % 4]]
    if len(crossed) == 2:
        return [(crossed[0], crossed[1])]
    # Corner i lies between edges i - 1 and i; the surface cuts off either the inside or the outside corners.
    cut_off = 0 if join else 1
    return [(edges[i - 1], edges[i]) for i in range(4) if crossed and bits[i] == cut_off]


def _face_corners(face: int) -> list[int]:
    """The four corners of a face in cyclic order."""
    axis, side = divmod(face, 2)
    u, v = 1 << (axis + 1) % 3, 1 << (axis + 2) % 3
    base = side << axis
    return [base, base + u, base + u + v, base + v]


def _face_edges(face: int) -> list[int]:
    """The four edges of a face; edge i joins corners i and i + 1."""
    corners = _face_corners(face)
    return [_edge_between(corners[i], corners[(i + 1) % 4]) for i in range(4)]


def _edge_between(a: int, b: int) -> int:
    axis = (a ^ b).bit_length() - 1
    u, v = a >> (axis + 1) % 3 & 1, a >> (axis + 2) % 3 & 1
    return 4 * axis + u + 2 * v
