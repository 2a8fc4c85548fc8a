import pytest

torch = pytest.importorskip("torch")

from maquette.models import watching  # noqa: E402
from maquette.models.watching import watch  # noqa: E402
from maquette.progress import CancelledError, Progress  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass by one with every look."""
    looks = iter(range(1000))
    monkeypatch.setattr(watching.time, "monotonic", lambda: float(next(looks)))


def layers(count):
    return torch.nn.Sequential(*[torch.nn.Linear(2, 2) for _ in range(count)])


def test_a_long_call_gives_signs_of_life_until_it_is_no_longer_watched(clock):
    said = []
    progress = Progress(report=lambda stage, step, steps, *_: said.append((stage, step, steps)))
    progress.stage("structure", 5)
    progress.step(2)
    network = layers(3)
    hooks = watch(network, progress)
    network(torch.zeros(1, 2))
    assert said == [("structure", 0, 5), *[("structure", 2, 5)] * 4]  # it does not count as a step
    for hook in hooks:
        hook.remove()
    network(torch.zeros(1, 2))
    assert len(said) == 5


def test_signs_are_rare(monkeypatch):
    monkeypatch.setattr(watching.time, "monotonic", lambda: 7.0)
    said = []
    watch(network := layers(3), Progress(report=lambda *_: said.append(1)))
    network(torch.zeros(1, 2))
    assert not said


def test_a_call_is_cancelled_between_layers(clock):
    network = layers(3)
    seen = []
    for layer in network:
        layer.register_forward_hook(lambda *_: seen.append(1))
    watch(network, Progress(is_cancelled=lambda: len(seen) == 2))
    with pytest.raises(CancelledError):
        network(torch.zeros(1, 2))
    assert len(seen) == 2
