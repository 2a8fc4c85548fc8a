import numpy as np
import pytest

from maquette.assets import Material
from maquette.assets.color import srgb_to_linear
from maquette.render import textures
from maquette.render.textures import build_pyramid, face_levels, face_opacity, sample
from tests.assets.shapes import noisy_material, plain_material


def _at(material: Material, u: float, v: float, level: float = 0) -> np.ndarray:
    return sample(build_pyramid(material), np.float32([[u, v]]), np.float32([level]))[0]


def test_texel_centres_give_their_maps_values():
    material = noisy_material(16, 0, alpha=True)
    row, column = 3, 11
    read = _at(material, (column + 0.5) / 16, 1 - (row + 0.5) / 16)
    base = material.base_color[row, column] / 255
    np.testing.assert_allclose(read[textures.BASE_COLOR], srgb_to_linear(base[:3]), atol=2e-5)
    np.testing.assert_allclose(read[textures.ALPHA], base[3], atol=2e-5)
    surface = read[[textures.OCCLUSION, textures.ROUGHNESS, textures.METALLIC]]
    np.testing.assert_allclose(surface, material.orm[row, column] / 255, atol=2e-5)
    np.testing.assert_allclose(read[textures.NORMAL], material.normal[row, column] / 255, atol=2e-5)
    emission = srgb_to_linear(material.emissive[row, column] / 255)
    np.testing.assert_allclose(read[textures.EMISSIVE], emission, atol=2e-5)


def test_between_texels_it_is_linear_and_outside_it_repeats():
    material = noisy_material(8, 1)
    left, right = _at(material, 0.5 / 8, 0.5 / 8), _at(material, 1.5 / 8, 0.5 / 8)
    np.testing.assert_allclose(_at(material, 0.75 / 8, 0.5 / 8), 0.75 * left + 0.25 * right, atol=1e-5)
    np.testing.assert_allclose(_at(material, 0.3, 0.6), _at(material, 2.3, -0.4), atol=1e-4)
    edge = 0.5 * (_at(material, 0.5 / 8, 0.5) + _at(material, 7.5 / 8, 0.5))
    np.testing.assert_allclose(_at(material, 0.0, 0.5), edge, atol=1e-5)


@pytest.mark.parametrize("size", [1, 7, 16, 100])
def test_the_coarsest_level_is_one_texel(size):
    pyramid = build_pyramid(plain_material(size, color=(10, 20, 30)))
    assert pyramid.sizes[-1] == 1
    assert len(pyramid.texels) == (pyramid.sizes**2).sum()
    np.testing.assert_array_equal(pyramid.texels, np.broadcast_to(pyramid.texels[0], pyramid.texels.shape))


def test_levels_average_light_not_codes():
    checks = np.indices((8, 8)).sum(axis=0) % 2 * np.uint8(255)
    base = np.repeat(checks[..., None], 3, axis=2).astype(np.uint8)
    plain = plain_material(8)
    read = _at(Material(base, plain.orm, plain.normal), 0.4, 0.4, level=2)
    np.testing.assert_allclose(read[textures.BASE_COLOR], 0.5, atol=1e-4)


def test_a_level_makes_a_texel_as_large_as_a_pixel():
    uvs = np.float32([[[0, 0], [1, 0], [0, 1]]] * 3)
    screen = np.array([[[0, 0], [s, 0], [0, s]] for s in (256.0, 64.0, 1024.0)])
    np.testing.assert_allclose(face_levels(uvs, screen, 256), [0, 2, -2], atol=1e-6)


@pytest.mark.parametrize("size", [32, 33])
def test_the_finest_level_of_large_maps_is_left_out(monkeypatch, size):
    material = noisy_material(size, 3)
    whole = build_pyramid(material)
    monkeypatch.setattr(textures, "FINEST", 16)
    monkeypatch.setattr(textures, "_BAND_ROWS", 4)
    bounded = build_pyramid(material)
    np.testing.assert_array_equal(bounded.sizes, whole.sizes[1:])
    np.testing.assert_array_equal(bounded.texels, whole.texels[whole.starts[1] :])


def test_faces_are_as_opaque_as_the_texel_in_their_middle():
    base = np.full((4, 4, 4), 255, np.uint8)
    base[3, 0, 3] = 51  # bottom left
    plain = plain_material()
    corner, rest = np.float32([[0, 0], [0.2, 0], [0, 0.2]]), np.float32([[0.5, 0.5], [0.9, 0.5], [0.9, 0.9]])
    uvs = np.stack([corner, rest])
    opacity = face_opacity(Material(base, plain.orm, plain.normal, alpha_mode="BLEND"), uvs)
    np.testing.assert_allclose(opacity, [0.2, 1])
    assert face_opacity(plain, uvs) is None
