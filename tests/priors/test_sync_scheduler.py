"""The scheduler that asks a hook: the published one with an identity hook, obedient with any other."""

import inspect
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")

from diffusers import (  # noqa: E402
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    HeunDiscreteScheduler,
    LCMScheduler,
    UniPCMultistepScheduler,
)

from maquette.priors.sync_scheduler import (  # noqa: E402
    clean_estimate,
    equivalent_output,
    noise_level,
    synchronised,
)
from maquette.protocol import MaquetteError  # noqa: E402

pytestmark = pytest.mark.torch

BETAS = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
SCHEDULERS = {
    "ddim": DDIMScheduler(**BETAS, clip_sample=False),
    "ddim v": DDIMScheduler(**BETAS, clip_sample=False, prediction_type="v_prediction"),
    "lcm": LCMScheduler(**BETAS),
    "euler": EulerDiscreteScheduler(**BETAS),
    "euler v": EulerDiscreteScheduler(**BETAS, prediction_type="v_prediction"),
    "euler karras": EulerDiscreteScheduler(**BETAS, use_karras_sigmas=True),
    "unipc": UniPCMultistepScheduler(**BETAS),
    "unipc flow": UniPCMultistepScheduler(use_flow_sigmas=True, prediction_type="flow_prediction"),
    "dpm++ 2m": DPMSolverMultistepScheduler(**BETAS),
    "dpm++ 2m v": DPMSolverMultistepScheduler(**BETAS, prediction_type="v_prediction"),
    "flow": FlowMatchEulerDiscreteScheduler(shift=3.0),
}
STEPS = 8


def network(x: Any, t: Any) -> Any:
    """A smooth stand-in: some function of the sample and the time."""
    return torch.tanh(0.7 * x.roll(1, -1) + 0.3 * x + float(t) / 1000)


def sample(scheduler: Any, seed: int = 0) -> Any:
    generator = torch.Generator().manual_seed(seed)
    scheduler.set_timesteps(STEPS)
    x = torch.randn(4, 4, 6, 6, generator=generator) * getattr(scheduler, "init_noise_sigma", 1.0)
    extra = {"generator": generator} if "generator" in inspect.signature(scheduler.step).parameters else {}
    for t in scheduler.timesteps:
        scaled = scheduler.scale_model_input(x, t) if hasattr(scheduler, "scale_model_input") else x
        x = scheduler.step(network(scaled, t), t, x, **extra, return_dict=False)[0]
    return x


def fresh(scheduler: Any) -> Any:
    return type(scheduler).from_config(scheduler.config)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_an_identity_hook_changes_only_rounding(name: str) -> None:
    published = fresh(SCHEDULERS[name])
    followed = synchronised(SCHEDULERS[name], lambda x0, share: x0)
    expected, found = sample(published), sample(followed)
    assert float((expected - found).abs().max()) <= 2.7e-5 * max(1.0, float(expected.abs().max()))


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_consensus_hook_makes_all_views_agree(name: str) -> None:
    def agree(x0: Any, share: float) -> Any:
        return x0.mean(dim=0, keepdim=True).expand_as(x0)

    end = sample(synchronised(SCHEDULERS[name], agree))
    spread = float((end - end.mean(dim=0, keepdim=True)).abs().max())
    assert spread <= 1e-4 * max(1.0, float(end.abs().max()))
    alone = sample(synchronised(SCHEDULERS[name], lambda x0, share: x0))
    assert float((alone - alone.mean(dim=0, keepdim=True)).abs().max()) > 0.1


@pytest.mark.parametrize("name", SCHEDULERS)
def test_the_hooks_answer_is_where_sampling_ends(name: str) -> None:
    target = torch.linspace(-1, 1, 4 * 36).reshape(1, 4, 6, 6)
    end = sample(synchronised(SCHEDULERS[name], lambda x0, share: target.expand_as(x0)))
    # LCM's boundary condition, Euler's last sigma and DDIM's final alpha leave a share of the noise
    assert float((end - target).abs().max()) < 0.15


@pytest.mark.parametrize("name", SCHEDULERS)
def test_the_hook_hears_how_much_is_done_in_order(name: str) -> None:
    shares: list[float] = []

    def listen(x0: Any, share: float) -> Any:
        assert x0.dtype == torch.float32
        shares.append(share)
        return x0

    sample(synchronised(SCHEDULERS[name], listen))
    assert shares == [step / STEPS for step in range(STEPS)]


@pytest.mark.parametrize("form", ["epsilon", "v_prediction", "flow_prediction", "sample"])
def test_outputs_and_estimates_are_inverse(form: str) -> None:
    generator = torch.Generator().manual_seed(1)
    x_t, output = torch.randn(2, 3, 4, 4, generator=generator), torch.randn(2, 3, 4, 4, generator=generator)
    for signal, noise in ((0.9, 0.435), (1.0, 7.0), (0.3, 0.7)):
        x0 = clean_estimate(form, output, x_t, signal, noise)
        torch.testing.assert_close(equivalent_output(form, x0, x_t, signal, noise), output)


@pytest.mark.parametrize(
    ("name", "form"),
    [("ddim", "epsilon"), ("ddim", "v_prediction"), ("euler", "epsilon"), ("euler", "v_prediction"),
     ("unipc", "epsilon"), ("flow", "flow_prediction")],
)  # fmt: skip
def test_the_estimate_of_a_noised_sample_is_the_sample(name: str, form: str) -> None:
    scheduler = fresh(SCHEDULERS[name])
    scheduler.set_timesteps(STEPS)
    t = scheduler.timesteps[3]
    signal, noise = noise_level(scheduler, t)
    generator = torch.Generator().manual_seed(2)
    x0, e = torch.randn(1, 4, 5, 5, generator=generator), torch.randn(1, 4, 5, 5, generator=generator)
    norm = (signal**2 + noise**2) ** 0.5
    output = {"epsilon": e, "v_prediction": (signal * e - noise * x0) / norm, "flow_prediction": e - x0}[form]
    noised = (
        scheduler.scale_noise(x0, t[None], e)
        if form == "flow_prediction"
        else scheduler.add_noise(x0, e, t[None])
    )
    torch.testing.assert_close(noised, signal * x0 + noise * e, atol=1e-5, rtol=1e-5)
    found = clean_estimate(form, output, noised, signal, noise)
    torch.testing.assert_close(found, x0, atol=1e-4, rtol=1e-4)


def test_pipelines_still_find_the_names_of_the_steps_arguments() -> None:
    made = synchronised(SCHEDULERS["ddim"], lambda x0, share: x0)
    assert {"eta", "generator"} <= set(inspect.signature(made.step).parameters)
    assert isinstance(made, DDIMScheduler)


def test_a_scheduler_of_unknown_noise_levels_is_refused() -> None:
    with pytest.raises(MaquetteError, match="HeunDiscreteScheduler cannot be synchronised"):
        synchronised(HeunDiscreteScheduler(), lambda x0, share: x0)
