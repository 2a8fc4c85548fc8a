"""Maps of a larger size against pictures that are known at both sizes."""

import numpy as np

from maquette.texture.enlarge import enlarge, enlarge_guided

SMALL, LARGE = 64, 256


def smooth(size):
    x = (np.arange(size, dtype=np.float32) + 0.5) / size
    return np.sin(6 * x)[:, None, None] * np.cos(5 * x)[None, :, None] * np.float32(0.4) + np.float32(0.5)


def halves(size, edge=0.37):
    """Two materials with an edge that the small map does not resolve, and its mean over small texels."""
    fine = (np.arange(LARGE) + 0.5) / LARGE > edge
    picture = np.repeat(fine[None], LARGE, axis=0).astype(np.float32)
    step = LARGE // size
    return picture.reshape(size, step, size, step).mean(axis=(1, 3))


def test_a_smooth_map_is_interpolated_to_within_a_hundredth():
    grown = enlarge(smooth(SMALL), LARGE)
    assert np.abs(grown - smooth(LARGE))[8:-8, 8:-8].max() < 0.01


def test_its_own_size_is_the_same_array():
    image = smooth(SMALL)
    assert enlarge(image, SMALL) is image


def test_values_follow_the_guide_where_they_followed_it_before():
    guide_small, guide_large = halves(SMALL), halves(LARGE)
    truth = 0.8 - 0.5 * guide_large
    values = (0.8 - 0.5 * guide_small)[..., None]
    inside = np.ones((SMALL, SMALL), bool)
    guided = enlarge_guided(values, guide_small, guide_large, inside)[..., 0]
    plain = enlarge(values, LARGE)[..., 0]
    assert np.square(guided - truth).mean() < 0.1 * np.square(plain - truth).mean()


def test_detail_of_the_guide_alone_is_not_copied():
    noise = np.random.default_rng(0).random((LARGE, LARGE)).astype(np.float32)
    small = noise.reshape(SMALL, 4, SMALL, 4).mean(axis=(1, 3))
    values = np.full((SMALL, SMALL, 1), 0.3, np.float32)
    grown = enlarge_guided(values, small, noise, np.ones((SMALL, SMALL), bool))
    assert np.abs(grown - 0.3).max() < 1e-5


def test_texels_that_do_not_count_do_not_bleed():
    guide_small, guide_large = halves(SMALL), halves(LARGE)
    inside = np.zeros((SMALL, SMALL), bool)
    inside[:, :32] = True
    values = np.where(inside, 0.8 - 0.5 * guide_small, 9.0)[..., None].astype(np.float32)
    clean = np.where(inside, 0.8 - 0.5 * guide_small, 0.3)[..., None].astype(np.float32)
    spoiled = enlarge_guided(values, guide_small, guide_large, inside)
    expected = enlarge_guided(clean, guide_small, guide_large, inside)
    assert np.abs(spoiled - expected)[:, : 32 * 4 - 16].max() < 1e-3
