"""Checks and repairs of triangle meshes: weld, non-manifold edges and vertices, orientation."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import Edges, compact, face_components, link_corners, mesh_edges, row_keys

# Copies of a split vertex move this share of the way towards their own faces, so that welding does not undo
# it.
NUDGE = 0.02
SPLIT_ROUNDS = 24  # as a rule one is enough


@dataclass(frozen=True)
class Report:
    """What `check` found. A mesh that can be printed, textured and shipped is `solid`."""

    edge_manifold: bool  # no edge has more than two faces, and two run along it in opposite directions
    open_edges: int  # edges with one face
    vertex_manifold: bool  # the faces around every vertex form one fan
    components: int
    genus: int  # summed over the components; only meaningful if watertight
    degenerate: int  # faces without area or with a repeated vertex
    duplicates: int  # faces with the same three vertices as an earlier one
    volume: float  # cubic metres, positive if wound outward

    @property
    def watertight(self) -> bool:
        return self.edge_manifold and self.open_edges == 0

    @property
    def sound(self) -> bool:
        """Manifold and without faces that are none; it may be open."""
        return self.edge_manifold and self.vertex_manifold and self.degenerate == 0 and self.duplicates == 0

    @property
    def solid(self) -> bool:
        return self.sound and self.open_edges == 0 and self.volume > 0


def check(vertices: Floats, faces: Ints) -> Report:
    """Examines a mesh, by its indices: vertices at one place count as different."""
    edges = mesh_edges(faces)
    used = len(np.unique(faces))
    components = int(face_components(faces, edges).max(initial=-1)) + 1
    euler = used - len(edges.ends) + len(faces)
    keys = np.sort(faces, axis=1)
    repeated = (keys[:, 0] == keys[:, 1]) | (keys[:, 1] == keys[:, 2])
    flat = face_areas(vertices, faces) <= 0
    return Report(
        edge_manifold=len(faces) > 0 and _edge_manifold(faces, edges),
        open_edges=int((edges.counts == 1).sum()),
        vertex_manifold=int(_fans(faces, edges).max(initial=-1)) + 1 == used,
        components=components,
        genus=components - euler // 2,
        degenerate=int((repeated | flat).sum()),
        duplicates=len(faces) - len(np.unique(row_keys(keys))),
        volume=float(signed_volumes(vertices, faces).sum()),
    )


def face_areas(vertices: Floats, faces: Ints) -> npt.NDArray[np.float64]:
    """[F] square metres."""
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    normal = np.cross(b - a, c - a)
    areas: npt.NDArray[np.float64] = np.sqrt(np.einsum("fi,fi->f", normal, normal)) / 2
    return areas


def signed_volumes(vertices: Floats, faces: Ints) -> npt.NDArray[np.float64]:
    """[F] the volume of the tetrahedron between each face and the centre, positive if the face looks away
    from it.
    """
    centre = vertices.mean(axis=0, dtype=np.float64) if len(vertices) else np.zeros(3)
    a, b, c = (vertices[faces[:, i]] - centre for i in range(3))
    volumes: npt.NDArray[np.float64] = np.einsum("fi,fi->f", a, np.cross(b, c)) / 6
    return volumes


def weld(vertices: Floats, faces: Ints, tolerance: float) -> tuple[Floats, Ints]:
    """Merges vertices that round to the same multiple of `tolerance` (metres), and drops the faces that
    collapse.
    """
    faces = welded_faces(vertices, faces, tolerance)
    kept = (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    return compact(vertices, faces[kept])


def welded_faces(vertices: Floats, faces: Ints, tolerance: float) -> Ints:
    """The faces [F, 3] with one vertex for all that round to the same multiple of `tolerance`."""
    cell = np.round((vertices - vertices.min(axis=0, initial=0)) / tolerance).astype(np.int64)
    _, first, inverse = np.unique(row_keys(cell), return_index=True, return_inverse=True)
    return first[inverse][faces].astype(np.int32)


def split_nonmanifold(vertices: Floats, faces: Ints) -> tuple[Floats, Ints]:
    """Makes a mesh manifold; a closed one stays closed.

    Faces that cancel (same vertices, opposite winding) are dropped. At an edge with more than two faces,
    neighbours around the edge that enclose material are paired; vertices are then copied once for each fan
    of paired faces. Where two pairs still run between the same two vertices, one of them gets a vertex in
    its middle.
    """
    for _ in range(SPLIT_ROUNDS):
        faces = drop_cancelling(faces)
        edges = mesh_edges(faces)
        if len(faces) == 0:
            break
        pairs = _pair_half_edges(vertices, faces, edges)
        fans = link_corners(faces, pairs).reshape(-1, 3)
        vertices, faces = _copy_vertices(vertices, faces, fans)
        count = len(faces)
        vertices, faces = _split_repeated_edges(vertices, faces, pairs)
        if len(faces) == count:
            break
    return vertices, faces


def drop_cancelling(faces: Ints) -> Ints:
    """Removes pairs of faces with the same vertices but opposite windings, further copies of a face, and
    faces with a repeated vertex."""
    keys = np.sort(faces, axis=1)
    whole = (keys[:, 0] != keys[:, 1]) & (keys[:, 1] != keys[:, 2])
    faces, keys = faces[whole], keys[whole]
    _, inverse = np.unique(row_keys(keys), return_inverse=True)
    # +1 for a face that runs through its vertices in ascending order, -1 for one that runs backwards.
    a, b, c = faces.T
    winding = np.sign(b - a) * np.sign(c - b) * np.sign(c - a)
    surplus = np.bincount(inverse, winding)[inverse]
    candidates = np.flatnonzero(winding * surplus > 0)
    _, first = np.unique(inverse[candidates], return_index=True)
    return faces[np.sort(candidates[first])]


def _edge_manifold(faces: Ints, edges: Edges) -> bool:
    return bool((edges.counts <= 2).all()) and len(_opposed(faces, edges.pairs())) == len(edges.pairs())


def _opposed(faces: Ints, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Those of the pairs of half-edges [P, 2] that run in opposite directions."""
    tails = faces.reshape(-1)[pairs]
    opposed: npt.NDArray[np.int64] = pairs[tails[:, 0] != tails[:, 1]]
    return opposed


