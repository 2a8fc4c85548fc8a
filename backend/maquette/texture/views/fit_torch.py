"""A texture that shows given pictures: Adam on its texels (Tang and others, "DreamGaussian", 2024, stage 2).

It minimises the mean absolute difference, and the total variation of what it changes. Unlike a weighted mean
it deconvolves: texels finer than pixels move until the pictures are right.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from maquette.progress import Progress

from .uv_views_torch import UvViews, show

Floats = npt.NDArray[np.float32]

LEARNING_RATE: Final = 0.02
BETAS: Final = (0.5, 0.9)
SMOOTHNESS: Final = 0.1  # of the total variation against the difference of pictures: without it texels ring


def fit_texture(
    texture: Floats,  # [S, S, C] 0..1 to start from
    views: UvViews,  # V of them, on the processor
    pictures: Floats,  # [V, H, H, C] 0..1 that it shall show
    weights: Floats,  # [V, H, H] how much each pixel counts
    steps: int,
    generator: torch.Generator,
    progress: Progress,
) -> Floats:  # [S, S, C] 0..1
    """One view a step, all in turn, in an order that the generator draws. Reports the steps.

    Runs where the views are; on a processor the same arguments give the same bytes.
    """
    start = torch.from_numpy(texture).permute(2, 0, 1).contiguous()
    wanted = torch.from_numpy(pictures).permute(0, 3, 1, 2)
    counts = torch.from_numpy(weights)
    change = torch.zeros_like(start, requires_grad=True)
    descent = torch.optim.Adam([change], LEARNING_RATE, BETAS)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(descent, steps)
    order: list[int] = []
    for _ in range(steps):
        order = order or torch.randperm(len(pictures), generator=generator).tolist()
        number = order.pop()
        shown = show(views, start + change, [number])[0]
        weight = counts[number]
        apart = ((shown - wanted[number]).abs() * weight).sum() / (weight.sum() * len(shown)).clamp(min=1)
        descent.zero_grad()
        (apart + SMOOTHNESS * _variation(change)).backward()
        descent.step()
        falling.step()
        progress.step()
    made = (start + change.detach()).clamp(0, 1)
    return np.ascontiguousarray(made.permute(1, 2, 0).numpy())


def _variation(image: Tensor) -> Tensor:  # [C, S, S]
    """Mean absolute difference of neighbours."""
    across, down = image[:, :, 1:] - image[:, :, :-1], image[:, 1:] - image[:, :-1]
    return across.abs().mean() + down.abs().mean()
