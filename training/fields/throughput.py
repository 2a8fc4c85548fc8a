"""How quickly objects are made by numpy, one by one in one process, and as tensors on a device."""

import time
from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from torch import Tensor

from training.data.build import build_field
from training.data.dataset import make_objects, shard_seeds
from training.data.held_out import held_out
from training.data.plan import draw_plan

from .generate import make_objects_on
from .objects import compile_fields

POINTS: Final = 4096


def compare(device_name: str, count: int) -> str:
    """Two lines for people: whole objects, and points of finished fields."""
    device = torch.device(device_name)
    seeds = shard_seeds("val", 0)[:count]
    make_objects_on(device, "val", seeds[:2])  # what is only done once
    make_objects("val", seeds[:1])
    by_numpy = _timed(lambda: make_objects("val", seeds), device)
    by_tensors = _timed(lambda: make_objects_on(device, "val", seeds), device)
    fields = [build_field(draw_plan(seed, "val", held_out())) for seed in seeds]
    compiled = compile_fields(fields, device)
    points = torch.rand(count, POINTS, 3, generator=torch.Generator().manual_seed(0)) - 0.5
    on_device: Tensor = points.to(device)
    asked = _timed(
        lambda: [f.distance(np.asfortranarray(p)) for f, p in zip(fields, points.numpy(), strict=True)],
        device,
    )
    evaluated = _timed(lambda: compiled.distance(on_device), device)
    rates = [count * POINTS / 1e6 / seconds for seconds in (asked, evaluated)]
    return (
        f"{count / by_numpy:.2f} objects a second by numpy, {count / by_tensors:.2f} by tensors on {device}: "
        f"{by_numpy / by_tensors:.2f} times as many\n"
        f"{rates[0]:.2f} million points a second by numpy, {rates[1]:.2f} by tensors on {device}: "
        f"{rates[1] / rates[0]:.2f} times as many"
    )


def _timed(call: Callable[[], object], device: torch.device) -> float:
    """Seconds that a call takes, with what it leaves under way on the device."""
    start = time.perf_counter()
    call()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - start
