"""What one training object is: drawn from its seed, balanced over the kinds."""

import random
from dataclasses import dataclass, replace
from typing import Final

from maquette.procedural.materials import Rgb
from maquette.procedural.prompt.words import SIZES

from .catalog import SUBJECTS
from .held_out import HeldOut
from .looks import COLORS, FINISHES, appearance
from .subject import Look, Slot, Subject

USUAL_MAIN: Final = 0.25  # share of main bodies that look as their kind usually does
ASKED_PART: Final = 0.3  # share of other slots whose look is drawn freely
ASKED_ANEW: Final = 0.45  # the same of objects whose looks are drawn anew
FOLLOWING: Final = 0.2  # share of slots with usual looks that look like the main body all the same
SIZED: Final = 0.3
SIZE_WORDS: Final = ("tall", "short", "wide", "narrow", "chunky", "slender")
FORCED: Final = 0.4  # share of optional parts that are asked in or out

Free, Usual, Follows = "free", "usual", "follows"


@dataclass(frozen=True)
class SlotLook:
    """The look of a slot; `origin` tells whether it was drawn freely, is usual, or follows the main body."""

    color: str
    finish: str
    origin: str


@dataclass(frozen=True)
class Plan:
    """All that is decided about an object before it is built. Looks go by slot, shapes and counts by part."""

    subject: Subject
    seed: int
    looks: tuple[SlotLook, ...]
    shapes: dict[str, str]
    counts: dict[str, int]
    present: dict[str, bool]
    size: str  # one of SIZE_WORDS, or ""

    @property
    def factors(self) -> dict[str, float]:
        return dict(SIZES[self.size]) if self.size else {}

    def palette(self) -> list[tuple[float, float, float, float, float]]:
        """sRGB, metallic and roughness of each slot, varied a little by the seed."""
        rng = random.Random(self.seed ^ 0x5EED)  # noqa: S311
        found = []
        for look in self.looks:
            red, green, blue, metallic, roughness = appearance(look.color, look.finish)
            value, rough = 1 + rng.uniform(-0.06, 0.06), rng.uniform(-0.025, 0.025)
            color = _varied((red, green, blue), value, rng)
            found.append((*color, metallic, max(0.04, min(1.0, roughness + rough))))
        return found


def draw_plan(seed: int, split: str, held: HeldOut) -> Plan:
    """The plan of a seed: in the split held_out with a held-out pair, in the others without."""
    rng = random.Random(seed)  # noqa: S311  nothing secret
    subject = SUBJECTS[seed % len(SUBJECTS)]
    if split == "held_out":
        subject = _with_pairs(seed, held)
    main = _main_look(subject, rng, split == "held_out", held)
    looks = [main, *(_slot_look(slot, main, rng) for slot in subject.slots[1:])]
    return Plan(
        subject,
        seed,
        tuple(looks),
        _shapes(subject, rng),
        {part: rng.randint(low, high) for part, low, high in subject.counts if rng.random() < 0.5},
        _present(subject, rng),
        rng.choice(SIZE_WORDS) if rng.random() < SIZED else "",
    )


def with_new_looks(plan: Plan, rng: random.Random, held: HeldOut) -> Plan:
    """The same object in other colours and finishes, none of them held out."""
    main = _main_look(plan.subject, rng, False, held)
    looks = [main, *(_slot_look(slot, main, rng, ASKED_ANEW) for slot in plan.subject.slots[1:])]
    return replace(plan, looks=tuple(looks), seed=rng.getrandbits(40))


def _with_pairs(seed: int, held: HeldOut) -> Subject:
    """A kind that has held-out pairs."""
    names = {kind for _, kind in held.colors | held.finishes}
    choice = [subject for subject in SUBJECTS if subject.name in names]
    return choice[seed % len(choice)]


def _main_look(subject: Subject, rng: random.Random, held_only: bool, held: HeldOut) -> SlotLook:
    while True:
        origin = Usual if rng.random() < USUAL_MAIN and not held_only else Free
        color, finish = rng.choice(subject.slots[0].looks) if origin == Usual else _free_look(rng)
        if held.holds(subject.name, color, finish) == held_only:
            return SlotLook(color, finish, origin)


def _slot_look(slot: Slot, main: SlotLook, rng: random.Random, asked: float = ASKED_PART) -> SlotLook:
    if rng.random() < asked:
        color, finish = _free_look(rng)
        if slot.looks and rng.random() < 0.6:  # often only the colour is unusual
            finish = rng.choice(slot.looks)[1]
        elif not slot.looks and rng.random() < 0.6:
            finish = main.finish
        return SlotLook(color, finish, Free)
    if not slot.looks or rng.random() < FOLLOWING:
        return SlotLook(main.color, main.finish, Follows)
    return SlotLook(*rng.choice(slot.looks), Usual)


def _free_look(rng: random.Random) -> Look:
    return rng.choice(tuple(COLORS)), rng.choice(tuple(FINISHES))


def _shapes(subject: Subject, rng: random.Random) -> dict[str, str]:
    """Shapes for about half of the parts that have some."""
    names = {"", *(part for slot in subject.slots for part in slot.parts)}
    options = {part: shapes for part, shapes in subject.kind.shapes.items() if part in names}
    return {part: rng.choice(shapes) for part, shapes in options.items() if rng.random() < 0.6}


def _present(subject: Subject, rng: random.Random) -> dict[str, bool]:
    """Optional parts asked in or out, those left out of the slots always out."""
    found = {}
    for spec in subject.kind.parts:
        if not spec.optional:
            continue
        if subject.slot_of(spec.name) is None or spec.name in subject.never:
            found[spec.name] = False
        elif spec.name in subject.always:
            found[spec.name] = True
        elif rng.random() < FORCED:
            found[spec.name] = rng.random() < 0.6
    return found


def _varied(color: Rgb, value: float, rng: random.Random) -> tuple[float, float, float]:
    red, green, blue = (min(1.0, max(0.0, c * value + rng.uniform(-0.012, 0.012))) for c in color)
    return red, green, blue
