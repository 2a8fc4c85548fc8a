from itertools import combinations

import numpy as np
import pytest

from training.data.catalog import NAMES, SUBJECTS
from training.data.held_out import held_out
from training.data.looks import COLOR_WORDS, COLORS, FINISHES
from training.data.subject import SLOTS


def test_there_are_as_many_kinds_colours_and_finishes_as_promised():
    assert len(set(NAMES)) == len(SUBJECTS) >= 24
    assert len(COLORS) == 14
    assert len(FINISHES) == 8


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda s: s.name)
def test_slots_name_parts_of_the_kind_once_and_the_main_part_is_in_the_first(subject):
    parts = [part for slot in subject.slots for part in slot.parts]
    names = {spec.name for spec in subject.kind.parts}
    assert len(subject.slots) <= SLOTS
    assert len(parts) == len(set(parts))
    assert set(parts) <= names
    assert all(slot.words for slot in subject.slots)
    assert {*subject.never, *subject.always} <= {s.name for s in subject.kind.parts if s.optional}
    for part, low, high in subject.counts:
        fewest, most = subject.kind.counts[part]
        assert fewest <= low <= high <= most


def test_colours_and_finishes_can_be_told_from_each_other():
    for a, b in combinations(COLORS.values(), 2):
        assert np.linalg.norm(np.subtract(a, b)) > 0.2
    looks = [(f.metallic, f.roughness) for f in FINISHES.values()]
    for (metal, rough), (other_metal, other_rough) in combinations(looks, 2):
        assert abs(metal - other_metal) == 1 or abs(rough - other_rough) >= 0.15


def test_a_word_means_one_colour():
    words = [word for color, words in COLOR_WORDS.items() for word in (color, *words)]
    assert set(COLOR_WORDS) == set(COLORS)
    assert len(words) == len(set(words))


def test_held_out_pairs_exist():
    held = held_out()
    assert len(held.colors) == 14
    assert len(held.finishes) == 12
    assert all(color in COLORS and kind in NAMES for color, kind in held.colors)
    assert all(finish in FINISHES and kind in NAMES for finish, kind in held.finishes)
