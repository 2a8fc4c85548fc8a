"""Values on a mesh's surface without UVs: a triangular lattice on every face, fine where the face is large.

After Yuksel, Keyser and House, "Mesh Colors", 2010. What varies slowly over the surface, such as occlusion
and curvature, is computed at the lattice points and looked up at texels; as the points do not depend on the
UVs, neither do the values.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Mesh
from maquette.assets.tangent_space import vertex_normals
from maquette.geometry.field import normalized
from maquette.geometry.normals import face_normals

MOST_POINTS: Final = 130_000  # beside the vertices
_CREASE_COSINE: Final = 0.77  # corners that lean farther off their face are at a crease, and keep its normal
_FINEST: Final = 96  # parts of an edge

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FaceGrid:
    """P points on a mesh. Face f is cut into parts[f]^2 triangles; the rows of its lattice run from its
    second edge to its first corner.
    """

    positions: Floats  # [P, 3]
    normals: Floats  # [P, 3] unit; smooth, but for creases
    parts: Indices  # [F] along each edge
    starts: Indices  # [F] where the lattice of each face begins in `points`
    points: Indices  # [L] the point at each place of a lattice

    def look_up(
        self,
        values: Floats,  # [P, C]
        faces: Indices,  # [K]
        barycentric: Floats,  # [K, 3]
    ) -> Floats:  # [K, C]
        """The values at places on faces, linear between the lattice points."""
        parts = self.parts[faces]
        span = parts.astype(np.float32)
        x, y = barycentric[:, 0] * span, barycentric[:, 1] * span
        i = np.clip(x.astype(np.int64), 0, parts - 1)
        j = np.clip(y.astype(np.int64), 0, parts - 1 - i)
        x, y = np.clip(x - i, 0, 1), np.clip(y - j, 0, 1)
        # The square from (i, j) to (i + 1, j + 1) is two triangles: one that points up, one that points down.
        down = (x + y > 1) & (i + j < parts - 1)
        away = down.astype(np.int64)
        start = self.starts[faces]
        total = np.zeros((len(faces), values.shape[1]), np.float32)
        for weight, row, column in (
            (np.where(down, 1 - y, x), i + 1, j),
            (np.where(down, 1 - x, y), i, j + 1),
            (np.where(down, x + y - 1, 1 - x - y), i + away, j + away),
        ):
            at = start + _place(row, column, parts)
            total += values[self.points[at]] * weight.astype(np.float32)[:, None]
        return total


def face_grid(mesh: Mesh, spacing: float) -> FaceGrid:
    """The lattices of all faces: points at most `spacing` metres apart, or as MOST_POINTS allows."""
    corners = mesh.vertices[mesh.faces]  # [F, 3, 3]
    longest = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2).max(axis=1)
    parts = _parts(longest, spacing)
    normals, smooth = _corner_normals(mesh)
    starts, face, i, j = _lattices(parts)
    n = parts[face]
    weights = (np.stack([i, j, n - i - j], axis=1) / n[:, None]).astype(np.float32)
    corner = np.where(i == n, 0, np.where(j == n, 1, np.where(i + j == 0, 2, -1)))
    shared = (corner >= 0) & smooth[face, corner]
    own = np.flatnonzero(~shared)
    points = np.empty(len(face), np.int64)
    points[shared] = mesh.faces[face[shared], corner[shared]]
    points[own] = len(mesh.vertices) + np.arange(len(own))
    inner = [np.einsum("ki,kij->kj", weights[own], at[face[own]]) for at in (corners, normals)]
    return FaceGrid(
        np.concatenate([mesh.vertices, inner[0]]).astype(np.float32),
        normalized(np.concatenate([vertex_normals(mesh), inner[1]])),
        parts,
        starts,
        points,
    )


def _parts(longest: Floats, spacing: float) -> Indices:
    """[F] into how many parts the edges of each face are cut."""
    spacing = max(spacing, float(longest.max(initial=0)) / _FINEST, 1e-12)
    while True:
        parts: Indices = np.maximum(np.ceil(longest / spacing), 1).astype(np.int64)
        inner = int(((parts + 1) * (parts + 2) // 2 - 3).sum())
        if inner <= MOST_POINTS or parts.max(initial=1) == 1:
            return parts
        spacing *= 1.02 * max(1.05, (inner / MOST_POINTS) ** 0.5)


def _lattices(parts: Indices) -> tuple[Indices, Indices, Indices, Indices]:
    """Where each face's lattice starts [F]; and of every place its face, row and column, [L] each."""
    counts = (parts + 1) * (parts + 2) // 2
    starts = np.cumsum(counts) - counts
    face = np.repeat(np.arange(len(parts)), counts)
    place = np.arange(len(face)) - starts[face]
    row, column = np.empty(len(face), np.int64), np.empty(len(face), np.int64)
    for n in np.unique(parts):
        rows, columns = np.nonzero(np.arange(n + 1)[:, None] + np.arange(n + 1)[None] <= n)
        mine = parts[face] == n
        row[mine], column[mine] = rows[place[mine]], columns[place[mine]]
    return starts, face, row, column


def _place(row: Indices, column: Indices, parts: Indices) -> Indices:
    """The number of a lattice point in its face: row i has parts - i + 1 points."""
    return row * (2 * parts + 3 - row) // 2 + column


def _corner_normals(mesh: Mesh) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """[F, 3, 3] normals of the corners, and [F, 3] whether each is the vertex's, not its face's own."""
    flat = face_normals(mesh.vertices, mesh.faces)
    of_vertices = vertex_normals(mesh)[mesh.faces]
    smooth = np.einsum("fci,fi->fc", of_vertices, flat) > _CREASE_COSINE
    return np.where(smooth[..., None], of_vertices, flat[:, None]), smooth
