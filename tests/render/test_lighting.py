import numpy as np
import pytest

from maquette.render.beams import shadow_map
from maquette.render.lighting import light_scene
from maquette.render.studio import build_studio
from tests.assets.shapes import torus

STUDIO = build_studio(0)
TABLE = np.array(
    [[-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1], [0, 0, 0]], dtype=float
)  # and a point on the floor
TOP = np.int32([[0, 1, 2], [0, 2, 3], [4, 4, 4]])


def test_a_shadow_map_knows_how_far_above_the_blocker_is():
    shadow = shadow_map(TABLE, TOP[:2], np.array([0, 0, 0.5]), 2.0, np.float32([0, 0, 1]), 64)
    gaps = shadow.gap(np.float32([[0, 0, 0.25], [0, 0, 2], [1.5, 0, 0]]))
    np.testing.assert_allclose(gaps[:2], [0.75, -1], atol=1e-5)
    assert gaps[2] == -np.inf


def test_a_table_darkens_the_floor_below_and_the_sky_stays_outside():
    lighting = light_scene(TABLE, TOP, STUDIO)
    brightness = lighting.ground.at(np.float32([0, 4.5]), np.float32([0, 4.5]))
    assert brightness[0] < 0.6
    assert brightness[1] > 0.95
    assert lighting.ground.brightness.min() >= -1e-4
    assert lighting.ground.brightness.max() <= 1 + 1e-4


def test_the_shadow_falls_away_from_the_key_light():
    lighting = light_scene(TABLE, TOP, STUDIO)
    away = -STUDIO.key.axis[:2] / np.linalg.norm(STUDIO.key.axis[:2])
    shadowed, lit = lighting.ground.at(*np.stack([1.7 * away, -1.7 * away]).T.astype(np.float32))
    assert shadowed < lit - 0.1


def test_points_under_a_table_are_hidden_from_above_only():
    lighting = light_scene(TABLE, TOP, STUDIO)
    points = np.float32([[0, 0, 0.7], [0, 0, 1.0]])
    received = lighting.at(points, np.float32([[0, 0, 1], [0, 0, 1]]))
    assert received.openness[0] < 0.5
    assert received.openness[1] > 0.98
    assert received.seen[0, 0] == 0
    assert received.seen[1, 0] == 1


def test_a_convex_body_does_not_shadow_itself():
    mesh = torus(96, 48)
    outside = np.linalg.norm(mesh.vertices[:, :2], axis=1) > 0.66
    points = mesh.vertices[outside]
    flat = points * np.float32([1, 1, 0])
    normals = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    received = light_scene(mesh.vertices.astype(float), mesh.faces, STUDIO).at(points, normals)
    facing = normals @ STUDIO.key.axis > 0.5
    assert received.seen[facing, 0].min() == 1


def test_a_clear_table_takes_a_part_of_the_light():
    opacity = np.float32([0.25, 0.25, 1])
    clear, solid = light_scene(TABLE, TOP, STUDIO, opacity), light_scene(TABLE, TOP, STUDIO)
    below = np.float32([[0, 0, 0.7]])
    up = np.float32([[0, 0, 1]])
    assert clear.at(below, up).seen[0, 0] == pytest.approx(0.75)
    middle = np.float32([0])
    dark, pale = 1 - solid.ground.at(middle, middle), 1 - clear.ground.at(middle, middle)
    np.testing.assert_allclose(pale, 0.25 * dark, rtol=0.02)


def test_solid_things_under_clear_ones_darken_the_floor_once():
    both = np.concatenate([TOP[:2], TOP[:2] + 5])
    above = np.concatenate([TABLE, TABLE + np.array([0, 0, 0.5])])
    veiled = light_scene(above, both, STUDIO, np.float32([1, 1, 0.5, 0.5]))
    assert veiled.ground.brightness.min() >= -1e-4


@pytest.mark.parametrize("scale", [0.01, 100.0])
def test_light_does_not_depend_on_size(scale):
    mesh = torus()
    normals = np.tile(np.float32([0, 0, 1]), (len(mesh.vertices), 1))
    here = light_scene(mesh.vertices.astype(float), mesh.faces, STUDIO).at(mesh.vertices, normals)
    scaled = mesh.vertices * np.float32(scale)
    there = light_scene(scaled.astype(float), mesh.faces, STUDIO).at(scaled, normals)
    assert np.abs(here.openness - there.openness).mean() < 1e-3
