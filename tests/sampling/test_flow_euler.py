import numpy as np
import pytest

torch = pytest.importorskip("torch")

from maquette.progress import CancelledError, Progress  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from maquette.sampling.flow_euler import (  # noqa: E402
    Conditioning,
    FlowEuler,
    read_sampler,
    sparse_deviation,
)

pytestmark = pytest.mark.torch

NOISE = torch.tensor([[1.0, -2.0]])
NONE = torch.zeros(1, 2)


class Recorder:
    """A constant velocity that notes when it was asked for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, float]] = []

    def __call__(self, x, t, condition):
        assert t.dtype == torch.float32
        self.asked.append((t.item(), condition[0, 0].item()))
        return torch.ones_like(x) * condition


def conditions(*values):
    return [torch.full((1, 2), float(value)) for value in values]


def test_a_straight_flow_arrives_in_any_number_of_steps():
    goal = torch.tensor([[3.0, 4.0]])
    for steps in (1, 7):
        sampler = FlowEuler(steps, rescale_t=3.0)
        reached = sampler.sample(lambda *_: NOISE - goal, NOISE, Conditioning([goal], NONE))
        torch.testing.assert_close(reached, goal)


def test_times_are_bent_towards_the_noise():
    times = FlowEuler(4, rescale_t=3.0).times()
    assert times.dtype == np.float64
    np.testing.assert_allclose(times, [1, 0.9, 0.75, 0.5, 0])


def test_both_ends_of_the_interval_are_guided():
    recorder = Recorder()
    FlowEuler(4, 2.0, (0.5, 0.9), 3.0).sample(recorder, NOISE, Conditioning(conditions(7), NONE))
    assert recorder.asked == [
        (1000, 7),
        *[(np.float32(900), 7), (np.float32(900), 0), (750, 7), (750, 0), (500, 7), (500, 0)],
    ]


def test_guidance_leads_away_from_the_negative():
    reached = FlowEuler(1, 2.0).sample(Recorder(), NOISE, Conditioning(conditions(5), conditions(1)[0]))
    torch.testing.assert_close(reached, NOISE - (3 * 5 - 2 * 1))


def test_several_conditions_take_turns_or_are_averaged():
    turns, mean = Recorder(), Recorder()
    several = conditions(1, 2, 6)
    FlowEuler(4).sample(turns, NOISE, Conditioning(several, NONE, "stochastic"))
    assert [value for _, value in turns.asked] == [1, 2, 6, 1]
    reached = FlowEuler(2, 1.0, (0.9, 1.0)).sample(mean, NOISE, Conditioning(several, NONE, "multidiffusion"))
    assert [value for _, value in mean.asked] == [1, 2, 6, 0, 1, 2, 6]
    torch.testing.assert_close(reached, NOISE - 0.5 * 2 * 3 - 0.5 * 3)


def test_every_step_of_a_straight_flow_sees_the_data():
    goal = torch.tensor([[3.0, 4.0]])
    sampler = FlowEuler(5, sigma_min=0.1)
    velocity = 0.9 * NOISE - goal
    for step in sampler.trajectory(lambda *_: velocity, NOISE, Conditioning([goal], NONE)):
        torch.testing.assert_close(step.x_0, goal)


def test_every_step_reports_and_can_be_cancelled():
    done: list[int] = []
    progress = Progress(report=lambda _, step, *__: done.append(step), is_cancelled=lambda: len(done) > 2)
    progress.stage("structure", 5)
    with pytest.raises(CancelledError):
        FlowEuler(5).sample(Recorder(), NOISE, Conditioning(conditions(1), NONE), progress)
    assert done == [0, 1, 2]


def test_published_samplers_are_read():
    params = {"steps": 25, "cfg_strength": 5.0, "cfg_interval": [0.5, 1.0], "rescale_t": 3.0}
    described = {"name": "FlowEulerGuidanceIntervalSampler", "args": {"sigma_min": 1e-5}, "params": params}
    assert read_sampler(described) == FlowEuler(25, 5.0, (0.5, 1.0), 3.0, 1e-5)
    assert read_sampler(described | {"name": "FlowEulerCfgSampler"}) == FlowEuler(25, 5.0, rescale_t=3.0)
    assert read_sampler(described | {"name": "FlowEulerSampler"}) == FlowEuler(25, rescale_t=3.0)
    later = {
        "steps": 12,
        "guidance_strength": 7.5,
        "guidance_rescale": 0.7,
        "guidance_interval": [0.6, 1.0],
        "rescale_t": 5.0,
    }
    assert read_sampler(described | {"params": later}) == FlowEuler(12, 6.5, (0.6, 1.0), 5.0, 1e-5, 0.7)
    with pytest.raises(MaquetteError, match="'HeunSampler' is not supported"):
        read_sampler(described | {"name": "HeunSampler"})


def test_guidance_doubles_the_calls_in_nineteen_of_the_published_steps():
    sampler = FlowEuler(25, 5.0, (0.5, 1.0), 3.0)
    recorder = Recorder()
    sampler.sample(recorder, NOISE, Conditioning(conditions(1), NONE))
    assert len(recorder.asked) == 44


@pytest.mark.parametrize("is_sparse", [False, True])
def test_rescaled_guidance_has_the_deviation_of_what_is_not_guided(is_sparse):
    torch.manual_seed(0)
    noise, wanted, negative = torch.randn(2, 50), torch.randn(2, 50), torch.randn(2, 50)
    options = {"deviation": sparse_deviation} if is_sparse else {}

    def data(sampler):
        return next(
            sampler.trajectory(lambda _, __, c: c, noise, Conditioning([wanted], negative), **options)
        ).x_0

    plain, guided = data(FlowEuler(1)), data(FlowEuler(1, 4.0))
    rescaled, halfway = (data(FlowEuler(1, 4.0, rescale_guidance=share)) for share in (1.0, 0.5))
    axis = None if is_sparse else 1
    torch.testing.assert_close(rescaled.std(axis), plain.std(axis))
    torch.testing.assert_close(halfway, (rescaled + guided) / 2)
