"""The benchmark of the training data runs; its number is told by the benchmarks, not here."""

import pytest

from benchmarks.procedural_throughput import measure


@pytest.mark.slow
def test_throughput_is_measured() -> None:
    assert measure(seconds=1) > 0
