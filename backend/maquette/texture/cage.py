"""From the points of a low mesh to the surface of a high one, along the low mesh's normals."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Mesh
from maquette.geometry.closest import SurfaceIndex
from maquette.geometry.field import chunks
from maquette.geometry.normals import face_normals
from maquette.progress import Progress
from maquette.threads import map_threads

LEAST_COSINE: Final = 0.1  # between the low mesh's normal and a face of the high one that it may meet
ROUNDS: Final = 3
CAGE_MARGIN: Final = 1.5  # times the largest distance of the low mesh's vertices and faces from the high one
WIDEST_CAGE: Final = 0.1  # of the size of the mesh
CHUNK_POINTS: Final = 1 << 17

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Hits:
    """Where K points meet the high mesh."""

    faces: Indices  # [K]
    weights: Floats  # [K, 3] barycentric
    met: npt.NDArray[np.bool_]  # [K]; elsewhere nothing within the cage faces the right way


class HighSurface:
    """The high mesh, prepared to be met."""

    def __init__(self, mesh: Mesh) -> None:
        self._vertices, self._faces = mesh.vertices, mesh.faces
        self._index = SurfaceIndex(mesh.vertices, mesh.faces)
        self._normals = face_normals(mesh.vertices, mesh.faces)

    def cage_around(self, low: Mesh) -> float:
        """How far rays from the low mesh look for the high one, in metres, outward and inward."""
        middles = low.vertices[low.faces].mean(axis=1, dtype=np.float32)
        apart = self._index.nearest(np.concatenate([low.vertices, middles])).distances
        size = float(np.ptp(low.bounds, axis=0).max())
        return float(np.clip(CAGE_MARGIN * apart.max(), 1e-4 * size, WIDEST_CAGE * size))

    def meet(self, points: Floats, normals: Floats, cage: float, progress: Progress) -> Hits:
        """Where lines through points [K, 3] along unit normals [K, 3] meet faces that look the same way.

        The nearest point of the surface and the point of the line beside it are found in turns: they close
        in on each other where the surface crosses the line. At the rim of an open surface they stay apart.
        """
        faces = np.empty(len(points), np.int64)
        weights = np.empty((len(points), 3), np.float32)
        met = np.empty(len(points), bool)

        def find(rows: slice) -> None:
            progress.check()
            faces[rows], weights[rows], met[rows] = self._meet(points[rows], normals[rows], cage)

        map_threads(find, chunks(len(points), CHUNK_POINTS))
        return Hits(faces, weights, met)

    def _meet(
        self, points: Floats, normals: Floats, cage: float
    ) -> tuple[Indices, Floats, npt.NDArray[np.bool_]]:
        found, met = self._index.nearest_facing(points, normals, self._normals, LEAST_COSINE, 2 * cage)
        for _ in range(ROUNDS):
            offset = self._place(found.faces, found.weights) - points
            along = np.clip(np.einsum("ki,ki->k", offset, normals), -cage, cage)
            found = self._index.walk(points + normals * along[:, None], found.faces)
        agrees = np.einsum("ki,ki->k", self._normals[found.faces], normals) > LEAST_COSINE
        return found.faces, found.weights, met & agrees & (found.distances < cage)

    def _place(self, faces: Indices, weights: Floats) -> Floats:
        corners = self._vertices[self._faces[faces]]
        place: Floats = np.einsum("kc,kci->ki", weights, corners)
        return place
