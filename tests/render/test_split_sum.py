"""Shading against the reflection integral, and the maps against what they mean."""

from dataclasses import replace

import numpy as np
import pytest

from maquette.assets import Mesh
from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.render.cameras import Camera, fit_perspective, look_at, orthographic
from maquette.render.environment import prefilter, soft_studio
from maquette.render.gbuffer import view_buffer
from maquette.render.split_sum import reflect, shade
from maquette.render.surface import Surface
from tests.assets.shapes import plain_material, torus

from .ggx import ggx, hemisphere, viewer

# A square of two metres in the XZ plane that faces -Y, its texture upright.
SHEET = Mesh(
    np.float32([[-1, 0, -1], [1, 0, -1], [1, 0, 1], [-1, 0, 1]]),
    np.int32([[0, 1, 2], [0, 2, 3]]),
    np.float32([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]]),
)
WHITE = prefilter(np.ones((128, 256, 3), np.float32))


def _front(half_height: float = 0.9) -> Camera:
    return Camera(look_at(np.array([0, -5.0, 0]), np.zeros(3)), orthographic(half_height, 1, 10))


def _point(color, roughness, metallic) -> Surface:
    one = np.ones(1, np.float32)
    return Surface(
        position=np.zeros((1, 3), np.float32),
        normal=np.float32([[0, 0, 1]]),
        base_color=np.float32([color]),
        alpha=one,
        occlusion=one,
        roughness=np.float32([roughness]),
        metallic=np.float32([metallic]),
        emission=None,
        is_front=one > 0,
    )


@pytest.mark.parametrize("metallic", [0, 1])
@pytest.mark.parametrize("roughness", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("facing", [0.1, 0.5, 1.0])
def test_a_white_surface_vanishes_in_white_surroundings(metallic, roughness, facing):
    shown = reflect(_point((1, 1, 1), roughness, metallic), viewer(facing)[None].astype(np.float32), WHITE)
    np.testing.assert_allclose(shown, 1, atol=0.01)


@pytest.mark.parametrize("metallic", [0, 1])
@pytest.mark.parametrize("roughness", [0.3, 0.5])
@pytest.mark.parametrize("facing", [0.7, 1.0])
def test_the_studio_is_reflected_as_the_integral_says(metallic, roughness, facing):
    color = np.array([0.8, 0.5, 0.2])
    to_viewer = viewer(facing)
    shown = reflect(_point(color, roughness, metallic), to_viewer[None].astype(np.float32), soft_studio())[0]
    directions, solid_angle = hemisphere()
    light = soft_studio().mirrored(directions.astype(np.float32), np.zeros(len(directions)))
    lobe, grazing = ggx(directions, to_viewer, roughness**2)
    head_on = 0.04 + (color - 0.04) * metallic
    fresnel = head_on + (1 - head_on) * grazing[:, None]
    body = color * (1 - metallic) / np.pi * (1 - fresnel)
    integral = ((lobe[:, None] * fresnel + body) * light * (directions[:, 2] * solid_angle)[:, None]).sum(
        axis=0
    )
    np.testing.assert_allclose(shown, integral, rtol=0.2)  # the lobe is taken as round, and scatters twice


def test_the_picture_shows_base_colour_and_emission_where_the_texture_has_them():
    material = plain_material(64, (0, 0, 0), roughness=1)
    material.base_color[:32, :32] = (255, 0, 0)  # top left
    emissive = np.zeros((64, 64, 3), np.uint8)
    emissive[32:, 32:] = (0, 0, 188)  # bottom right
    camera = _front()
    image = shade(view_buffer(SHEET, camera, 40, 40), replace(material, emissive=emissive), WHITE, camera)
    assert image.dtype == np.float32
    left, right = image[8, 8], image[32, 32]
    assert left[0] > 0.9 > 0.2 > left[1]
    assert right[2] - right[1] == pytest.approx(srgb_to_linear(np.array(188 / 255)), abs=0.01)


def test_nothing_is_shown_where_nothing_is():
    camera = fit_perspective(torus().vertices, 35, 20, 30, 0.9)
    buffer = view_buffer(torus(), camera, 60, 50)
    image = shade(buffer, plain_material(), soft_studio(), camera)
    assert not image[~buffer.covered].any()
    assert image[buffer.covered].min() > 0


def test_the_normal_map_turns_the_surface():
    """A sheet whose map leans towards +u shows what a sheet turned that way shows."""
    lean = np.radians(30)
    material = plain_material(8, (200, 200, 200), roughness=0.6, metallic=1)
    leaning = replace(material, normal=np.full((8, 8, 3), _encoded(np.sin(lean), 0, np.cos(lean)), np.uint8))
    camera = _front(0.2)
    shown = shade(view_buffer(SHEET, camera, 9, 9), leaning, soft_studio(), camera)[4, 4]
    turn = np.array([[np.cos(lean), np.sin(lean), 0], [-np.sin(lean), np.cos(lean), 0], [0, 0, 1]])
    turned = Mesh((SHEET.vertices @ turn).astype(np.float32), SHEET.faces, SHEET.uvs)
    assert (turn.T @ [0, -1, 0])[0] > 0
    expected = shade(view_buffer(turned, camera, 9, 9), material, soft_studio(), camera)[4, 4]
    np.testing.assert_allclose(shown, expected, rtol=0.03)


def _encoded(x, y, z):
    return np.rint(np.array([x, y, z]) * 127 + 128)


def test_a_fine_pattern_far_away_is_its_mean():
    material = plain_material(256, roughness=1)
    checks = np.indices((256, 256)).sum(axis=0) % 2 * 255
    material.base_color[:] = checks[..., None]
    camera = _front(1.5)
    buffer = view_buffer(SHEET, camera, 47, 47)
    image = shade(buffer, material, WHITE, camera)[buffer.covered]
    plain = plain_material(8, (round(255 * float(linear_to_srgb(np.array(0.5)))),) * 3, roughness=1)
    expected = shade(buffer, plain, WHITE, camera)[buffer.covered]
    np.testing.assert_allclose(image, expected, rtol=0.02)


def test_occlusion_darkens_body_and_mirror():
    camera = _front()
    buffer = view_buffer(SHEET, camera, 9, 9)
    for metallic in (0, 1):
        material = plain_material(8, (200, 200, 200), 0.5, metallic)
        open_image = shade(buffer, material, WHITE, camera)
        material.orm[..., 0] = 64
        assert (shade(buffer, material, WHITE, camera) < 0.6 * open_image).all()


def test_the_back_of_a_sheet_looks_like_the_front_of_one_turned_around():
    turned = Mesh(SHEET.vertices, SHEET.faces[:, ::-1].copy(), SHEET.uvs[:, ::-1].copy())
    camera = fit_perspective(SHEET.vertices, 130, 30, 30, 0.9)
    for metallic in (0, 1):
        material = plain_material(8, (200, 150, 100), 0.4, metallic)
        back, front = (
            shade(view_buffer(sheet, camera, 24, 24), material, soft_studio(), camera)
            for sheet in (SHEET, turned)
        )
        assert (front > 0).any()
        np.testing.assert_allclose(back, front, rtol=1e-3, atol=1e-4)
