"""Guesses at what words and pictures mean: kind, shape and materials, before the flow makes them.

By the flow's error alone, encoders learn slowly which part a word speaks of and what a picture shows; a guess
is held to the truth itself.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.nn.blocks import TransformerBlock
from maquette.nn.grouping import uniform_grouping

from .config import FlowConfig
from .layers import OwnLinear

NARROW: Final = 16  # channels that a picture's token is reduced to before all are seen at once
PICTURE_HIDDEN: Final = 512
TEXT_HIDDEN: Final = 256
TEXT_BLOCKS: Final = 2
REACH: Final = 3  # words before and after one that it is first read with: "three red wooden" legs
NEIGHBOUR: Final = 64  # channels of each of them


@dataclass(frozen=True)
class Guess:
    """The likeliest shape and materials, and a score for each kind."""

    shape: Tensor  # [B, T, C]
    slots: Tensor  # [B, S, C']
    kinds: Tensor  # [B, K]


class PictureGuesser(nn.Module):
    """Two layers over all tokens at once: each always shows the same place."""

    def __init__(self, config: FlowConfig, places: int) -> None:
        super().__init__()
        self.shape = config.tokens, config.token_channels
        self.slots = config.slots, config.slot_channels
        self.sizes = [
            config.tokens * config.token_channels,
            config.slots * config.slot_channels,
            config.kinds,
        ]
        self.narrow = nn.Linear(config.width, NARROW)
        self.hidden = nn.Linear(places * NARROW + config.width, PICTURE_HIDDEN)
        self.out = nn.Linear(PICTURE_HIDDEN, sum(self.sizes))

    def forward(self, tokens: Tensor, summary: Tensor) -> Guess:
        """tokens [B, L, C], summary [B, C]."""
        seen = torch.cat([self.narrow(tokens).flatten(1), summary], dim=1)
        out = self.out(functional.silu(self.hidden(seen))).float()
        shape, slots, kinds = out.split(self.sizes, dim=1)
        return Guess(shape.unflatten(1, self.shape), slots.unflatten(1, self.slots), kinds)


class TextGuesser(nn.Module):
    """Each word with its neighbours, then a question for the whole and one for each slot among them, in
    blocks of attention.
    """

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        width = config.width
        self.shape = config.tokens, config.token_channels
        self.sizes = [config.tokens * config.token_channels, config.kinds]
        self.narrow = nn.Linear(width, NEIGHBOUR)
        self.phrase = nn.Linear((2 * REACH + 1) * NEIGHBOUR, width)
        self.questions = nn.Parameter(0.5 * torch.randn(1 + config.slots, width))
        self.blocks = nn.ModuleList(
            TransformerBlock(width, config.heads, 2 * width, qk_rms_norm=True) for _ in range(TEXT_BLOCKS)
        )
        self.hidden = nn.Linear(width, TEXT_HIDDEN)
        self.out = nn.Linear(TEXT_HIDDEN, sum(self.sizes))
        self.slots = OwnLinear(config.slots, width, config.slot_channels)

    def forward(self, tokens: Tensor) -> Guess:
        """tokens [B, L, C] of words, each for itself."""
        batch, length = tokens.shape[:2]
        count = len(self.questions)
        padded = functional.pad(self.narrow(tokens), (0, 0, REACH, REACH))
        near = torch.cat([padded[:, i : i + length] for i in range(2 * REACH + 1)], dim=2)
        tokens = tokens + functional.silu(self.phrase(near))
        rows = torch.cat([self.questions.expand(batch, -1, -1).to(tokens.dtype), tokens], dim=1)
        samples = uniform_grouping(batch, rows.shape[1])
        rows = rows.flatten(0, 1)
        for block in self.blocks:
            rows = block(rows, samples)
        answers = rows.unflatten(0, (batch, -1))[:, :count]
        answers = functional.layer_norm(answers.float(), answers.shape[-1:])
        out = self.out(functional.silu(self.hidden(answers[:, 0]))).float()
        shape, kinds = out.split(self.sizes, dim=1)
        return Guess(shape.unflatten(1, self.shape), self.slots(answers[:, 1:]).float(), kinds)
