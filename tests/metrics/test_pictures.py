"""Known differences have known values."""

import numpy as np
import pytest

from maquette.metrics.pictures import psnr, sharpness, ssim

TRUTH = np.random.default_rng(0).random((64, 64, 3), np.float32)
LEFT = np.broadcast_to(np.arange(64) < 32, (64, 64))


def test_psnr_of_a_known_error():
    assert psnr(TRUTH + np.float32(0.1), TRUTH) == pytest.approx(20, abs=1e-3)
    assert psnr(TRUTH, TRUTH) == float("inf")


def test_psnr_looks_at_the_mask_only():
    spoiled = TRUTH.copy()
    spoiled[:, 32:] = 0
    assert psnr(spoiled, TRUTH, LEFT) == float("inf")
    assert psnr(spoiled, TRUTH, ~LEFT) < 6


def test_ssim_is_one_for_equal_pictures_and_falls_with_blur_noise_and_contrast():
    smooth = np.indices((64, 64)).sum(0)[..., None] / 126
    waves = 0.5 + 0.4 * np.sin(smooth * 40)
    noisy = waves + np.random.default_rng(1).normal(0, 0.1, waves.shape)
    assert ssim(waves, waves) == pytest.approx(1)
    assert ssim(noisy, waves) < 0.9
    assert ssim(0.5 + (waves - 0.5) * 0.3, waves) < 0.8
    assert ssim(0 * waves + 0.5, waves) < 0.1


def test_ssim_of_two_flat_pictures_is_that_of_the_formula():
    a, b = np.full((32, 32, 1), 0.4), np.full((32, 32, 1), 0.6)
    light = (2 * 0.24 + 1e-4) / (0.16 + 0.36 + 1e-4)
    assert ssim(a, b) == pytest.approx(light)


def test_sharpness_falls_with_blur_and_ignores_the_border_of_the_mask():
    checks = (np.indices((64, 64)).sum(0) % 2)[..., None].astype(np.float32)
    assert sharpness(checks, np.ones((64, 64), bool)) == pytest.approx(4)
    edge = LEFT[..., None].astype(np.float32)
    assert sharpness(edge, LEFT) == 0
    assert sharpness(edge, np.ones((64, 64), bool)) > 0
