"""Checkpoints as folders: safetensors in shards small enough for a repository, and a JSON document."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

SHARD_BYTES: Final = 15 * 2**20
ABOUT: Final = "about.json"


def save(folder: Path, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Writes a checkpoint in place of the one that was there; an interruption leaves one of them whole."""
    partial, old = folder.with_name(folder.name + ".partial"), folder.with_name(folder.name + ".old")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for number, shard in enumerate(_shards(tensors)):
        path = partial / f"weights-{number:02d}.safetensors"
        save_file(shard, path)
        path.chmod(0o644)
    (partial / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors, floating ones as float32, and the document."""
    tensors: dict[str, Tensor] = {}
    for path in sorted(folder.glob("weights-*.safetensors")):
        tensors |= load_file(path)
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}, about


def load_stage(folder: Path, stage: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The same of one stage, shape or flow, from its own checkpoint or from the whole model as it ships."""
    tensors, about = load(folder)
    if "made" not in about:
        return tensors, about
    about = {"stage": stage, "model": about["model"][stage], **about["made"][stage]}
    if stage == "shape":
        named = {name: value for name, value in tensors.items() if name.startswith("shape.")}
        return {name.removeprefix("shape."): value for name, value in named.items()}, about
    return {name: value for name, value in tensors.items() if not name.startswith("shape.")}, about


def halved(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Floating tensors as float16, as they are committed and shipped."""
    return {name: t.half() if t.is_floating_point() else t for name, t in tensors.items()}


def _shards(tensors: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
    """Tensors in order, packed until a shard is full."""
    shards: list[dict[str, Tensor]] = [{}]
    size = 0
    for name, tensor in tensors.items():
        count = tensor.numel() * tensor.element_size()
        if shards[-1] and size + count > SHARD_BYTES:
            shards.append({})
            size = 0
        shards[-1][name] = tensor.detach().cpu().contiguous().clone(memory_format=torch.contiguous_format)
        size += count
    return shards
