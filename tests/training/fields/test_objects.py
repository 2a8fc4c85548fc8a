import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.data.build import build_field  # noqa: E402
from training.data.held_out import held_out  # noqa: E402
from training.data.plan import draw_plan  # noqa: E402
from training.data.samples import NEAR, NEAR_POINTS  # noqa: E402
from training.data.samples import sample as sample_one  # noqa: E402
from training.data.views import random_view  # noqa: E402
from training.data.views import render as render_one  # noqa: E402
from training.fields.generate import make_objects_on  # noqa: E402
from training.fields.objects import build_fields, compile_fields  # noqa: E402
from training.fields.rendering import render  # noqa: E402
from training.fields.sampling import sample  # noqa: E402

pytestmark = pytest.mark.torch
CPU = torch.device("cpu")
SEEDS = (3, 5, 10, 14, 23)  # a table, a mug, a crate, a sword, a car


@pytest.fixture(scope="module")
def plans():
    return [draw_plan(seed, "train", held_out()) for seed in SEEDS]


@pytest.fixture(scope="module")
def fields(plans):
    return [build_field(plan) for plan in plans]


def test_objects_built_at_once_are_those_built_one_by_one(plans, fields):
    built = build_fields(plans, CPU)
    generator = torch.Generator().manual_seed(0)
    points = torch.rand(len(plans), 3000, 3, generator=generator) - 0.5
    distance, slot = built.both(points)
    for i, field in enumerate(fields):
        expected, slots = field.both(np.asfortranarray(points[i].numpy()))
        near = np.abs(expected) < 0.1
        assert np.abs(distance[i].numpy() - expected)[near].mean() < 0.005
        inside, there = distance[i].numpy() < 0, expected < 0
        assert (inside & there).sum() / (inside | there).sum() > 0.93
        assert (slot[i].numpy()[near] == slots[near]).mean() > 0.97
        assert built.radius[i].item() == pytest.approx(field.radius, rel=0.02)
    assert torch.equal(built.used, torch.from_numpy(np.stack([f.used for f in fields])))
    assert torch.allclose(built.palette, torch.from_numpy(np.stack([f.palette for f in fields])))


def test_samples_are_of_the_fields(fields):
    made = sample(compile_fields(fields, CPU), torch.Generator().manual_seed(0))
    for i, field in enumerate(fields):
        grid = sample_one(field, np.random.default_rng(0)).grid.astype(np.float32)
        assert np.abs(made.grid[i].float().numpy() - grid).max() < 2e-3
        points = made.points[i].float().numpy()
        distance, slot = field.both(np.asfortranarray(points))
        assert np.abs(distance[:NEAR_POINTS]).max() < NEAR + 2e-3
        assert np.abs(np.clip(distance, -0.1, 0.1) - made.point_distance[i].float().numpy()).max() < 2e-3
        assert (slot == made.point_slot[i].numpy()).mean() > 0.99
    length = torch.linalg.vector_norm(made.point_normal[:, :NEAR_POINTS].float(), dim=-1)
    assert (length - 1).abs().max() < 5e-3


def test_pictures_are_those_rendered_one_by_one(fields):
    rng = np.random.default_rng(2)
    views = [[random_view(rng) for _ in range(2)] for _ in fields]
    grids = [sample_one(field, np.random.default_rng(0)).grid for field in fields]
    made = render(compile_fields(fields, CPU), torch.from_numpy(np.stack(grids)), views, 32).numpy()
    expected = np.stack([render_one(f, g, v, 32) for f, g, v in zip(fields, grids, views, strict=True)])
    assert (made[..., 3] != expected[..., 3]).mean() < 0.005
    both = (made[..., 3] > 0) & (expected[..., 3] > 0)
    difference = np.abs(made[..., :3].astype(int) - expected[..., :3])[both]
    assert difference.mean() < 1
    assert (difference.max(-1) > 12).mean() < 0.02


def test_a_lot_has_the_tensors_of_the_numpy_path():
    from training.data.dataset import make_objects

    tensors, lines = make_objects_on(CPU, "val", range(10_000_000, 10_000_002))
    expected, told = make_objects("val", range(10_000_000, 10_000_002))
    assert {k: (v.shape, v.dtype) for k, v in tensors.items()} == {
        k: (v.shape, v.dtype) for k, v in expected.items()
    }
    assert lines == told
