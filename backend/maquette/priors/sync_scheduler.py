"""A stock diffusers scheduler that shows its estimate of the clean sample to a hook, and follows its answer.

Every scheduler turns the network's output m at noise level t into an estimate x0 of the clean sample. With

    x_t = a x0 + s e,    n = sqrt(a^2 + s^2)

the parametrisations are m = e (epsilon), m = (a e - s x0) / n (v) and m = e - x0 (flow). A step of the
subclass made here computes x0, lets the hook change it, expresses the changed x0 as an equivalent m, and
leaves the rest to the published scheduler: no sampler is rewritten, and an identity hook changes nothing but
rounding. Averaging x0 over views that see the same surface is the synchronisation of Kim et al.,
"SyncTweedies", 2024, and Liu et al., "Text-Guided Texturing by Synchronized Multi-View Diffusion", 2023.
"""

import copy
import functools
from collections.abc import Callable
from typing import Any

import torch
from diffusers import (
    DDIMScheduler,
    DDPMScheduler,
    DEISMultistepScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    LCMScheduler,
    SchedulerMixin,
    UniPCMultistepScheduler,
)
from torch import Tensor

from maquette.protocol import bad_input

Hook = Callable[[Tensor, float], Tensor]
"""Takes x0 [B, C, H, W] float32 and the share of the schedule that is done, 0 to 1; returns x0."""

_VARIANCE_PRESERVING = (DDIMScheduler, DDPMScheduler, LCMScheduler)
_BY_SIGMA = (DPMSolverMultistepScheduler, DEISMultistepScheduler, UniPCMultistepScheduler)
_VARIANCE_EXPLODING = (EulerDiscreteScheduler, EulerAncestralDiscreteScheduler)
_FLOW = (FlowMatchEulerDiscreteScheduler,)
SUPPORTED = (*_VARIANCE_PRESERVING, *_BY_SIGMA, *_VARIANCE_EXPLODING, *_FLOW)


def synchronised(scheduler: SchedulerMixin, hook: Hook) -> SchedulerMixin:
    """A scheduler of the same kind and configuration whose every step asks the hook; the given one is left as
    it is, as sampling begins with new timesteps.

    Raises bad_input for a kind whose noise levels are not known here.
    """
    kind = type(scheduler)
    if not issubclass(kind, SUPPORTED):
        names = ", ".join(supported.__name__ for supported in SUPPORTED)
        raise bad_input(f"scheduler {kind.__name__} cannot be synchronised: use one of {names}")

    @functools.wraps(kind.step)  # pipelines look at the names of its arguments
    def step(
        self: Any, model_output: Tensor, timestep: Any, sample: Tensor, *rest: Any, **options: Any
    ) -> Any:
        signal, noise = noise_level(self, timestep)
        form = _form(self)
        x_t = sample.float()
        x0 = clean_estimate(form, model_output.float(), x_t, signal, noise)
        x0 = hook(x0, _share_done(self, timestep))
        output = equivalent_output(form, x0, x_t, signal, noise).to(model_output.dtype)
        return kind.step(self, output, timestep, sample, *rest, **options)

    made = copy.copy(scheduler)
    made.__class__ = type(f"Synchronised{kind.__name__}", (kind,), {"step": step})
    return made


def noise_level(scheduler: Any, timestep: Any) -> tuple[float, float]:
    """(a, s) of x_t = a x0 + s e at the step that the scheduler takes next."""
    if isinstance(scheduler, _VARIANCE_PRESERVING):
        kept = float(scheduler.alphas_cumprod[int(timestep)])
        return kept**0.5, (1 - kept) ** 0.5
    if scheduler.step_index is None:
        scheduler._init_step_index(timestep)
    sigma = float(scheduler.sigmas[scheduler.step_index])
    if isinstance(scheduler, _FLOW) or scheduler.config.get("use_flow_sigmas", False):
        return 1 - sigma, sigma
    if isinstance(scheduler, _VARIANCE_EXPLODING):
        return 1.0, sigma
    norm = (1 + sigma**2) ** 0.5
    return 1 / norm, sigma / norm


def clean_estimate(form: str, output: Tensor, x_t: Tensor, signal: float, noise: float) -> Tensor:
    """x0 from the network's output in one of the forms epsilon, v_prediction, flow_prediction and sample."""
    if form == "epsilon":
        return (x_t - noise * output) / signal
    if form == "v_prediction":
        norm = (signal**2 + noise**2) ** 0.5
        return (signal * x_t - noise * norm * output) / norm**2
    if form == "flow_prediction":
        return (x_t - noise * output) / (signal + noise)
    return output


def equivalent_output(form: str, x0: Tensor, x_t: Tensor, signal: float, noise: float) -> Tensor:
    """The network's output that `clean_estimate` turns into x0."""
    if form == "epsilon":
        return (x_t - signal * x0) / noise
    if form == "v_prediction":
        norm = (signal**2 + noise**2) ** 0.5
        return (signal * x_t - norm**2 * x0) / (noise * norm)
    if form == "flow_prediction":
        return (x_t - (signal + noise) * x0) / noise
    return x0


def _form(scheduler: Any) -> str:
    if isinstance(scheduler, _FLOW):
        return "flow_prediction"
    form: str = scheduler.config.prediction_type
    if form not in ("epsilon", "v_prediction", "flow_prediction", "sample"):
        raise bad_input(f"prediction type {form!r} cannot be synchronised: use epsilon, v or flow prediction")
    return form


def _share_done(scheduler: Any, timestep: Any) -> float:
    steps = scheduler.timesteps
    place = (steps == torch.as_tensor(timestep, device=steps.device)).nonzero()
    return float(place[0]) / len(steps)
