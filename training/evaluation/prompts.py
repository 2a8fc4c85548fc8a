"""The prompts of the evaluation, with what each asks for."""

import random
from dataclasses import dataclass

from training.data.catalog import SUBJECTS
from training.data.held_out import HeldOut, held_out
from training.data.looks import COLORS, FINISHES
from training.data.subject import Subject


@dataclass(frozen=True)
class Wish:
    """A prompt and what it is right about: the main body's look, and the colour of another slot."""

    prompt: str
    kind: str
    color: str
    finish: str
    slot: int = 0  # another part that is asked for; 0: none
    slot_color: str = ""


def in_distribution(count: int, seed: int) -> list[Wish]:
    """Looks that training has seen on the kind, the kinds in turn."""
    rng, held = random.Random(seed), held_out()  # noqa: S311
    return [_plain(SUBJECTS[i % len(SUBJECTS)], rng, held) for i in range(count)]


def held_out_pairs(count: int, seed: int) -> list[Wish]:
    """Looks that training has never seen on the main body of the kind."""
    rng, held = random.Random(seed), held_out()  # noqa: S311
    pairs = [*sorted(held.colors), *sorted(held.finishes)]
    return [_of_pair(pairs[i % len(pairs)], rng) for i in range(count)]


def with_parts(count: int, seed: int) -> list[Wish]:
    """A second part of another colour, of kinds that always have it."""
    rng, held = random.Random(seed), held_out()  # noqa: S311
    choice = [(s, slot) for s in SUBJECTS for slot in _sure_slots(s)]
    wishes = []
    for i in range(count):
        subject, slot = choice[i % len(choice)]
        plain = _plain(subject, rng, held)
        color = rng.choice([c for c in COLORS if c != plain.color])
        prompt = f"{plain.prompt} with {color} {subject.slots[slot].words[0]}"
        wishes.append(Wish(prompt, plain.kind, plain.color, plain.finish, slot, color))
    return wishes


def _plain(subject: Subject, rng: random.Random, held: HeldOut) -> Wish:
    while True:
        color, finish = rng.choice(tuple(COLORS)), rng.choice(tuple(FINISHES))
        if not held.holds(subject.name, color, finish):
            return Wish(_sentence(color, finish, subject.name), subject.name, color, finish)


def _of_pair(pair: tuple[str, str], rng: random.Random) -> Wish:
    word, kind = pair
    color = word if word in COLORS else rng.choice(tuple(COLORS))
    finish = word if word in FINISHES else rng.choice(tuple(FINISHES))
    return Wish(_sentence(color, finish, kind), kind, color, finish)


def _sure_slots(subject: Subject) -> list[int]:
    """The slots after the first with a part that every object of the kind has."""
    needed = {spec.name for spec in subject.kind.parts if not spec.optional}
    return [i for i, slot in enumerate(subject.slots) if i and slot.parts[0] in needed]


def _sentence(color: str, finish: str, kind: str) -> str:
    return f"{'an' if color[0] in 'aeiou' else 'a'} {color} {finish} {kind}"
