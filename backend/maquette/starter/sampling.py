"""From noise to shapes and materials: Euler's method along the flow, with classifier-free guidance.

The numpy twin of maquette.sampling.flow_euler, for two things at once that each have a time of their own.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from maquette.progress import Progress

from .model import Context, Floats, Model

STEPS: Final = 10  # for a shape, and again for its materials
LAST: Final = 0.5  # the time of a shape's last step, which leads straight to the data
CLOSER: Final = 3.0  # how much more closely materials follow than shapes


@dataclass(frozen=True)
class Sampled:
    """Shape tokens [B, T, C] and slot tokens [B, S, C']."""

    shape: Floats
    slots: Floats


def times(steps: int) -> list[float]:
    """steps + 1 times: from 1 to LAST in even steps, and 0.

    What the network foretells at LAST is the mean of what is still likely: smoother than a sample of it, and
    without guidance, which would lead away from it.
    """
    return [float(t) for t in np.linspace(1, LAST, steps)] + [0.0]


def sample(
    model: Model,
    context: Context,  # of B, or of 1 for all
    nothing: Context,  # what guidance leads away from
    seeds: list[int],  # B
    guidance: float,  # v = v(nothing) + guidance (v(context) - v(nothing))
    progress: Progress,
    known: Floats | None = None,  # [B or 1, T, C] shapes that only get materials
    steps: int = STEPS,
) -> Sampled:
    """One sample for every seed, each of its own noise, whatever the others are.

    First the shapes, with materials in the making beside them, then the materials of the finished shapes from
    their noise on. Reports `steps` steps for either.
    """
    sizes = model.flow_sizes
    noise = [_noise(seed, sizes) for seed in seeds]
    shape, slots = np.stack([a for a, _ in noise]), np.stack([b for _, b in noise])
    closer = 1 + CLOSER * (guidance - 1)

    def velocity(
        shape: Floats, slots: Floats, shape_time: float, slots_time: float, guided: bool = True
    ) -> tuple[Floats, Floats]:
        towards = model.velocity(shape, slots, shape_time, slots_time, context)
        if guidance == 1 or not guided:
            return towards
        away = model.velocity(shape, slots, shape_time, slots_time, nothing)
        return (
            away[0] + np.float32(guidance) * (towards[0] - away[0]),
            away[1] + np.float32(closer) * (towards[1] - away[1]),
        )

    if known is None:
        beside = slots
        for t, following in pairwise(times(steps)):
            found = velocity(shape, beside, t, t, guided=following > 0)
            shape = shape - np.float32(t - following) * found[0]
            beside = beside - np.float32(t - following) * found[1]
            progress.step()
    else:
        shape = np.broadcast_to(known, shape.shape).astype(np.float32)
    for t, following in pairwise(float(t) for t in np.linspace(1, 0, steps + 1)):
        slots = slots - np.float32(t - following) * velocity(shape, slots, 0.0, t)[1]
        progress.step()
    return Sampled(shape, slots)


def _noise(seed: int, sizes: dict[str, int]) -> tuple[Floats, Floats]:
    rng = np.random.Generator(np.random.PCG64(seed))
    shape = rng.standard_normal((sizes["tokens"], sizes["token_channels"]), np.float32)
    return shape, rng.standard_normal((sizes["slots"], sizes["slot_channels"]), np.float32)
