import numpy as np

from maquette.assets import Material, Mesh
from maquette.render.cameras import Camera, look_at, orthographic
from maquette.render.surface import corner_attributes, read_surface
from maquette.render.textures import build_pyramid
from tests.assets.shapes import plain_material, torus

CAMERA = Camera(look_at(np.array([0, 0, 5.0]), np.zeros(3), np.array([0, 1.0, 0])), orthographic(1, 1, 10))
SQUARE = Mesh(
    np.float32([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]),
    np.int32([[0, 1, 2], [0, 2, 3]]),
    np.float32([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]]),
)


def _read(mesh: Mesh, material: Material, weights: np.ndarray):
    pyramid = build_pyramid(material)
    face = np.zeros(len(weights), dtype=np.int32)
    levels = np.zeros(len(mesh.faces), dtype=np.float32)
    return read_surface(corner_attributes(mesh), pyramid, levels, CAMERA, face, np.float32(weights))


def _with_normal(*normal: float) -> Material:
    plain = plain_material(8)
    coded = np.rint(np.array(normal) * 127 + 128).astype(np.uint8)
    return Material(plain.base_color, plain.orm, np.full((8, 8, 3), coded, dtype=np.uint8))


def test_positions_are_interpolated():
    surface = _read(SQUARE, plain_material(8), np.array([[0.2, 0.3, 0.5]]))
    np.testing.assert_allclose(surface.position, [[0.8, 0.5, 0]], atol=1e-6)


def test_a_flat_normal_map_changes_nothing():
    surface = _read(SQUARE, plain_material(8), np.array([[0.2, 0.3, 0.5]]))
    np.testing.assert_allclose(surface.normal, [[0, 0, 1]], atol=1e-6)
    np.testing.assert_allclose(surface.roughness, 0.5, atol=0.01)


def test_red_bends_normals_along_u_and_green_along_v():
    along_u = _read(SQUARE, _with_normal(0.6, 0, 0.8), np.array([[1.0, 1, 1]]) / 3).normal
    np.testing.assert_allclose(along_u, [[0.6, 0, 0.8]], atol=0.01)
    along_v = _read(SQUARE, _with_normal(0, 0.6, 0.8), np.array([[1.0, 1, 1]]) / 3).normal
    np.testing.assert_allclose(along_v, [[0, 0.6, 0.8]], atol=0.01)


def test_a_face_seen_from_behind_shows_its_other_side():
    turned = Mesh(SQUARE.vertices, SQUARE.faces[:, ::-1], SQUARE.uvs[:, ::-1])
    surface = _read(turned, plain_material(8), np.array([[1.0, 1, 1]]) / 3)
    assert not surface.is_front.any()
    np.testing.assert_allclose(surface.normal, [[0, 0, 1]], atol=1e-5)


def test_averaged_bumps_become_roughness():
    smooth = _read(SQUARE, _with_normal(0, 0, 1), np.array([[1.0, 1, 1]]) / 3).roughness
    shortened = _read(SQUARE, _with_normal(0, 0, 0.8), np.array([[1.0, 1, 1]]) / 3).roughness
    assert shortened > smooth + 0.1


def test_no_normal_faces_away_from_the_viewer():
    mesh = torus(60, 30)
    weights = np.full((len(mesh.faces), 3), 1 / 3, dtype=np.float32)
    faces = np.arange(len(mesh.faces))
    levels = np.zeros(len(mesh.faces), dtype=np.float32)
    pyramid = build_pyramid(_with_normal(0.9, 0.2, 0.3))
    surface = read_surface(corner_attributes(mesh), pyramid, levels, CAMERA, faces, weights)
    assert (surface.normal @ np.float32([0, 0, 1])).min() > 0
