"""Networks that take turns: loaded when their stage comes, and where they wait until then."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import torch
from torch import nn

from maquette.models.files import read_description
from maquette.models.watching import watch
from maquette.progress import Progress

from .loading import load

Memory = Literal["low", "balanced", "fast"]

GB: Final = 1 << 30
# Of a CUDA device's free memory, by `benchmarks/trellis_memory.py` and as much again on top for
# what is not computed there, the extraction of a mesh above all:
_FAST_FROM: Final = 9 * GB  # all networks of TRELLIS and the largest stage's work
_BALANCED_FROM: Final = 4 * GB


@dataclass(frozen=True, eq=False)
class Stages:
    """Networks by their published roles.

    `low` reads each from disk for its stage and drops it, `balanced` keeps them in main memory, `fast` on the
    device.
    """

    stems: Mapping[str, Path]
    device: str
    dtype: torch.dtype | None
    memory: Memory
    load: Callable[[Path, str, torch.dtype | None], nn.Module] = load
    _kept: dict[str, nn.Module] = field(default_factory=dict)

    @contextmanager
    def network(self, role: str, progress: Progress | None = None) -> Iterator[nn.Module]:
        """The network of a role, on the device while the context lasts; `progress` hears of its work."""
        network = self._kept.get(role)
        if network is None:
            network = self.load(self.stems[role], self.device, self.dtype)
        if self.memory != "low":
            self._kept[role] = network
        hooks = [] if progress is None else watch(network, progress)
        try:
            yield network.to(self.device)
        finally:
            for hook in hooks:
                hook.remove()
            if self.memory != "fast":
                # Whoever still holds the network holds no weights: those go, or wait in main memory.
                network.to("meta" if self.memory == "low" else "cpu")
            if self.memory != "fast" and self.device.startswith("cuda"):
                torch.cuda.empty_cache()

    def resolution(self, role: str) -> int:
        """Of the grid that the network of a role works on."""
        return int(read_description(self.stems[role])["args"]["resolution"])


def choose_memory(device: str, fast_from: int = _FAST_FROM, balanced_from: int = _BALANCED_FROM) -> Memory:
    """What the device has room for now, by free bytes. On processors, which share one memory, keeping is not
    moving.
    """
    if not device.startswith("cuda"):
        return "low"
    free = torch.cuda.mem_get_info(device)[0]
    return "fast" if free >= fast_from else "balanced" if free >= balanced_from else "low"
