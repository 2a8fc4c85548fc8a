"""Small random checkpoints in the layouts and under the names of the published ones, as `pull` leaves them.

Everything is made by the real classes' `save_pretrained` and loaded through the real path. The networks are
random: pictures made with them are noise, which is right for tests of plumbing. With `pixel_vae` the
autoencoders are exact instead (see `exact_vae`), for tests where a stand-in network knows the surface.
"""

import hashlib
import json
import string
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    ControlNetModel,
    ControlNetUnionModel,
    DDIMScheduler,
    EulerDiscreteScheduler,
    MarigoldIntrinsicsPipeline,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from safetensors.torch import save_file
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    Swin2SRConfig,
    Swin2SRForImageSuperResolution,
)

from maquette.weights.manifest import Held, Manifest, write_manifest
from maquette.weights.registry import find

from .exact_vae import exact_small_vae, exact_vae

WIDTH = 32  # of all text and picture embeddings
BETAS = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}

SDXL = (
    "sdxl-base",
    "sdxl-vae-fp16-fix",
    "controlnet-union-sdxl",
    "ip-adapter-sdxl",
    "sdxl-lightning",
    "taesdxl",
)
SD15 = ("sd15", "controlnet-depth-sd15", "lcm-lora-sd15", "taesd")
LED = ("controlnet-tile-sd15", "controlnet-inpaint-sd15", "swin2sr-x4")
MARIGOLD = "marigold-iid-appearance"


def write_weights(data: Path, names: Iterable[str], pixel_vae: bool = False) -> None:
    """The named weights below the data folder, with their manifests, whole."""
    for name in names:
        torch.manual_seed(sum(name.encode()))
        folder = data / "weights" / name
        folder.mkdir(parents=True)
        _WRITERS[name](folder, pixel_vae)
        _sign(folder, name)


def _sdxl(folder: Path, pixel_vae: bool) -> None:
    StableDiffusionXLPipeline(
        vae=_vae(pixel_vae),  # published beside the better one, but not pulled
        text_encoder=CLIPTextModel(_text_config()),
        text_encoder_2=CLIPTextModelWithProjection(_text_config()),
        tokenizer=_tokenizer(),
        tokenizer_2=_tokenizer(),
        unet=_unet_xl(pixel_vae),
        scheduler=EulerDiscreteScheduler(**BETAS, steps_offset=1, timestep_spacing="leading"),
    ).save_pretrained(folder, variant="fp16")
    _remove(folder, "vae")


def _better_vae(folder: Path, pixel_vae: bool) -> None:
    _vae(pixel_vae).save_pretrained(folder)


def _union(folder: Path, pixel_vae: bool) -> None:
    unet = _unet_xl(pixel_vae)
    model = ControlNetUnionModel(
        **_controlnet_config(unet, pixel_vae),
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        num_control_type=8,
        num_trans_channel=unet.config.block_out_channels[0],
        num_proj_channel=unet.config.block_out_channels[0],
        num_trans_head=2,
    )
    _unsettle(model)
    model.save_pretrained(folder)
    (folder / "config.json").rename(folder / "config_promax.json")
    weights = folder / "diffusion_pytorch_model.safetensors"
    weights.rename(folder / "diffusion_pytorch_model_promax.safetensors")


def _ip_adapter(folder: Path, pixel_vae: bool) -> None:
    """IP-Adapter Plus: a resampler of the picture encoder's patches, keys and values for every attention."""
    config = CLIPVisionConfig(
        hidden_size=WIDTH,
        projection_dim=WIDTH,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=3,
        image_size=32,
        patch_size=16,
    )
    CLIPVisionModelWithProjection(config).save_pretrained(folder / "models" / "image_encoder")
    cross = _unet_xl(pixel_vae).config.cross_attention_dim
    unet = _unet_xl(pixel_vae)
    tensors = {f"image_proj.{name}": value for name, value in _resampler(WIDTH, cross).items()}
    number = 1
    for name in unet.attn_processors:
        if name.endswith("attn2.processor"):
            owner = unet.get_submodule(name.removesuffix(".processor"))
            inner = owner.to_k.out_features  # type: ignore[union-attr]
            for kind in ("k", "v"):
                tensors[f"ip_adapter.{number}.to_{kind}_ip.weight"] = torch.randn(inner, cross) * 0.1
            number += 2
    (folder / "sdxl_models").mkdir()
    save_file(tensors, folder / "sdxl_models" / "ip-adapter-plus_sdxl_vit-h.safetensors")


