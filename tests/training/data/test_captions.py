import random

import numpy as np
import pytest

from training.data.captions import CAPTIONS, any_caption, captions
from training.data.held_out import held_out
from training.data.looks import COLOR_WORDS
from training.data.plan import Free, draw_plan
from training.data.subject import SLOTS

USED = np.ones(SLOTS, bool)
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def plan_of(seed):
    return draw_plan(seed, "train", held_out())


def captions_of(plan, used=USED):
    return captions(plan, used, random.Random(plan.seed))


def colors_in(text, plan):
    """The colours that a caption names, nouns left out ("rose", "gold coins")."""
    nouns = {*plan.subject.nouns, *(word for slot in plan.subject.slots for word in slot.words)}
    words = [(word, color) for color, words in COLOR_WORDS.items() for word in (color, *words)]
    text = f" {text.replace(',', ' ')} "
    for noun in sorted(nouns, key=len, reverse=True):
        text = text.replace(f" {noun} ", "  ")
    found = set()
    for word, color in sorted(words, key=lambda pair: -len(pair[0])):
        if f" {word} " in text:
            found.add(color)
            text = text.replace(f" {word} ", "  ")
    return found


@pytest.mark.parametrize("seed", range(56))
def test_the_first_names_kind_colour_and_finish(seed):
    plan = plan_of(seed)
    found = captions_of(plan)
    main = plan.looks[0]
    assert len(found) == CAPTIONS
    assert found[0].split(" ", 1)[1] == f"{main.color} {main.finish} {plan.subject.name}"
    assert found[1].startswith(found[0])


def test_colours_in_captions_are_in_the_object():
    for seed in range(560):
        plan = plan_of(seed)
        there = {look.color for look in plan.looks}
        for text in captions_of(plan):
            assert colors_in(text, plan) <= there, text


def test_parts_that_are_not_there_are_not_told():
    only_main = np.zeros(SLOTS, bool)
    only_main[0] = True
    for seed in range(280):
        plan = plan_of(seed)
        for text in captions_of(plan, only_main):
            assert " with " not in text
            assert colors_in(text, plan) <= {plan.looks[0].color}, text


def test_counts_in_captions_are_in_the_plan():
    told = 0
    for seed in range(560):
        plan = plan_of(seed)
        for text in captions_of(plan):
            numbers = {NUMBERS[word] for word in text.split() if word in NUMBERS}
            assert numbers <= set(plan.counts.values()), text
            told += len(numbers)
    assert told > 50


def test_attributes_are_dropped_now_and_then_and_told_as_a_rule():
    told = total = 0
    for seed in range(560):
        plan = plan_of(seed)
        if plan.looks[0].origin != Free:
            continue
        for text in captions_of(plan)[2:]:
            told += plan.looks[0].color in colors_in(text, plan)
            total += 1
    assert 0.6 < told / total < 0.95


@pytest.mark.parametrize("seed", [3, 11, 40])
def test_any_caption_is_as_often_the_plain_or_the_full_one_as_they_are_among_all(seed):
    plan = plan_of(seed)
    plain, full, *_ = captions_of(plan)
    rng = random.Random(0)
    said = [any_caption(plan, USED, rng) for _ in range(800)]
    assert len(set(said)) > 100
    for one in {plain, full}:
        share = (({plain, full} == {plain} and 2) or 1) / CAPTIONS
        assert said.count(one) / len(said) == pytest.approx(share, abs=0.05)
