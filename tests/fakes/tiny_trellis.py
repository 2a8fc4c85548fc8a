"""TRELLIS's pipelines in their published layout, with small random weights, and what encodes for them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file

from maquette import weights
from maquette.models.trellis import build
from maquette.models.trellis.configurations import published
from tests.weights.made import declare

CONTEXT: Final = 12
_PLAIN: Final = {"use_fp16": False}
_SMALL_FLOW: Final = {"model_channels": 32, "cond_channels": CONTEXT, "num_blocks": 2, "num_heads": 2}
_SMALL_SLAT_FLOW: Final = _SMALL_FLOW | {"resolution": 8, "io_block_channels": [16], "num_io_res_blocks": 2}
_SMALL_VAE: Final = {"resolution": 8, "num_blocks": 2, "num_heads": 2, "window_size": 4}
_FLOWS: Final = {
    "trellis-image-large": ("ss_flow_img_dit_L_16l8_fp16", "slat_flow_img_dit_L_64l8p2_fp16"),
    "trellis-text-base": ("ss_flow_txt_dit_B_16l8_fp16", "slat_flow_txt_dit_B_64l8p2_fp16"),
    "trellis-text-large": ("ss_flow_txt_dit_L_16l8_fp16", "slat_flow_txt_dit_L_64l8p2_fp16"),
    "trellis-text-xlarge": ("ss_flow_txt_dit_XL_16l8_fp16", "slat_flow_txt_dit_XL_64l8p2_fp16"),
}
_DECODERS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "sparse_structure_decoder": ("ss_dec_conv3d_16l8_fp16", {"channels": [16, 8]}),
    "slat_decoder_mesh": ("slat_dec_mesh_swin8_B_64l8m256c_fp16", _SMALL_VAE | {"model_channels": 256}),
    "slat_decoder_gs": ("slat_dec_gs_swin8_B_64l8gs32_fp16", _SMALL_VAE | {"model_channels": 32}),
}
_ENCODERS: Final[dict[str, dict[str, Any]]] = {
    "ss_enc_conv3d_16l8_fp16": {"channels": [8, 16]},
    "slat_enc_swin8_B_64l8_fp16": _SMALL_VAE | {"model_channels": 32, "in_channels": CONTEXT},
}
_SAMPLER: Final[dict[str, Any]] = {
    "name": "FlowEulerGuidanceIntervalSampler",
    "args": {"sigma_min": 1e-5},
    "params": {"cfg_strength": 5.0, "cfg_interval": [0.5, 1.0], "rescale_t": 3.0},
}
ALL: Final = (*_FLOWS, "trellis-decoders", "trellis-encoders", "dinov2-with-registers-large")
TEXT_ENCODER: Final = "clip-vit-large-patch14"


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
    """The folder of an image pipeline, with its decoders."""
    _write_flows(folder, "trellis-image-large", steps)
    _write_decoders(folder)
    return folder


def write_data(data: Path, names: Sequence[str], steps: int = 2) -> None:
    """Weights of the registry, where a pull would have put them."""
    for name in names:
        folder = weights.root(data) / name
        if name in _FLOWS:
            _write_flows(folder, name, steps)
        elif name == "trellis-decoders":
            _write_decoders(folder)
        elif name == "trellis-encoders":
            for seed, (network, changes) in enumerate(_ENCODERS.items(), 5):
                write_network(folder / "ckpts" / network, network, _PLAIN | changes, seed)
        elif name == TEXT_ENCODER:
            write_text_encoder(folder)
        else:
            write_picture_encoder(folder)
        declare(data, name)


def write_picture_encoder(folder: Path) -> None:
    """DINOv2 with registers."""
    from transformers import Dinov2WithRegistersConfig, Dinov2WithRegistersModel

    torch.manual_seed(20)
    config = Dinov2WithRegistersConfig(
        hidden_size=CONTEXT, num_hidden_layers=1, num_attention_heads=2, image_size=518, patch_size=14
    )
    Dinov2WithRegistersModel(config).save_pretrained(folder)


def write_text_encoder(folder: Path) -> None:
    """CLIP's text side, which knows letters."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    folder.mkdir(parents=True)
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = [*letters, *[f"{letter}</w>" for letter in letters], "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt")).save_pretrained(folder)
    torch.manual_seed(21)
    config = CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=CONTEXT,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        bos_token_id=len(words) - 2,
        eos_token_id=len(words) - 1,
    )
    CLIPTextModel(config).save_pretrained(folder)


def _write_flows(folder: Path, name: str, steps: int) -> None:
    """The two flows and `pipeline.json`; a pipeline of texts names the decoders of the one of pictures."""
    structure, latents = _FLOWS[name]
    shown = "" if "image" in name else "JeffreyXiang/TRELLIS-image-large/"
    models = {"sparse_structure_flow_model": structure, "slat_flow_model": latents}
    stems = {role: f"ckpts/{network}" for role, network in models.items()}
    decoders = {role: f"{shown}ckpts/{network}" for role, (network, _) in _DECODERS.items()}
    write_network(folder / f"ckpts/{structure}", structure, _SMALL_FLOW | {"resolution": 4, **_PLAIN}, 0)
    write_network(folder / f"ckpts/{latents}", latents, _SMALL_SLAT_FLOW | _PLAIN, 2)
    sampler = _SAMPLER | {"params": {"steps": steps, **_SAMPLER["params"]}}
    args = {
        "models": stems | decoders,
        "sparse_structure_sampler": sampler,
        "slat_sampler": sampler,
        "slat_normalization": {"mean": [0.5] * 8, "std": [2.0] * 8},
    }
    (folder / "pipeline.json").write_text(json.dumps({"name": "TrellisPipeline", "args": args}))


def _write_decoders(folder: Path) -> None:
    for seed, (network, changes) in zip((1, 3, 4), _DECODERS.values(), strict=True):
        write_network(folder / f"ckpts/{network}", network, _PLAIN | changes, seed)