def _resampler(
    embed: int, output: int, tokens: int = 4, heads: int = 1, depth: int = 4
) -> dict[str, torch.Tensor]:
    """The published keys of IP-Adapter Plus's projection, with its fixed head size of 64 and four layers."""
    hidden = inner = 64 * heads
    shapes: dict[str, tuple[int, ...]] = {
        "latents": (1, tokens, hidden),
        "proj_in.weight": (hidden, embed),
        "proj_in.bias": (hidden,),
        "proj_out.weight": (output, hidden),
        "proj_out.bias": (output,),
        "norm_out.weight": (output,),
        "norm_out.bias": (output,),
    }
    for layer in range(depth):
        shapes |= {
            f"layers.{layer}.0.norm1.weight": (hidden,),
            f"layers.{layer}.0.norm1.bias": (hidden,),
            f"layers.{layer}.0.norm2.weight": (hidden,),
            f"layers.{layer}.0.norm2.bias": (hidden,),
            f"layers.{layer}.0.to_q.weight": (inner, hidden),
            f"layers.{layer}.0.to_kv.weight": (inner * 2, hidden),
            f"layers.{layer}.0.to_out.weight": (hidden, inner),
            f"layers.{layer}.1.0.weight": (hidden,),
            f"layers.{layer}.1.0.bias": (hidden,),
            f"layers.{layer}.1.1.weight": (hidden * 4, hidden),
            f"layers.{layer}.1.3.weight": (hidden, hidden * 4),
        }
    return {name: torch.randn(shape) * 0.1 for name, shape in shapes.items()}


def _lightning(folder: Path, pixel_vae: bool) -> None:
    save_file(_lora(_unet_xl(pixel_vae)), folder / "sdxl_lightning_8step_lora.safetensors")


def _lcm(folder: Path, pixel_vae: bool) -> None:
    save_file(_lora(_unet_15(pixel_vae)), folder / "pytorch_lora_weights.safetensors")


def _lora(unet: Any, rank: int = 2) -> dict[str, torch.Tensor]:
    """Low-rank changes of all attention projections, by the keys of the trainer that both publishers used."""
    tensors = {}
    for name, module in unet.named_modules():
        if name.endswith(("to_q", "to_k", "to_v")):
            key = "lora_unet_" + name.replace(".", "_")
            tensors[f"{key}.lora_down.weight"] = torch.randn(rank, module.in_features) * 0.1
            tensors[f"{key}.lora_up.weight"] = torch.randn(module.out_features, rank) * 0.1
            tensors[f"{key}.alpha"] = torch.tensor(float(rank))
    return tensors


