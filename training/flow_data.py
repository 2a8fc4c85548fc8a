"""What the flow learns from: codes and materials of objects, and captions and pictures of them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from maquette.models.starter import palette
from maquette.models.starter.autoencoder import ShapeEncoder
from maquette.models.starter.config import FlowConfig
from maquette.starter import words

from .config import FlowTraining
from .data.augment import augment
from .data.build import palette_of
from .data.captions import any_caption
from .data.held_out import held_out
from .data.plan import Plan, draw_plan, with_new_looks
from .loading import Assets
from .precision import mixed

CHUNK = 128
NO_TEXT = 0.1  # share of objects without a caption, for guidance
TEXT_AND_PICTURE = 0.25  # of objects with a picture: share that keep the caption


@dataclass(frozen=True)
class Sample:
    """A batch, or a part of one that has pictures throughout or not at all."""

    code: Tensor  # [B, K]
    slots: Tensor  # [B, S, 6] see models.starter.palette
    words: Tensor  # [B, L] see starter.words
    grams: Tensor  # [B, L, G]
    picture: Tensor | None  # [B, H, W, 4]
    kind: Tensor  # [B]

    def __len__(self) -> int:
        return len(self.code)


@torch.no_grad()
def encode(encoder: ShapeEncoder, grids: Tensor) -> Tensor:
    """Codes [2, N, K] of objects and of their mirror images."""
    device = next(encoder.parameters()).device
    both = []
    for mirrored in (False, True):
        parts = [part.flip(1) if mirrored else part for part in grids.split(CHUNK)]
        with mixed(device):
            both.append(torch.cat([encoder(part.float().to(device)).cpu() for part in parts]))
    return torch.stack(both)


def samples(
    assets: Assets,
    codes: Tensor,  # [2, N, K] see `encode`
    encoder: ShapeEncoder,
    model: FlowConfig,
    options: FlowTraining,
    seed: int,
) -> Iterator[list[Sample]]:
    """Endless batches, each a part with captions and a part with pictures, of new shards too."""
    generator = torch.Generator().manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311  nothing secret
    pictured = round(options.batch * options.picture_share)
    while True:
        slots = palette.to_tokens(assets.palette.float(), assets.slot_used)
        for rows in torch.randperm(len(slots), generator=generator).split(options.batch):
            if len(rows) == options.batch:
                split = rows.split([options.batch - pictured, pictured])
                yield [
                    _sample(assets, codes, slots, part, model, options, with_picture, generator, rng)
                    for part, with_picture in zip(split, (False, True), strict=True)
                    if len(part)
                ]
        grown = assets.grown()
        if grown is not assets:
            codes = torch.cat([codes, encode(encoder, grown.grid[len(assets.grid) :])], dim=1)
            assets = grown


def tokenize(prompts: list[str], model: FlowConfig) -> tuple[Tensor, Tensor]:
    """Words [B, L] and n-grams [B, L, G] of prompts."""
    rows = [_numbers(prompt, model) for prompt in prompts]
    return (
        torch.from_numpy(np.concatenate([row for row, _ in rows])),
        torch.from_numpy(np.concatenate([grams for _, grams in rows])),
    )


@cache
def _numbers(prompt: str, model: FlowConfig) -> tuple[words.Indices, words.Indices]:
    return words.numbers([prompt], model.words, model.word_buckets, model.grams, model.gram_buckets)


def _sample(
    assets: Assets,
    codes: Tensor,
    slots: Tensor,
    rows: Tensor,
    model: FlowConfig,
    options: FlowTraining,
    with_picture: bool,
    generator: torch.Generator,
    rng: random.Random,
) -> Sample:
    mirrored = torch.rand(len(rows), generator=generator) < 0.5
    kept = TEXT_AND_PICTURE if with_picture else 1 - NO_TEXT
    looks = slots[rows]
    prompts = []
    for i, row in enumerate(rows.tolist()):
        if not with_picture and rng.random() < options.fresh_looks:
            caption, looks[i] = _looking_anew(assets, row, rng)
        else:
            caption = rng.choice(assets.lines[row]["captions"])
        prompts.append(caption if rng.random() < kept else "")
    word_rows, gram_rows = tokenize(prompts, model)
    picture = None
    if with_picture:
        view = torch.randint(assets.views.shape[1], (len(rows),), generator=generator)
        seen = assets.views[rows, view]
        seen = torch.where(mirrored[:, None, None, None], seen.flip(2), seen)
        picture = augment(seen, generator).permute(0, 2, 3, 1)
    return Sample(
        codes[mirrored.long(), rows], looks, word_rows, gram_rows, picture, assets.kind[rows].long()
    )


def _looking_anew(assets: Assets, row: int, rng: random.Random) -> tuple[str, Tensor]:
    """A caption and slot tokens [S, 6] of an object in other colours and finishes."""
    plan = with_new_looks(_plan(assets.lines[row]["seed"]), rng, held_out())
    used = assets.slot_used[row]
    there = used.numpy().astype(bool)
    colors = torch.from_numpy(palette_of(plan, there))
    return any_caption(plan, there, rng), palette.to_tokens(colors[None], used[None])[0]


@cache
def _plan(seed: int) -> Plan:
    return draw_plan(seed, "train", held_out())
