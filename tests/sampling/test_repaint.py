import pytest

torch = pytest.importorskip("torch")

from maquette.progress import Progress  # noqa: E402
from maquette.sampling.flow_euler import Conditioning, FlowEuler  # noqa: E402
from maquette.sampling.repaint import repaint  # noqa: E402

pytestmark = pytest.mark.torch

NOTHING = Conditioning([torch.zeros(1)], torch.zeros(1))
SAMPLER = FlowEuler(steps=40)
DEVIATION, CORRELATION = 0.5, 0.95


def pair_velocity(x, t, condition):
    """Exact for pairs of normal numbers of one deviation that are correlated: x [N, 2].

    The mean of the noise and of the data given x_t are linear in it.
    """
    time = t.item() / 1000
    covariance = DEVIATION**2 * torch.tensor([[1, CORRELATION], [CORRELATION, 1]])
    of_x = (1 - time) ** 2 * covariance + time**2 * torch.eye(2)
    towards = torch.linalg.solve(of_x, (time * torch.eye(2) - (1 - time) * covariance)).T
    return x @ towards.T


def draw(seed, repeats=3):
    known = torch.full((20_000, 2), 1.0)
    kept = torch.tensor([True, False])
    generator = torch.Generator().manual_seed(seed)
    return repaint(SAMPLER, pair_velocity, known, kept, NOTHING, generator, repeats)


def test_the_exact_velocity_samples_the_pairs():
    noise = torch.randn(20_000, 2, generator=torch.Generator().manual_seed(0))
    found = SAMPLER.sample(pair_velocity, noise, NOTHING)
    assert found.std(0).tolist() == pytest.approx([DEVIATION] * 2, rel=0.05)
    assert torch.corrcoef(found.T)[0, 1].item() == pytest.approx(CORRELATION, abs=0.02)


def test_what_is_kept_stays_and_the_rest_fits_it():
    """Given one of the pair at 1, the other is about 0.95, and far less spread than on its own."""
    found = draw(1)
    assert torch.equal(found[:, 0], torch.ones(20_000))
    assert found[:, 1].mean().item() == pytest.approx(CORRELATION, abs=0.2)
    assert found[:, 1].std().item() < 0.6 * DEVIATION


def test_going_back_in_time_makes_a_better_fit():
    once, often = (draw(1, repeats)[:, 1].mean().item() for repeats in (1, 4))
    assert abs(often - CORRELATION) < abs(once - CORRELATION)


def test_a_seed_means_the_same():
    assert torch.equal(draw(5), draw(5))
    assert not torch.equal(draw(5), draw(6))


def test_progress_counts_times():
    steps = []
    progress = Progress(report=lambda stage, step, *_: steps.append(step))
    progress.stage("structure", 40)
    known = torch.zeros(4, 2)
    repaint(SAMPLER, pair_velocity, known, known > 0, NOTHING, torch.Generator(), 2, progress)
    assert steps[-1] == 40
