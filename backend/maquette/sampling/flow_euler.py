"""Euler's method along a rectified flow, with guidance (Liu and others, "Flow Straight and Fast", 2022).

x_t = (1 - t) x_0 + (s + (1 - s) t) e runs from noise e at t = 1 to data at t = 0; the network knows its
velocity. Times are float64 whatever the precision of x, so that guidance starts and ends where it should.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from maquette.progress import Progress
from maquette.protocol import bad_input

Velocity = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(x, t [1] float32 and times 1000, condition) to dx/dt, shaped like x."""

Mode = Literal["stochastic", "multidiffusion"]
"""Several conditions: one after another, a step each; or the mean of all at every step."""

Deviation = Callable[[Tensor], Tensor]
"""The standard deviation of data shaped like x, within each sample."""

_TIME_SCALE: Final = 1000
_PLAIN: Final = "FlowEulerSampler"
_GUIDED: Final = "FlowEulerCfgSampler"
_IN_INTERVAL: Final = "FlowEulerGuidanceIntervalSampler"


@dataclass(frozen=True, eq=False)
class Conditioning:
    """What is wanted, one or several [1, ...], and what guidance leads away from, [1, ...]."""

    wanted: Sequence[Tensor]
    negative: Tensor
    mode: Mode = "stochastic"

    def at_step(self, number: int) -> Sequence[Tensor]:
        """The conditions whose mean velocity a step takes."""
        return self.wanted if self.mode == "multidiffusion" else [self.wanted[number % len(self.wanted)]]


class Step(NamedTuple):
    """After a step: where it led, and what it took for the data."""

    x: Tensor
    x_0: Tensor


def dense_deviation(x: Tensor) -> Tensor:
    """Of each sample of a batch [B, ...], unbiased: [B, 1, ...]."""
    return x.std(dim=tuple(range(1, x.ndim)), keepdim=True)


def sparse_deviation(feats: Tensor) -> Tensor:
    """Of the one sample that all voxels [N, C] belong to, of the population: []."""
    return feats.std(correction=0)


@dataclass(frozen=True)
class FlowEuler:
    """While t is in `interval`, ends included, v = (1 + g) v(condition) - g v(negative), g the `guidance`.

    `rescale_t` above 1 spends more of the steps near the noise. `sigma_min` is s above. `rescale_guidance`
    is how far guided data are brought back to the deviation of data that are not guided, 0..1 (Lin and
    others, "Common Diffusion Noise Schedules and Sample Steps are Flawed", 2024).
    """

    steps: int
    guidance: float = 0.0
    interval: tuple[float, float] = (0.0, 1.0)
    rescale_t: float = 1.0
    sigma_min: float = 1e-5
    rescale_guidance: float = 0.0

    def times(self) -> npt.NDArray[np.float64]:
        """[steps + 1], from 1 to 0."""
        even = np.linspace(1, 0, self.steps + 1)
        return self.rescale_t * even / (1 + (self.rescale_t - 1) * even)

    def trajectory(
        self,
        velocity: Velocity,
        noise: Tensor,
        conditioning: Conditioning,
        deviation: Deviation = dense_deviation,
    ) -> Iterator[Step]:
        """Every step from `noise` on."""
        x = noise
        for number, span in enumerate(pairwise(self.times().tolist())):
            step = self.step(
                velocity, x, span, conditioning.at_step(number), conditioning.negative, deviation
            )
            x = step.x
            yield step

    def step(
        self,
        velocity: Velocity,
        x: Tensor,
        span: tuple[float, float],
        conditions: Sequence[Tensor],
        negative: Tensor,
        deviation: Deviation = dense_deviation,
    ) -> Step:
        """From the first time of `span` to the second."""
        t, following = span
        v = self._guided(velocity, x, t, conditions, negative, deviation)
        return Step(x - (t - following) * v, self._data(x, t, v))

    def noised(self, data: Tensor, t: float, noise: Tensor) -> Tensor:
        """x_t of data and noise."""
        return (1 - t) * data + self._noise_share(t) * noise

    def sample(
        self,
        velocity: Velocity,
        noise: Tensor,
        conditioning: Conditioning,
        progress: Progress | None = None,
        deviation: Deviation = dense_deviation,
    ) -> Tensor:
        """Where `trajectory` ends. Reports one step of `progress` each."""
        progress = progress or Progress()
        x = noise
        for step in self.trajectory(velocity, noise, conditioning, deviation):
            x = step.x
            progress.step()
        return x

    def _guided(
        self,
        velocity: Velocity,
        x: Tensor,
        t: float,
        conditions: Sequence[Tensor],
        negative: Tensor,
        deviation: Deviation,
    ) -> Tensor:
        time = torch.tensor([_TIME_SCALE * t], dtype=torch.float32, device=x.device)
        v = velocity(x, time, conditions[0])
        for condition in conditions[1:]:
            v = v + velocity(x, time, condition)
        v = v / len(conditions)
        if self.guidance == 0 or not self.interval[0] <= t <= self.interval[1]:
            return v
        guided = (1 + self.guidance) * v - self.guidance * velocity(x, time, negative)
        if self.rescale_guidance == 0:
            return guided
        data = self._data(x, t, guided)
        ratio = deviation(self._data(x, t, v)) / deviation(data)
        data = data * (self.rescale_guidance * ratio + 1 - self.rescale_guidance)
        return ((1 - self.sigma_min) * x - data) / self._noise_share(t)

    def _data(self, x: Tensor, t: float, v: Tensor) -> Tensor:
        """x_0, as x and its velocity have it."""
        return (1 - self.sigma_min) * x - self._noise_share(t) * v

    def _noise_share(self, t: float) -> float:
        return self.sigma_min + (1 - self.sigma_min) * t


def read_sampler(description: dict[str, Any]) -> FlowEuler:
    """From a published `{"name": ..., "args": {"sigma_min"}, "params": {"steps", "cfg_strength", ...}}`.

    TRELLIS.2 has other names, and a strength of 1 where nothing is guided.
    """
    name, params = description["name"], description["params"]
    if name not in (_PLAIN, _GUIDED, _IN_INTERVAL):
        raise bad_input(f"the sampler {name!r} is not supported: choose a folder as it was published")
    is_first = "cfg_strength" in params or name == _PLAIN
    prefix = "cfg" if is_first else "guidance"
    low, high = params[f"{prefix}_interval"] if name == _IN_INTERVAL else (0.0, 1.0)
    strength = 0.0 if name == _PLAIN else params[f"{prefix}_strength"] - (0 if is_first else 1)
    return FlowEuler(
        steps=params["steps"],
        guidance=strength,
        interval=(low, high),
        rescale_t=params.get("rescale_t", 1.0),
        sigma_min=description["args"]["sigma_min"],
        rescale_guidance=params.get("guidance_rescale", 0.0),
    )
