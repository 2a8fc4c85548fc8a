"""Layers that only the starter model has."""

import torch
from torch import Tensor, nn


class OwnLinear(nn.Module):
    """A linear layer of each token's own."""

    def __init__(self, tokens: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(tokens, inputs, outputs) / inputs**0.5)
        self.bias = nn.Parameter(0.1 * torch.randn(tokens, outputs))

    def forward(self, x: Tensor) -> Tensor:
        """[B, T, inputs] to [B, T, outputs]."""
        return torch.matmul(x.transpose(0, 1), self.weight).transpose(0, 1) + self.bias
