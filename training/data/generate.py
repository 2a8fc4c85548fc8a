"""Making a data set with several processes, shard by shard; one that was interrupted goes on."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from .dataset import SHARD, write_shard


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
        early = len(train) // 4
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
    tasks = [t for t in shards.tasks() if not (folder / t[0] / f"{t[1]:05d}.safetensors").exists()]
    started = time.perf_counter()
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        running = {pool.submit(write_shard, folder, *task): task for task in tasks}
        for count, future in enumerate(as_completed(running), 1):
            future.result()
            split, shard = running[future]
            left = (len(tasks) - count) * SHARD
            yield Done(split, shard, count * SHARD, left, time.perf_counter() - started)
