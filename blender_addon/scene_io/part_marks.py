# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a result as vertex groups or material slots, for an artist to select or recolour."""

from collections.abc import Sequence
from typing import Any, Final

import bpy
import numpy as np
import numpy.typing as npt

WAYS: Final = (
    ("NONE", "One Piece", "One material, no vertex groups"),
    ("GROUPS", "Vertex Groups", "A vertex group for every part: seat, legs, back"),
    ("SLOTS", "Material Slots", "A material slot for every part, which all begin with the same maps"),
)


def mark(item: bpy.types.Object, part_ids: npt.NDArray[np.int32], names: Sequence[str], way: str) -> None:
    """Marks the parts of a mesh in one of WAYS: part_ids [F] are places in `names`.

    Leaves the object as it is where the result tells of no parts, or of other faces than it has.
    """
    mesh: Any = item.data
    fits = len(part_ids) == len(mesh.polygons) and len(names) > 0
    if way == "NONE" or not fits or part_ids.min() < 0 or part_ids.max() >= len(names):
        return
    if way == "GROUPS":
        _add_groups(item, part_ids, names)
    else:
        _add_slots(item, part_ids, names)


def _add_groups(item: bpy.types.Object, part_ids: npt.NDArray[np.int32], names: Sequence[str]) -> None:
    mesh: Any = item.data
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    faces = corners.reshape(-1, 3)
    for number, name in enumerate(names):
        words = _words(name)
        group = item.vertex_groups.new(name=words[:1].upper() + words[1:])
        group.add(np.unique(faces[part_ids == number]).tolist(), 1.0, "REPLACE")


def _add_slots(item: bpy.types.Object, part_ids: npt.NDArray[np.int32], names: Sequence[str]) -> None:
    """The first part keeps the material, the others get copies, which share its pictures."""
    mesh: Any = item.data
    whole = mesh.materials[0]
    for name in names[1:]:
        material = whole.copy()
        material.name = f"{whole.name} {_words(name)}"
        mesh.materials.append(material)
    mesh.polygons.foreach_set("material_index", np.ascontiguousarray(part_ids, np.int32))


def _words(name: str) -> str:
    return name.replace("_", " ").strip()
