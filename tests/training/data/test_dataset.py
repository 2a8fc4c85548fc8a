import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("safetensors")

from training.data import dataset, generate
from training.data.catalog import NAMES
from training.data.generate import Shards

CONFIGS = Path(__file__).resolve().parents[3] / "training" / "configs"


@pytest.fixture
def small(monkeypatch):
    """Shards of two objects."""
    monkeypatch.setattr(dataset, "SHARD", 2)
    monkeypatch.setattr(generate, "SHARD", 2)
    monkeypatch.setattr(generate, "LOT", 1)


def test_a_data_set_is_made_read_and_gone_on_with(small, tmp_path):
    done = list(generate.generate(tmp_path, Shards(1, 1, 0), 1))
    assert [(d.split, d.shard) for d in done] == [("train", 0), ("val", 0)]
    first = dataset.shards(tmp_path, "train")[0]
    stamp = first.stat().st_mtime_ns
    assert [d.split for d in generate.generate(tmp_path, Shards(1, 1, 1), 1)] == ["held_out"]
    assert first.stat().st_mtime_ns == stamp

    ((tensors, lines),) = dataset.read_split(tmp_path, "train")
    assert [line["seed"] for line in lines] == [0, 1]
    assert [NAMES[kind] for kind in tensors["kind"]] == [line["kind"] for line in lines]
    assert tensors["grid"].shape == (2, 32, 32, 32)
    assert tensors["views"].shape == (2, 4, 64, 64, 4)
    assert {name: str(t.dtype) for name, t in tensors.items()}["points"] == "float16"


def test_a_seed_gives_the_same_bytes():
    (a, line), (b, other) = (dataset.make_object(8, "train") for _ in range(2))
    assert json.dumps(line) == json.dumps(other)
    assert all(np.array_equal(a[name], b[name]) for name in a)


def test_slots_of_points_are_slots_in_use():
    tensors, line = dataset.make_object(22, "train")
    used = {slot["slot"] for slot in line["slots"]}
    assert set(np.unique(tensors["point_slot"])) <= used
    assert used == set(np.flatnonzero(tensors["slot_used"]))


def test_data_of_another_version_is_refused(small, tmp_path, monkeypatch):
    dataset.write_shard(tmp_path, "train", 0, dataset.make_objects("train", [0, 1]))
    monkeypatch.setattr(dataset, "VERSION", "another")
    with pytest.raises(ValueError, match="make the data again"):
        dataset.read_shard(dataset.shards(tmp_path, "train")[0])


@pytest.mark.parametrize("name", ["cpu", "gpu"])
def test_configurations_say_how_much_is_made(name):
    shards = generate.read_shards(CONFIGS / f"{name}.toml")
    assert shards.train * dataset.SHARD >= 8000
    assert min(shards.val, shards.held_out) * dataset.SHARD >= 400
    assert dataset.SHARD % generate.LOT == dataset.SHARD % generate.DEVICE_LOT == 0
    assert len(set(shards.tasks())) == shards.train + shards.val + shards.held_out


def test_other_shards_of_training_hold_other_objects_and_the_rest_stays():
    first, others = set(Shards(2, 1, 1).tasks()), set(Shards(2, 1, 1, first=2).tasks())
    assert first & others == {("val", 0), ("held_out", 0)}
    assert others - first == {("train", 2), ("train", 3)}
    assert not set(dataset.shard_seeds("train", 1)) & set(dataset.shard_seeds("train", 2))
