"""Runs a network on a batch in pieces, so that its memory does not grow with the number of views."""

import types
from typing import Any

import torch
from torch import Tensor, nn


def run_in_chunks(network: nn.Module, size: int) -> None:
    """From now on `network` sees at most `size` samples at a time; what comes out is the same.

    Whatever has the batch's length in its first dimension is cut, in tuples, lists and dictionaries too; the
    rest is passed on. Published UNets and ControlNets mix no samples of a batch, which makes this exact.
    """
    whole = network.forward

    def forward(self: nn.Module, sample: Tensor, *rest: Any, **options: Any) -> Any:
        count = len(sample)
        pieces = [
            whole(
                sample[start : start + size],
                *_cut(rest, count, start, start + size),
                **_cut(options, count, start, start + size),
            )
            for start in range(0, count, size)
        ]
        return _join(pieces)

    network.forward = types.MethodType(forward, network)


def _cut(value: Any, count: int, start: int, stop: int) -> Any:
    if isinstance(value, Tensor):
        return value[start:stop] if value.ndim and len(value) == count else value
    if isinstance(value, list | tuple):
        return type(value)(_cut(item, count, start, stop) for item in value)
    if isinstance(value, dict):
        return {name: _cut(item, count, start, stop) for name, item in value.items()}
    return value


def _join(pieces: list[Any]) -> Any:
    """The answers to the pieces as the answer to all: tensors, or tuples and lists of them."""
    first = pieces[0]
    if isinstance(first, Tensor):
        return torch.cat(pieces)
    return type(first)(_join(list(items)) for items in zip(*pieces, strict=True))
