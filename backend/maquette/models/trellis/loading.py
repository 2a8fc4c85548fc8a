"""The networks of TRELLIS, by their published class names and from their files."""

from pathlib import Path
from typing import Any, Final

import torch
from torch import nn

from maquette.models.files import load_network
from maquette.protocol import bad_input

from .config import (
    SLatConfig,
    SLatFlowConfig,
    StructureDecoderConfig,
    StructureEncoderConfig,
    StructureFlowConfig,
    read_config,
    read_gaussians,
)
from .gaussian_decoder import GaussianDecoder
from .mesh_decoder import MeshDecoder
from .slat_flow import SLatFlow
from .slat_vae import RadianceFieldDecoder, SLatEncoder
from .structure_flow import StructureFlow
from .structure_vae import StructureDecoder, StructureEncoder

_TRAINED_AS: Final = "Elastic"  # published names tell how a network was trained; that changes nothing here


def build(name: str, args: dict[str, Any], dtype: torch.dtype | None = None) -> nn.Module:
    """The network of a published class name and its arguments, with weights that mean nothing yet.

    `dtype` is the precision of its trunk, as published by default. Raises bad_input for unknown ones.
    """
    representation = args.get("representation_config") or {}
    match name.removeprefix(_TRAINED_AS):
        case "SparseStructureFlowModel":
            return StructureFlow(read_config(StructureFlowConfig, args), dtype)
        case "SparseStructureEncoder":
            return StructureEncoder(read_config(StructureEncoderConfig, args), dtype)
        case "SparseStructureDecoder":
            return StructureDecoder(read_config(StructureDecoderConfig, args), dtype)
        case "SLatFlowModel":
            return SLatFlow(read_config(SLatFlowConfig, args), dtype)
        case "SLatEncoder":
            return SLatEncoder(read_config(SLatConfig, args), dtype)
        case "SLatGaussianDecoder":
            return GaussianDecoder(read_config(SLatConfig, args), read_gaussians(representation), dtype)
        case "SLatMeshDecoder":
            return MeshDecoder(read_config(SLatConfig, args), representation.get("use_color", False), dtype)
        case "SLatRadianceFieldDecoder":
            rank, side = representation["rank"], representation["dim"]
            return RadianceFieldDecoder(read_config(SLatConfig, args), rank, side, dtype)
    raise bad_input(f"the network {name!r} is not one of TRELLIS: choose a folder as it was published")


def load(stem: str | Path, device: str | torch.device = "cpu", dtype: torch.dtype | None = None) -> nn.Module:
    """The network at the path without suffix, for inference. `dtype` as of `build`; float32 suits processors.

    Raises bad_input where a file is missing or damaged, or a weight is absent, unknown or misshapen.
    """
    return load_network(stem, build, device, dtype)
