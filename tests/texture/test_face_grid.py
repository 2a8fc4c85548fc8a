"""Lattices on faces: what is linear comes back exactly, neighbours agree, large faces have more points."""

import numpy as np
import pytest

from maquette.texture import face_grid as module
from maquette.texture.face_grid import face_grid
from tests.procedural.texturing.shapes import ball, cube, table


def places(mesh, count=3000):
    """Random faces and barycentric coordinates, corners and edges among them."""
    rng = np.random.default_rng(0)
    faces = rng.integers(0, len(mesh.faces), count)
    weights = rng.dirichlet((0.6, 0.6, 0.6), count)
    weights[:30] = np.eye(3)[rng.integers(0, 3, 30)]
    weights[30:60] = np.array([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.25, 0, 0.75]])[rng.integers(0, 3, 30)]
    return faces, weights.astype(np.float32)


@pytest.mark.parametrize("spacing", [2.0, 0.3, 0.07])
@pytest.mark.parametrize("make", [ball, cube, table])
def test_positions_looked_up_are_the_places_themselves(make, spacing):
    mesh = make()
    grid = face_grid(mesh, spacing)
    faces, weights = places(mesh)
    there = np.einsum("kc,kci->ki", weights, mesh.vertices[mesh.faces[faces]])
    assert np.abs(grid.look_up(grid.positions, faces, weights) - there).max() < 1e-5


def test_points_are_no_farther_apart_than_asked():
    grid = face_grid(cube(), 0.1)
    assert (grid.parts == 15).all()  # the diagonal of a side, 1.41, in parts of at most 0.1
    assert (face_grid(ball(4), 10.0).parts == 1).all()
    assert len(face_grid(ball(4), 10.0).positions) == len(ball(4).vertices)


def test_the_number_of_points_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "MOST_POINTS", 2000)
    grid = face_grid(cube(), 1e-6)
    assert len(grid.positions) <= 2000 + 3 * len(cube().faces)


def test_creases_keep_the_normals_of_their_faces_and_round_things_are_smooth():
    box = cube()
    grid = face_grid(box, 0.2)
    faces, weights = places(box)
    normals = grid.look_up(grid.normals, faces, weights)
    assert (np.abs(normals).max(axis=1) > 0.999).all()
    globe = ball()
    faces, weights = places(globe)
    grid = face_grid(globe, 0.05)
    looked_up = grid.look_up(np.concatenate([grid.positions, grid.normals], axis=1), faces, weights)
    outwards = looked_up[:, :3] / np.linalg.norm(looked_up[:, :3], axis=1, keepdims=True)
    assert (np.einsum("ki,ki->k", outwards, looked_up[:, 3:]) > 0.995).all()
