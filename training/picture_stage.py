"""Trains what reads pictures, by its guesses at kind, shape and materials; the flow goes on with it."""

from dataclasses import asdict, replace
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from maquette.models.starter.autoencoder import ShapeEncoder
from maquette.models.starter.conditioning import Guess

from .flow_data import Sample, samples
from .flow_model import FlowModel, begin
from .precision import mixed
from .run import Run, Sitting

KIND_WEIGHT: Final = 0.1
MAIN_WEIGHT: Final = 6.0  # of the main body's material among the slots': it is what a picture shows most of


def train(sitting: Sitting, encoder: ShapeEncoder) -> FlowModel:
    """Trains the picture's encoder alone; the folder gets a checkpoint of the whole flow."""
    model, about, codes = begin(sitting, encoder)
    config, options = sitting.config, sitting.config.picture
    run = Run(sitting.folder, sitting.minutes, about, "picture")
    steps = run.counts.get("steps", 0)
    run.counts.update(train=asdict(options), seed=sitting.seed, objects=len(sitting.assets.lines))
    pictures = model.flow.picture
    optimiser = torch.optim.AdamW(
        pictures.parameters(), options.learning_rate, betas=(0.9, 0.99), weight_decay=0.05, fused=True
    )
    alone = replace(config.flow, batch=options.batch, picture_share=1.0)
    feed = samples(sitting.assets, codes, encoder, config.model.flow, alone, sitting.seed + steps)

    def backward(parts: list[Sample]) -> dict[str, Tensor]:
        (part,) = parts
        assert part.picture is not None
        with mixed(sitting.device):
            guess = pictures(part.picture.to(sitting.device))[2]
        losses = guess_terms(model, guess, part)
        losses["guess"].backward()
        return losses

    run.train(model, optimiser, options.ema, options.batch, feed, backward)
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
