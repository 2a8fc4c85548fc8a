"""Networks from the published files: `<stem>.json` says which, `<stem>.safetensors` holds its weights."""

import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError, safe_open
from torch import nn

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
    description, weights = read_description(stem), _existing(stem, ".safetensors")
    with torch.device("meta"):
        network = build(description["name"], description["args"], dtype)
    expected = network.state_dict()
    try:
        with safe_open(weights, framework="pt", device=str(device)) as file:
            _check_names(weights, set(file.keys()), set(expected))
            state = {key: file.get_tensor(key).to(expected[key].dtype) for key in expected}
    except SafetensorError as error:
        raise bad_input(f"{weights} is damaged ({error}): pull the weights again") from error
    for key, tensor in state.items():
        if tensor.shape != expected[key].shape:
            wanted, found = list(expected[key].shape), list(tensor.shape)
            raise bad_input(f"{weights}: {key} is {found} instead of {wanted}: pull the weights again")
    network.load_state_dict(state, assign=True)
    return network.requires_grad_(False).train(False)


def read_description(stem: str | Path) -> dict[str, Any]:
    """`<stem>.json`: the network's class `name` and its `args`."""
    description: dict[str, Any] = json.loads(_existing(stem, ".json").read_text(encoding="utf-8"))
    return description


def _existing(stem: str | Path, suffix: str) -> Path:
    path = Path(f"{stem}{suffix}")
    if not path.is_file():
        raise bad_input(f"{path} is missing: pull the weights again")
    return path


def _check_names(path: Path, found: set[str], expected: set[str]) -> None:
    if found != expected:
        odd = sorted(found ^ expected)
        kind = "lacks" if odd[0] in expected else "has the unknown"
        raise bad_input(f"{path} {kind} weight {odd[0]} ({len(odd)} do not fit): pull the weights again")
