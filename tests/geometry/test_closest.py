"""Nearest points against brute force."""

import numpy as np
import pytest
import trimesh

from maquette.geometry.closest import SurfaceIndex, closest_on_triangles
from maquette.geometry.normals import face_normals


def arrays(mesh):
    return mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32)


def brute_force(points, vertices, faces):
    pairs = np.repeat(points, len(faces), axis=0), np.tile(vertices[faces], (len(points), 1, 1))
    return closest_on_triangles(*pairs)[1].reshape(len(points), -1).min(axis=1)


def test_the_nearest_point_of_a_triangle_is_that_of_a_fine_grid_on_it():
    rng = np.random.default_rng(0)
    corners = rng.normal(size=(300, 3, 3)).astype(np.float32)
    points = rng.normal(size=(300, 3)).astype(np.float32) * 2
    weights, distances = closest_on_triangles(points, corners)
    assert weights.min() >= 0
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-5)
    steps = np.linspace(0, 1, 60)
    grid = np.array([(1 - v - w, v, w) for v in steps for w in steps if v + w <= 1 + 1e-9])
    spread = np.einsum("gk,nki->ngi", grid, corners)
    least = np.linalg.norm(spread - points[:, None], axis=2).min(axis=1)
    assert (distances <= least + 1e-5).all()
    assert (distances >= least - 0.05).all()


@pytest.mark.parametrize("shape", ["ball", "box", "ring"])
def test_walking_finds_what_brute_force_finds(shape):
    mesh = {
        "ball": trimesh.creation.icosphere(3),
        "box": trimesh.creation.box((1, 0.6, 0.2)),  # large faces
        "ring": trimesh.creation.torus(1, 0.2),
    }[shape]
    vertices, faces = arrays(mesh)
    rng = np.random.default_rng(1)
    points = (mesh.sample(400, seed=3) + rng.normal(size=(400, 3)) * 0.03).astype(np.float32)
    found = SurfaceIndex(vertices, faces).nearest(points)
    exact = brute_force(points, vertices, faces)
    assert np.quantile(np.abs(found.distances - exact), 0.98) < 1e-5
    assert np.abs(found.distances - exact).max() < 0.01  # half a sample apart
    place = np.einsum("nk,nki->ni", found.weights, vertices[faces[found.faces]])
    assert np.allclose(np.linalg.norm(place - points, axis=1), found.distances, atol=1e-6)


def test_the_far_side_of_a_thin_plate_is_not_taken():
    mesh = trimesh.creation.box((1, 1, 0.004)).subdivide().subdivide().subdivide()
    vertices, faces = arrays(mesh)
    index, normals = SurfaceIndex(vertices, faces), face_normals(vertices, faces)
    rng = np.random.default_rng(0)
    points = np.column_stack([rng.uniform(-0.45, 0.45, (500, 2)), np.full(500, -0.003)]).astype(np.float32)
    up = np.tile(np.float32([0, 0, 1]), (500, 1))
    found, facing = index.nearest_facing(points, up, normals, 0.3, 0.05)
    assert facing.all()
    assert np.allclose(found.distances, 0.005, atol=1e-5)
    assert not index.nearest_facing(points, np.roll(up, 1, axis=1), normals, 0.3, 0.05)[1].any()
