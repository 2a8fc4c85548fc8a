"""Trains the flow: velocities of shapes and materials between noise and data."""

from dataclasses import asdict, fields
from typing import Final

import torch
from torch import Tensor

from maquette.models.starter.autoencoder import ShapeEncoder
from maquette.models.starter.flow import both

from .flow_data import Sample, samples
from .flow_model import FlowModel, begin
from .guess_stage import guess_terms
from .precision import mixed
from .run import Run, Sitting

JOINT: Final = 0.5  # share of objects whose shape and materials have the same time
SHAPE_KNOWN: Final = 0.25  # share whose shape is given; the rest have materials that are still noise
TIME_MEAN: Final = 0.8  # of a normal variable that a sigmoid turns into times: above 0 leans to noise
TIME_SPREAD: Final = 1.2
KNOWN_NOISE: Final = 0.05  # on shapes that are given: those of users are not exact either
SLOT_WEIGHT: Final = 1.0
GUESS_WEIGHT: Final = 0.5  # of what encoders guess, beside the flow's error


def train(sitting: Sitting, encoder: ShapeEncoder) -> FlowModel:
    """Trains the flow over the encoder's codes."""
    generator = torch.Generator().manual_seed(sitting.seed)
    model, about, codes = begin(sitting, encoder)
    config, options = sitting.config, sitting.config.flow
    about |= {"train": asdict(options), "seed": sitting.seed, "objects": len(sitting.assets.lines)}
    run = Run(sitting.folder, sitting.minutes, about)
    optimiser = torch.optim.AdamW(
        model.flow.parameters(), options.learning_rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    steps = about.get("steps", 0)
    feed = samples(sitting.assets, codes, encoder, config.model.flow, options, sitting.seed + steps)

    def backward(parts: list[Sample]) -> dict[str, Tensor]:
        told: dict[str, Tensor] = {}
        for part in parts:
            losses = loss_terms(model, part, sitting.device, generator)
            (losses.pop("loss") * len(part) / options.batch).backward()
            told |= {f"{'picture' if part.picture is not None else 'text'} {n}": v for n, v in losses.items()}
        return told

    run.train(model, optimiser, options.ema, options.batch, feed, backward)
    return model


def loss_terms(
    model: FlowModel, sample: Sample, device: torch.device, generator: torch.Generator
) -> dict[str, Tensor]:
    """The mean squared error of both velocities, each where it is asked for."""
    sample = Sample(*(None if v is None else v.to(device) for v in _values(sample)))
    shape = model.space.to_tokens(sample.code)
    shape_time, slots_time, shape_asked, slots_asked = (
        t.to(device) for t in draw_times(len(sample), generator)
    )
    shape = shape + (~shape_asked)[:, None, None] * KNOWN_NOISE * _noise(shape, generator)
    shape_noise, slots_noise = _noise(shape, generator), _noise(sample.slots, generator)
    with mixed(device):
        context, guess = model.flow.read(sample.words, sample.grams)
        if sample.picture is not None:
            seen, guess = model.flow.see(sample.picture)
            context = both(context, seen)
        shape_velocity, slots_velocity = model.flow(
            _between(shape, shape_noise, shape_time),
            _between(sample.slots, slots_noise, slots_time),
            shape_time,
            slots_time,
            context,
        )
    shape_error = (shape_velocity.float() - (shape_noise - shape)).square().mean((1, 2))
    slots_error = (slots_velocity.float() - (slots_noise - sample.slots)).square().mean((1, 2))
    shape_loss = (shape_error * shape_asked).sum() / shape_asked.sum().clamp(min=1)
    slots_loss = (slots_error * slots_asked).sum() / slots_asked.sum().clamp(min=1)
    total = ((shape_error * shape_asked) + SLOT_WEIGHT * (slots_error * slots_asked)).mean()
    guessed = guess_terms(model, guess, sample)["guess"]
    total = total + GUESS_WEIGHT * guessed
    return {"loss": total, "shape": shape_loss, "slots": slots_loss, "guess": guessed}


def draw_times(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Times of shapes and of slots [B], and whether the velocity of each is asked for."""
    time = torch.sigmoid(TIME_MEAN + TIME_SPREAD * torch.randn(count, generator=generator))
    way = torch.rand(count, generator=generator)
    known = (way >= JOINT) & (way < JOINT + SHAPE_KNOWN)
    alone = way >= JOINT + SHAPE_KNOWN
    shape_time = torch.where(known, torch.zeros(()), time)
    slots_time = torch.where(alone, torch.ones(()), time)
    return shape_time, slots_time, ~known, ~alone


def _between(data: Tensor, noise: Tensor, time: Tensor) -> Tensor:
    """(1 - t) data + t noise; times [B]."""
    return data + time[:, None, None] * (noise - data)


def _noise(like: Tensor, generator: torch.Generator) -> Tensor:
    return torch.randn(like.shape, generator=generator).to(like.device)


def _values(sample: Sample) -> list[Tensor | None]:
    return [getattr(sample, f.name) for f in fields(Sample)]
