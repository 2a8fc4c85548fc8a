"""TRELLIS's pipeline in its published layout, with small random weights."""

import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file

from maquette.models.trellis import build
from maquette.models.trellis.configurations import published

CONTEXT: Final = 12
_SMALL_FLOW: Final = {"model_channels": 32, "cond_channels": CONTEXT, "num_blocks": 2, "num_heads": 2}
_SMALL_VAE: Final = {"resolution": 8, "num_blocks": 2, "num_heads": 2, "window_size": 4}
_NETWORKS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "sparse_structure_flow_model": ("ss_flow_img_dit_L_16l8_fp16", _SMALL_FLOW | {"resolution": 4}),
    "sparse_structure_decoder": ("ss_dec_conv3d_16l8_fp16", {"channels": [16, 8]}),
    "slat_flow_model": (
        "slat_flow_img_dit_L_64l8p2_fp16",
        _SMALL_FLOW | {"resolution": 8, "io_block_channels": [16]},
    ),
    "slat_decoder_mesh": ("slat_dec_mesh_swin8_B_64l8m256c_fp16", _SMALL_VAE | {"model_channels": 256}),
    "slat_decoder_gs": ("slat_dec_gs_swin8_B_64l8gs32_fp16", _SMALL_VAE | {"model_channels": 32}),
}


def write_network(stem: Path, published_name: str, changes: dict[str, Any], seed: int) -> None:
    """`<stem>.json` and `<stem>.safetensors` of a published network with some arguments changed."""
    name, args = published()[published_name]
    args = args | changes
    torch.manual_seed(seed)
    network = build(name, args)
    stem.parent.mkdir(parents=True, exist_ok=True)
    Path(f"{stem}.json").write_text(json.dumps({"name": name, "args": args}))
    save_file({key: value.contiguous() for key, value in network.state_dict().items()}, f"{stem}.safetensors")


def write_pipeline(folder: Path, steps: int = 2) -> Path:
    """The folder of an image pipeline."""
    models = {}
    for seed, (role, (published_name, changes)) in enumerate(_NETWORKS.items()):
        models[role] = f"ckpts/{published_name}"
        write_network(folder / models[role], published_name, {"use_fp16": False} | changes, seed)
    sampler = {
        "name": "FlowEulerGuidanceIntervalSampler",
        "args": {"sigma_min": 1e-5},
        "params": {"steps": steps, "cfg_strength": 5.0, "cfg_interval": [0.5, 1.0], "rescale_t": 3.0},
    }
    args = {
        "models": models,
        "sparse_structure_sampler": sampler,
        "slat_sampler": sampler,
        "slat_normalization": {"mean": [0.5] * 8, "std": [2.0] * 8},
        "image_cond_model": "dinov2_vitl14_reg",
    }
    described = {"name": "TrellisImageTo3DPipeline", "args": args}
    (folder / "pipeline.json").write_text(json.dumps(described))
    return folder
