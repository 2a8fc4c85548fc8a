"""Sizes in words and in metres."""

import numpy as np
import pytest

from maquette.procedural.build import build
from maquette.procedural.describe import describe
from maquette.protocol import MaquetteError


def size(prompt: str, seed: int = 0) -> np.ndarray:
    low, high = build(describe(prompt), seed).extent
    return np.asarray(high - low, float)


@pytest.mark.parametrize(
    "prompt", ["a chair 2 m tall", "a chair 200 cm high", "a chair with a height of 2 metres"]
)
def test_height_in_metres_is_met(prompt: str) -> None:
    assert size(prompt)[2] == pytest.approx(2.0, rel=0.01)


def test_a_single_measure_keeps_the_proportions() -> None:
    natural, scaled = size("a chair"), size("a chair 50 cm wide")
    np.testing.assert_allclose(scaled / natural, scaled[0] / natural[0], rtol=0.01)


def test_a_bare_measure_is_the_longest_side() -> None:
    assert size("a 3 m table").max() == pytest.approx(3.0, rel=0.01)


def test_several_measures_are_met_together() -> None:
    x, y, z = size("a table 140 cm wide, 70 cm deep and 80 cm high")
    assert (x, y, z) == pytest.approx((1.4, 0.7, 0.8), rel=0.05)


def test_proportions_that_no_table_has_are_refused() -> None:
    with pytest.raises(MaquetteError, match="cannot have the proportions of 10 cm wide, 5 m high") as caught:
        build(describe("a table 10 cm wide and 5 m high"), 0)
    assert caught.value.code == "bad_input"


@pytest.mark.parametrize(("word", "axis"), [("tall", 2), ("wide", 0)])
def test_a_word_stretches_its_axis_only(word: str, axis: int) -> None:
    ratio = size(f"a {word} table", 3) / size("a table", 3)
    assert ratio[axis] > 1.15
    assert np.delete(ratio, axis) == pytest.approx(1, abs=0.06)


def test_long_stretches_the_longest_side() -> None:
    natural, long = size("a table", 3), size("a long table", 3)
    assert (long / natural).argmax() == natural.argmax()


def test_tiny_is_small_and_huge_is_large_in_all_directions() -> None:
    natural = size("a chair")
    np.testing.assert_allclose(size("a tiny chair") / natural, 0.4, rtol=0.02)
    np.testing.assert_allclose(size("a huge chair") / natural, 2.5, rtol=0.02)


def test_object_stands_centred_on_the_origin() -> None:
    low, high = build(describe("a huge car"), 1).extent
    assert low[2] == pytest.approx(0, abs=1e-4)
    assert (low + high)[:2] == pytest.approx((0, 0), abs=1e-4)


@pytest.mark.parametrize("noun", ["wardrobe", "locker", "sideboard", "nightstand"])
def test_sizes_that_a_noun_implies_fit_every_seed(noun: str) -> None:
    description = describe(f"a {noun}")
    for seed in range(8):
        low, high = build(description, seed).extent
        assert high[2] - low[2] == pytest.approx(description.measures["z"], rel=0.12)
