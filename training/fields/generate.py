"""Objects of a data set made all at once on a device, with the tensors of `data.dataset`."""

from collections.abc import Sequence

import numpy as np
import torch

from training.data.catalog import NAMES
from training.data.dataset import Made, Tensors, line_of
from training.data.held_out import held_out
from training.data.plan import draw_plan
from training.data.views import VIEWS, random_view

from .objects import build_fields
from .rendering import render
from .sampling import sample


def make_objects_on(device: torch.device, split: str, seeds: Sequence[int]) -> Made:
    """As `dataset.make_objects`: the same plans, other points and views, very nearly the same shapes."""
    plans = [draw_plan(seed, split, held_out()) for seed in seeds]
    fields = build_fields(plans, device)
    samples = sample(fields, torch.Generator(device).manual_seed(seeds[0]))
    views = [[random_view(rng) for _ in range(VIEWS)] for rng in map(np.random.default_rng, seeds)]
    tensors: Tensors = {
        **{name: value.cpu().numpy() for name, value in vars(samples).items()},
        "palette": fields.palette.cpu().numpy(),
        "slot_used": fields.used.cpu().numpy().astype(np.uint8),
        "kind": np.array([NAMES.index(plan.subject.name) for plan in plans], np.uint8),
        "views": render(fields, samples.grid, views).cpu().numpy(),
        "view_angles": np.array(
            [[(v.azimuth_deg, v.elevation_deg) for v in row] for row in views], np.float32
        ),
    }
    used = fields.used.cpu().numpy()
    return tensors, [line_of(plan, row) for plan, row in zip(plans, used, strict=True)]
