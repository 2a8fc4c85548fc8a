"""TRELLIS.2's pipelines in their published layout, with small random weights."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file

from maquette import weights
from maquette.models import trellis
from maquette.models.trellis.configurations import published as first_published
from maquette.models.trellis2 import build
from maquette.models.trellis2.configurations import published
from tests.weights.made import declare

CONTEXT: Final = 12
_SMALL_FLOW: Final = {"model_channels": 48, "num_blocks": 2, "num_heads": 2, "mlp_ratio": 2.0}
_COARSE: Final = {"model_channels": [64, 32, 32, 16, 16], "num_blocks": [1, 1, 0, 0, 0], "latent_channels": 8}
_FINE: Final = {"model_channels": [16, 16, 32, 32, 64], "num_blocks": [0, 0, 0, 1, 1], "latent_channels": 8}


def small(name: str, context: int = CONTEXT) -> tuple[str, dict[str, Any]]:
    """A published network's class name and arguments, made small."""
    kind, args = published()[name]
    if "flow" in name:
        changes: dict[str, Any] = _SMALL_FLOW | {"cond_channels": context, "dtype": "float32"}
        if name.startswith("ss_"):
            changes["resolution"] = 4
        else:
            changes |= {"in_channels": args["in_channels"] // 4, "out_channels": 8}
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


_FLOW: Final = "slat_flow_{}_dit_1_3B_{}_bf16"
_SHARED: Final = {
    "tex_slat_flow_model_512": _FLOW.format("imgshape2tex", 512),
    "tex_slat_flow_model_1024": _FLOW.format("imgshape2tex", 1024),
    "tex_slat_decoder": "tex_dec_next_dc_f16c32_fp16",
}
_OF_PICTURES: Final = {
    "sparse_structure_flow_model": "ss_flow_img_dit_1_3B_64_bf16",
    "shape_slat_flow_model_512": _FLOW.format("img2shape", 512),
    "shape_slat_flow_model_1024": _FLOW.format("img2shape", 1024),
    "shape_slat_decoder": "shape_dec_next_dc_f16c32_fp16",
}
_OF_MESHES: Final = {"shape_slat_encoder": "shape_enc_next_dc_f16c32_fp16"}
_TEXTURE_ENCODER: Final = "tex_enc_next_dc_f16c32_fp16"
_STRUCTURE_DECODER: Final = "ss_dec_conv3d_16l8_fp16"


_NETWORKS: Final = _OF_PICTURES | _OF_MESHES | _SHARED
ALL: Final = (
    *("trellis2-shape-512", "trellis2-texture-512", "trellis2-shape-1024", "trellis2-texture-1024"),
    *("trellis2-encoder", "trellis2-texture-encoder", "trellis-decoders", "trellis-encoders"),
    "dinov3-vitl16",
)


def write_pipelines(folder: Path, steps: int = 2) -> Path:
    """The folder of both pipelines, and of all networks."""
    for name in _NETWORKS.values():
        _write_small(folder, name)
    write_structure_decoder(folder)
    for file, text in _descriptions(steps, "").items():
        (folder / file).write_text(text)
    return folder


def write_encoders(folder: Path) -> None:
    """Of the structure and the material, which no pipeline names."""
    _write_small(folder, _TEXTURE_ENCODER)
    _write_structure_encoder(folder)


def _write_structure_encoder(folder: Path) -> None:
    name = "ss_enc_conv3d_16l8_fp16"
    kind, args = first_published()[name]
    args = args | {"channels": [8, 8, 8, 8, 16], "use_fp16": False}
    write_network(folder / "ckpts" / name, kind, args, 9)


def write_data(data: Path, names: Sequence[str] = ALL, steps: int = 2) -> None:
    """Weights of the registry, where a pull would have put them."""
    for name in names:
        folder = weights.root(data) / name
        folder.mkdir(parents=True)
        if name == "trellis-decoders":
            write_structure_decoder(folder)
        elif name == "trellis-encoders":
            _write_structure_encoder(folder)
        elif name == "dinov3-vitl16":
            write_picture_encoder(folder)
        for file in weights.find(name).files:
            stem = Path(file.pattern).stem
            if name.startswith("trellis2") and stem in (*_NETWORKS.values(), _TEXTURE_ENCODER):
                _write_small(folder, stem)
            elif file.pattern.endswith("pipeline.json"):
                text = _descriptions(steps, "microsoft/TRELLIS-image-large/")[file.pattern]
                (folder / file.pattern).write_text(text)
        declare(data, name)


def _write_small(folder: Path, name: str) -> None:
    stem = folder / "ckpts" / name
    if not stem.with_suffix(".json").exists():
        write_network(stem, *small(name), sorted(published()).index(name))


def _descriptions(steps: int, decoder_repository: str) -> dict[str, str]:
    """`pipeline.json` and `texturing_pipeline.json`."""
    stems = {role: f"ckpts/{name}" for role, name in _NETWORKS.items()}
    stems["sparse_structure_decoder"] = f"{decoder_repository}ckpts/{_STRUCTURE_DECODER}"
    normal = {"mean": [0.1] * 8, "std": [2.0] * 8}
    both = {
        "tex_slat_sampler": _sampler(steps, 1.0, 0.0, [0.6, 0.9], 3.0),
        "shape_slat_normalization": normal,
        "tex_slat_normalization": {"mean": [-0.2] * 8, "std": [1.5] * 8},
        "low_vram": True,
    }
    pictures = {
        "sparse_structure_sampler": _sampler(steps, 7.5, 0.7, [0.6, 1.0], 5.0),
        "shape_slat_sampler": _sampler(steps, 7.5, 0.5, [0.6, 1.0], 3.0),
        "default_pipeline_type": "1024_cascade",
    }
    made = {}
    for name, roles, own in (
        ("pipeline", [*_OF_PICTURES, *_SHARED, "sparse_structure_decoder"], pictures),
        ("texturing_pipeline", [*_OF_MESHES, *_SHARED], {}),
    ):
        args = {"models": {role: stems[role] for role in roles}} | both | own
        made[f"{name}.json"] = json.dumps({"name": "Trellis2", "args": args})
    return made


def write_structure_decoder(folder: Path) -> None:
    """TRELLIS's, which finds a handful of voxels of 64 cubed."""
    kind, args = first_published()[_STRUCTURE_DECODER]
    args = args | {"channels": [16, 8, 8, 8, 8], "use_fp16": False}
    torch.manual_seed(8)
    network = trellis.build(kind, args)
    state = {key: value.contiguous() for key, value in network.state_dict().items()}
    state["out_layer.2.bias"] -= 1.2
    stem = folder / "ckpts" / _STRUCTURE_DECODER
    stem.parent.mkdir(parents=True, exist_ok=True)
    Path(f"{stem}.json").write_text(json.dumps({"name": kind, "args": args}))
    save_file(state, f"{stem}.safetensors")


def _sampler(
    steps: int, strength: float, rescale: float, interval: list[float], bend: float
) -> dict[str, Any]:
    return {
        "name": "FlowEulerGuidanceIntervalSampler",
        "args": {"sigma_min": 1e-5},
        "params": {
            "steps": steps,
            "guidance_strength": strength,
            "guidance_rescale": rescale,
            "guidance_interval": interval,
            "rescale_t": bend,
        },
    }


def write_picture_encoder(folder: Path) -> None:
    """DINOv3."""
    from transformers import DINOv3ViTConfig, DINOv3ViTModel

    torch.manual_seed(30)
    config = DINOv3ViTConfig(
        hidden_size=CONTEXT,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=1,
        num_register_tokens=4,
        patch_size=16,
    )
    DINOv3ViTModel(config).save_pretrained(folder)
