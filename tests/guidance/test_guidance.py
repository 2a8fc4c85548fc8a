"""Guidance against a prior that is known in closed form: the score of a Gaussian."""

from dataclasses import dataclass
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from maquette.guidance.descent import guidance_loss  # noqa: E402
from maquette.guidance.editing import delta_denoising, posterior, posterior_gain  # noqa: E402
from maquette.guidance.noising import TIMESTEPS, add_noise, draw_timestep, weight  # noqa: E402
from maquette.guidance.prior import Wish, guided_noise  # noqa: E402

pytestmark = pytest.mark.torch

SPREAD = 0.3


def published_schedule() -> Any:
    """abar of Stable Diffusion."""
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, dim=0)


@dataclass
class GaussianPrior:
    """Latents come from N(condition, SPREAD^2); it answers with the exact posterior mean of the noise."""

    alphas_cumprod: Any
    asked: int = 0

    def predict_noise(self, noisy: Any, timestep: int, condition: Any) -> Any:
        self.asked += 1
        kept = float(self.alphas_cumprod[timestep])
        signal, noise = kept**0.5, (1 - kept) ** 0.5
        return noise * (noisy - signal * condition) / (kept * SPREAD**2 + noise**2)


@pytest.fixture
def prior() -> GaussianPrior:
    return GaussianPrior(published_schedule())


def seeded(seed: int = 0) -> Any:
    return torch.Generator().manual_seed(seed)


def latents(seed: int, count: int = 2) -> Any:
    return torch.randn(count, 4, 3, 3, generator=seeded(seed), dtype=torch.float64)


def plain(mean: Any) -> Wish[Any]:
    return Wish(mean, torch.zeros_like(mean))


@pytest.mark.parametrize("scale", [1.0, 7.5])
def test_equal_wishes_move_nothing(prior: GaussianPrior, scale: float) -> None:
    z, mean = latents(1), latents(2)
    wish = Wish(mean, -mean, scale)
    for t in (50, 500, 950):
        assert not delta_denoising(prior, z, z, wish, wish, t, seeded()).any()
        assert not posterior(prior, z, z, wish, wish, t, 0.5, seeded()).any()


def test_delta_denoising_carries_the_source_by_the_difference_of_the_means(prior: GaussianPrior) -> None:
    source, before, after = latents(1), latents(2), latents(3)
    z, generator = source.clone().requires_grad_(), seeded()
    descent = torch.optim.SGD([z], lr=0.5)
    for _ in range(150):
        t = draw_timestep(generator)
        residual = delta_denoising(prior, z, source, plain(after), plain(before), t, generator)
        descent.zero_grad()
        guidance_loss(z, residual).backward()
        descent.step()
    torch.testing.assert_close(z.detach(), source + after - before, atol=1e-4, rtol=0)


def test_an_identity_weight_keeps_part_of_the_source(prior: GaussianPrior) -> None:
    source, before, after = latents(1), latents(2), latents(3)
    ends = []
    for identity in (0.0, 0.02, 10.0):
        z = source.clone().requires_grad_()
        descent, generator = torch.optim.SGD([z], lr=min(2.0, 1 / (identity + 0.1))), seeded()
        for _ in range(300):
            t = draw_timestep(generator)
            residual = posterior(prior, z, source, plain(after), plain(before), t, identity, generator)
            descent.zero_grad()
            guidance_loss(z, residual).backward()
            descent.step()
        ends.append(float((z.detach() - source).norm() / (after - before).norm()))
    assert ends[0] == pytest.approx(1, abs=1e-3)
    assert 0.05 < ends[1] < 0.95
    assert ends[2] < 0.05


