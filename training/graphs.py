"""The parts of the model that run without PyTorch, as modules with named inputs and outputs."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from maquette.models.starter.autoencoder import ShapeAutoencoder
from maquette.models.starter.code_space import CodeSpace
from maquette.models.starter.config import StarterConfig
from maquette.models.starter.flow import Context, StarterFlow


class Starter(nn.Module):
    """The whole model: what is exported, and what is measured."""

    def __init__(self, config: StarterConfig) -> None:
        super().__init__()
        self.config = config
        self.shape = ShapeAutoencoder(config.shape)
        self.space = CodeSpace(config.flow)
        self.flow = StarterFlow(config.flow)


@dataclass(frozen=True)
class Graph:
    """One part: `inputs` are examples, `free` the axes of each that may have any length, by name."""

    module: nn.Module
    inputs: dict[str, Tensor]
    free: dict[str, dict[int, str]]
    outputs: tuple[str, ...]


def graphs(model: Starter) -> dict[str, Graph]:
    """All parts, by the names of their files."""
    shape, flow = model.config.shape, model.config.flow
    rows, length = 2, flow.words + 3
    side = shape.resolution
    tokens = torch.randn(rows, flow.tokens, flow.token_channels)
    batch = {0: "batch"}
    return {
        "text": Graph(
            _Text(model),
            {
                "words": torch.ones(rows, flow.words, dtype=torch.int64),
                "grams": torch.ones(rows, flow.words, flow.grams, dtype=torch.int64),
            },
            {"words": batch, "grams": batch},
            ("tokens", "summary", "hint"),
        ),
        "picture": Graph(
            _Picture(model),
            {"picture": torch.rand(rows, flow.picture, flow.picture, 4)},
            {"picture": batch},
            ("tokens", "summary", "hint", "kinds"),
        ),
        "flow": Graph(
            _Flow(model),
            {
                "shape": tokens,
                "slots": torch.randn(rows, flow.slots, flow.slot_channels),
                "shape_time": torch.rand(rows),
                "slots_time": torch.rand(rows),
                "tokens": torch.randn(rows, length, flow.width),
                "summary": torch.randn(rows, flow.width),
                "hint": torch.randn(rows, flow.tokens + flow.slots, flow.width),
            },
            {
                **dict.fromkeys(("shape", "slots", "shape_time", "slots_time", "summary", "hint"), batch),
                "tokens": {0: "batch", 1: "length"},
            },
            ("shape_velocity", "slots_velocity"),
        ),
        "decoder": Graph(_Decoder(model), {"shape": tokens}, {"shape": batch}, ("features",)),
        "encoder": Graph(
            _Encoder(model), {"grid": torch.rand(rows, side, side, side)}, {"grid": batch}, ("shape",)
        ),
        "point": Graph(
            _Point(model),
            {"features": torch.randn(7, 1 + shape.feature_channels)},
            {"features": {0: "points"}},
            ("values",),
        ),
    }


class _Part(nn.Module):
    """A view of the model; its parameters keep the names that they have there."""

    def __init__(self, model: Starter) -> None:
        super().__init__()
        self.model = model


class _Text(_Part):
    def forward(self, words: Tensor, grams: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        told, _guess = self.model.flow.read(words, grams)
        return told.tokens, told.summary, told.hint


class _Picture(_Part):
    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        seen, guess = self.model.flow.see(picture)
        return seen.tokens, seen.summary, seen.hint, guess.kinds


class _Flow(_Part):
    def forward(
        self,
        shape: Tensor,
        slots: Tensor,
        shape_time: Tensor,
        slots_time: Tensor,
        tokens: Tensor,
        summary: Tensor,
        hint: Tensor,
    ) -> tuple[Tensor, Tensor]:
        return self.model.flow(shape, slots, shape_time, slots_time, Context(tokens, summary, hint))


class _Decoder(_Part):
    def forward(self, shape: Tensor) -> Tensor:
        return self.model.shape.decoder(self.model.space.to_codes(shape))


class _Encoder(_Part):
    def forward(self, grid: Tensor) -> Tensor:
        return self.model.space.to_tokens(self.model.shape.encoder(grid))


class _Point(_Part):
    def forward(self, features: Tensor) -> Tensor:
        return self.model.shape.point(features)
