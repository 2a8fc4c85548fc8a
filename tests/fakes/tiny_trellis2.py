"""TRELLIS.2's pipelines in their published layout, with small random weights."""

import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file

from maquette.models.trellis2 import build
from maquette.models.trellis2.configurations import published

_SMALL_FLOW: Final = {"model_channels": 48, "num_blocks": 2, "num_heads": 2, "mlp_ratio": 2.0}
_COARSE: Final = {"model_channels": [64, 32, 32, 16, 16], "num_blocks": [1, 1, 0, 0, 0], "latent_channels": 8}
_FINE: Final = {"model_channels": [16, 16, 32, 32, 64], "num_blocks": [0, 0, 0, 1, 1], "latent_channels": 8}


def small(name: str, context: int) -> tuple[str, dict[str, Any]]:
    """A published network's class name and arguments, made small."""
    kind, args = published()[name]
    if "flow" in name:
        latent = (
            {} if name.startswith("ss_") else {"in_channels": args["in_channels"] // 4, "out_channels": 8}
        )
        changes: dict[str, Any] = _SMALL_FLOW | {"cond_channels": context, "dtype": "float32"} | latent
    else:
        changes = (_FINE if "_enc_" in name else _COARSE) | {"use_fp16": False}
    return kind, args | changes


def write_network(stem: Path, kind: str, args: dict[str, Any], seed: int) -> None:
    """`<stem>.json` and `<stem>.safetensors` with random weights, gates and heads among them."""
    torch.manual_seed(seed)
    state = {
        key: value.contiguous()
        for key, value in build(kind, args).state_dict().items()
        if key != "rope_phases"
    }
    for key, value in state.items():
        if key.endswith("modulation"):
            value.normal_(std=0.1)
    stem.parent.mkdir(parents=True, exist_ok=True)
    Path(f"{stem}.json").write_text(json.dumps({"name": kind, "args": args}))
    save_file(state, f"{stem}.safetensors")
