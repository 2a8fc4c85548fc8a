"""Making a data set with several processes, shard by shard; one that was interrupted goes on.

On a CPU objects are made one by one with numpy, which asks of every field only what is near; on another
device they are made in lots as tensors (`training.fields`).
"""

import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from .dataset import SHARD, Made, join, make_objects, shard_path, shard_seeds, write_shard

LOT: Final = 14  # objects that a process makes at a time; SHARD is a multiple of it
DEVICE_LOT: Final = 56  # and on a device


@dataclass(frozen=True)
class Shards:
    """How many shards each split gets, and the number of the first of train: others hold other objects."""

    train: int = 36
    val: int = 2
    held_out: int = 2
    first: int = 0

    def tasks(self) -> list[tuple[str, int]]:
        """(split, number), so that a data set in the making soon has some of each split."""
        others = [("val", i) for i in range(self.val)] + [("held_out", i) for i in range(self.held_out)]
        train = [("train", self.first + i) for i in range(self.train)]
        early = -(-len(train) // 4)
        return [*train[:early], *others, *train[early:]]


@dataclass(frozen=True)
class Done:
    """What has been made so far."""

    split: str
    shard: int
    objects: int
    left: int  # objects
    seconds: float  # since the start

    def __str__(self) -> str:
        pace = self.objects / self.seconds
        return (
            f"{self.split}/{self.shard:05d}  {self.objects} objects  {pace:.1f} a second  "
            f"{self.left / pace / 60:.1f} min left"
        )


def read_shards(config: Path) -> Shards:
    """What the table `data` of a configuration file says."""
    return Shards(**tomllib.loads(config.read_text(encoding="utf-8")).get("data", {}))


def generate(folder: Path, shards: Shards, processes: int, device: str = "cpu") -> Iterator[Done]:
    """Makes what is missing and tells of every shard. Objects depend on their seed and the device alone."""
    tasks = [task for task in shards.tasks() if not shard_path(folder, *task).exists()]
    size = LOT if device == "cpu" else DEVICE_LOT
    per_shard = SHARD // size
    lots = [
        (split, shard_seeds(split, shard)[i * size : (i + 1) * size])
        for split, shard in tasks
        for i in range(per_shard)
    ]
    make = partial(_make, device)
    started = time.perf_counter()
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        made = pool.map(make, lots)
        for count, (split, shard) in enumerate(tasks, 1):
            write_shard(folder, split, shard, join(list(islice(made, per_shard))), device)
            left = (len(tasks) - count) * SHARD
            yield Done(split, shard, count * SHARD, left, time.perf_counter() - started)


def _make(device: str, lot: tuple[str, range]) -> Made:
    if device == "cpu":
        return make_objects(*lot)
    import torch

    from training.fields.generate import make_objects_on

    return make_objects_on(torch.device(device), *lot)
