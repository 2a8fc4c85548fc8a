"""Baked light comes out of a colour; what is paint stays."""

import numpy as np
import pytest

from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.metrics.light_leak import light_leak
from maquette.texture.delight import directional, find_light, remove_light
from maquette.texture.views.texel_points import texel_points

from .views.scenes import ball, box, together

SUN = np.array([0.4, -0.6, 0.7]) / np.linalg.norm([0.4, -0.6, 0.7])


@pytest.fixture(scope="module")
def surface():
    points = texel_points(together((ball(), (0, 0, 0)), (box(6, 0.3), (1.1, 0, 0.2))), 128)
    return points.positions, points.normals


def shade(colors, normals, ambient=0.35):
    light = ambient + 0.9 * np.maximum(normals @ SUN, 0)
    return linear_to_srgb(np.clip(srgb_to_linear(colors) * light[:, None], 0, 1)).astype(np.float32)


def checks(positions):
    odd = np.floor(positions * 6).sum(axis=1) % 2
    return np.where(odd[:, None] > 0, [0.8, 0.8, 0.78], [0.3, 0.3, 0.3]).astype(np.float32)


def plain(positions):
    return np.full((len(positions), 3), 0.6, np.float32)


def wood(positions):
    rings = np.sin(30 * np.linalg.norm(positions[:, :2] - 0.1, axis=1) + 2 * np.sin(4 * positions[:, 2]))
    return (np.float32([0.55, 0.36, 0.2]) + 0.12 * rings[:, None] * np.float32([1, 0.8, 0.5])).astype(
        np.float32
    )


def red_roof(positions):
    return np.where(positions[:, 2:] > 0.25, [0.65, 0.15, 0.1], [0.85, 0.83, 0.8]).astype(np.float32)


def snow(positions):
    return np.where(positions[:, 2:] > 0.3, 0.85, 0.4).repeat(3, axis=1).astype(np.float32)


def off(colors, truth):
    """Root mean square difference, brightness as a whole aside."""
    ratio = np.exp(np.mean(np.log(srgb_to_linear(truth) + 1e-3) - np.log(srgb_to_linear(colors) + 1e-3)))
    level = linear_to_srgb(np.clip(srgb_to_linear(colors) * ratio, 0, 1))
    return float(np.sqrt(np.mean((level - truth) ** 2)))


@pytest.mark.parametrize("paint", [checks, plain, wood])
def test_light_no_longer_explains_brightness(surface, paint):
    positions, normals = surface
    lit = shade(paint(positions), normals)
    flat = remove_light(lit, positions, normals, 1.0)
    assert light_leak(flat, normals) < 0.05 < light_leak(lit, normals)
    assert off(flat, paint(positions)) < 0.3 * off(lit, paint(positions))


@pytest.mark.parametrize("paint", [red_roof, snow])
def test_paint_that_follows_the_direction_stays(surface, paint):
    positions, normals = surface
    truth = paint(positions)
    flat = remove_light(shade(truth, normals), positions, normals, 1.0)
    assert off(flat, truth) < 0.35 * off(shade(truth, normals), truth)
    assert light_leak(flat, normals) > 0.5 * light_leak(truth, normals)


def test_an_unlit_colour_hardly_changes(surface):
    positions, normals = surface
    for paint in (checks, plain, wood, red_roof, snow):
        assert off(remove_light(paint(positions), positions, normals, 1.0), paint(positions)) < 0.02


def test_the_amount_goes_from_nothing_to_all(surface):
    positions, normals = surface
    lit = shade(plain(positions), normals)
    left = [light_leak_spread(remove_light(lit, positions, normals, amount)) for amount in (0, 0.5, 1)]
    assert remove_light(lit, positions, normals, 0.0) is lit
    assert left[1] == pytest.approx(left[0] / 2, rel=0.2)
    assert left[2] < 0.25 * left[0]


def light_leak_spread(colors):
    return float(np.log(srgb_to_linear(colors).mean(axis=1)).std())


def test_the_mean_brightness_stays(surface):
    positions, normals = surface
    lit = shade(plain(positions), normals)
    flat = remove_light(lit, positions, normals, 1.0)
    logs = [np.log(srgb_to_linear(colors).mean(axis=1)).mean() for colors in (lit, flat)]
    assert logs[0] == pytest.approx(logs[1], abs=0.02)


def test_harmonic_light_is_found_exactly(surface):
    positions, normals = surface
    true = np.array([0.6, -0.4, 1.0, 0.1, 0.0, 0.3, -0.1, 0.1])
    linear = 0.3 * np.exp(directional(normals) @ true)[:, None].repeat(3, axis=1)
    found = find_light(linear.astype(np.float32), positions, normals, np.random.default_rng(0))
    expected = directional(normals) @ true
    np.testing.assert_allclose(found.at(normals), expected - expected.mean(), atol=0.03)


def test_the_same_seed_gives_the_same_bytes(surface):
    positions, normals = surface
    lit = shade(wood(positions), normals)
    first, second = (remove_light(lit, positions, normals, 0.7, seed=3) for _ in range(2))
    assert np.array_equal(first, second)
