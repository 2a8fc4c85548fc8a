"""A transformer: the velocity of a shape's code and of its parts' materials, each at its own time."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.nn.blocks import ModulatedCrossBlock
from maquette.nn.embeddings import TimeEmbedder
from maquette.nn.grouping import uniform_grouping

from .conditioning import PictureEncoder, TextEncoder
from .config import FlowConfig
from .guessing import Guess
from .layers import OwnLinear


@dataclass(frozen=True)
class Context:
    """What is wanted: tokens [B, L, C] of words, pictures or both, a summary [B, C], and what guesses
    add to the tokens of shape and slots [B, T + S, C].
    """

    tokens: Tensor
    summary: Tensor
    hint: Tensor


class StarterFlow(nn.Module):
    """Velocities of shape and materials; times run from 1, noise, to 0, data."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.config = config
        width, tokens, slots = config.width, config.tokens, config.slots
        self.text = TextEncoder(config)
        self.picture = PictureEncoder(config)
        self.shape_in = OwnLinear(tokens, config.token_channels, width)
        self.slots_in = OwnLinear(slots, config.slot_channels, width)
        self.shape_out = OwnLinear(tokens, width, config.token_channels)
        self.slots_out = OwnLinear(slots, width, config.slot_channels)
        self.shape_hint = OwnLinear(tokens, config.token_channels, width)
        self.slots_hint = OwnLinear(slots, config.slot_channels, width)
        self.shape_told = OwnLinear(tokens, config.token_channels, width)
        self.slots_told = OwnLinear(slots, config.slot_channels, width)
        self.shape_time = TimeEmbedder(width)
        self.slots_time = TimeEmbedder(width)
        self.summary = nn.Linear(width, width)
        self.modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 6 * width))
        self.blocks = nn.ModuleList(
            ModulatedCrossBlock(width, width, config.heads, 4 * width, shared_modulation=True)
            for _ in range(config.blocks)
        )
        for layer in (self.shape_out, self.slots_out):
            nn.init.zeros_(layer.weight)
        for layer in (self.shape_hint, self.slots_hint, self.shape_told, self.slots_told):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.modulation[-1].weight)
        nn.init.zeros_(self.modulation[-1].bias)
        for block in self.blocks:  # open gates: there is no time to open them by training
            with torch.no_grad():
                block.modulation.unflatten(0, (6, width))[[2, 5]] = 0.5

    def read(self, words: Tensor, grams: Tensor) -> tuple[Context, Guess]:
        """The context of prompts alone, and the guess at what they ask for; see the text encoder."""
        tokens, summary, guess = self.text(words, grams)
        hint = torch.cat([self.shape_told(guess.shape), self.slots_told(guess.slots)], dim=1)
        return Context(tokens, summary, hint), guess

    def see(self, picture: Tensor) -> tuple[Context, Guess]:
        """The context of pictures alone, and the guess at what they show; see the picture encoder."""
        tokens, summary, guess = self.picture(picture)
        hint = torch.cat([self.shape_hint(guess.shape), self.slots_hint(guess.slots)], dim=1)
        return Context(tokens, summary, hint), guess

    def forward(
        self, shape: Tensor, slots: Tensor, shape_time: Tensor, slots_time: Tensor, context: Context
    ) -> tuple[Tensor, Tensor]:
        """shape [B, T, C], slots [B, S, C'], times [B]: velocities shaped like them."""
        batch, count = shape.shape[:2]
        h = torch.cat([self.shape_in(shape), self.slots_in(slots)], dim=1)
        h = h + context.hint
        length = h.shape[1]
        signal = self.shape_time(1000 * shape_time) + self.slots_time(1000 * slots_time)
        signal = self.modulation(signal + self.summary(context.summary))
        samples = uniform_grouping(batch, length)
        rows = h.flatten(0, 1)
        for block in self.blocks:
            rows = block(rows, signal, context.tokens, samples, None)
        h = functional.layer_norm(rows.float(), rows.shape[-1:]).unflatten(0, (batch, length))
        return self.shape_out(h[:, :count]), self.slots_out(h[:, count:])


def both(words: Context, picture: Context) -> Context:
    """The context of words and of a picture, together."""
    tokens = torch.cat([words.tokens, picture.tokens], dim=1)
    return Context(tokens, words.summary + picture.summary, words.hint + picture.hint)
