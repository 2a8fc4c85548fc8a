"""Reads a data set into memory, and takes up what was made since."""

import json
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file
from torch import Tensor

TRUNCATION: Final = 0.1  # of the cube's side


@dataclass(frozen=True)
class Assets:
    """A split of a data set, or as much of it as there is; tensors are as training/README.md tells, but
    distances in truncations, cut off at ±1.
    """

    folder: Path
    shards: tuple[str, ...]
    lines: tuple[dict[str, Any], ...]  # of every object: captions and how it was drawn
    grid: Tensor  # [N, R, R, R] float16
    points: Tensor  # [N, P, 3] float16
    point_distance: Tensor  # [N, P] float16
    point_normal: Tensor  # [N, P, 3] float16
    point_slot: Tensor  # [N, P] uint8
    palette: Tensor  # [N, S, 5]
    slot_used: Tensor  # [N, S] uint8
    kind: Tensor  # [N] uint8
    views: Tensor  # [N, V, H, W, 4] uint8

    @cached_property
    def near_points(self) -> int:
        """How many of the points, the first, lie near the surface and have normals."""
        return int((self.point_normal[0] != 0).any(-1).sum())

    def grown(self) -> "Assets":
        """The same with the shards that appeared since."""
        new = [name for name in shard_names(self.folder) if name not in self.shards]
        return _joined([self, *(read_shard(self.folder, name) for name in new)]) if new else self


def read_assets(folder: Path) -> Assets:
    """All whole shards of a split's folder."""
    names = shard_names(folder)
    if not names:
        raise SystemExit(f"{folder} holds no shards: python -m training data makes them")
    return _joined([read_shard(folder, name) for name in names])


def shard_names(folder: Path) -> list[str]:
    """Names of the shards whose both files are there."""
    return sorted(p.stem for p in folder.glob("[0-9]*.safetensors") if p.with_suffix(".jsonl").exists())


def read_shard(folder: Path, name: str) -> Assets:
    """One shard."""
    tensors = load_file(folder / f"{name}.safetensors")
    text = (folder / f"{name}.jsonl").read_text(encoding="utf-8")
    lines = tuple(json.loads(line) for line in text.splitlines())
    known = {f.name for f in fields(Assets)} & set(tensors)
    kept = {key: tensors[key] for key in known}
    for key in ("grid", "point_distance"):
        kept[key] = (kept[key].float() / TRUNCATION).clamp(-1, 1).half()
    return Assets(folder, (name,), lines, **kept)


def _joined(parts: list[Assets]) -> Assets:
    tensors = {
        f.name: torch.cat([getattr(part, f.name) for part in parts])
        for f in fields(Assets)
        if isinstance(getattr(parts[0], f.name), Tensor)
    }
    shards = tuple(name for part in parts for name in part.shards)
    lines = tuple(line for part in parts for line in part.lines)
    return replace(parts[0], shards=shards, lines=lines, **tensors)
