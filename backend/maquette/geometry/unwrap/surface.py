"""A mesh as the unwrap sees it: scaled to size one, joined where it continues, with its large forms."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import Indices
from maquette.protocol.errors import bad_input

from .adjacency import distinct_faces, face_pairs, weld_exactly
from .smoothing import DENSE_FACES, is_rough, normals_and_areas, smooth_normals, smooth_positions

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Surface:
    """Faces that are worth a place in the map, and which of them continue each other."""

    points: Doubles  # [V, 3] in a cube of side 1, smoothed where the mesh is dense
    faces: Ints  # [K, 3] with one vertex at each place
    pairs: Indices  # [P, 2] half-edges that continue each other
    normals: Doubles  # [K, 3] unit, of the faces of `points`
    smooth: Doubles  # [K, 3] unit, smoothed
    areas: Doubles  # [K] of the faces of `points`
    welded: Ints  # [F, 3] all faces of the mesh with one vertex at each place
    owner: Indices  # [F] the face of the surface that each face of the mesh shares its place with, or -1

    def part(self, chosen: Indices) -> "Surface":
        """The faces `chosen` alone, numbered in their order; `welded` and `owner` stay those of the mesh."""
        place = np.full(len(self.faces), -1)
        place[chosen] = np.arange(len(chosen))
        inner = self.pairs[(place[self.links] >= 0).all(axis=1)]
        return Surface(
            points=self.points,
            faces=self.faces[chosen],
            pairs=place[inner // 3] * 3 + inner % 3,
            normals=self.normals[chosen],
            smooth=self.smooth[chosen],
            areas=self.areas[chosen],
            welded=self.welded,
            owner=self.owner,
        )

    @property
    def links(self) -> Indices:
        """[P, 2] the neighbouring faces."""
        return self.pairs // 3


def make_surface(vertices: Floats, faces: Ints) -> Surface:
    """Prepares a mesh of any kind. Raises MaquetteError (bad_input) where it has no surface at all."""
    _check(vertices, faces)
    used = vertices[faces.reshape(-1)]
    low, high = used.min(axis=0), used.max(axis=0)
    size = float((high.astype(np.float64) - low).max())
    welded = weld_exactly(vertices, faces)
    chosen, owner = distinct_faces(welded)
    if len(chosen) == 0 or size <= 0:
        raise bad_input(f"none of the mesh's {len(faces)} faces has an area: unwrap a mesh with a surface")
    points, kept = (vertices.astype(np.float64) - low) / size, welded[chosen]
    normals, areas = normals_and_areas(points, kept)
    pairs = face_pairs(kept, normals)
    if len(kept) > DENSE_FACES and is_rough(normals, pairs // 3):
        points = smooth_positions(points, kept, normals * areas[:, None])
        normals, areas = normals_and_areas(points, kept)
    smooth = smooth_normals(normals, areas, points[kept].mean(axis=1), pairs // 3)
    return Surface(points, kept, pairs, normals, smooth, areas, welded, owner)


def _check(vertices: Floats, faces: Ints) -> None:
    if len(faces) == 0:
        raise bad_input("the mesh has no faces: unwrap a mesh with a surface")
    if int(faces.min()) < 0 or int(faces.max()) >= len(vertices):
        raise bad_input(f"a face names vertex {faces.max()} of {len(vertices)}: repair the mesh")
    bad = int((~np.isfinite(vertices).all(axis=1)).sum())
    if bad:
        raise bad_input(f"{bad} of {len(vertices)} vertices are not finite: repair the mesh")
