"""What control networks are shown: right depth, right normals, lines where shapes end or bend."""

import numpy as np

from maquette.texture.controls import FARTHEST, draw_controls, find_lines, invert_depth
from maquette.texture.views import orbit

from .views.scenes import ball, box

SIZE = 96


def seen(mesh, azimuth, elevation=0.0):
    return draw_controls(mesh, orbit(mesh, [(azimuth, elevation)]), SIZE)


def test_depth_of_a_ball_falls_from_its_middle_as_geometry_says():
    mesh = ball(48)
    controls = seen(mesh, 0)
    middle = SIZE // 2
    assert controls.depth[0, middle, middle] > 0.99
    assert (controls.depth[0][~controls.covered[0]] == 0).all()
    assert controls.depth[0][controls.covered[0]].min() >= FARTHEST - 1e-6
    row = controls.depth[0, middle, middle:]
    inside = controls.covered[0, middle, middle:]
    assert (np.diff(row[inside]) <= 1e-6).all()


def test_normals_of_a_ball_point_right_up_and_towards_the_viewer():
    controls = seen(ball(48), 90)
    normal = controls.normal[0] * 2 - 1
    rows, columns = np.nonzero(controls.covered[0])
    half_width = (columns.max() - columns.min() + 1) / 2
    x = (columns + 0.5 - SIZE / 2) / half_width
    y = (SIZE / 2 - rows - 0.5) / half_width
    z = np.sqrt(np.maximum(0, 1 - x * x - y * y))
    well_inside = x * x + y * y < 0.8
    expected = np.stack([x, y, z], axis=1)[well_inside]
    np.testing.assert_allclose(normal[rows, columns][well_inside], expected, atol=0.06)


def test_the_background_faces_the_viewer():
    controls = seen(ball(), 0)
    np.testing.assert_allclose(controls.normal[0, 0, 0], [0.5, 0.5, 1])


def test_one_scale_of_depth_holds_for_all_views():
    mesh = box(1, 0.5)
    stretched = type(mesh)(mesh.vertices * np.float32([4, 1, 1]), mesh.faces, mesh.uvs)
    cameras = orbit(stretched, [(0, 0), (90, 0)])
    controls = draw_controls(stretched, cameras, SIZE)
    front, side = (controls.depth[view][controls.covered[view]].max() for view in (0, 1))
    assert side > 0.99 > 0.8 > front  # what sticks out towards a viewer is nearer to it


def test_a_cube_from_a_corner_shows_its_outline_and_its_creases_alone():
    controls = seen(box(4), 45, 35)
    inside = controls.covered[0]
    lines = controls.edges[0] > 0
    assert not (lines & ~inside).any()
    middle = slice(SIZE // 2 - 4, SIZE // 2 + 4)
    assert lines[middle, middle].any()  # the three creases meet there
    assert 0.02 < lines.sum() / inside.sum() < 0.25


def test_a_smooth_ball_has_an_outline_and_nothing_inside():
    controls = seen(ball(48), 0)
    lines = controls.edges[0] > 0
    distance = np.hypot(*(np.indices((SIZE, SIZE)) + 0.5 - SIZE / 2))
    radius = np.sqrt(controls.covered[0].sum() / np.pi)
    assert lines.any()
    assert (distance[lines] > 0.8 * radius).all()


def test_a_line_lies_on_the_nearer_side():
    depth = np.full((4, 6), 2.0, np.float32)
    depth[:, 3:] = 1.0
    normal = np.broadcast_to(np.float32([0, 0, 1]), (4, 6, 3))
    lines = find_lines(depth, normal, 0.1)
    assert (lines.sum(axis=0) == [0, 0, 0, 4, 0, 0]).all()


def test_depth_of_nothing_is_nothing():
    assert (invert_depth(np.full((3, 3), np.inf, np.float32)) == 0).all()
