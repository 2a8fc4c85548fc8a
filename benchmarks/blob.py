"""A mesh like a generator's raw output: soft shapes grown together, noise, and the jitter of a grid."""

from functools import cache

import fast_simplification
import numpy as np

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.extraction.dual_contouring import extract
from maquette.geometry.repair.pieces import drop_floaters
from maquette.geometry.topology import mesh_edges
from maquette.progress import Progress

BOUNDS = np.array([[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]])
CELLS = 232  # along each side
BALLS = 9
BLEND = 0.08  # metres over which the shapes grow together
CRUMB_SHARE = 1e-4  # of the area
BAR = np.float32(0.09)  # metres, radius of the bars
JITTER = 0.12  # cells that a vertex is off the surface, as after a generator's network

_RNG = np.random.default_rng(7)
_CENTRES = _RNG.uniform(-0.55, 0.55, (BALLS, 3)).astype(np.float32)
_RADII = _RNG.uniform(0.16, 0.34, BALLS).astype(np.float32)


def distance(points: Floats) -> Floats:
    """[N] metres: a smooth union of balls and bars with three octaves of noise on it."""
    x, y, z = np.ascontiguousarray(points.T)
    nearest = np.full(len(points), np.float32(1e3))
    for (a, b, c), radius in zip(_CENTRES, _RADII, strict=True):
        nearest = _smooth_minimum(nearest, _length(x - a, y - b, z - c) - radius)
        along = np.clip((x * a + y * b + z * c) / (a * a + b * b + c * c), 0, 1)
        bar = _length(x - along * a, y - along * b, z - along * c) - BAR
        nearest = _smooth_minimum(nearest, bar)
    for frequency, height in ((9, 0.012), (23, 0.004), (61, 0.0022)):
        along, across = np.float32(frequency), np.float32(frequency * 0.6)
        waves = np.sin(y * along + x * across)
        waves *= np.sin(z * along + y * across)
        waves *= np.sin(x * along + z * across)
        nearest += np.float32(height) * waves
    return nearest


@cache
def raw_blob() -> tuple[Floats, Ints]:
    """Vertices and faces of the blob, about 250 000 faces."""
    size = 2.0 / CELLS
    vertices, faces = extract(distance, BOUNDS, size, Progress())
    return _jittered(vertices, JITTER * size), faces


@cache
def finest_blob() -> tuple[Floats, Ints]:
    """The same with four times the faces: every one split at the middles of its edges, and jittered again."""
    vertices, faces = raw_blob()
    edges = mesh_edges(faces)
    middles = vertices[edges.ends].mean(axis=1, dtype=np.float32)
    a, b, c = faces.T
    ab, bc, ca = (edges.of_half.reshape(-1, 3) + len(vertices)).T
    corners = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    split = np.concatenate([np.stack(corner, axis=1) for corner in corners]).astype(np.int32)
    return _jittered(np.concatenate([vertices, middles]), JITTER / CELLS), split


def decimated(vertices: Floats, faces: Ints, target: int) -> tuple[Floats, Ints]:
    """About `target` faces by quadric collapse, without the crumbs that it leaves.

    A few edges may be non-manifold, as they are in the field.
    """
    points, triangles = fast_simplification.simplify(vertices, faces, target_count=target)
    fewer = np.asarray(points, np.float32), np.ascontiguousarray(triangles, np.int32)
    return drop_floaters(*fewer, CRUMB_SHARE)


def _jittered(vertices: Floats, deviation: float) -> Floats:
    noise = np.random.default_rng(1).normal(0, deviation, vertices.shape)
    return vertices + noise.astype(np.float32)


def _length(x: Floats, y: Floats, z: Floats) -> Floats:  # [N] each
    return np.sqrt(x * x + y * y + z * z)


def _smooth_minimum(one: Floats, other: Floats) -> Floats:
    share = np.maximum(np.float32(BLEND) - np.abs(one - other), 0) / np.float32(BLEND)
    return np.minimum(one, other) - share * share * np.float32(BLEND / 4)
