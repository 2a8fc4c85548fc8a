"""How much memory a network takes, computed without that memory: all its tensors exist in name only.

A network is built on PyTorch's `meta` device, where tensors have shapes but no contents, and called with real
coordinates and features that are on `meta` too. Whatever it allocates is counted while it lives.
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map


@dataclass(frozen=True)
class Footprint:
    """Bytes that a network needs: all the time, and on top of that while it runs, at most."""

    weights: int
    work: int

    @property
    def peak(self) -> int:
        """Bytes at most."""
        return self.weights + self.work


def footprint(network: nn.Module, call: Callable[[], Any]) -> Footprint:
    """What `call`, which runs the network, allocates at most, and what the network's own tensors take.

    Kernels of attention are taken to be those that never hold all scores. What an allocator wastes and what
    libraries keep for themselves is not known here.
    """
    own = {id(t.untyped_storage()): t for t in [*network.parameters(), *network.buffers()]}
    with torch.inference_mode(), Allocations() as allocations, _FrugalAttention():
        call()
    return Footprint(sum(t.untyped_storage().nbytes() for t in own.values()), allocations.peak)


class Allocations(TorchDispatchMode):
    """Counts what operations allocate, on any device. One that mixes real tensors with such on `meta` gives
    tensors on `meta`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.live = 0  # bytes
        self.peak = 0
        self._known: set[int] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        arguments = (args, kwargs or {})
        given = [leaf for leaf in tree_leaves(arguments) if isinstance(leaf, Tensor)]
        if any(tensor.is_meta for tensor in given):
            arguments = tree_map(_nameless, arguments)
        own = {id(tensor.untyped_storage()) for tensor in given}
        result = func(*arguments[0], **arguments[1])
        for tensor in tree_leaves(result):
            if isinstance(tensor, Tensor) and id(tensor.untyped_storage()) not in own:
                self._count(tensor.untyped_storage())
        return result

    def _count(self, storage: torch.UntypedStorage) -> None:
        key, size = id(storage), storage.nbytes()
        if key in self._known:
            return
        self._known.add(key)
        self.live += size
        self.peak = max(self.peak, self.live)
        weakref.finalize(storage, self._free, key, size)

    def _free(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.live -= size


class _FrugalAttention(TorchFunctionMode):
    """On `meta`, attention allocates its result and nothing else."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is nn.functional.scaled_dot_product_attention and args[0].is_meta:
            query, _, value = args[:3]
            return query.new_empty(*query.shape[:-1], value.shape[-1])
        return func(*args, **(kwargs or {}))


def _nameless(leaf: Any) -> Any:
    """A tensor as it would be on `meta`; anything else as it is."""
    if not isinstance(leaf, Tensor) or leaf.is_meta or leaf.ndim == 0:
        return leaf
    return torch.empty_strided(leaf.size(), leaf.stride(), dtype=leaf.dtype, device="meta")
