"""From one prompt to another: residuals that carry what differs, and nothing that both prompts share.

Both look at the edited latents z with the wanted prompt and at the untouched ones z' with the prompt that
describes them, at one timestep and with one noise. Whatever the prior would change in any picture then falls
out, so that only what the prompts say differently moves z.
"""

import math

import torch
from torch import Tensor

from .noising import add_noise, draw_noise
from .prior import Condition, Prior, Wish, guided_noise


def delta_denoising(
    prior: Prior[Condition],
    latents: Tensor,  # [B, C, h, w] edited
    source: Tensor,  # [B, C, h, w] untouched
    target_wish: Wish[Condition],
    source_wish: Wish[Condition],
    timestep: int,
    generator: torch.Generator,
) -> Tensor:  # [B, C, h, w]
    """e(z_t, target) - e(z'_t, source): Hertz and others, "Delta Denoising Score", 2023. Exactly 0 where
    latents and wishes are the same.
    """
    noise = draw_noise(latents, generator)
    kept = float(prior.alphas_cumprod[timestep])
    with torch.no_grad():
        target = guided_noise(prior, add_noise(latents, noise, kept), timestep, target_wish)
        untouched = guided_noise(prior, add_noise(source, noise, kept), timestep, source_wish)
    return target - untouched


def posterior(
    prior: Prior[Condition],
    latents: Tensor,  # [B, C, h, w] edited
    source: Tensor,  # [B, C, h, w] untouched
    target_wish: Wish[Condition],
    source_wish: Wish[Condition],
    timestep: int,
    identity_weight: float,
    generator: torch.Generator,
) -> Tensor:  # [B, C, h, w]
    """chi_t (e(z_t, target) - e(z'_t, source)) + identity_weight (z - z'): Koo and others, "Posterior
    Distillation Sampling", 2024.

    The paper compares the noises z~ = (z_{t-1} - mu(z_t)) / sigma_t that lead each side from step t to the
    step before. With the same two noises for both sides all but these two terms cancel, and for neighbouring
    steps the second one's own coefficient is exactly 0: what holds the identity in the published code is its
    coarser grid of steps. Here it is a number of its own, about 0.03 for their grid of 500 steps and 1.7 for
    20.
    """
    change = delta_denoising(prior, latents, source, target_wish, source_wish, timestep, generator)
    held = identity_weight * (latents - source).detach()
    return posterior_gain(prior.alphas_cumprod, timestep) * change + held


def posterior_gain(alphas_cumprod: Tensor, timestep: int) -> float:
    """chi_t = c_0 (s_t / a_t) / sigma_t: how much of a change of noise arrives in z~ of the step t to t - 1.

    c_0 and sigma_t are those of the posterior of Ho and others, "Denoising Diffusion Probabilistic Models",
    2020, equation 7.
    """
    kept, before = (float(alphas_cumprod[step]) for step in (timestep, timestep - 1))
    beta = 1 - kept / before
    pull = math.sqrt(before) * beta / (1 - kept)
    spread = math.sqrt((1 - before) / (1 - kept) * beta)
    return pull * math.sqrt((1 - kept) / kept) / spread