def test_the_posterior_is_the_difference_of_the_noises_that_lead_back_a_step(prior: GaussianPrior) -> None:
    """Computed the long way, by drawing z_t and z_{t-1} of both sides with two shared noises."""
    z, source, before, after = (latents(seed) for seed in range(4))
    t, abar = 431, prior.alphas_cumprod
    generator = seeded(7)
    noise = torch.randn(z.shape, generator=generator).to(z)
    further = torch.randn(z.shape, generator=generator).to(z)
    kept, kept_before = float(abar[t]), float(abar[t - 1])
    beta = 1 - kept / kept_before
    sigma = ((1 - kept_before) / (1 - kept) * beta) ** 0.5

    def led_by(clean: Any, mean: Any) -> Any:
        z_t = add_noise(clean, noise, kept)
        estimate = (z_t - (1 - kept) ** 0.5 * prior.predict_noise(z_t, t, mean)) / kept**0.5
        drawn = kept_before**0.5 * beta / (1 - kept) * clean
        drawn = drawn + (1 - beta) ** 0.5 * (1 - kept_before) / (1 - kept) * z_t + sigma * further
        expected = kept_before**0.5 * beta / (1 - kept) * estimate
        expected = expected + (1 - beta) ** 0.5 * (1 - kept_before) / (1 - kept) * z_t
        return (drawn - expected) / sigma

    long_way = led_by(z, after) - led_by(source, before)
    short = posterior(prior, z, source, plain(after), plain(before), t, 0.0, seeded(7))
    torch.testing.assert_close(short, long_way, atol=1e-9, rtol=1e-9)


def test_guidance_starts_at_the_unwanted_and_passes_the_wanted(prior: GaussianPrior) -> None:
    z, wanted, unwanted = latents(1), latents(2), latents(3)
    c, u = (prior.predict_noise(z, 300, mean) for mean in (wanted, unwanted))
    prior.asked = 0
    assert torch.equal(guided_noise(prior, z, 300, Wish(wanted, unwanted, 1.0)), c)
    assert prior.asked == 1
    assert torch.equal(guided_noise(prior, z, 300, Wish(wanted, unwanted, 0.0)), u)
    torch.testing.assert_close(guided_noise(prior, z, 300, Wish(wanted, unwanted, 7.5)), u + 7.5 * (c - u))


@pytest.mark.parametrize(
    ("t", "kept", "sds", "fantasia0", "fantasia1", "recon"),
    [
        (20, 0.98131, 0.0187, 0.0185, 53.5, 0.138),
        (200, 0.75369, 0.2463, 0.2138, 4.06, 0.572),
        (500, 0.27633, 0.7237, 0.3804, 1.38, 1.618),
        (700, 0.08252, 0.9175, 0.2636, 1.09, 3.334),
        (980, 0.00584, 0.9942, 0.0760, 1.01, 13.04),
    ],
)
def test_weights_are_the_published_ones(
    t: int, kept: float, sds: float, fantasia0: float, fantasia1: float, recon: float
) -> None:
    abar = float(published_schedule()[t])
    assert abar == pytest.approx(kept, abs=1e-5)
    found = [weight(kind, abar) for kind in ("uniform", "sds", "fantasia0", "fantasia1", "recon")]
    assert found == pytest.approx([1, sds, fantasia0, fantasia1, recon], rel=5e-3)


def test_the_gain_of_the_posterior_at_the_middle_of_the_schedule() -> None:
    assert posterior_gain(published_schedule(), 500) == pytest.approx(0.0815, abs=1e-3)


def test_a_view_that_is_not_finite_spoils_no_other() -> None:
    z = latents(1, 3).requires_grad_()
    residual = latents(2, 3)
    residual[1, 0, 2, 2] = float("nan")
    guidance_loss(z, residual, 2.0).backward()
    expected = 2.0 * residual / 3
    expected[1] = 0
    torch.testing.assert_close(z.grad, expected)


def test_the_same_seed_gives_the_same_bytes(prior: GaussianPrior) -> None:
    z, source, before, after = (latents(seed) for seed in range(4))

    def made(seed: int) -> bytes:
        residual = delta_denoising(
            prior, z, source, Wish(after, before, 7.5), plain(before), 300, seeded(seed)
        )
        return bytes(residual.numpy().tobytes())

    class Bent(GaussianPrior):  # a Gaussian's score is linear in the noise, which would cancel
        def predict_noise(self, noisy: Any, timestep: int, condition: Any) -> Any:
            return torch.sin(super().predict_noise(noisy, timestep, condition))

    prior = Bent(published_schedule())
    assert made(5) == made(5)
    assert made(5) != made(6)


def test_timesteps_fill_their_range() -> None:
    generator = seeded()
    drawn = [draw_timestep(generator) for _ in range(20_000)]
    assert (min(drawn), max(drawn)) == TIMESTEPS
    assert sum(drawn) / len(drawn) == pytest.approx(500, abs=10)
