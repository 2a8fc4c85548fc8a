"""Colours of a new view come to those that are there."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")

from maquette.painting.sequential import match_known  # noqa: E402

pytestmark = pytest.mark.torch


def test_a_gain_and_an_offset_are_undone_also_where_nothing_was_known():
    known = np.random.default_rng(0).random((32, 32, 3), dtype=np.float32) * 0.6 + 0.2
    made = (known * np.float32([0.9, 1.1, 1.0]) + np.float32([0.05, -0.06, 0.02])).astype(np.float32)
    both = np.zeros((32, 32), bool)
    both[:, :8] = True
    np.testing.assert_allclose(match_known(made, known, both), known, atol=0.01)


def test_too_few_common_pixels_change_nothing():
    made, known = np.full((64, 64, 3), 0.3, np.float32), np.full((64, 64, 3), 0.6, np.float32)
    both = np.zeros((64, 64), bool)
    both[0, :3] = True
    assert match_known(made, known, both) is made


def test_even_colours_are_moved_and_not_stretched():
    generator = np.random.default_rng(1)
    made = (0.4 + 0.01 * generator.standard_normal((32, 32, 3))).astype(np.float32)
    known = (0.5 + 0.01 * generator.standard_normal((32, 32, 3))).astype(np.float32)
    found = match_known(made, known, np.ones((32, 32), bool))
    np.testing.assert_allclose(found, made + 0.1, atol=0.01)
