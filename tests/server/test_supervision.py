"""The policy over workers, with times made up."""

import pytest

from maquette.server.supervision import Limits, MemoryWatch, RestartLimit

LIMITS = Limits()


@pytest.mark.parametrize(
    ("elapsed_s", "patience"),
    [(0.0, "wait"), (0.69, "wait"), (0.7, "terminate"), (1.49, "terminate"), (1.5, "kill"), (60.0, "kill")],
)
def test_a_cancel_escalates_from_asking_to_killing(elapsed_s: float, patience: str) -> None:
    assert LIMITS.patience_with_cancel(elapsed_s) == patience


def test_an_ending_worker_gets_as_long_as_a_cancelled_one_between_terminate_and_kill() -> None:
    assert LIMITS.patience_with_ending(0.0) == "terminate"
    assert LIMITS.patience_with_ending(0.79) == "terminate"
    assert LIMITS.patience_with_ending(0.81) == "kill"


def test_a_stage_known_to_be_slow_gets_ten_times_its_usual_time() -> None:
    learned = {"unwrap": 60.0, "load": 1.0}
    assert LIMITS.stall_deadline_s(learned, "unwrap") == 600.0
    assert LIMITS.stall_deadline_s(learned, "load") == LIMITS.stall_s
    assert LIMITS.stall_deadline_s({}, "unwrap") == LIMITS.stall_s


def test_three_restarts_within_the_window_are_allowed_and_no_more() -> None:
    limit = RestartLimit(LIMITS)
    for now in (0.0, 1.0, 2.0):
        limit.died(now)
        assert not limit.is_reached(now)
    limit.died(3.0)
    assert limit.is_reached(3.0)
    assert limit.is_reached(299.0)
    assert not limit.is_reached(301.0)


def test_an_orderly_end_forgives_earlier_deaths() -> None:
    limit = RestartLimit(LIMITS)
    for _ in range(4):
        limit.died(0.0)
    limit.recovered()
    assert not limit.is_reached(0.0)


def test_memory_must_stay_high_twice_in_a_row() -> None:
    watch = MemoryWatch(LIMITS)
    watch.started(100 << 20)
    high, low = (101 << 20) + (1 << 30), 100 << 20
    assert [watch.should_recycle(m) for m in (high, low, high, high)] == [False, False, False, True]
    watch.started(high)
    assert not watch.should_recycle(high)
    assert not watch.should_recycle(high)
