"""What shows under other lights, and what does not."""

from dataclasses import replace

import numpy as np
import pytest

from maquette.assets import Material
from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.metrics.relit import broad_lights, compare_materials
from maquette.render.environment import picture_directions
from maquette.texture.views.texel_points import texel_points
from tests.texture.views.scenes import ball, painted

SIZE = 64
MESH = ball(6)


def material(roughness=0.6, metallic=0.2):
    color = np.rint(painted(MESH, SIZE)[0] * 255).astype(np.uint8)
    orm = np.empty((SIZE, SIZE, 3), np.uint8)
    orm[:] = np.rint([255, roughness * 255, metallic * 255])
    return Material(color, orm, np.full((SIZE, SIZE, 3), (128, 128, 255), np.uint8))


def test_equal_materials_look_equal():
    report = compare_materials(MESH, material(), material(), 48)
    assert (report.psnr_db, report.roughness_error, report.metallic_error) == (float("inf"), 0, 0)


def test_each_map_has_its_error():
    report = compare_materials(MESH, material(roughness=0.4, metallic=0.7), material(), 48)
    assert report.roughness_error == pytest.approx(0.2, abs=0.004)
    assert report.metallic_error == pytest.approx(0.5, abs=0.004)
    assert report.psnr_db < 30


def test_maps_of_another_size_are_compared_by_place():
    maps = (material().base_color, material().orm, material().normal)
    enlarged = Material(*(pixels.repeat(2, axis=0).repeat(2, axis=1) for pixels in maps))
    report = compare_materials(MESH, enlarged, material(), 48)
    assert report.psnr_db > 35
    assert report.roughness_error == 0


def test_light_that_is_painted_in_shows_under_other_light():
    points = texel_points(MESH, SIZE)
    shade = 0.4 + 0.6 * np.maximum(points.normals @ [0.0, 0.0, 1.0], 0)
    color = material().base_color.copy()
    flat = color.reshape(-1, 3)
    dimmed = srgb_to_linear(flat[points.texels] / 255) * shade[:, None]
    flat[points.texels] = np.rint(linear_to_srgb(dimmed) * 255)
    report = compare_materials(MESH, replace(material(), base_color=color), material(), 48)
    assert report.psnr_db < 25
    assert report.roughness_error == 0


def test_the_lights_come_from_different_sides():
    directions = picture_directions(16).reshape(-1, 3)
    brightest = [directions[light.diffuse(directions).sum(axis=1).argmax()] for light in broad_lights()]
    cosines = np.array(brightest) @ np.array(brightest).T
    assert (cosines[np.triu_indices(3, 1)] < 0.5).all()
