"""Ripples taken off a surface while its edges stay: normals are mixed with those of faces beside them that
look the same way, then vertices follow the normals.

Zheng, Fu, Au and Tai 2011 (bilateral normal filtering), over adjacent faces. Vertices move along their own
normals to where faces fit the new ones best, all at once, so that wide ripples go as well as narrow ones.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import cg

from maquette.assets.mesh import Floats, Ints
from maquette.progress import Progress

from .topology import mesh_edges

NORMAL_ROUNDS: Final = 40  # each reaches a face further
STAY: Final = 2e-3  # how much vertices want to stay where they are: features wider than some 30 faces do
CG_ROUNDS: Final = 300
SHARPNESS: Final = 0.25  # difference of unit normals from which on faces hardly mix: about 15 degrees
DENOISE_STEPS: Final = 2  # what `denoise` reports to a stage

Doubles = npt.NDArray[np.float64]


def denoise(
    vertices: Floats,  # [V, 3]
    faces: Ints,  # [F, 3]
    progress: Progress,
    rounds: int = NORMAL_ROUNDS,
    sharpness: float = SHARPNESS,
) -> Floats:
    """The vertices [V, 3] of a mesh of even triangles, without ripples that are narrower than some `rounds`
    faces. Reports DENOISE_STEPS steps.
    """
    points = vertices.astype(np.float64)
    normals, areas = _normals(points, faces)
    pairs = mesh_edges(faces).pairs() // 3
    for _ in range(rounds):
        progress.check()
        normals = _mixed(normals, areas, pairs, sharpness)
    progress.step()
    heights, directions = _following(points, faces, normals, areas)
    progress.step()
    return (points + heights[:, None] * directions).astype(np.float32)


def _following(points: Doubles, faces: Ints, normals: Doubles, areas: Doubles) -> tuple[Doubles, Doubles]:
    """How far each vertex goes [V] along its own normal [V, 3], so that all corners of a face lie on a plane
    with its new normal: n (v - c) = 0 for each corner v and the middle c, by least squares.
    """
    count = len(points)
    directions = _mean_at_vertices(faces, count, normals * areas[:, None])
    along = (normals[:, None] * directions[faces]).sum(axis=2)  # [F, 3] n . direction of each corner
    offset = (normals[:, None] * points[faces]).sum(axis=2)  # [F, 3] n . v
    weights = np.eye(3) - 1 / 3  # of the corners in each of a face's equations
    values = (weights[None] * along[:, None]).reshape(-1)
    rows = np.repeat(np.arange(3 * len(faces)), 3)
    columns = np.repeat(faces.astype(np.int64)[:, None], 3, axis=1).reshape(-1)
    equations = csr_array((values, (rows, columns)), shape=(3 * len(faces), count))
    wanted = -(offset @ weights).reshape(-1)
    system = equations.T @ equations + STAY * eye_array(count)
    heights, _ = cg(system, equations.T @ wanted, rtol=1e-4, maxiter=CG_ROUNDS)
    return heights, directions


def _normals(points: Doubles, faces: Ints) -> tuple[Doubles, Doubles]:
    """Unit normals [F, 3] and areas [F]."""
    a, b, c = (points[faces[:, i]] for i in range(3))
    cross = np.cross(b - a, c - a)
    length = np.linalg.norm(cross, axis=1)
    return cross / np.maximum(length, 1e-30)[:, None], length / 2


def _mixed(normals: Doubles, areas: Doubles, pairs: npt.NDArray[np.int64], sharpness: float) -> Doubles:
    """Each normal with those across its edges, by their areas and by how alike they are."""
    one, other = pairs.T
    apart = np.square(normals[one] - normals[other]).sum(axis=1)
    weight = np.exp(-apart / (2 * sharpness**2))
    count = len(normals)
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    links = csr_array((np.tile(weight, 2) * areas[columns], (rows, columns)), shape=(count, count))
    mixed = areas[:, None] * normals + links @ normals
    unit: Doubles = mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-30)
    return unit


def _mean_at_vertices(faces: Ints, count: int, of_faces: Doubles) -> Doubles:
    """Unit sums [V, 3] of what the faces around a vertex have."""
    corners = faces.reshape(-1)
    sums = [np.bincount(corners, np.repeat(column, 3), count) for column in of_faces.T]
    found = np.stack(sums, axis=1)
    unit: Doubles = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-30)
    return unit
