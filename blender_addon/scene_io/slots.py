# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials in a mesh's slots: a new one takes the place of an old one, which can be switched back to.

What a slot wore before and after is kept as pointers on whatever owns the slot, the mesh or the object: they
are saved with the file, and undo restores them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import bpy

_BEFORE, _AFTER = "maquette_before_{}", "maquette_after_{}"


@dataclass(frozen=True)
class Pair:
    """What a slot can show: the material it had, None for none, and the one that took its place."""

    slot: Any
    before: bpy.types.Material | None
    after: bpy.types.Material

    @property
    def shows_before(self) -> bool:
        """Whether the old one is on."""
        return bool(self.slot.material != self.after)


def put_on(item: bpy.types.Object, slots: tuple[int, ...], material: bpy.types.Material) -> None:
    """Gives slots a new material; a mesh without slots gets its first. The old ones stay in the file."""
    if not item.material_slots:
        mesh: Any = item.data
        mesh.materials.append(None)
        slots = (0,)
    for number in slots:
        slot = item.material_slots[number]
        before = slot.material
        owner = _owner(item, slot)
        _remember(owner, _BEFORE.format(number), before)
        _remember(owner, _AFTER.format(number), material)
        if before is not None:
            before.use_fake_user = True
        slot.material = material


def pairs(item: bpy.types.Object | None) -> Iterator[Pair]:
    """The slots of an object that can be switched. One that was moved to another place is found there."""
    if item is None:
        return
    for number, slot in enumerate(item.material_slots):
        owner = _owner(item, slot)
        for at in (number, *(other for other in range(len(item.material_slots)) if other != number)):
            before, after = owner.get(_BEFORE.format(at)), owner.get(_AFTER.format(at))
            shown = slot.material
            is_pair = after is not None and shown in (before, after)
            if is_pair and (at == number or shown is not None):
                yield Pair(slot, before, after)
                break


def switch(pair: Pair, to_before: bool) -> None:
    """Shows the old or the new material. Both stay in the file."""
    pair.after.use_fake_user = True
    pair.slot.material = pair.before if to_before else pair.after


def _owner(item: bpy.types.Object, slot: Any) -> Any:
    return item if slot.link == "OBJECT" else item.data


def _remember(owner: Any, key: str, material: bpy.types.Material | None) -> None:
    if material is not None:
        owner[key] = material
    elif key in owner:
        del owner[key]
