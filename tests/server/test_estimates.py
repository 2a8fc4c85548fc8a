"""Fractions and times left: exact where they can be worked out, and sane whatever a recipe reports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.server.estimates import Estimate

STAGES = ("load", "shape", "finish")


def test_without_experience_the_stages_share_the_described_time() -> None:
    estimate = Estimate(STAGES, {}, 6.0)
    estimate.advance("load", 0, 1, now=0.0)
    assert (estimate.fraction, estimate.seconds_left) == (0.0, 6.0)
    estimate.advance("shape", 1, 2, now=1.0)
    assert (estimate.fraction, estimate.seconds_left) == (0.5, 3.0)
    estimate.advance("finish", 1, 1, now=2.0)
    assert (estimate.fraction, estimate.seconds_left) == (1.0, 0.0)


def test_experience_weighs_the_stages() -> None:
    estimate = Estimate(STAGES, {"load": 1.0, "shape": 7.0, "finish": 2.0}, 999.0)
    estimate.advance("shape", 0, 1, now=0.0)
    assert estimate.fraction == pytest.approx(0.1)
    assert estimate.seconds_left == pytest.approx(9.0)


def test_a_stage_without_experience_takes_what_is_left_of_the_described_time() -> None:
    estimate = Estimate(STAGES, {"load": 1.0, "finish": 1.0}, 10.0)
    estimate.advance("shape", 0, 1, now=0.0)
    assert estimate.seconds_left == pytest.approx(9.0)


def test_durations_are_what_passed_between_stages() -> None:
    estimate = Estimate(STAGES, {}, 1.0)
    for stage, now in (("load", 1.0), ("load", 1.5), ("shape", 3.0), ("load", 4.0)):
        estimate.advance(stage, 0, 1, now)
    estimate.close(9.0)
    estimate.close(20.0)
    assert estimate.durations_s == {"load": 7.0, "shape": 1.0}


reports = st.tuples(st.sampled_from([*STAGES, "surprise", ""]), st.integers(-5, 50), st.integers(-5, 20))


@given(
    st.lists(reports, max_size=30),
    st.dictionaries(st.sampled_from(STAGES), st.floats(0, 1e4)),
    st.floats(0, 1e4),
)
def test_whatever_is_reported_the_fraction_only_grows_and_the_time_is_never_negative(
    said: list[tuple[str, int, int]], learned: dict[str, float], total_s: float
) -> None:
    estimate, before = Estimate(STAGES, learned, total_s), 0.0
    for now, (stage, step, steps) in enumerate(said):
        estimate.advance(stage, step, steps, float(now))
        assert before <= estimate.fraction <= 1.0
        assert estimate.seconds_left >= 0.0 or estimate.seconds_left == -1.0
        before = estimate.fraction
