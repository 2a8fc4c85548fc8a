"""The networks of TRELLIS.2, by their published class names and from their files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from maquette.models import trellis
from maquette.models.files import load_network
from maquette.protocol import bad_input

from .config import read_decoder, read_encoder, read_flow
from .flow import SLatFlow, StructureFlow, structure_phases
from .vae import Encoder, ShapeDecoder, ShapeEncoder, TextureDecoder

_TRAINED_AS: Final = "Elastic"


def build(name: str, args: dict[str, Any], dtype: torch.dtype | None = None) -> nn.Module:
    """The network of a published class name and its arguments, with weights that mean nothing yet.

    `dtype` is the precision of its trunk, as published by default. Raises bad_input for unknown ones.
    """
    match name.removeprefix(_TRAINED_AS):
        case "SparseStructureFlowModel":
            return StructureFlow(read_flow(args), dtype)
        case "SLatFlowModel":
            return SLatFlow(read_flow(args), dtype)
        case "FlexiDualGridVaeEncoder":
            return ShapeEncoder(read_encoder(args), dtype)
        case "FlexiDualGridVaeDecoder":
            return ShapeDecoder(read_decoder(args), dtype)
        case "SparseUnetVaeEncoder":
            return Encoder(read_encoder(args), dtype)
        case "SparseUnetVaeDecoder":
            return TextureDecoder(read_decoder(args), dtype)
        case "SparseStructureDecoder" | "SparseStructureEncoder":
            return trellis.build(name, args, dtype)  # the publisher took them over as they were
    raise bad_input(f"the network {name!r} is not one of TRELLIS.2: choose a folder as it was published")


def load(stem: str | Path, device: str | torch.device = "cpu", dtype: torch.dtype | None = None) -> nn.Module:
    """The network at the path without suffix, for inference. `dtype` as of `build`; float32 suits processors.

    Raises bad_input where a file is missing or damaged, or a weight is absent, unknown or misshapen.
    """
    return load_network(stem, build, device, dtype, _computed)


def _computed(network: nn.Module) -> Mapping[str, Tensor]:
    """The rotations of a structure flow, which files may leave out as they follow from the resolution."""
    if not isinstance(network, StructureFlow):
        return {}
    return {"rope_phases": structure_phases(network.config.resolution, network.head_channels)}
