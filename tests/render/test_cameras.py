import numpy as np
import pytest

from maquette.render.cameras import (
    Camera,
    direction_from,
    fit_perspective,
    look_at,
    orthographic,
    perspective,
    texel_corners,
    to_screen,
)


def _ndc(camera: Camera, points: np.ndarray) -> np.ndarray:
    clip = camera.project(points)
    return clip[:, :3] / clip[:, 3:]


def test_azimuth_zero_sees_the_front_from_minus_y():
    np.testing.assert_allclose(direction_from(0, 0), [0, -1, 0], atol=1e-12)
    np.testing.assert_allclose(direction_from(90, 0), [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(direction_from(0, 90), [0, 0, 1], atol=1e-12)


def test_a_camera_in_front_sees_x_to_the_right_and_z_up():
    camera = Camera(look_at(np.array([0.0, -5, 0]), np.zeros(3)), perspective(40, 1, 10))
    ndc = _ndc(camera, np.array([[0, 0, 0], [0.5, 0, 0], [0, 0, 0.5]], dtype=float))
    np.testing.assert_allclose(ndc[0, :2], 0, atol=1e-12)
    assert ndc[1, 0] > 0.1
    assert ndc[2, 1] > 0.1


@pytest.mark.parametrize("projection", [perspective(40, 1, 10), orthographic(2, 1, 10)])
def test_near_and_far_become_minus_one_and_one(projection):
    camera = Camera(np.eye(4), projection)
    ndc = _ndc(camera, np.array([[0, 0, -1.0], [0, 0, -10.0]]))
    np.testing.assert_allclose(ndc[:, 2], [-1, 1], atol=1e-12)


def test_the_field_of_view_reaches_the_upper_edge():
    camera = Camera(np.eye(4), perspective(40, 1, 10, aspect=2))
    height = 3 * np.tan(np.radians(20))
    ndc = _ndc(camera, np.array([[0, height, -3], [2 * height, 0, -3]]))
    np.testing.assert_allclose([ndc[0, 1], ndc[1, 0]], 1)


@pytest.mark.parametrize(("azimuth", "elevation"), [(0, 0), (35, 20), (200, -30), (90, 80)])
def test_fitting_fills_the_picture_and_centres_it(azimuth, elevation):
    points = np.random.default_rng(3).normal(size=(500, 3)) * [1, 0.3, 2] + [5, 1, -2]
    ndc = _ndc(fit_perspective(points, azimuth, elevation, 30, 0.8), points)
    low, high = ndc[:, :2].min(axis=0), ndc[:, :2].max(axis=0)
    tight, slack = np.argsort(-high)
    np.testing.assert_allclose([low[tight], high[tight]], [-0.8, 0.8])
    assert abs(low[slack] + high[slack]) < 0.1
    assert np.abs(ndc[:, 2]).max() < 1


def test_a_shifted_camera_moves_the_picture_right_and_down():
    points = np.random.default_rng(0).normal(size=(20, 3))
    for projection in (perspective(40, 1, 10), orthographic(2, 1, 10)):
        camera = Camera(look_at(np.array([0.0, -5, 1]), np.zeros(3)), projection)
        moved = _ndc(camera.shifted(0.25, 0.5, 100), points) - _ndc(camera, points)
        np.testing.assert_allclose(moved[:, :2] * [50, -50], [[0.25, 0.5]] * 20, atol=1e-9)


def test_towards_points_at_the_viewer():
    pose = look_at(np.array([3.0, -4, 2]), np.zeros(3))
    at = np.float32([[0, 0, 0], [1, 1, 1]])
    near = Camera(pose, perspective(40, 1, 10)).towards(at)
    np.testing.assert_allclose(near[0], np.array([3, -4, 2]) / np.sqrt(29), rtol=1e-6)
    parallel = Camera(pose, orthographic(2, 1, 10)).towards(at)
    np.testing.assert_allclose(parallel, np.tile(near[0], (2, 1)), rtol=1e-6)


@pytest.mark.parametrize("kind", [perspective(40, 0.5, 20, 1.5), orthographic(0.8, 0.5, 20, 1.5)])
def test_rays_are_the_way_back_from_the_screen(kind):
    camera = Camera(look_at(np.array([2.0, -3, 1]), np.zeros(3)), kind)
    origins, directions = camera.rays(6, 4)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=-1), 1)
    points = (origins + 2.5 * directions).reshape(-1, 3)
    screen = to_screen(camera.project(points), 6, 4)
    row, column = np.divmod(np.arange(24), 6)
    np.testing.assert_allclose(screen[:, :2], np.stack([column, row], axis=1) + 0.5, atol=1e-9)
    near = to_screen(camera.project(origins.reshape(-1, 3)), 6, 4)[:, 2]
    np.testing.assert_allclose(near, -1, atol=1e-9)


def test_the_first_row_of_a_texture_is_its_upper_edge():
    corners = texel_corners(np.float32([[0, 0], [1, 1], [0.25, 0.75]]), 8)
    np.testing.assert_allclose(corners, [[0, 8], [8, 0], [2, 2]])
