"""Sampling part of some data anew while the rest stays (Lugmayr and others, "RePaint", 2022), for a flow.

At every time the part that stays is put back, as noisy as it would be then. Going back and forth in time lets
the new part see it more often, so that both fit.
"""

from itertools import pairwise
from typing import Final

import torch
from torch import Tensor

from maquette.progress import Progress

from .flow_euler import Conditioning, Deviation, FlowEuler, Velocity, dense_deviation

REPEATS: Final = 2  # how often each step is taken; each but the last is taken back by noise


def repaint(
    sampler: FlowEuler,
    velocity: Velocity,
    known: Tensor,  # the data, anything where they are not known
    kept: Tensor,  # bool, broadcasts to them: what stays
    conditioning: Conditioning,
    generator: torch.Generator,  # on the CPU, so that a seed means the same on every device
    repeats: int = REPEATS,
    progress: Progress | None = None,
    deviation: Deviation = dense_deviation,
) -> Tensor:
    """Data that equal `known` where `kept`. Reports one step of `progress` for each time."""
    progress = progress or Progress()
    x = _noise(known, generator)
    for number, (t, following) in enumerate(pairwise(sampler.times().tolist())):
        rounds = repeats if following > 0 else 1
        for again in range(rounds):
            x = torch.where(kept, sampler.noised(known, t, _noise(known, generator)), x)
            conditions = conditioning.at_step(number)
            step = sampler.step(velocity, x, (t, following), conditions, conditioning.negative, deviation)
            x = step.x if again == rounds - 1 else _back(step.x, following, t, _noise(known, generator))
            progress.check()
        progress.step()
    return torch.where(kept, known, x)


def _back(x: Tensor, t: float, earlier: float, noise: Tensor) -> Tensor:
    """From the time t to one with more noise: the data's share falls, fresh noise fills up the rest."""
    share = (1 - earlier) / (1 - t)
    return share * x + max(earlier**2 - (share * t) ** 2, 0) ** 0.5 * noise


def _noise(like: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randn(like.shape, generator=generator).to(like.device)
