"""Timesteps, noise and weights: what all score distillation draws and scales."""

import math
from typing import Final, Literal, get_args

import torch
from torch import Tensor

Weighting = Literal["uniform", "sds", "fantasia0", "fantasia1", "recon"]
WEIGHTINGS: Final = get_args(Weighting)
TIMESTEPS: Final = (50, 950)  # Hertz and others, "Delta Denoising Score", 2023


def draw_timestep(generator: torch.Generator) -> int:
    """One of TIMESTEPS, both included, each as likely."""
    return int(torch.randint(TIMESTEPS[0], TIMESTEPS[1] + 1, (1,), generator=generator))


def draw_noise(latents: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normal, shaped like the latents and where they are; drawn where the generator is."""
    return torch.randn(latents.shape, generator=generator, device=generator.device).to(latents)


def add_noise(latents: Tensor, noise: Tensor, kept: float) -> Tensor:
    """a z + s e, where `kept` is a^2."""
    return kept**0.5 * latents + (1 - kept) ** 0.5 * noise


def weight(kind: Weighting, kept: float) -> float:
    """w(t) for abar_t = `kept`.

    `sds` is s^2 (Poole and others, "DreamFusion", 2022); `fantasia0` a s^2, which damps both ends, and
    `fantasia1` 1 / s^2, which favours detail (Chen and others, "Fantasia3D", 2023); `recon` s / a measures
    residuals as differences of clean latents (Shi and others, "MVDream", 2023); `uniform` is 1.
    """
    signal, noise = math.sqrt(kept), math.sqrt(1 - kept)
    match kind:
        case "sds":
            return noise**2
        case "fantasia0":
            return signal * noise**2
        case "fantasia1":
            return 1 / noise**2
        case "recon":
            return noise / signal
        case "uniform":
            return 1.0
