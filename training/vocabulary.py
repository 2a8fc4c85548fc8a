"""What prompts the model understands: written beside the weights, so that people can be told."""

import random
from typing import Any, Final

import numpy as np

from maquette.starter.words import split

from .data.captions import captions
from .data.catalog import SUBJECTS
from .data.held_out import held_out
from .data.plan import draw_plan
from .data.subject import SLOTS

PLANS: Final = 6000  # whose captions are read: enough to meet every word


def vocabulary() -> dict[str, Any]:
    """Kinds with their nouns and the names of their slots, and every word of the captions."""
    kinds = {
        subject.name: {
            "nouns": sorted({subject.name, *subject.nouns}),
            "slots": [slot.parts[0] for slot in subject.slots],
        }
        for subject in SUBJECTS
    }
    used = np.ones(SLOTS, bool)
    found: set[str] = set()
    first = held_out().first_seeds["train"]
    for seed in range(first, first + PLANS):
        plan = draw_plan(seed, "train", held_out())
        for caption in captions(plan, used, random.Random(seed)):  # noqa: S311  nothing secret
            found.update(split(caption))
    return {"kinds": kinds, "words": sorted(found)}
