"""Data sets on disk: shards of tensors, and what is known of each object beside them.

A data set is a folder with the splits `train`, `val` and `held_out`. A split has shards `00000.safetensors`,
`00001.safetensors`, ... and beside each a `00000.jsonl` with one JSON object a line, in the same order. A
shard is moved into place when it is whole. SHARD objects a shard, the kinds in turn. Tensors of a shard:

| name           | [B, ...]     | type | what
|----------------|--------------|------|-----
| grid           | 32, 32, 32   | f16  | signed distance at cell centres, [x, y, z]; positive outside
| points         | 4096, 3      | f16  | the first 2736 within 0.03 of the surface, the rest anywhere
| point_distance | 4096         | f16  | signed distance
| point_normal   | 4096, 3      | f16  | unit gradient; 0 for the points that are anywhere
| point_slot     | 4096         | u8   | slot of the nearest part, 0 to 7
| palette        | 8, 5         | f32  | sRGB, metallic, roughness of each slot; unused ones copy slot 0
| slot_used      | 8            | u8   | whether the object has the slot
| kind           |              | u8   | place in catalog.NAMES
| views          | 4, 64, 64, 4 | u8   | pictures, sRGB and straight alpha of 0 or 255; row 0 is the top
| view_angles    | 4, 2         | f32  | azimuth (0 sees the front, 90 the side at +X) and elevation, degrees

Lengths are in sides of the cube [-0.5, 0.5]^3, in which the object is centred with its longest side 0.88;
distances are cut off at 0.1. Z is up and the front faces -Y. A line of the JSON has `kind`, `seed`, `color`
and `finish` of the main body, `slots` (number, name, the words for it, color, finish, and whether that was
drawn freely, is usual for the kind or follows the main body), `shapes`, `counts`, `present`, `size`, and
`captions`: the first is "a <color> <finish> <kind>", the second tells the parts as well.

The metadata of a shard holds `version`, `split`, `first_seed`, `device` and the names of the kinds.
"""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from .build import build_field
from .captions import captions
from .catalog import NAMES
from .held_out import held_out
from .plan import Plan, draw_plan
from .samples import sample
from .subject import SLOTS
from .views import VIEWS, random_view, render

VERSION: Final = "starter-data 2"  # rises with anything that changes what a seed gives
SHARD: Final = 280

Tensors = dict[str, npt.NDArray[Any]]
Made = tuple[Tensors, list[dict[str, Any]]]


def make_object(seed: int, split: str) -> tuple[Tensors, dict[str, Any]]:
    """Tensors (without the leading axis) and the line of an object."""
    plan = draw_plan(seed, split, held_out())
    field = build_field(plan)
    rng = np.random.default_rng(seed)
    samples = sample(field, rng)
    views = [random_view(rng) for _ in range(VIEWS)]
    tensors: Tensors = {
        **vars(samples),
        "palette": field.palette,
        "slot_used": field.used.astype(np.uint8),
        "kind": np.array(NAMES.index(plan.subject.name), np.uint8),
        "views": render(field, samples.grid, views),
        "view_angles": np.array([(v.azimuth_deg, v.elevation_deg) for v in views], np.float32),
    }
    return tensors, line_of(plan, field.used)


def shard_seeds(split: str, shard: int) -> range:
    """The seeds of a shard's objects."""
    first = held_out().first_seeds[split] + shard * SHARD
    return range(first, first + SHARD)


def make_objects(split: str, seeds: Sequence[int]) -> Made:
    """Tensors with a leading axis, and lines, of several objects."""
    made = [make_object(seed, split) for seed in seeds]
    return {name: np.stack([t[name] for t, _ in made]) for name in made[0][0]}, [line for _, line in made]


def join(parts: Sequence[Made]) -> Made:
    """Several lots of objects as one."""
    tensors = {name: np.concatenate([t[name] for t, _ in parts]) for name in parts[0][0]}
    return tensors, [line for _, lines in parts for line in lines]


def shard_path(folder: Path, split: str, shard: int) -> Path:
    """Where a shard's tensors are."""
    return folder / split / f"{shard:05d}.safetensors"


def write_shard(folder: Path, split: str, shard: int, made: Made, device: str = "cpu") -> None:
    """Puts a shard into place when it is whole."""
    path = shard_path(folder, split, shard)
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors, lines = made
    about = {
        "version": VERSION,
        "split": split,
        "first_seed": str(lines[0]["seed"]),
        "device": device,
        "kinds": json.dumps(NAMES),
    }
    partial = path.with_suffix(".partial")
    save_file(tensors, partial, about)
    path.with_suffix(".jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    partial.rename(path)


def shards(folder: Path, split: str) -> list[Path]:
    """The whole shards of a split that are there, in order."""
    return sorted((folder / split).glob("*.safetensors"))


def read_shard(path: Path) -> Made:
    """Tensors [B, ...] and lines of a shard; ValueError if it was made by another version."""
    with safe_open(path, "numpy") as file:
        version = (file.metadata() or {}).get("version")
    if version != VERSION:
        raise ValueError(f"{path} is of version {version!r}, not {VERSION!r}: make the data again")
    lines = [json.loads(line) for line in path.with_suffix(".jsonl").read_text().splitlines()]
    return load_file(path), lines


def read_split(folder: Path, split: str) -> Iterator[Made]:
    """All shards of a split, one after the other."""
    for path in shards(folder, split):
        yield read_shard(path)


def line_of(plan: Plan, is_used: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """What is known of an object besides its tensors."""
    used = [i for i in range(min(SLOTS, len(plan.looks))) if is_used[i]]
    specs = plan.subject.slots
    return {
        "kind": plan.subject.name,
        "seed": plan.seed,
        "color": plan.looks[0].color,
        "finish": plan.looks[0].finish,
        "slots": [
            {
                "slot": i,
                "name": specs[i].parts[0],
                "words": specs[i].words,
                "color": plan.looks[i].color,
                "finish": plan.looks[i].finish,
                "origin": plan.looks[i].origin,
            }
            for i in used
        ],
        "shapes": plan.shapes,
        "counts": plan.counts,
        "present": plan.present,
        "size": plan.size,
        "captions": captions(plan, is_used, random.Random(plan.seed)),  # noqa: S311
    }
