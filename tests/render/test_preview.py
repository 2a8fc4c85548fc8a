import functools

import numpy as np
import pytest

from maquette.assets import Asset, Material, Mesh
from maquette.protocol import MaquetteError
from maquette.render import contact_sheet, render_preview
from tests.assets.shapes import plain_material, torus

SIZE = 96


def _render(material: Material, mesh: Mesh | None = None, **view: float) -> np.ndarray:
    return render_preview(Asset(mesh or torus(48, 24), material), SIZE, **view).astype(float)


@functools.cache
def _plain() -> np.ndarray:
    return _render(plain_material())


@functools.cache
def _coverage() -> np.ndarray:
    """How much of each pixel is the object: how far a black and a white one differ."""
    dark = _render(plain_material(color=(0, 0, 0), roughness=1.0))
    bright = _render(plain_material(color=(255, 255, 255), roughness=1.0))
    return np.abs(dark - bright).mean(axis=2)


def _mask() -> np.ndarray:
    return _coverage() > 60


def test_the_object_stands_in_the_middle_and_fills_the_width():
    mask = _mask()
    columns = np.flatnonzero(mask.any(axis=0))
    assert abs(columns[0] + columns[-1] + 1 - SIZE) <= 2
    assert 0.7 * SIZE < columns[-1] - columns[0] < 0.85 * SIZE
    assert not mask[:, [0, -1]].any()
    assert not mask[[0, -1]].any()


@pytest.mark.parametrize("color", [(184, 40, 30), (30, 60, 180), (60, 140, 50), (140, 140, 140)])
def test_matte_colours_come_out_true(color):
    picture = _render(plain_material(color=color, roughness=0.9))
    shown = np.median(picture[_mask()], axis=0)
    assert np.abs(shown - color).max() < 40
    assert np.argmax(shown) == np.argmax(color) or max(color) == min(color)


def test_nothing_is_blown_out_and_nothing_is_mud():
    white = _render(plain_material(color=(240, 240, 235), roughness=0.6))[_mask()]
    assert (white.min(axis=1) >= 254).mean() < 0.02
    assert white.mean() > 150
    assert np.percentile(white, 95) - np.percentile(white, 5) > 40


def test_gold_shows_highlights_and_dark_reflections_in_its_own_hue():
    gold = plain_material(color=(255, 226, 155), roughness=0.2, metallic=1.0)
    picture = _render(gold)[_mask()]
    light = picture.mean(axis=1)
    assert np.percentile(light, 97) - np.percentile(light, 5) > 90
    assert (picture[:, 0] >= picture[:, 2] + 10).mean() > 0.9


def test_the_floor_is_darker_beside_the_object_than_far_away():
    picture, mask = _plain(), _mask()
    below = np.flatnonzero(mask.any(axis=1))[-1] + 2
    row = picture[below].mean(axis=1)
    assert row[SIZE // 2 - 8 : SIZE // 2 + 8].min() < row[[0, -1]].max() - 15


def test_edges_are_smooth():
    coverage = _coverage()
    whole = np.percentile(coverage, 99)
    between = (coverage > 0.1 * whole) & (coverage < 0.6 * whole)
    assert between.sum() > 60


def test_every_side_is_lit_alike():
    side = _render(plain_material(), azimuth_deg=125.0)  # a torus looks the same from all sides
    assert np.abs(_plain() - side).mean() < 1.5


def test_the_same_asset_gives_the_same_picture():
    np.testing.assert_array_equal(_plain(), _render(plain_material()))


def test_what_is_clear_lets_the_floor_through_and_keeps_its_highlights():
    clear = np.dstack([np.full((32, 32, 3), 200, np.uint8), np.full((32, 32), 25, np.uint8)])
    plain = plain_material(roughness=0.1)
    glass = _render(Material(clear, plain.orm, plain.normal, alpha_mode="BLEND"))
    solid = _render(Material(clear[..., :3], plain.orm, plain.normal))
    nothing, rough = np.zeros((32, 32, 4), np.uint8), plain_material(roughness=1.0)
    empty = np.array(_render(Material(nothing, rough.orm, rough.normal, alpha_mode="BLEND")))
    mask = _mask()
    assert np.abs(glass - empty)[mask].mean() < 0.6 * np.abs(solid - empty)[mask].mean()
    assert (glass - empty)[mask].max() > 40


def test_a_mask_cuts_holes_through_which_the_far_side_shows():
    holes = np.zeros((32, 32, 4), np.uint8)
    holes[..., 0] = 200
    holes[:, ::2, 3] = 255
    plain = plain_material()
    cut = _render(Material(holes, plain.orm, plain.normal, alpha_mode="MASK"))
    whole = _render(Material(holes[..., :3].copy(), plain.orm, plain.normal))
    difference = np.abs(cut - whole)[_mask()].mean(axis=1)
    assert 0.1 < (difference > 10).mean() < 0.9


def test_emission_glows_in_its_colour():
    plain = plain_material(color=(20, 20, 20))
    glow = np.full((32, 32, 3), (0, 200, 0), np.uint8)
    lit = _render(Material(plain.base_color, plain.orm, plain.normal, glow))[_mask()]
    assert (lit[:, 1] > lit[:, 0] + 60).mean() > 0.95


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_the_picture_does_not_depend_on_size(scale):
    mesh = torus(48, 24)
    scaled = Mesh(mesh.vertices * np.float32(scale), mesh.faces, mesh.uvs)
    assert np.abs(_plain() - _render(plain_material(), scaled)).mean() < 0.5


def test_nothing_to_see_is_bad_input():
    empty = Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32), np.zeros((0, 3, 2), np.float32))
    with pytest.raises(MaquetteError, match="nothing to render"):
        render_preview(Asset(empty, plain_material()), 32)


def test_a_contact_sheet_keeps_reading_order_and_labels():
    images = [np.full((40, 60, 3), 60 * n, np.uint8) for n in range(3)]
    sheet = contact_sheet(images, 2)
    assert sheet.shape == (8 + 2 * 48, 8 + 2 * 68, 3)
    assert [sheet[28, 38, 0], sheet[28, 106, 0], sheet[76, 38, 0]] == [0, 60, 120]
    assert contact_sheet(images, 2, ["a", "b", "c"]).shape[0] > sheet.shape[0]
    with pytest.raises(ValueError, match="2 labels do not fit 3"):
        contact_sheet(images, 2, ["a", "b"])
