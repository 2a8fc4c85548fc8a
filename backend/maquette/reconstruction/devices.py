"""Where networks run and wait."""

from typing import Final

import torch

from maquette.models.trellis.stages import Memory

MEMORY_WORDS: Final[dict[Memory, str]] = {
    "low": "each network is read from the disk for its stage",
    "balanced": "networks wait in main memory for their stage",
    "fast": "all networks stay on the device",
}


def choose_device() -> str:
    """Where networks run: on a graphics card that PyTorch can use, else on the processor."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