def _sd15(folder: Path, pixel_vae: bool) -> None:
    StableDiffusionPipeline(
        vae=_vae(pixel_vae),
        text_encoder=CLIPTextModel(_text_config()),
        tokenizer=_tokenizer(),
        unet=_unet_15(pixel_vae),
        scheduler=PNDMScheduler(**BETAS, skip_prk_steps=True, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder, variant="fp16")
    index = folder / "model_index.json"  # the published one names a checker, which is not pulled
    about = json.loads(index.read_text())
    about["safety_checker"] = ["stable_diffusion", "StableDiffusionSafetyChecker"]
    about["feature_extractor"] = ["transformers", "CLIPImageProcessor"]
    about["requires_safety_checker"] = True
    index.write_text(json.dumps(about))


def _depth_net(folder: Path, pixel_vae: bool) -> None:
    model = ControlNetModel(**_controlnet_config(_unet_15(pixel_vae), pixel_vae))
    _unsettle(model)
    model.save_pretrained(folder, variant="fp16")


def _small(folder: Path, pixel_vae: bool) -> None:
    if pixel_vae:
        exact_small_vae().save_pretrained(folder)
        return
    AutoencoderTiny(
        encoder_block_out_channels=(4, 4, 4, 4),
        decoder_block_out_channels=(4, 4, 4, 4),
        num_encoder_blocks=(1, 1, 1, 1),
        num_decoder_blocks=(1, 1, 1, 1),
    ).save_pretrained(folder)


def _swin2sr(folder: Path, pixel_vae: bool) -> None:
    config = Swin2SRConfig(
        image_size=64, embed_dim=12, depths=[1, 1], num_heads=[2, 2], upscale=4, upsampler="pixelshuffle"
    )
    Swin2SRForImageSuperResolution(config).save_pretrained(folder)


def _marigold(folder: Path, pixel_vae: bool) -> None:
    parts: dict[str, Any] = {
        "target_names": ["albedo", "material"],
        "albedo": {"prediction_space": "srgb"},
        "material": {
            "prediction_space": "stack",
            "sub_target_names": ["roughness", "metallicity", None],
        },
        "roughness": {"prediction_space": "linear"},
        "metallicity": {"prediction_space": "linear"},
    }
    MarigoldIntrinsicsPipeline(
        unet=_unet_15(pixel_vae, in_channels=12, out_channels=8),
        vae=_vae(pixel_vae),
        scheduler=DDIMScheduler(**BETAS, prediction_type="v_prediction", clip_sample=False),
        text_encoder=CLIPTextModel(_text_config()),
        tokenizer=_tokenizer(),
        prediction_type="intrinsics",
        target_properties=parts,
        default_denoising_steps=4,
        default_processing_resolution=32,
    ).save_pretrained(folder, variant="fp16")


_WRITERS = {
    "sdxl-base": _sdxl,
    "sdxl-vae-fp16-fix": _better_vae,
    "controlnet-union-sdxl": _union,
    "ip-adapter-sdxl": _ip_adapter,
    "sdxl-lightning": _lightning,
    "taesdxl": _small,
    "sd15": _sd15,
    "controlnet-depth-sd15": _depth_net,
    "controlnet-inpaint-sd15": _depth_net,
    "controlnet-tile-sd15": _depth_net,
    "lcm-lora-sd15": _lcm,
    "taesd": _small,
    MARIGOLD: _marigold,
    "swin2sr-x4": _swin2sr,
}


def _sign(folder: Path, name: str) -> None:
    """The manifest that a pull leaves."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files[path.relative_to(folder).as_posix()] = Held(path.stat().st_size, digest, digest)
    source = find(name).publisher
    write_manifest(
        folder, Manifest(name, source.revision, source.hub_id, source.revision, is_complete=True, files=files)
    )


def _unet_xl(pixel_vae: bool) -> UNet2DConditionModel:
    torch.manual_seed(1)
    return UNet2DConditionModel(
        sample_size=8,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(8, 16),
        norm_num_groups=4,
        layers_per_block=1,
        attention_head_dim=(2, 4),
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=8,
        transformer_layers_per_block=(1, 1),
        projection_class_embeddings_input_dim=6 * 8 + WIDTH,
        cross_attention_dim=2 * WIDTH,
    )


def _unet_15(pixel_vae: bool, in_channels: int = 4, out_channels: int = 4) -> UNet2DConditionModel:
    torch.manual_seed(2)
    return UNet2DConditionModel(
        sample_size=8,
        in_channels=in_channels,
        out_channels=out_channels,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(8, 16),
        norm_num_groups=4,
        layers_per_block=1,
        attention_head_dim=2,
        cross_attention_dim=WIDTH,
    )


def _controlnet_config(unet: Any, pixel_vae: bool) -> dict[str, Any]:
    names = (
        "in_channels down_block_types block_out_channels layers_per_block norm_num_groups "
        "cross_attention_dim attention_head_dim use_linear_projection transformer_layers_per_block "
        "projection_class_embeddings_input_dim"
    )
    config = {name: unet.config[name] for name in names.split()}
    # The picture is shrunk as the autoencoder shrinks it: by two for each channel count after the first.
    shrinking = (8,) if pixel_vae else (8, 8, 8, 8)
    return config | {"conditioning_embedding_out_channels": shrinking}


def _unsettle(model: Any) -> None:
    """Control networks begin as zeros, which would hide whether they are used."""
    for name, weight in model.named_parameters():
        if not weight.any() and name.endswith("weight"):
            torch.nn.init.normal_(weight, std=0.05)


def _vae(pixel_vae: bool) -> AutoencoderKL:
    if pixel_vae:
        return exact_vae()
    torch.manual_seed(3)
    return AutoencoderKL(
        block_out_channels=(4, 4, 4, 4),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
        sample_size=64,
    )


def _text_config() -> CLIPTextConfig:
    return CLIPTextConfig(
        hidden_size=WIDTH,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=2,
        projection_dim=WIDTH,
        vocab_size=len(_vocabulary()),
        max_position_embeddings=77,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )


def _vocabulary() -> dict[str, int]:
    letters = string.ascii_lowercase + string.digits + string.punctuation
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{letter}</w>" for letter in letters)]
    return {word: number for number, word in enumerate(words)}


def _tokenizer() -> CLIPTokenizer:
    """Spells everything in letters."""
    return CLIPTokenizer(vocab=_vocabulary(), merges=[], model_max_length=77)


def _remove(folder: Path, part: str) -> None:
    for path in (folder / part).iterdir():
        path.unlink()
    (folder / part).rmdir()
