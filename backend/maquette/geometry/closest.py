"""The nearest point of a mesh, for many points at once.

Samples of the faces lie in a k-d tree. The search starts at the face of the nearest sample and walks to the
neighbour across the edge that the nearest point of the face lies on, as long as that brings it nearer. The
result is exact but for rare places, where it is the nearest point of a face close by.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.repair.clean import face_areas

from .topology import Indices, mesh_edges

SAMPLES_PER_FACE: Final = 1.5  # on average, spread by area: large faces get more, every face at least one
MOST_SAMPLES: Final = 1 << 21
FEWEST_SAMPLES: Final = 1 << 14
STARTS: Final = 4  # samples whose faces are compared before the walk
WALK_STEPS: Final = 8
ON_EDGE: Final = 1e-6  # barycentric weight below which a point counts as lying on the edge across
CROWD: Final = 16  # nearest samples that are looked through where the nearest face looks away


@dataclass(frozen=True)
class Nearest:
    """Points of a mesh, one for each of N points asked for."""

    faces: Indices  # [N]
    weights: Floats  # [N, 3] barycentric
    distances: Floats  # [N] metres


class SurfaceIndex:
    """A mesh prepared for questions."""

    def __init__(self, vertices: Floats, faces: Ints) -> None:
        self._corners = vertices[faces].astype(np.float32)  # [F, 3, 3]
        self._across = _neighbours(faces)
        areas = face_areas(vertices, faces)
        samples, self._owner = _samples(self._corners, areas)
        self._spacing = 2 * float(np.sqrt(areas.sum() / len(samples)))
        self._tree = cKDTree(samples, balanced_tree=False)

    def nearest(self, points: Floats) -> Nearest:  # [N, 3]
        """The nearest point of the mesh to each point."""
        starts = self._owner[np.asarray(self._tree.query(points, k=STARTS)[1])]  # [N, STARTS]
        apart = [closest_on_triangles(points, self._corners[start])[1] for start in starts.T]
        best = np.stack(apart, axis=1).argmin(axis=1)
        return self.walk(points, starts[np.arange(len(points)), best])

    def nearest_facing(
        self,
        points: Floats,  # [N, 3]
        normals: Floats,  # [N, 3] unit
        face_normals: Floats,  # [F, 3] unit, of the mesh
        least_cosine: float,
        reach: float,
    ) -> tuple[Nearest, npt.NDArray[np.bool_]]:
        """The nearest point of a face that looks the way of `normals`, and whether one lies within reach [N].

        Of thin parts the opposite side is nearer than it should be: then the nearest of the next samples
        that looks the right way is where the search starts. Points out of reach get a face that is about the
        nearest one.
        """
        within = reach + self._spacing
        sample = np.asarray(self._tree.query(points, distance_upper_bound=within)[1])
        found = np.asarray(sample < len(self._owner))
        far = np.flatnonzero(~found)
        if len(far):
            # Where much is about equally far an exact answer would take an age.
            sample[far] = self._tree.query(points[far], eps=1.0)[1]
        start = self._owner[sample]
        facing = np.einsum("ni,ni->n", face_normals[start], normals) > least_cosine
        lost = np.flatnonzero(found & ~facing)
        if len(lost):
            crowd = self._tree.query(points[lost], k=CROWD, distance_upper_bound=within)[1]
            owner = self._owner[np.minimum(crowd, len(self._owner) - 1)]
            right = np.einsum("nki,ni->nk", face_normals[owner], normals[lost]) > least_cosine
            right &= crowd < len(self._owner)
            start[lost] = owner[np.arange(len(lost)), right.argmax(axis=1)]
            found[lost] = right.any(axis=1)
        return self.walk(points, start), found

    def walk(self, points: Floats, start: Indices) -> Nearest:  # [N, 3], [N]
        """The nearest points, searched for from the faces `start` on."""
        face = start.copy()
        weights, distance = closest_on_triangles(points, self._corners[face])
        moving = np.arange(len(points))
        for _ in range(WALK_STEPS):
            moved = np.zeros(len(points), bool)
            for corner in range(3):  # across from edge (corner + 1, corner + 2)
                trying = moving[weights[moving, corner] < ON_EDGE]
                across = self._across[face[trying], corner]
                trying, across = trying[across >= 0], across[across >= 0]
                there, reach = closest_on_triangles(points[trying], self._corners[across])
                nearer = reach < distance[trying]
                trying, across = trying[nearer], across[nearer]
                face[trying], weights[trying], distance[trying] = across, there[nearer], reach[nearer]
                moved[trying] = True
            moving = np.flatnonzero(moved)
            if len(moving) == 0:
                break
        return Nearest(face, weights, distance)


def closest_on_triangles(points: Floats, corners: Floats) -> tuple[Floats, Floats]:  # [N, 3], [N, 3, 3]
    """Barycentric weights [N, 3] of each triangle's point nearest to its point, and the distance [N].

    Inside, the projection; outside, the nearest of the points on the three edges.
    """
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, ap = b - a, c - a, points - a
    bb, bc, cc, pb, pc = _dot(ab, ab), _dot(ab, ac), _dot(ac, ac), _dot(ap, ab), _dot(ap, ac)
    inverse = 1 / np.maximum(bb * cc - bc * bc, 1e-30)
    v, w = (cc * pb - bc * pc) * inverse, (bb * pc - bc * pb) * inverse
    weights = np.stack([1 - v - w, v, w], axis=1)
    outside = np.flatnonzero(weights.min(axis=1) < 0)
    if len(outside):
        weights[outside] = _closest_on_edges(points[outside], corners[outside])
    offset = np.einsum("nk,nki->ni", weights, corners) - points
    return weights, np.sqrt(_dot(offset, offset))


def _closest_on_edges(points: Floats, corners: Floats) -> Floats:
    """[N, 3] weights of the nearest point on the outline of each triangle."""
    best = np.full(len(points), np.inf, np.float32)
    weights = np.zeros((len(points), 3), np.float32)
    for start in range(3):
        end = (start + 1) % 3
        along, offset = corners[:, end] - corners[:, start], points - corners[:, start]
        share = np.clip(_dot(offset, along) / np.maximum(_dot(along, along), 1e-30), 0, 1)
        apart = offset - share[:, None] * along
        distance = _dot(apart, apart)
        nearer = np.flatnonzero(distance < best)
        best[nearer] = distance[nearer]
        weights[nearer] = 0
        weights[nearer, start], weights[nearer, end] = 1 - share[nearer], share[nearer]
    return weights


def _samples(corners: Floats, areas: npt.NDArray[np.float64]) -> tuple[Floats, Indices]:
    """Points [S, 3] on the faces, evenly spread, and the face of each [S]."""
    count = len(corners)
    wanted = min(max(SAMPLES_PER_FACE * count, FEWEST_SAMPLES), MOST_SAMPLES)
    per_side = np.ceil(np.sqrt(areas * (wanted / max(float(areas.sum()), 1e-30)))).astype(np.int64)
    per_side = np.clip(per_side, 1, 64)
    points, owner = [], []
    for n in np.unique(per_side):
        face = np.flatnonzero(per_side == n)
        weights = _grid_weights(int(n))
        points.append(np.einsum("sk,fki->fsi", weights, corners[face]).reshape(-1, 3))
        owner.append(np.repeat(face, len(weights)))
    return np.concatenate(points), np.concatenate(owner)


def _grid_weights(n: int) -> Floats:
    """[n * n, 3] barycentric centres of the n * n small triangles that a triangle is cut into."""
    upright = [(i, j) for i in range(n) for j in range(n - i)]
    turned = [(i, j) for i in range(n - 1) for j in range(n - 1 - i)]
    v = np.array([i + 1 / 3 for i, _ in upright] + [i + 2 / 3 for i, _ in turned]) / n
    w = np.array([j + 1 / 3 for _, j in upright] + [j + 2 / 3 for _, j in turned]) / n
    weights: Floats = np.stack([1 - v - w, v, w], axis=1).astype(np.float32)
    return weights


def _neighbours(faces: Ints) -> Indices:
    """[F, 3] the face across the edge opposite each corner, -1 where there is none or more than one."""
    across = np.full(3 * len(faces), -1)
    one, other = mesh_edges(faces).pairs().T
    across[one], across[other] = other // 3, one // 3
    # Half-edge i runs from corner i to i + 1, opposite corner i + 2.
    return np.asarray(across.reshape(-1, 3)[:, [1, 2, 0]])


def _dot(a: Floats, b: Floats) -> Floats:
    product: Floats = np.einsum("ni,ni->n", a, b)
    return product
