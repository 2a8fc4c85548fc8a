import random
from collections import Counter

import numpy as np
import pytest

pytest.importorskip("safetensors")

from training.data.catalog import NAMES
from training.data.dataset import shard_seeds
from training.data.held_out import SPLITS, held_out
from training.data.looks import COLORS, FINISHES
from training.data.plan import ASKED_ANEW, Free, draw_plan, with_new_looks


def plans(split, count):
    first = held_out().first_seeds[split]
    return [draw_plan(seed, split, held_out()) for seed in range(first, first + count)]


def is_held(plan):
    main, held, kind = plan.looks[0], held_out(), plan.subject.name
    return (main.color, kind) in held.colors or (main.finish, kind) in held.finishes


def test_training_never_sees_a_held_out_pair():
    assert not any(is_held(plan) for split in ("train", "val") for plan in plans(split, 1500))


def test_held_out_objects_all_have_one():
    assert all(is_held(plan) for plan in plans("held_out", 300))


def test_splits_share_no_seed():
    seeds = [set(shard_seeds(split, shard)) for split in SPLITS for shard in range(40)]
    assert len(set.union(*seeds)) == sum(len(s) for s in seeds)


def test_kinds_colours_and_finishes_are_balanced():
    drawn = plans("train", 2800)
    kinds = Counter(plan.subject.name for plan in drawn)
    assert set(kinds) == set(NAMES)
    assert set(kinds.values()) == {100}
    for key, names in (("color", COLORS), ("finish", FINISHES)):
        counts = Counter(getattr(plan.looks[0], key) for plan in drawn)
        assert min(counts[name] for name in names) > 0.4 * len(drawn) / len(names)


def test_a_seed_gives_the_same_plan_again():
    assert plans("val", 20) == plans("val", 20)
    assert plans("val", 5)[0].palette() == plans("val", 5)[0].palette()


def test_palettes_stay_near_the_named_look():
    for plan in plans("train", 100):
        for look, row in zip(plan.looks, plan.palette(), strict=True):
            assert np.abs(np.subtract(row[:3], COLORS[look.color])).max() < 0.08
            assert row[3] == FINISHES[look.finish].metallic
            assert abs(row[4] - FINISHES[look.finish].roughness) <= 0.04


def test_new_looks_change_nothing_but_colours_and_finishes_and_none_is_held_out():
    rng, asked = random.Random(0), []
    for plan in plans("train", 400):
        other = with_new_looks(plan, rng, held_out())
        for field in ("subject", "shapes", "counts", "present", "size"):
            assert getattr(other, field) == getattr(plan, field)
        assert len(other.looks) == len(plan.looks)
        assert not is_held(other)
        asked += [look.origin == Free for look in other.looks[1:]]
    assert np.mean(asked) == pytest.approx(ASKED_ANEW, abs=0.06)
    assert len({with_new_looks(plan, rng, held_out()).looks for _ in range(20)}) > 10
