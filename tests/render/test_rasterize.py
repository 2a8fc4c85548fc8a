import importlib

import numpy as np
import pytest

from maquette.render.cameras import Camera, look_at, orthographic
from maquette.render.rasterize import rasterize, rasterize_plane
from tests.assets.shapes import torus

from .brute_force import brute_force, cameras, soup


@pytest.fixture(params=["numpy", "numba"])
def path(request):
    if request.param == "numba":
        pytest.importorskip("numba")
    return importlib.import_module(f"maquette.render.raster_{request.param}")


@pytest.mark.parametrize("mesh", [torus(24, 12), soup(200, 1)], ids=["torus", "soup"])
@pytest.mark.parametrize("number", [0, 1], ids=["perspective", "orthographic"])
def test_it_agrees_with_brute_force(mesh, number, path):
    camera = cameras(mesh.vertices)[number]
    size = 96
    fast = rasterize(mesh.vertices, mesh.faces, camera, size, size, path=path)
    slow = brute_force(mesh.vertices, mesh.faces, camera, size)
    same = fast.face_id == slow.face_id
    assert same.mean() >= 0.9999
    assert 0.1 < (slow.face_id >= 0).mean() < 0.99
    shown = same & (slow.face_id >= 0)
    np.testing.assert_allclose(fast.depth[shown], slow.depth[shown], rtol=1e-5)
    np.testing.assert_allclose(fast.barycentric[shown], slow.barycentric[shown], atol=1e-4)
    np.testing.assert_allclose(fast.ndc_z[shown], slow.ndc_z[shown], atol=1e-9)


def test_of_faces_at_one_depth_the_first_is_seen(path):
    square = np.float32([[-1, 0, -1], [1, 0, -1], [1, 0, 1], [-1, 0, 1]])
    faces = np.int32([[0, 1, 2], [0, 2, 3], [0, 1, 2], [0, 2, 3]])
    camera = Camera(look_at(np.array([0, -5.0, 0]), np.zeros(3)), orthographic(0.9, 1, 10))
    assert set(np.unique(rasterize(square, faces, camera, 32, 32, path=path).face_id)) == {0, 1}


def test_the_plane_agrees_with_brute_force_and_the_first_face_wins(path):
    rng = np.random.default_rng(7)
    corners = rng.uniform(-10, 50, (40, 1, 2)) + rng.normal(size=(40, 3, 2)) * 8
    corners[7] = corners[3]
    face_id, barycentric = rasterize_plane(corners, 48, 40, path)
    row, column = np.mgrid[0:40, 0:48] + 0.5
    expected = np.full((40, 48), -1)
    for number, (a, b, c) in reversed(list(enumerate(corners))):
        edges = [(q - p, p) for p, q in ((a, b), (b, c), (c, a))]
        sides = np.stack([e[0] * (row - p[1]) - e[1] * (column - p[0]) for e, p in edges])
        expected[(sides >= 0).all(axis=0) | (sides <= 0).all(axis=0)] = number
    np.testing.assert_array_equal(face_id, expected)
    assert 0.3 < (face_id >= 0).mean() < 1
    assert 7 not in face_id
    places = np.einsum("hwk,hwkc->hwc", barycentric, corners[face_id])
    covered = face_id >= 0
    np.testing.assert_allclose(places[covered], np.stack([column, row], axis=-1)[covered], atol=1e-4)
    assert not barycentric[~covered].any()


def test_a_mesh_has_neither_gaps_nor_double_pixels(path):
    """A jagged fan around a pixel centre tiles the picture: every pixel is of exactly one triangle."""
    rng = np.random.default_rng(5)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 40))
    rim = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1) * 20
    vertices = np.concatenate([[[0.1, 0.2, 0]], rim])
    following = np.roll(np.arange(1, 41), -1)
    faces = np.stack([np.zeros(40), np.arange(1, 41), following], axis=1).astype(np.int32)
    camera = Camera(
        look_at(np.array([0, 0, 5.0]), np.zeros(3), np.array([0, 1.0, 0])), orthographic(1, 1, 10)
    )
    counts = np.zeros((64, 64), dtype=int)
    for face in faces:
        counts += rasterize(vertices, face[None], camera, 64, 64, path=path).face_id >= 0
    assert (counts == 1).all()


def test_the_order_of_faces_does_not_change_what_is_seen():
    mesh = soup(100, 2)
    camera = cameras(mesh.vertices)[0]
    order = np.random.default_rng(0).permutation(len(mesh.faces))
    plain = rasterize(mesh.vertices, mesh.faces, camera, 96, 96)
    mixed = rasterize(mesh.vertices, mesh.faces[order], camera, 96, 96)
    np.testing.assert_array_equal(plain.face_id[plain.face_id >= 0], order[mixed.face_id[mixed.face_id >= 0]])


def test_peeling_shows_the_layers_behind_each_other(path):
    square = np.float32([[-1, 0, -1], [1, 0, -1], [1, 0, 1], [-1, 0, 1]])
    vertices = np.concatenate([square + np.float32([0, y, 0]) for y in (0, 1, 2)])
    faces = np.int32([[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7], [8, 9, 10], [8, 10, 11]])
    camera = Camera(look_at(np.array([0, -5.0, 0]), np.zeros(3)), orthographic(0.9, 1, 10))
    behind = None
    for depth in (5, 6, 7):
        buffer = rasterize(vertices, faces, camera, 32, 32, behind, path)
        np.testing.assert_allclose(buffer.depth, depth, rtol=1e-6)
        behind = buffer.ndc_z
    assert (rasterize(vertices, faces, camera, 32, 32, behind, path).face_id == -1).all()


def test_faces_outside_the_picture_and_behind_the_camera_are_harmless():
    camera = cameras(np.float32([[-1, -1, -1], [1, 1, 1]]))[0]
    behind = camera.position + camera.camera_to_world[:3, 2]
    vertices = np.concatenate([behind + np.eye(3), np.eye(3) * 0.1 + [100, 0, 0]])
    buffer = rasterize(vertices, np.int32([[0, 1, 2], [3, 4, 5]]), camera, 32, 32)
    assert (buffer.face_id == -1).all()
    assert np.isinf(buffer.depth).all()


def test_faces_keep_their_numbers_where_others_are_left_out(path):
    mesh = torus(24, 12)
    camera = cameras(mesh.vertices)[0]
    behind = camera.position + camera.camera_to_world[:3, 2] + np.eye(3)
    vertices = np.concatenate([behind, mesh.vertices])
    faces = np.concatenate([np.int32([[0, 1, 2]]), mesh.faces + 3])
    plain = rasterize(mesh.vertices, mesh.faces, camera, 32, 32, path=path)
    mixed = rasterize(vertices, faces, camera, 32, 32, path=path)
    np.testing.assert_array_equal(mixed.face_id, np.where(plain.face_id >= 0, plain.face_id + 1, -1))
    np.testing.assert_array_equal(mixed.barycentric, plain.barycentric)


def test_no_faces_give_an_empty_picture(path):
    camera = cameras(np.float32([[-1, -1, -1], [1, 1, 1]]))[0]
    assert (
        rasterize(np.zeros((3, 3)), np.zeros((0, 3), np.int32), camera, 8, 8, path=path).face_id == -1
    ).all()
