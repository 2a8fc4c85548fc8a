"""Weights that are published as a pickle alone become safetensors, once."""

import os
from pathlib import Path

import torch
from safetensors.torch import save_file

from .transfer import DamagedError


def convert(pickle: Path, target: Path) -> None:
    """Writes the tensors of a checkpoint as they are and removes the pickle, of which no code is run.

    Raises DamagedError where it holds anything else, OSError.
    """
    try:
        state = torch.load(pickle, map_location="cpu", weights_only=True)
        tensors = {str(name): tensor.contiguous() for name, tensor in state.items()}
    except Exception as error:  # whatever a hostile file makes its reader raise
        raise DamagedError(f"{pickle.name} is no checkpoint of tensors ({type(error).__name__})") from error
    draft = target.with_name(f"{target.name}.part")
    save_file(tensors, draft, metadata={"format": "pt"})
    os.replace(draft, target)
    pickle.unlink()
