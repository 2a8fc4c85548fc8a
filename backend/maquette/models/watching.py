"""Signs of life from inside a network's long call, which can be cancelled there: on a processor one call of a
large flow takes a minute and more.
"""

import time
from typing import Any, Final

from torch import nn
from torch.utils.hooks import RemovableHandle

from maquette.nn.convolution import SubmanifoldConv3d
from maquette.progress import Progress

_EVERY_S: Final = 1.0  # between signs
_LONG: Final = (nn.Linear, nn.Conv3d, SubmanifoldConv3d)


def watch(network: nn.Module, progress: Progress) -> list[RemovableHandle]:
    """Before each of its larger layers, asks whether to stop and now and then says that work goes on; until
    the handles are removed.
    """
    last = time.monotonic()

    def beat(*_: Any) -> None:
        nonlocal last
        progress.check()
        if time.monotonic() - last >= _EVERY_S:
            last = time.monotonic()
            progress.step(0)

    return [
        module.register_forward_pre_hook(beat) for module in network.modules() if isinstance(module, _LONG)
    ]
