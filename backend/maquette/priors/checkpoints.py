"""Published checkpoints from this disk as the modules of diffusers pipelines.

Every folder has the layout in which its publisher released it; only safetensors are read, nothing is
downloaded, and no code that travels with weights runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    ControlNetModel,
    ControlNetUnionModel,
    EulerDiscreteScheduler,
    LCMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
)
from safetensors.torch import load_file

from maquette.protocol import MaquetteError

from .placement import Placement

FindFolder = Callable[[str], Path]
"""The folder of a registered name; raises missing_weights where it is not on this disk."""

Family = Literal["sdxl", "sd15"]

SDXL: Final = ("sdxl-base", "sdxl-vae-fp16-fix", "controlnet-union-sdxl")
SD15: Final = ("sd15", "controlnet-depth-sd15", "lcm-lora-sd15")
IP_ADAPTER: Final = "ip-adapter-sdxl"
LIGHTNING: Final = "sdxl-lightning"
SD15_CONTROLNETS: Final = {
    "depth": "controlnet-depth-sd15",
    "tile": "controlnet-tile-sd15",
    "repaint": "controlnet-inpaint-sd15",
}
_LORAS: Final = {
    LIGHTNING: "sdxl_lightning_8step_lora.safetensors",
    "lcm-lora-sd15": "pytorch_lora_weights.safetensors",
}
_PROMAX: Final = "diffusion_pytorch_model_promax.safetensors"


@dataclass(frozen=True)
class Parts:
    """The modules of one family of pipelines, by the names that diffusers gives them.

    `nets` are SD 1.5's control networks by what they are shown; SDXL has one for all, among the modules.
    `small_vae` decodes previews, and pictures while they are made, at a fraction of the cost.
    """

    family: Family
    modules: dict[str, Any]
    nets: Mapping[str, ControlNetModel]
    small_vae: AutoencoderTiny | None
    names: tuple[str, ...]  # what was loaded, as in the registry


def load_sdxl(find: FindFolder, placement: Placement, fast: bool, reference: bool) -> Parts:
    """SDXL with ControlNet-Union; `fast` adds the 8-step distillation, `reference` the image prompt."""
    base, vae, union = (find(name) for name in SDXL)
    extra = [name for name, wanted in ((LIGHTNING, fast), (IP_ADAPTER, reference)) if wanted]
    folders = {name: find(name) for name in extra}
    pipeline = StableDiffusionXLPipeline.from_pretrained(
        base,
        vae=AutoencoderKL.from_pretrained(vae, **load_options(placement, vae)),
        add_watermarker=False,
        **load_options(placement, base / "unet"),
    )
    if fast:
        _fuse(pipeline, folders[LIGHTNING], LIGHTNING)
        pipeline.scheduler = EulerDiscreteScheduler.from_config(
            pipeline.scheduler.config, timestep_spacing="trailing"
        )
    if reference:
        pipeline.load_ip_adapter(
            folders[IP_ADAPTER],
            subfolder="sdxl_models",
            weight_name="ip-adapter-plus_sdxl_vit-h.safetensors",
            image_encoder_folder="models/image_encoder",
            local_files_only=True,
        )
    small, names = _small_vae(find, "taesdxl", placement)
    modules = dict(pipeline.components) | {"controlnet": _load_union(union, placement)}
    return Parts("sdxl", modules, {}, small, (*SDXL, *extra, *names))


def load_sd15(
    find: FindFolder, placement: Placement, shown: tuple[str, ...] = ("depth",), fast: bool = True
) -> Parts:
    """Stable Diffusion 1.5 with the control networks for what they are shown; `fast` adds the 4-step
    distillation, with which it samples and whose estimates of noise are no scores any more.
    """
    base = find("sd15")
    pipeline = StableDiffusionPipeline.from_pretrained(
        base,
        safety_checker=None,
        requires_safety_checker=False,
        feature_extractor=None,  # it serves the checker alone
        **load_options(placement, base / "unet"),
    )
    lora = ("lcm-lora-sd15",) if fast else ()
    if fast:
        _fuse(pipeline, find("lcm-lora-sd15"), "lcm-lora-sd15")
        pipeline.scheduler = LCMScheduler.from_config(pipeline.scheduler.config)
    folders = {kind: find(SD15_CONTROLNETS[kind]) for kind in shown}
    nets = {
        kind: ControlNetModel.from_pretrained(folder, **load_options(placement, folder))
        for kind, folder in folders.items()
    }
    small, names = _small_vae(find, "taesd", placement)
    nets_named = tuple(SD15_CONTROLNETS[kind] for kind in shown)
    return Parts("sd15", dict(pipeline.components), nets, small, ("sd15", *lora, *nets_named, *names))


def is_here(find: FindFolder, name: str) -> bool:
    """Whether the weights of that name are on this disk."""
    try:
        find(name)
    except MaquetteError as error:
        if error.code != "missing_weights":
            raise
        return False
    return True


def load_options(placement: Placement, folder: Path) -> dict[str, Any]:
    """How everything is loaded; half-precision files are taken where the publisher has nothing else."""
    whole = [path for path in folder.glob("*.safetensors") if ".fp16." not in path.name]
    half = any(folder.glob("*.fp16.safetensors")) and not whole
    return {
        "dtype": placement.dtype,
        "use_safetensors": True,
        "local_files_only": True,
        **({"variant": "fp16"} if half else {}),
    }


def _load_union(folder: Path, placement: Placement) -> ControlNetUnionModel:
    """The publisher keeps the version that knows tiles and repainting beside the first one."""
    if not (folder / _PROMAX).exists():
        return ControlNetUnionModel.from_pretrained(folder, **load_options(placement, folder))
    config = ControlNetUnionModel._dict_from_json_file(folder / "config_promax.json")
    with torch.device("meta"):
        model = ControlNetUnionModel.from_config(config)
    model.load_state_dict(load_file(folder / _PROMAX), assign=True)
    return model.to(placement.dtype).train(False)


def _fuse(pipeline: Any, folder: Path, name: str) -> None:
    """Adds a low-rank change to the weights for good, so that it costs nothing afterwards."""
    pipeline.load_lora_weights(folder, weight_name=_LORAS[name], local_files_only=True)
    pipeline.fuse_lora()
    pipeline.unload_lora_weights()


def _small_vae(
    find: FindFolder, name: str, placement: Placement
) -> tuple[AutoencoderTiny | None, tuple[str, ...]]:
    if not is_here(find, name):
        return None, ()
    folder = find(name)
    return AutoencoderTiny.from_pretrained(folder, **load_options(placement, folder)), (name,)
