"""The soak, in a size for every day and in full."""

from pathlib import Path

import pytest

from .chaos import Outcome, soak


def check(outcome: Outcome, jobs: int) -> None:
    assert outcome.jobs == jobs
    assert outcome.cancels > 0
    assert outcome.kills > 0
    assert outcome.stuck == 0
    assert outcome.ended_twice == 0
    assert outcome.out_of_order == 0
    assert set(outcome.kinds) == {"Finished", "Failed", "Cancelled"}
    assert outcome.files_leaked <= 0
    assert outcome.threads_leaked <= 0
    assert outcome.processes_leaked <= 0
    assert outcome.folders_left == 0
    assert outcome.memory_grown_bytes < 24 << 20


def test_random_cancels_and_kills_leave_no_job_without_its_one_end(tmp_path: Path) -> None:
    check(soak(tmp_path / "data", jobs=60, seed=20), 60)


@pytest.mark.slow
def test_five_hundred_jobs_survive_the_storm(tmp_path: Path) -> None:
    check(soak(tmp_path / "data", jobs=500, seed=1), 500)
