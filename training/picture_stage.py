"""Trains what reads pictures, by its guesses at kind, shape and materials; the flow goes on with it."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from maquette.models.starter.autoencoder import ShapeEncoder
from maquette.models.starter.conditioning import Guess

from .config import Config
from .flow_data import Sample, samples
from .flow_model import FlowModel, begin
from .loading import Assets
from .precision import mixed
from .run import Average, Run, rate_at

KIND_WEIGHT: Final = 0.1
MAIN_WEIGHT: Final = 6.0  # of the main body's material among the slots': it is what a picture shows most of


def train(
    config: Config,
    assets: Assets,
    encoder: ShapeEncoder,
    device: torch.device,
    folder: Path,
    minutes: float,
    resume: Path | None,
    seed: int,
    compiled: bool = False,
) -> FlowModel:
    """Trains the picture's encoder alone; `folder` gets a checkpoint of the whole flow."""
    model, about, codes = begin(config, assets, encoder, device, resume, seed)
    if compiled:
        model.compile_parts()
    run = Run(folder, minutes, about, "picture")
    run.counts.update(train=asdict(config.picture), seed=seed, objects=len(assets.lines))
    options = config.picture
    pictures = model.flow.picture
    optimiser = torch.optim.AdamW(
        pictures.parameters(), options.learning_rate, betas=(0.9, 0.99), weight_decay=0.05, fused=True
    )
    average = Average(model, options.ema)
    alone = replace(config.flow, batch=options.batch, picture_share=1.0)
    for (part,) in samples(
        assets, codes, encoder, config.model.flow, alone, seed + run.counts.get("steps", 0)
    ):
        for group in optimiser.param_groups:
            group["lr"] = options.learning_rate * rate_at(run.steps, run.done)
        assert part.picture is not None
        with mixed(device):
            guess = pictures(part.picture.to(device))[2]
        losses = guess_terms(model, guess, part)
        optimiser.zero_grad(set_to_none=True)
        losses["guess"].backward()
        torch.nn.utils.clip_grad_norm_(pictures.parameters(), 1.0)
        optimiser.step()
        average.update(model)
        run.step(losses, options.batch)
        run.save(average)
        if run.done >= 1:
            break
    run.save(average, always=True)
    model.load_state_dict(average.values)
    return model


def guess_terms(model: FlowModel, guess: Guess, sample: Sample) -> dict[str, Tensor]:
    """How far off guesses are: mean squared errors of shapes and slots, and the cross entropy of kinds."""
    device = guess.shape.device
    shape = (guess.shape - model.space.to_tokens(sample.code.to(device))).square().mean()
    each = (guess.slots - sample.slots.to(device)).square().mean((0, 2))
    slots = (each.sum() + (MAIN_WEIGHT - 1) * each[0]) / len(each)
    kinds = functional.cross_entropy(guess.kinds, sample.kind.to(device))
    right = (guess.kinds.argmax(1) == sample.kind.to(device)).float().mean()
    total = shape + slots + KIND_WEIGHT * kinds
    return {"guess": total, "shape": shape, "slots": slots, "kinds": kinds, "right": right}
