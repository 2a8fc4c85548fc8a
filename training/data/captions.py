"""True captions of a plan, from three words to all that there is to say."""

import random
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.procedural.prompt.description import a

from .looks import COLOR_WORDS, FINISHES, NAMED_LOOKS
from .plan import Free, Plan, SlotLook, Usual

Used = npt.NDArray[np.bool_]  # [SLOTS]

CAPTIONS: Final = 8
SYNONYM: Final = 0.3  # share of words that are replaced by one of the same meaning
DROPPED: Final = 0.12  # share of what was drawn freely that a caption leaves out
USUAL_TOLD: Final = 0.25  # share of usual looks that a caption tells all the same
_NUMBERS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")
_OPENINGS: Final = (
    "",
    "",
    "",
    "",
    "",
    "a 3d model of ",
    "a picture of ",
    "a photo of ",
    "one ",
    "please make ",
)


def captions(plan: Plan, used: Used, rng: random.Random) -> list[str]:
    """CAPTIONS captions: the first names kind, colour and finish plainly, the second the parts as well."""
    parts = _told_parts(plan, used)
    main = plan.looks[0]
    plain = a(f"{main.color} {main.finish} {plan.subject.name}")
    full = f"{plain} {_clauses(plan, parts[:3], None)}".strip()
    return [plain, full, *(_caption(plan, used, rng) for _ in range(CAPTIONS - 2))]


def any_caption(plan: Plan, used: Used, rng: random.Random) -> str:
    """One caption, as likely to be each as those of `captions` are."""
    place = rng.randrange(CAPTIONS)
    if place > 1:
        return _caption(plan, used, rng)
    plain = a(f"{plan.looks[0].color} {plan.looks[0].finish} {plan.subject.name}")
    parts = _told_parts(plan, used) if place else []
    return f"{plain} {_clauses(plan, parts[:3], None)}".strip()


def _caption(plan: Plan, used: Used, rng: random.Random) -> str:
    """One of many ways to say some of it."""
    noun = rng.choice(plan.subject.nouns)
    before = [plan.size] if plan.size and rng.random() < 0.8 else []
    shape = _whole_shape(plan)
    if shape and rng.random() < 0.5:
        before.append(shape)
    look, after = _main_words(plan.looks[0], rng)
    parts = [slot for slot in _told_parts(plan, used) if rng.random() >= DROPPED]
    if rng.random() < 0.35:
        parts = []
    rng.shuffle(parts)
    clauses = _clauses(plan, parts[:3], rng)
    words = " ".join([*before, *look, noun])
    words = words if rng.random() < 0.12 else a(words)
    opening = rng.choice(_OPENINGS)
    if opening == "one ":
        words = words.removeprefix("an ").removeprefix("a ")
    text = " ".join(f"{opening}{words} {after} {clauses}".split())
    absent = [name for name, there in plan.present.items() if not there and _is_told_absent(plan, name)]
    if absent and not clauses and rng.random() < 0.3:
        text += f" without {a(rng.choice(absent))}"
    return text


def _is_told_absent(plan: Plan, part: str) -> bool:
    spec = next(spec for spec in plan.subject.kind.parts if spec.name == part)
    return spec.usual and plan.subject.slot_of(part) is not None


def _whole_shape(plan: Plan) -> str:
    """The shape asked for the object or its main part, if any."""
    names = ("", *plan.subject.slots[0].parts)
    return next((plan.shapes[name] for name in names if name in plan.shapes), "")


def _main_words(look: SlotLook, rng: random.Random) -> tuple[list[str], str]:
    """Adjectives of the main body, and what may be said after the noun instead."""
    keep = USUAL_TOLD if look.origin == Usual else 1 - DROPPED
    tells_color, tells_finish = rng.random() < keep, rng.random() < keep
    named = NAMED_LOOKS.get((look.color, look.finish))
    if named and tells_finish and rng.random() < 0.3:
        return [rng.choice(named)], ""
    color = [color_word(look.color, rng)] if tells_color else []
    if tells_finish and rng.random() < 0.15:
        return color, f"made of {rng.choice(FINISHES[look.finish].nouns)}"
    if color and rng.random() < 0.08:
        return ([finish_word(look.finish, rng)] if tells_finish else []), f"in {color[0]}"
    return [*color, *([finish_word(look.finish, rng)] if tells_finish else [])], ""


def color_word(color: str, rng: random.Random | None) -> str:
    """The colour's name or a word that means it."""
    return rng.choice(COLOR_WORDS[color]) if rng and rng.random() < SYNONYM else color


def finish_word(finish: str, rng: random.Random | None) -> str:
    """The finish's name or a word that means it."""
    return rng.choice(FINISHES[finish].words) if rng and rng.random() < SYNONYM else finish


def _told_parts(plan: Plan, used: Used) -> list[int]:
    """Slots with something to say: looks drawn freely first, then shapes and counts."""
    slots = [i for i in range(1, len(plan.looks)) if used[i]]
    free = [i for i in slots if plan.looks[i].origin == Free]
    others = [i for i in slots if i not in free and (_shape(plan, i) or _count(plan, i))]
    return [*free, *others]


def _clauses(plan: Plan, slots: Sequence[int], rng: random.Random | None) -> str:
    """ "with three red legs and a blue cushion"."""
    said = [_clause(plan, slot, rng) for slot in slots]
    said = [clause for clause in said if clause]
    if not said:
        return ""
    link = " and " if rng is None or rng.random() < 0.8 else ", "
    return f"with {link.join(said)}"


def _clause(plan: Plan, slot: int, rng: random.Random | None) -> str:
    look = plan.looks[slot]
    spec = plan.subject.slots[slot]
    noun = rng.choice(spec.words) if rng else spec.words[0]
    told = look.origin == Free
    words = []
    if rng is None or rng.random() < 0.6:
        words += _count(plan, slot)
    if rng is None or rng.random() < 0.5:
        words += _shape(plan, slot)
    if told:
        words.append(color_word(look.color, rng))
        if rng is None or rng.random() < 0.4:
            words.append(finish_word(look.finish, rng))
    if not words:
        return ""
    is_plural = noun.endswith("s") or noun in ("feet", "foliage", "treasure", "moss", "fruit", "fur")
    phrase = " ".join([*words, noun])
    return phrase if is_plural or words[0] in _NUMBERS else a(phrase)


def _shape(plan: Plan, slot: int) -> list[str]:
    """The shape asked for the slot's first part, not for what it is merged with."""
    shape = plan.shapes.get(plan.subject.slots[slot].parts[0])
    return [shape] if shape else []


def _count(plan: Plan, slot: int) -> list[str]:
    count = plan.counts.get(plan.subject.slots[slot].parts[0])
    return [_NUMBERS[count]] if count and count > 1 else []
