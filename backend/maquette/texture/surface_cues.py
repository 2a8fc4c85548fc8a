"""What a mesh's shape says of how its surface ages: occlusion, open sky, worn edges, crevices.

All of it is computed from the triangles alone, whatever their topology, in radii that follow the size of the
object.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from maquette.assets.mesh import Floats, Ints, Mesh
from maquette.geometry.field import chunks
from maquette.geometry.repair.clean import face_areas
from maquette.geometry.repair.visibility import spread_directions
from maquette.progress import Progress
from maquette.render.beams import shadow_map
from maquette.threads import map_threads

from .face_grid import FaceGrid, face_grid

CUE_STEPS: Final = 3  # what `find_cues` reports to a stage
DIRECTIONS: Final = 72
SHADOW_SIZE: Final = 144  # texels along a side of a shadow map
SPACING: Final = 0.006  # of the object's size: between points where cues are computed
MOST_OCCLUDERS: Final = 60_000  # faces; finer meshes are coarsened for their shadows
COARSE_CELLS: Final = 160  # along the longest side
FINE_RADIUS: Final = 0.014  # of the object's size
BROAD_RADIUS: Final = 0.07
NEAREST: Final = 20  # samples of the surface within a radius
_FACETS: Final = 1.6  # edges of its triangles that a fine radius covers at least, so that facets do not show
_COARSEST_FINE: Final = 0.045
_QUERY_POINTS: Final = 1 << 15
_LIFT: Final = 1.2  # texels of a shadow map that points are lifted off their own surface
_DOUBT: Final = 1.0  # texels of depth over which a shadow sets in
_DARKEST: Final = 0.15  # light that bounces reaches every gap
_HORIZON: Final = 6.0  # how quickly light fades as it comes from behind the surface


@dataclass(frozen=True)
class SurfaceCues:
    """Columns of the values [P, 5] at the points of `grid`.

    openness: how much ambient light arrives, 0..1. sky: how much of the sky overhead is free, 0..1. edge and
    broad: curvature at a fine and a broad radius, about -1 (crevice) to 1 (edge), 0 flat. rise: 0 at the
    lowest point, 1 at the highest.
    """

    grid: FaceGrid
    values: Floats  # [P, 5]


def find_cues(mesh: Mesh, size: float, progress: Progress) -> SurfaceCues:
    """The cues of a mesh of that size in metres."""
    grid = face_grid(mesh, SPACING * size)
    progress.step()
    openness, sky = _light(mesh, grid, progress)
    progress.step()
    edge = _curvature(mesh, grid, _fine_radius(mesh, size))
    progress.check()
    broad = _curvature(mesh, grid, BROAD_RADIUS * size)
    low, high = mesh.bounds[:, 2]
    rise = (grid.positions[:, 2] - low) / max(float(high - low), 1e-12)
    progress.step()
    return SurfaceCues(grid, np.stack([openness, sky, edge, broad, rise], axis=1).astype(np.float32))


def _light(mesh: Mesh, grid: FaceGrid, progress: Progress) -> tuple[Floats, Floats]:
    """[P] openness and [P] sky, from shadow maps along directions all around."""
    vertices, faces = _occluders(mesh)
    center = (vertices.min(axis=0) + vertices.max(axis=0)) / 2
    radius = max(float(np.linalg.norm(vertices - center, axis=1).max()) * 1.02, 1e-9)
    texel = 2 * radius / SHADOW_SIZE
    lifted = grid.positions + grid.normals * np.float32(_LIFT * texel)

    def cast(direction: Floats) -> tuple[Floats, Floats]:
        progress.check()
        shadow = shadow_map(vertices, faces, center, radius, direction, SHADOW_SIZE)
        # What is hidden by little may be hidden by a texel's own coarseness.
        seen = np.clip(1 - shadow.gap(lifted) / np.float32(_DOUBT * texel), 0, 1)
        cosine = grid.normals @ direction
        risen = np.clip(cosine * np.float32(_HORIZON) + np.float32(0.5), 0, 1)
        overhead = np.float32(max(float(direction[2]), 0) ** 2)
        return np.asarray(np.maximum(cosine, 0) * seen), np.asarray(overhead * seen * risen)

    directions = spread_directions(DIRECTIONS).astype(np.float32)
    open_sum, sky_sum = np.zeros((2, len(lifted)), np.float32)
    for lit, above in map_threads(cast, directions):  # summed in a fixed order
        open_sum += lit
        sky_sum += above
    possible = sum(np.maximum(grid.normals @ direction, 0) for direction in directions)
    overhead = float((np.maximum(directions[:, 2], 0) ** 2).sum())
    arriving = open_sum / np.maximum(possible, np.float32(1e-6))
    openness = np.asarray(_DARKEST + (1 - _DARKEST) * arriving, np.float32)
    return openness, np.asarray(sky_sum / np.float32(overhead), np.float32)


def _occluders(mesh: Mesh) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], Ints]:
    """The triangles that cast shadows, clustered to a grid where there are very many."""
    vertices = mesh.vertices.astype(np.float64)
    if len(mesh.faces) <= MOST_OCCLUDERS:
        return vertices[np.unique(mesh.faces)], _renumbered(mesh.faces)
    low, high = mesh.bounds.astype(np.float64)
    cell = float((high - low).max()) / COARSE_CELLS
    keys = ((vertices - low) / cell).astype(np.int64) @ np.array([1, 1 << 10, 1 << 20])
    _, first, cluster = np.unique(keys, return_index=True, return_inverse=True)
    faces = cluster.reshape(-1)[mesh.faces]
    kept = (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    distinct = np.unique(np.sort(faces[kept], axis=1), axis=0)
    return vertices[first], distinct.astype(np.int32)


def _renumbered(faces: Ints) -> Ints:
    _, numbers = np.unique(faces, return_inverse=True)
    return numbers.reshape(faces.shape).astype(np.int32)


def _fine_radius(mesh: Mesh, size: float) -> float:
    """The fine radius in metres: no less than the facets of a round surface, which are no edges."""
    edge = float(np.sqrt(2.3 * np.median(face_areas(mesh.vertices, mesh.faces))))
    facets = _FACETS * edge if _FACETS * edge < _COARSEST_FINE * size else 0.0
    return max(FINE_RADIUS * size, facets)


def _curvature(mesh: Mesh, grid: FaceGrid, radius: float) -> Floats:
    """[P] how far the surface within a radius lies below (1: an edge) or above (-1: a crevice) the tangent
    plane.

    The mean height of the nearest samples over the plane: an integral invariant (Pottmann and others, 2007),
    robust where a mesh has no usable neighbourhoods. Samples that face away, such as the back of a thin
    sheet, do not count.
    """
    area = float(face_areas(mesh.vertices, mesh.faces).sum())
    positions, normals = _sample(mesh, int(np.clip(NEAREST * area / (np.pi * radius**2), NEAREST, 90_000)))
    result = np.empty(len(grid.positions), np.float32)

    def measure(rows: slice) -> None:
        points, facing = grid.positions[rows], grid.normals[rows]
        distances, found = (np.asarray(answer) for answer in tree.query(points, NEAREST))
        reach = np.maximum(distances[:, -1], 1e-12).astype(np.float32)
        near = (distances / reach[:, None]).astype(np.float32)
        agree = np.einsum("pki,pi->pk", normals[found], facing)
        below = np.einsum("pi,pi->p", points, facing)[:, None] - np.einsum(
            "pki,pi->pk", positions[found], facing
        )
        weights = np.clip(np.float32(0.5) + agree, 0, 1) * (np.float32(1.05) - near * near)
        mean = (weights * below).sum(axis=1) / np.maximum(weights.sum(axis=1), np.float32(1e-6))
        result[rows] = np.clip(mean / reach * 5, -1, 1)

    tree = cKDTree(positions)
    map_threads(measure, chunks(len(result), _QUERY_POINTS))
    return result


def _sample(mesh: Mesh, count: int) -> tuple[Floats, Floats]:
    """About `count` points spread evenly by area, the same every time, and the normals of their faces."""
    areas = face_areas(mesh.vertices, mesh.faces)
    total = max(float(areas.sum()), 1e-30)
    edges = np.cumsum(areas) / total
    faces = np.minimum(np.searchsorted(edges, (np.arange(count) + 0.5) / count), len(areas) - 1)
    # a low-discrepancy sequence in the plane (Roberts 2018), folded into each triangle
    place = (np.arange(1, count + 1)[:, None] * np.array([0.7548776662466927, 0.5698402909980532])) % 1
    folded = np.where(place.sum(axis=1, keepdims=True) > 1, 1 - place, place)
    a, b, c = (mesh.vertices[mesh.faces[faces, corner]].astype(np.float64) for corner in range(3))
    points = a + (b - a) * folded[:, :1] + (c - a) * folded[:, 1:]
    normal = np.cross(b - a, c - a)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-30)
    return points.astype(np.float32), normal.astype(np.float32)
