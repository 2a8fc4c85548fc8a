"""What lies under pixels and texels, against the surface itself."""

import numpy as np
import pytest

from maquette.assets import Mesh
from maquette.assets.tangent_space import corner_tangents, vertex_normals
from maquette.render.cameras import Camera, fit_perspective, look_at, orthographic
from maquette.render.gbuffer import interpolated_attributes, uv_buffer, view_buffer
from tests.assets.shapes import torus

RING = torus(96, 48)
CAMERAS = {
    "perspective": fit_perspective(RING.vertices, 35, 40, 30, 0.9),
    "orthographic": Camera(look_at(np.array([1.0, -2, 2]), np.array([0, 0, 0.2])), orthographic(0.7, 0.1, 9)),
}
COLUMNS, ROWS = 120, 80  # not square: rows and columns cannot be mixed up


def _ring_normals(points: np.ndarray) -> np.ndarray:
    """Of the true torus of radius 0.5 around z = 0.2."""
    level = points[..., :2]
    core = 0.5 * level / np.linalg.norm(level, axis=-1, keepdims=True)
    away = points - np.concatenate([core, np.full((*core.shape[:-1], 1), 0.2)], axis=-1)
    return away / np.linalg.norm(away, axis=-1, keepdims=True)


@pytest.mark.parametrize("name", CAMERAS)
def test_positions_lie_on_the_lines_of_sight_at_the_depth_that_is_said(name):
    camera = CAMERAS[name]
    seen = view_buffer(RING, camera, COLUMNS, ROWS)
    origins, directions = (rays[seen.covered] for rays in camera.rays(COLUMNS, ROWS))
    assert 0.1 < seen.covered.mean() < 0.9
    position = seen.position[seen.covered]
    along = ((position - origins) * directions).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(origins + along * directions, position, atol=1e-5)
    ahead = (position - camera.position) @ -camera.camera_to_world[:3, 2]
    np.testing.assert_allclose(seen.depth[seen.covered], ahead, rtol=1e-5)
    assert np.isinf(seen.depth[~seen.covered]).all()


@pytest.mark.parametrize("name", [*CAMERAS, "uv"])
def test_normals_and_tangents_are_those_of_the_surface(name):
    seen = uv_buffer(RING, 64) if name == "uv" else view_buffer(RING, CAMERAS[name], COLUMNS, ROWS)
    hit = seen.covered
    normal, tangent = seen.normal[hit], seen.tangent[hit]
    np.testing.assert_allclose(normal, _ring_normals(seen.position[hit]), atol=0.01)
    np.testing.assert_allclose(np.linalg.norm(normal, axis=1), 1, rtol=1e-5)
    position = seen.position[hit]
    around = np.stack([-position[:, 1], position[:, 0], 0 * position[:, 2]], axis=1)  # u grows that way
    around /= np.linalg.norm(around, axis=1, keepdims=True)
    np.testing.assert_allclose(tangent[:, :3], around, atol=0.04)  # half a column at the seam
    np.testing.assert_allclose(np.linalg.norm(tangent[:, :3], axis=1), 1, rtol=1e-5)
    assert (tangent[:, 3] == 1).all()


@pytest.mark.parametrize("name", CAMERAS)
def test_the_uv_of_a_pixel_leads_to_the_same_place_in_the_texture(name):
    size = 256
    seen, texture = view_buffer(RING, CAMERAS[name], COLUMNS, ROWS), uv_buffer(RING, size)
    u, v = seen.uv[seen.covered].T
    column, row = (u * size).astype(int).clip(0, size - 1), ((1 - v) * size).astype(int).clip(0, size - 1)
    away = np.linalg.norm(texture.position[row, column] - seen.position[seen.covered], axis=1)
    assert texture.covered.all()
    assert away.max() < 2 * np.pi * 0.7 / size


def test_texels_know_their_own_uv():
    seen = uv_buffer(RING, 32)
    centre = (np.arange(32) + 0.5) / 32
    np.testing.assert_allclose(seen.uv[..., 0], np.broadcast_to(centre, (32, 32)), atol=1e-5)
    np.testing.assert_allclose(seen.uv[..., 1], np.broadcast_to(1 - centre[:, None], (32, 32)), atol=1e-5)
    assert (seen.depth == 0).all()


def test_what_no_face_covers_is_empty():
    half = Mesh(RING.vertices, RING.faces, RING.uvs * np.float32(0.5))
    seen = uv_buffer(half, 32)
    np.testing.assert_array_equal(seen.covered[16:, :16], True)
    assert seen.covered.sum() == 16 * 16
    for field in ("barycentric", "position", "normal", "tangent", "uv"):
        assert not getattr(seen, field)[~seen.covered].any(), field


def test_a_mesh_without_uvs_has_normals_all_the_same():
    plain = view_buffer(Mesh(RING.vertices, RING.faces), CAMERAS["perspective"], COLUMNS, ROWS)
    full = view_buffer(RING, CAMERAS["perspective"], COLUMNS, ROWS)
    np.testing.assert_array_equal(plain.normal, full.normal)
    assert not plain.uv.any()
    assert not plain.tangent.any()


def test_attributes_made_once_serve_every_view():
    attributes = interpolated_attributes(RING)
    np.testing.assert_array_equal(attributes[..., 3:6], vertex_normals(RING)[RING.faces])
    np.testing.assert_array_equal(attributes[..., 6:10], corner_tangents(RING, vertex_normals(RING)))
    once = view_buffer(RING, CAMERAS["orthographic"], 32, 32, attributes)
    anew = view_buffer(RING, CAMERAS["orthographic"], 32, 32)
    np.testing.assert_array_equal(once.tangent, anew.tangent)
