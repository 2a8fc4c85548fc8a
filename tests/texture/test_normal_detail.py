"""Relief from brightness: fine patterns become bumps, broad ones do not, and seams are no ridges."""

import numpy as np

from maquette.texture.normal_detail import detail_normals, high_pass

from .views.scenes import ball, sheet

SIZE = 128
FLAT = (0.5, 0.5, 1.0)


def stripes(period, size=SIZE):
    wave = 0.5 + 0.3 * np.sin(2 * np.pi * np.arange(size) / period)
    return np.broadcast_to(wave[None, :, None], (size, size, 3)).astype(np.float32)


def test_a_strength_of_nothing_is_flat():
    assert (detail_normals(ball(), stripes(6), 0.0) == FLAT).all()


def test_an_even_colour_is_flat_up_to_charts_borders():
    normals = detail_normals(ball(), np.full((SIZE, SIZE, 3), 0.4, np.float32), 1.0)
    np.testing.assert_allclose(normals, np.broadcast_to(FLAT, normals.shape), atol=2e-3)


def test_bright_is_high_and_slopes_lean_away_from_it():
    normals = detail_normals(sheet(8), stripes(8), 1.0) * 2 - 1
    wave = stripes(8)[0, :, 0]
    rising = np.gradient(wave) > 0.05
    inner = slice(16, -16)
    assert (normals[64, inner, 0][rising[inner]] < -0.05).all()  # the normal leans back from the rise
    assert np.abs(normals[64, inner, 1]).max() < 0.02
    lengths = np.linalg.norm(normals, axis=2)
    np.testing.assert_allclose(lengths, 1, atol=1e-5)


def test_relief_grows_with_the_strength_and_not_with_the_size_of_the_object():
    def tilt(mesh, strength):
        return float(np.abs(detail_normals(mesh, stripes(6), strength)[..., 0] - 0.5).mean())

    assert tilt(sheet(8), 0.2) * 1.8 < tilt(sheet(8), 0.4) < tilt(sheet(8), 0.2) * 2.2
    np.testing.assert_allclose(tilt(sheet(8, half=5.0), 0.4), tilt(sheet(8), 0.4), rtol=1e-3)


def test_broad_differences_are_no_relief():
    inside = np.ones((SIZE, SIZE), bool)
    broad, fine = (high_pass(stripes(period)[..., 0], inside, 1.0)[:, 16:-16] for period in (64, 3))
    assert np.abs(broad).max() < 0.1 * np.abs(fine).max() + 0.01


def test_the_blur_does_not_look_beyond_the_chart():
    inside = np.zeros((SIZE, SIZE), bool)
    inside[:, :64] = True
    values = np.where(inside, np.float32(0.3), np.float32(1.0))
    assert np.abs(high_pass(values, inside, 4.0)).max() < 1e-6
