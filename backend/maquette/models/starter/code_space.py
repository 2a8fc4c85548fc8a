"""Codes as the flow sees them: without correlations, coarse features larger than fine ones, in tokens."""

from typing import Final

import torch
from torch import Tensor, nn

from .config import FlowConfig

FLATTENED: Final = 0.3  # of the way to numbers that all vary alike: codes are halfway there
LEAST_SPREAD: Final = 0.4  # of the usual one: what hardly varied among few objects may among more


class CodeSpace(nn.Module):
    """An invertible linear map between codes [B, K] and tokens [B, T, C], T C = K."""

    centre: Tensor
    forth: Tensor
    back: Tensor

    def __init__(self, config: FlowConfig) -> None:
        super().__init__()
        self.tokens = config.tokens
        size = config.tokens * config.token_channels
        self.register_buffer("centre", torch.zeros(size))
        self.register_buffer("forth", torch.eye(size))
        self.register_buffer("back", torch.eye(size))

    @torch.no_grad()
    def fit(self, codes: Tensor) -> None:
        """By codes [N, K]: their principal axes, the numbers' spread partly evened out, 1 on average."""
        centre = codes.double().mean(0)
        moved = codes.double() - centre
        values, vectors = torch.linalg.eigh(moved.T @ moved / len(codes))
        order = values.argsort(descending=True)
        spread = values[order].clamp(min=0).sqrt()
        spread = spread.clamp(min=LEAST_SPREAD * float(spread.square().mean().sqrt()))
        scale = spread**FLATTENED
        scale = scale * (spread / scale).square().mean().sqrt()
        self.centre.copy_(centre)
        self.forth.copy_(vectors[:, order] / scale)
        self.back.copy_((vectors[:, order] * scale).T)

    def to_tokens(self, codes: Tensor) -> Tensor:
        """[B, K] to [B, T, C]."""
        return ((codes - self.centre) @ self.forth).unflatten(1, (self.tokens, -1))

    def to_codes(self, tokens: Tensor) -> Tensor:
        """The way back."""
        return tokens.flatten(1) @ self.back + self.centre
