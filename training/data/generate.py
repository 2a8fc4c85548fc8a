"""Making a data set with several processes, shard by shard; one that was interrupted goes on."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from .dataset import SHARD, Made, join, make_objects, shard_path, shard_seeds, write_shard

LOT: Final = 14  # objects that a process makes at a time
LOTS: Final = SHARD // LOT


@dataclass(frozen=True)
class Shards:
    """How many shards each split gets."""

    train: int
    val: int
    held_out: int

    def tasks(self) -> list[tuple[str, int]]:
        """(split, number), so that a data set in the making soon has some of each split."""
        others = [("val", i) for i in range(self.val)] + [("held_out", i) for i in range(self.held_out)]
        train = [("train", i) for i in range(self.train)]
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


def generate(folder: Path, shards: Shards, processes: int) -> Iterator[Done]:
    """Makes what is missing and tells of every shard. Objects depend on their seed alone."""
    tasks = [task for task in shards.tasks() if not shard_path(folder, *task).exists()]
    lots = [
        (split, shard_seeds(split, shard)[i * LOT : (i + 1) * LOT])
        for split, shard in tasks
        for i in range(LOTS)
    ]
    started = time.perf_counter()
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        made = pool.map(_make, lots)
        for count, (split, shard) in enumerate(tasks, 1):
            write_shard(folder, split, shard, join(list(islice(made, LOTS))))
            left = (len(tasks) - count) * SHARD
            yield Done(split, shard, count * SHARD, left, time.perf_counter() - started)


def _make(lot: tuple[str, range]) -> Made:
    return make_objects(*lot)
