"""Trains what guesses alone, by kind, shape and materials: of pictures their whole encoder, of words the part
that guesses. The flow goes on with it.
"""

from dataclasses import asdict, replace
from typing import Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.models.starter.autoencoder import ShapeEncoder
from maquette.models.starter.guessing import Guess

from .flow_data import Sample, samples
from .flow_model import FlowModel, begin
from .precision import mixed
from .run import Run, Sitting

KIND_WEIGHT: Final = 0.1
MAIN_WEIGHT: Final = 6.0  # of the main body's material among the slots' of a picture, which shows most of it

What = Literal["picture", "text"]


def train(sitting: Sitting, encoder: ShapeEncoder, what: What) -> FlowModel:
    """Trains what guesses by pictures or by words; the folder gets a checkpoint of the whole flow."""
    model, about, codes = begin(sitting, encoder)
    pictured = what == "picture"
    config, options = sitting.config, sitting.config.picture if pictured else sitting.config.text
    run = Run(sitting.folder, sitting.minutes, about, what)
    steps = run.counts.get("steps", 0)
    run.counts.update(train=asdict(options), seed=sitting.seed, objects=len(sitting.assets.lines))
    trained: nn.Module = model.flow.picture if pictured else model.flow.text.guess
    optimiser = torch.optim.AdamW(
        trained.parameters(), options.learning_rate, betas=(0.9, 0.99), weight_decay=0.05, fused=True
    )
    alone = replace(config.flow, batch=options.batch, picture_share=float(pictured))
    feed = samples(sitting.assets, codes, encoder, config.model.flow, alone, sitting.seed + steps)

    def backward(parts: list[Sample]) -> dict[str, Tensor]:
        (part,) = parts
        with mixed(sitting.device):
            guess = _guess(model, part, sitting.device)
        losses = guess_terms(model, guess, part)
        losses["guess"].backward()
        return losses

    run.train(model, optimiser, options.ema, options.batch, feed, backward)
    return model


def guess_terms(model: FlowModel, guess: Guess, sample: Sample) -> dict[str, Tensor]:
    """How far off guesses are: mean squared errors of shapes and slots, and the cross entropy of kinds."""
    device = guess.shape.device
    main_weight = 1.0 if sample.picture is None else MAIN_WEIGHT
    shape = (guess.shape - model.space.to_tokens(sample.code.to(device))).square().mean()
    each = (guess.slots - sample.slots.to(device)).square().mean((0, 2))
    slots = (each.sum() + (main_weight - 1) * each[0]) / len(each)
    kinds = functional.cross_entropy(guess.kinds, sample.kind.to(device))
    right = (guess.kinds.argmax(1) == sample.kind.to(device)).float().mean()
    total = shape + slots + KIND_WEIGHT * kinds
    return {"guess": total, "shape": shape, "slots": slots, "kinds": kinds, "right": right}


def _guess(model: FlowModel, part: Sample, device: torch.device) -> Guess:
    if part.picture is not None:
        return model.flow.picture(part.picture.to(device))[2]
    text = model.flow.text
    return text.guess(text.alone(part.words.to(device), part.grams.to(device)))
