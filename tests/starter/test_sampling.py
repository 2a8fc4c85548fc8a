"""The sampler on flows whose velocity is known exactly."""

import itertools

import numpy as np
import pytest

from maquette.progress import Progress
from maquette.starter.model import Context
from maquette.starter.sampling import CLOSER, LAST, sample, times

SIZES = {"tokens": 3, "token_channels": 2, "slots": 4, "slot_channels": 6}
DATA = 0.7


class StraightFlow:
    """All data are one point, so that the velocity from (x, t) is (x - data) / t."""

    flow_sizes = SIZES

    def __init__(self) -> None:
        self.asked: list[tuple[float, float]] = []

    def velocity(self, shape, slots, shape_time, slots_time, context):
        self.asked.append((shape_time, slots_time))
        data = DATA * context.summary[:, 0, None, None]
        return (shape - data) / max(shape_time, 1e-3), (slots - data) / slots_time


def context(value: float) -> Context:
    none = np.zeros((1, 1, 1), np.float32)
    return Context(none, np.full((1, 1), value, np.float32), none)


def test_times_run_from_noise_to_data() -> None:
    found = times(12)
    assert found[0] == 1
    assert found[-1] == 0
    assert all(a > b for a, b in itertools.pairwise(found))


def test_samples_end_in_the_data() -> None:
    found = sample(StraightFlow(), context(1), context(0), [1, 2], 1.0, Progress())
    assert np.allclose(found.shape, DATA, atol=1e-5)
    assert np.allclose(found.slots, DATA, atol=1e-5)


def test_guidance_goes_beyond_what_is_wanted_by_its_strength() -> None:
    found = sample(StraightFlow(), context(1), context(0), [1], 2.0, Progress())
    assert np.allclose(found.slots, (1 + CLOSER) * DATA, atol=1e-4)


def test_the_step_to_a_shape_itself_is_not_guided() -> None:
    flow = StraightFlow()
    found = sample(flow, context(1), context(0), [1], 2.0, Progress(), steps=4)
    assert np.allclose(found.shape, DATA, atol=1e-4)
    assert [time for time, _ in flow.asked[:7]] == [*np.repeat(times(4)[:3], 2), LAST]


def test_a_sample_does_not_depend_on_the_others() -> None:
    class Still(StraightFlow):
        def velocity(self, shape, slots, shape_time, slots_time, context):
            return np.zeros_like(shape), np.zeros_like(slots)

    alone = sample(Still(), context(1), context(0), [7], 1.0, Progress())
    among = sample(Still(), context(1), context(0), [5, 7, 9], 1.0, Progress())
    assert np.array_equal(alone.shape[0], among.shape[1])
    assert np.array_equal(alone.slots[0], among.slots[1])
    assert not np.array_equal(among.shape[0], among.shape[1])


def test_a_known_shape_stays_and_is_told_as_known() -> None:
    flow = StraightFlow()
    known = np.full((1, 3, 2), 0.25, np.float32)
    found = sample(flow, context(1), context(0), [1, 2], 1.0, Progress(), known)
    assert np.array_equal(found.shape, np.broadcast_to(known, (2, 3, 2)))
    assert np.allclose(found.slots, DATA, atol=1e-5)
    assert {shape_time for shape_time, _ in flow.asked} == {0.0}


def test_materials_are_sampled_for_the_finished_shape() -> None:
    flow = StraightFlow()
    sample(flow, context(1), context(0), [1], 1.0, Progress(), steps=4)
    assert [shape_time for shape_time, _ in flow.asked] == [*times(4)[:-1], 0, 0, 0, 0]
    assert [slots_time for _, slots_time in flow.asked][4:] == [1.0, 0.75, 0.5, 0.25]


def test_every_step_is_reported_and_hears_a_cancel() -> None:
    reported: list[int] = []
    progress = Progress(report=lambda stage, step, steps, note, preview: reported.append(step))
    progress.stage("sample", 10)
    sample(StraightFlow(), context(1), context(0), [1], 1.0, progress, steps=5)
    assert reported == list(range(11))
    from maquette.progress import CancelledError

    with pytest.raises(CancelledError):
        sample(StraightFlow(), context(1), context(0), [1], 1.0, Progress(is_cancelled=lambda: True))
