"""How a kind that the starter model learns is described: its nouns, and its parts gathered into slots.

A slot is a place in the palette: the same part of a kind is always in the same slot, whatever it is made of,
so that the map of slots is a function of the shape. Slot 0 is the main body. Parts that no slot names are too
small for the model's grid and are left out.
"""

from dataclasses import dataclass
from typing import Final

from maquette.procedural.kind import Kind
from maquette.procedural.kinds import KINDS

SLOTS: Final = 8

Look = tuple[str, str]  # names of a colour and of a finish


@dataclass(frozen=True)
class Slot:
    """Parts that share a place in the palette.

    `words` are how captions speak of it, in the number that it usually has. `looks` are usual ones; without
    any the slot looks like the main body unless something is said of it.
    """

    parts: tuple[str, ...]
    words: tuple[str, ...]
    looks: tuple[Look, ...] = ()
    flush: bool = False  # lies on other parts: it has to stand out a little, not to be thick
    around: bool = False  # lies around parts that are thickened: it grows as much as they may


@dataclass(frozen=True)
class Subject:
    """A kind, its nouns, its slots, and the counts that captions may tell: part -> fewest and most."""

    name: str
    nouns: tuple[str, ...]
    slots: tuple[Slot, ...]
    counts: tuple[tuple[str, int, int], ...] = ()
    never: tuple[str, ...] = ()  # optional parts that are not built
    always: tuple[str, ...] = ()  # and those without which it would be something else

    @property
    def kind(self) -> Kind:
        return _KINDS[self.name]

    def slot_of(self, part: str) -> int | None:
        """The slot of a part; None for one that is left out."""
        return next((i for i, slot in enumerate(self.slots) if part in slot.parts), None)


_KINDS: Final = {kind.name: kind for kind in KINDS}