def _fans(faces: Ints, edges: Edges) -> Ints:
    """[3F] the fan of faces that each corner belongs to; two faces are linked where they alone share an
    edge.
    """
    return link_corners(faces, edges.pairs())


def _pair_half_edges(vertices: Floats, faces: Ints, edges: Edges) -> npt.NDArray[np.int64]:
    """[P, 2] half-edges to be joined: those of edges with two faces, unless they run the same way, and those
    of crowded edges two by two.
    """
    pairs = [_opposed(faces, edges.pairs())]
    for edge in np.flatnonzero(edges.counts > 2):
        start = edges.starts[edge]
        halves = edges.order[start : start + edges.counts[edge]]
        pairs.append(_pair_around_edge(vertices, faces, halves, edges.ends[edge]))
    return np.concatenate(pairs)


def _pair_around_edge(
    vertices: Floats, faces: Ints, halves: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Pairs the faces around one edge so that each pair encloses material: a forward face with the next one.

    Seen along the edge, a face that runs along it has its material on the clockwise side.
    """
    axis = vertices[ends[1]] - vertices[ends[0]]
    axis = axis / max(float(np.linalg.norm(axis)), 1e-20)
    opposite = faces[halves // 3, (halves % 3 + 2) % 3]
    arms = vertices[opposite] - vertices[ends[0]]
    across = np.cross(axis, np.eye(3)[np.argmin(np.abs(axis))])
    angles = np.arctan2(arms @ np.cross(axis, across), arms @ across)
    forward = faces[halves // 3, halves % 3] == ends[0]
    order = np.argsort(-angles, kind="stable")
    # Clockwise, each forward face opens material that the next backward face closes, like brackets; they
    # balance when read from behind the lowest depth.
    depth = np.cumsum(np.where(forward[order], 1, -1))
    order = np.roll(order, -int(depth.argmin()) - 1)
    stack: list[int] = []
    found: list[tuple[int, int]] = []
    for index in order:
        if forward[index]:
            stack.append(int(index))
        elif stack:
            found.append((int(halves[stack.pop()]), int(halves[index])))
    return np.array(found, np.int64).reshape(-1, 2)


def _copy_vertices(vertices: Floats, faces: Ints, fans: Ints) -> tuple[Floats, Ints]:
    """One vertex for each fan; the copies of a vertex move a little towards their own faces."""
    count = int(fans.max()) + 1
    source = np.empty(count, np.int64)
    source[fans.reshape(-1)] = faces.reshape(-1)
    moved = vertices[source].copy()
    copied = np.bincount(source, minlength=len(vertices))[source] > 1
    if copied.any():
        centres = np.repeat(vertices[faces].mean(axis=1), 3, axis=0)  # [3F, 3]
        members = np.bincount(fans.reshape(-1), minlength=count)
        sums = [np.bincount(fans.reshape(-1), centres[:, i], count) for i in range(3)]
        inner = (np.stack(sums, axis=1) / members[:, None]).astype(np.float32)
        moved[copied] += NUDGE * (inner[copied] - moved[copied])
    return moved, fans.astype(np.int32)


def _split_repeated_edges(vertices: Floats, faces: Ints, pairs: npt.NDArray[np.int64]) -> tuple[Floats, Ints]:
    """Puts a vertex into the middle of each edge whose two vertices an earlier edge joins already.

    An edge here is a pair of half-edges [P, 2], or a half-edge that is in no pair.
    """
    tails, heads = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    is_alone = np.ones(len(tails), bool)
    is_alone[pairs] = False
    joints = np.concatenate([pairs, np.repeat(np.flatnonzero(is_alone), 2).reshape(-1, 2)])
    ends = np.sort(np.stack([tails[joints[:, 0]], heads[joints[:, 0]]], axis=1), axis=1)
    _, first = np.unique(row_keys(ends), return_index=True)
    is_again = np.ones(len(joints), bool)
    is_again[first] = False
    busy = np.zeros(len(faces), bool)
    new_vertices, new_faces = [vertices], [faces.copy()]
    for joint in joints[is_again]:
        if busy[joint // 3].any():
            continue
        busy[joint // 3] = True
        middle = len(vertices) + len(new_vertices) - 1
        new_vertices.append(vertices[[tails[joint[0]], heads[joint[0]]]].mean(axis=0, keepdims=True))
        for half in np.unique(joint):
            face, corner = divmod(int(half), 3)
            other = faces[face].copy()
            new_faces[0][face, (corner + 1) % 3] = middle
            other[corner] = middle
            new_faces.append(other[None])
    if len(new_vertices) == 1:
        return vertices, faces
    vertices, faces = np.concatenate(new_vertices), np.concatenate(new_faces)
    return vertices.astype(np.float32), faces.astype(np.int32)
