"""What the flow is told: tokens of a prompt's words, and of a picture, with guesses at what they mean."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from maquette.nn.blocks import TransformerBlock
from maquette.nn.grouping import uniform_grouping
from maquette.nn.norms import LayerNorm32

from .config import FlowConfig
from .guessing import Guess, PictureGuesser, TextGuesser


class TextEncoder(nn.Module):
    """Words, each the sum of its own vector and the mean of its n-grams', which see one another."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.words = nn.Embedding(config.word_buckets + 1, config.width)
        self.grams = nn.Embedding(config.gram_buckets + 1, config.width)
        self.places = nn.Parameter(torch.zeros(config.words, config.width))
        self.trunk = _Trunk(config)
        self.guess = TextGuesser(config)
        nn.init.normal_(self.words.weight, std=0.3)
        nn.init.normal_(self.grams.weight, std=0.3)

    def forward(self, words: Tensor, grams: Tensor) -> tuple[Tensor, Tensor, Guess]:
        """words [B, L], grams [B, L, G], 0 where there is none; tokens [B, L, C], their mean, the guess."""
        alone = self.alone(words, grams)
        tokens, summary = self.trunk(alone)
        return tokens, summary, self.guess(alone)

    def alone(self, words: Tensor, grams: Tensor) -> Tensor:
        """[B, L, C], before words see one another."""
        there = (grams > 0).unsqueeze(-1).to(self.grams.weight.dtype)
        mean = (self.grams(grams) * there).sum(2) / there.sum(2).clamp(min=1)
        return self.words(words) + mean + self.places


class PictureEncoder(nn.Module):
    """Convolutions to a grid of tokens that see one another, and a guess from all of them."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        side = config.picture // config.picture_patch
        self.stem = _stem(config)
        self.places = nn.Parameter(0.1 * torch.randn(side**2, config.width))
        self.trunk = _Trunk(config)
        self.guess = PictureGuesser(config, side**2)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor, Guess]:
        """picture [B, H, W, 4], sRGB times alpha, and alpha, 0 to 1; tokens, their mean, and the guess."""
        grid = self.stem(picture.permute(0, 3, 1, 2) * 2 - 1)
        tokens, summary = self.trunk(grid.flatten(2).transpose(1, 2) + self.places)
        return tokens, summary, self.guess(tokens, summary)


class _ResidualBlock(nn.Module):
    """x += conv(SiLU(norm(conv(SiLU(norm(x))))))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = _norm(channels), _norm(channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, H, W]."""
        h = self.conv1(functional.silu(self.norm1(x)))
        return x + self.conv2(functional.silu(self.norm2(h)))


def _stem(config: FlowConfig) -> nn.Sequential:
    """[B, 4, H, W] to [B, width, H / p, W / p], halved step by step."""
    layers: list[nn.Module] = []
    inputs, channels = 4, config.picture_channels
    for _ in range(config.picture_patch.bit_length() - 1):
        layers += [nn.Conv2d(inputs, channels, 3, 2, 1), _ResidualBlock(channels)]
        inputs, channels = channels, 2 * channels
    return nn.Sequential(
        *layers, _ResidualBlock(inputs), _norm(inputs), nn.SiLU(), nn.Conv2d(inputs, config.width, 1)
    )


def _norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(min(8, channels), channels)


class _Trunk(nn.Module):
    """Transformer blocks over tokens, and a last norm."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        width = config.width
        self.blocks = nn.ModuleList(
            TransformerBlock(width, config.heads, 2 * width, qk_rms_norm=True)
            for _ in range(config.context_blocks)
        )
        self.norm = LayerNorm32(width, affine=True, eps=1e-6)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        batch, length = x.shape[:2]
        samples = uniform_grouping(batch, length)
        rows = x.flatten(0, 1)
        for block in self.blocks:
            rows = block(rows, samples)
        tokens = self.norm(rows).unflatten(0, (batch, length))
        return tokens, tokens.mean(1)
