"""The arguments of TRELLIS.2's networks, by the names of the published `ckpts/*.json`."""

from dataclasses import dataclass
from typing import Any, Final

import torch

from maquette.models.trellis.config import read_config
from maquette.protocol import bad_input

_FLOW_ONLY: Final = {"pe_mode": "rope"}  # nothing else was published
_BLOCKS_ONLY: Final = {
    "block_type": "SparseConvNeXtBlock3d",
    "up_block_type": "SparseResBlockC2S3d",
    "down_block_type": "SparseResBlockS2C3d",
}
_OF_TRAINING: Final = {"initialization", "use_checkpoint", "block_args"}
_DTYPES: Final = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class FlowConfig:
    """Flow over the dense latent of the structure, or over latents on active voxels."""

    resolution: int
    in_channels: int
    model_channels: int
    cond_channels: int
    out_channels: int
    num_blocks: int
    num_heads: int
    mlp_ratio: float = 4
    share_mod: bool = False
    qk_rms_norm: bool = False
    qk_rms_norm_cross: bool = False
    dtype: str = "float32"


@dataclass(frozen=True)
class EncoderConfig:
    """Features on fine voxels to latents on coarse ones; widths and blocks from fine to coarse."""

    model_channels: tuple[int, ...]
    latent_channels: int
    num_blocks: tuple[int, ...]
    in_channels: int = 6
    use_fp16: bool = False


@dataclass(frozen=True)
class DecoderConfig:
    """The way back, from coarse to fine. `pred_subdiv`: it says itself which children there are."""

    model_channels: tuple[int, ...]
    latent_channels: int
    num_blocks: tuple[int, ...]
    out_channels: int = 7
    resolution: int = 0  # of the finest grid in training; a shape decoder works at any
    pred_subdiv: bool = True
    use_fp16: bool = False


def read_flow(args: dict[str, Any]) -> FlowConfig:
    """Raises bad_input for what this version cannot do."""
    return read_config(FlowConfig, args, _FLOW_ONLY, _OF_TRAINING)


def read_encoder(args: dict[str, Any]) -> EncoderConfig:
    """Raises bad_input for what this version cannot do."""
    return read_config(EncoderConfig, _checked_blocks(args), {}, _OF_TRAINING | set(_BLOCKS_ONLY))


def read_decoder(args: dict[str, Any]) -> DecoderConfig:
    """Raises bad_input for what this version cannot do."""
    return read_config(DecoderConfig, _checked_blocks(args), {}, _OF_TRAINING | set(_BLOCKS_ONLY))


def read_dtype(name: str) -> torch.dtype:
    """Of the published trunk."""
    if name not in _DTYPES:
        raise bad_input(f"the precision {name!r} of a network is not supported: update Maquette")
    return _DTYPES[name]


def _checked_blocks(args: dict[str, Any]) -> dict[str, Any]:
    for name, only in _BLOCKS_ONLY.items():
        if odd := set(args.get(name, ())) - {only}:
            raise bad_input(f"{name} {sorted(odd)[0]!r} of a network is not supported: only {only!r} is")
    return args
