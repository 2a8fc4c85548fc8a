"""The cube of noise: coherent, spread as promised, without a seam where it repeats."""

import numpy as np
import pytest

from maquette.procedural.texturing.clouds import clouds


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(0).uniform(-3, 3, (20_000, 3)).astype(np.float32)


def test_values_spread_about_minus_one_to_one(points):
    values = clouds(1).at(points, 0.5, 7)
    assert abs(values.mean()) < 0.05
    assert 0.3 < values.std() < 0.5
    assert np.abs(values).max() < 2


def test_near_points_have_near_values_and_far_ones_do_not(points):
    here = clouds(1).at(points, 0.5, 7)
    near = clouds(1).at(points + np.float32(0.003), 0.5, 7)
    far = clouds(1).at(points + np.float32(0.9), 0.5, 7)
    assert np.abs(near - here).max() < 0.35
    assert np.abs(np.corrcoef(here, near)[0, 1]) > 0.98
    assert np.abs(np.corrcoef(here, far)[0, 1]) < 0.2


def test_a_walk_of_many_periods_never_jumps():
    walk = np.zeros((40_000, 3), np.float32)
    walk[:, 0] = np.linspace(-10, 10, len(walk))
    assert np.abs(np.diff(clouds(2).at(walk, 0.5, 3))).max() < 0.06


def test_stretched_noise_changes_slowly_along_z(points):
    def change(axis):
        moved = points.copy()
        moved[:, axis] += np.float32(0.05)
        return np.abs(clouds(1).at(moved, 0.5, 4, 12.0) - clouds(1).at(points, 0.5, 4, 12.0)).mean()

    assert change(2) < change(0) / 5


def test_the_same_seed_and_salt_give_the_same_bytes_others_do_not(points):
    once, again = (clouds(5).at(points, 0.3, 1).tobytes() for _ in range(2))
    clouds.cache_clear()
    assert once == again == clouds(5).at(points, 0.3, 1).tobytes()
    assert once != clouds(6).at(points, 0.3, 1).tobytes()
    assert once != clouds(5).at(points, 0.3, 2).tobytes()
