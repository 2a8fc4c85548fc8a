"""What the flow is told: tokens of a prompt's words, and of a picture's patches."""

import torch
from torch import Tensor, nn

from maquette.nn.blocks import TransformerBlock
from maquette.nn.grouping import uniform_grouping
from maquette.nn.norms import LayerNorm32

from .config import FlowConfig


class TextEncoder(nn.Module):
    """Words, each the sum of its own vector and the mean of its n-grams', which see one another."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.words = nn.Embedding(config.word_buckets + 1, config.width)
        self.grams = nn.Embedding(config.gram_buckets + 1, config.width)
        self.places = nn.Parameter(torch.zeros(config.words, config.width))
        self.trunk = _Trunk(config)
        nn.init.normal_(self.words.weight, std=0.3)
        nn.init.normal_(self.grams.weight, std=0.3)

    def forward(self, words: Tensor, grams: Tensor) -> tuple[Tensor, Tensor]:
        """words [B, L], grams [B, L, G], 0 where there is none; tokens [B, L, C] and their mean [B, C]."""
        there = (grams > 0).unsqueeze(-1).to(self.grams.weight.dtype)
        mean = (self.grams(grams) * there).sum(2) / there.sum(2).clamp(min=1)
        tokens, summary = self.trunk(self.words(words) + mean + self.places)
        return tokens, summary


class PictureEncoder(nn.Module):
    """Patches of a small picture, which see one another."""

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.patch = config.picture_patch
        count = (config.picture // config.picture_patch) ** 2
        self.embed = nn.Linear(4 * config.picture_patch**2, config.width)
        self.places = nn.Parameter(0.1 * torch.randn(count, config.width))
        self.trunk = _Trunk(config)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """picture [B, H, W, 4], sRGB times alpha, and alpha, 0 to 1; tokens and their mean."""
        rows = picture.unflatten(2, (-1, self.patch)).unflatten(1, (-1, self.patch))  # [B, h, p, w, p, 4]
        patches = rows.transpose(2, 3).flatten(3).flatten(1, 2)
        tokens, summary = self.trunk(self.embed(patches * 2 - 1) + self.places)
        return tokens, summary


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
