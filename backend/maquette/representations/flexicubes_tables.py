"""Which crossed edges of a cube share one dual vertex, by the cube's 8 inside bits, derived from the rule.

FlexiCubes (Shen and others, 2023) use the cases of dual marching cubes (Nielson 2004): on every face the
crossed edges are joined in pairs, where the corners alternate around each inside corner; what is connected is
a group and gets a vertex. Corner c lies at (c & 1, c >> 1 & 1, c >> 2 & 1).
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

EDGES: Final = (
    (0, 1),
    (1, 5),
    (4, 5),
    (0, 4),
    (2, 3),
    (3, 7),
    (6, 7),
    (2, 6),
    (2, 0),
    (3, 1),
    (7, 5),
    (6, 4),
)
"""The corners of each edge; the order gives an edge its direction."""
MOST_GROUPS: Final = 4
LONGEST_GROUP: Final = 7

_FACES: Final = tuple((axis, side) for axis in range(3) for side in (0, 1))


@dataclass(frozen=True)
class FlexiTables:
    """By case: the sum of 2^corner over the corners inside."""

    groups: npt.NDArray[np.int64]  # [256] how many dual vertices
    edges: npt.NDArray[np.int64]  # [256, 4, 7] their edges ascending, -1 where none
    doubtful: npt.NDArray[np.bool_]  # [256] one ambiguous face and one vertex: the neighbour decides
    outward: npt.NDArray[np.int64]  # [256, 3] the way to that neighbour


@cache
def build_tables() -> FlexiTables:
    """Derives all 256 cases."""
    groups = np.zeros(256, np.int64)
    edges = np.full((256, MOST_GROUPS, LONGEST_GROUP), -1, np.int64)
    doubtful = np.zeros(256, np.bool_)
    outward = np.zeros((256, 3), np.int64)
    for case in range(256):
        found = edge_groups(case)
        groups[case] = len(found)
        for number, group in enumerate(found):
            edges[case, number, : len(group)] = group
        ambiguous = [face for face in _FACES if len(_crossed_edges(case, *face)) == 4]
        if len(ambiguous) == 1 and len(found) == 1:
            axis, side = ambiguous[0]
            doubtful[case], outward[case, axis] = True, 2 * side - 1
    return FlexiTables(groups, edges, doubtful, outward)


def edge_groups(case: int) -> list[list[int]]:
    """The crossed edges of each dual vertex, in the order that the vertices have."""
    links = [link for axis, side in _FACES for link in _face_links(case, axis, side)]
    groups = [sorted(group) for group in _connected(links)]
    bodies = _connected([edge for edge in EDGES if _inside(case, edge[0]) and _inside(case, edge[1])])
    return sorted(groups, key=lambda group: _rank(case, group, bodies))


def _rank(case: int, group: list[int], bodies: list[set[int]]) -> tuple[int, int]:
    """The lowest corner of the body inside that a group bounds, then the lowest corner outside at it."""
    ends = {corner for edge in group for corner in EDGES[edge]}
    inside = {corner for corner in ends if _inside(case, corner)}
    body = inside.union(*[body for body in bodies if body & inside])
    return min(body), min(ends - inside)


def _face_links(case: int, axis: int, side: int) -> list[tuple[int, int]]:
    """The pairs of crossed edges that the surface joins on one face."""
    crossed = _crossed_edges(case, axis, side)
    if len(crossed) == 4:
        around = [[edge for edge in crossed if corner in EDGES[edge]] for corner in range(8)]
        return [(pair[0], pair[1]) for c, pair in enumerate(around) if len(pair) == 2 and _inside(case, c)]
    return [(crossed[0], crossed[1])] if crossed else []


def _crossed_edges(case: int, axis: int, side: int) -> list[int]:
    """Edges of a face with one end inside."""
    return [
        number
        for number, (a, b) in enumerate(EDGES)
        if a >> axis & 1 == b >> axis & 1 == side and _inside(case, a) != _inside(case, b)
    ]


def _inside(case: int, corner: int) -> bool:
    return bool(case >> corner & 1)


def _connected(links: list[tuple[int, int]]) -> list[set[int]]:
    """What links connect, as sets."""
    sets = [set(link) for link in links]
    while pair := next(((a, b) for a, b in combinations(sets, 2) if a & b), None):
        sets = [kept for kept in sets if kept is not pair[0] and kept is not pair[1]]
        sets.append(pair[0] | pair[1])
    return sets
