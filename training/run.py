"""What all stages of training share: a budget of minutes, the rate over it, averages, progress, saving."""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import torch
from torch import Tensor, nn

from . import checkpoint
from .config import Config
from .loading import Assets

WARM_UP: Final = 50  # steps in which the rate rises
DECAY: Final = 0.35  # share of a run, its last, in which the rate falls to nearly nothing
SAVE_SECONDS: Final = 240.0
TELL_SECONDS: Final = 30.0


def rate_at(steps: int, done: float) -> float:
    """The factor on the learning rate after `steps` and a share `done` of the run: it rises and falls."""
    left = min(1.0, max(0.0, (1 - done) / DECAY))
    return min(1.0, (steps + 1) / WARM_UP) * (0.03 + 0.97 * (1 - math.cos(math.pi * left)) / 2)


class Average:
    """An exponential average of a module's parameters, young at first."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.values = {name: value.detach().clone() for name, value in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        self.steps += 1
        decay = min(self.decay, self.steps / (self.steps + 10))
        floats = [(self.values[n], v) for n, v in module.state_dict().items() if v.is_floating_point()]
        torch._foreach_lerp_([a for a, _ in floats], [b for _, b in floats], 1 - decay)


Batch = TypeVar("Batch")


@dataclass(frozen=True)
class Sitting:
    """One sitting of a stage: what it learns from, where, for how long, and from which checkpoint."""

    config: Config
    assets: Assets
    device: torch.device
    folder: Path  # gets averages
    minutes: float
    resume: Path | None = None  # None: from nothing
    seed: int = 0
    compiled: bool = False


@dataclass
class Run:
    """One run of a stage for `minutes`; `about` is the document that travels with its checkpoints.

    What is counted stands in `about`, or in the table `part` of it.
    """

    folder: Path
    minutes: float
    about: dict[str, Any]
    part: str = ""
    started: float = field(default_factory=time.monotonic)
    saved: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)
    steps: int = 0
    losses: dict[str, list[float]] = field(default_factory=dict)

    @property
    def done(self) -> float:
        return (time.monotonic() - self.started) / (60 * self.minutes)

    @property
    def counts(self) -> dict[str, Any]:
        """Where steps, samples, minutes and losses stand."""
        return self.about.setdefault(self.part, {}) if self.part else self.about

    def train(
        self,
        model: nn.Module,
        optimiser: torch.optim.Optimizer,
        ema: float,
        batch: int,
        feed: Iterable[Batch],
        backward: Callable[[Batch], dict[str, Tensor]],
    ) -> None:
        """Steps through `feed` until the minutes are over; `model` ends as the average, which is saved.

        `backward` leaves a batch's gradients and gives the losses to tell of.
        """
        rates = [group["lr"] for group in optimiser.param_groups]
        trained = [value for group in optimiser.param_groups for value in group["params"]]
        average = Average(model, ema)
        for item in feed:
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * rate_at(self.steps, self.done)
            optimiser.zero_grad(set_to_none=True)
            losses = backward(item)
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            average.update(model)
            self.step(losses, batch)
            self.save(average)
            if self.done >= 1:
                break
        self.save(average, always=True)
        model.load_state_dict(average.values)

    def step(self, losses: dict[str, Tensor], batch: int) -> None:
        """Counts a step and now and then prints how it goes."""
        self.steps += 1
        self.counts["steps"] = self.counts.get("steps", 0) + 1
        self.counts["samples"] = self.counts.get("samples", 0) + batch
        for name, value in losses.items():
            self.losses.setdefault(name, []).append(float(value.detach()))
        now = time.monotonic()
        if now - self.told >= TELL_SECONDS:
            self.told = now
            means = {name: sum(values) / len(values) for name, values in self.losses.items()}
            self.counts["losses"] = {name: round(value, 5) for name, value in means.items()}
            self.losses.clear()
            left = self.minutes * (1 - self.done)
            told = "  ".join(f"{name} {value:.4f}" for name, value in means.items())
            pace = (now - self.started) / self.steps
            print(f"step {self.counts['steps']}  {told}  {pace:.2f} s/step  {left:.1f} min left", flush=True)

    def save(self, average: Average, always: bool = False) -> None:
        """Saves the averaged weights every few minutes."""
        now = time.monotonic()
        if always or now - self.saved >= SAVE_SECONDS:
            self.counts["minutes"] = round(self.counts.get("minutes", 0.0) + (now - self.saved) / 60, 2)
            self.saved = now
            checkpoint.save(self.folder, checkpoint.halved(average.values), self.about)
