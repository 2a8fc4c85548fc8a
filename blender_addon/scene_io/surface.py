# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh object as the triangles that Blender shows: modifiers evaluated, turned and scaled as in the scene.

New UVs can only be written on the mesh itself, not on what its modifiers make of it. So where UVs are to be
made and modifiers change the topology, the mesh without them is read, and they carry the UVs on. The same is
done where they only make many copies on the same UVs.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from maquette.protocol import bad_input

from . import uv_maps
from .selection import Subject

# Modifiers that make new geometry instead of passing on what the mesh has
_REPLACING = ("REMESH", "SKIN", "SCREW", "NODES", "BOOLEAN", "WIREFRAME", "VOLUME_TO_MESH", "OCEAN")
_MOST_COPIES = 2.2  # a mirrored half shares its texture with the other; an array of things is painted once

Ints = npt.NDArray[np.int32]


Floats = npt.NDArray[np.float32]
Weigh = Callable[[Any, Ints, Ints], Floats]
"""Weights of triangle corners [F, 3] from a mesh, the triangles' vertices [F, 3] and polygons [F]."""


@dataclass(frozen=True)
class Surface:
    """What a texture job is given of one object, and how to find its way back."""

    vertices: Floats  # [V, 3] metres, without the object's place
    faces: Ints  # [F, 3] counter-clockwise seen from outside, also where the scale is negative
    uvs: Floats | None  # [F, 3, 2] per corner of `uv_map`
    polygons: Ints  # [F] which polygon of `mesh` each triangle is cut from
    loops: Ints  # [F, 3] which of its corners each triangle corner is
    weights: Floats | None  # [F, 3] how much each triangle corner may change; None for all of it
    uv_map: str  # "" where there is none
    is_own: bool  # whether polygons and corners are those of the mesh itself, so that UVs can be written


@contextmanager
def evaluated(context: bpy.types.Context, item: bpy.types.Object) -> Iterator[Any]:
    """The mesh that an object shows, with all that modifiers let through of its attributes."""
    item.update_from_editmode()
    depsgraph = context.evaluated_depsgraph_get()  # only after it
    shown: Any = item.evaluated_get(depsgraph)
    try:
        yield shown.to_mesh(preserve_all_data_layers=True, depsgraph=depsgraph)
    finally:
        shown.to_mesh_clear()


def read_surface(
    context: bpy.types.Context,
    subject: Subject,
    new_uvs: bool = False,
    uv_map: str = "",
    weigh: Weigh | None = None,
) -> Surface:
    """Reads a subject's faces, with the UV map of that name, else the active one.

    `new_uvs`: the UVs that are there will not be used. `weigh` says which part of it may change.

    Raises bad_input where there are no faces, coordinates are no numbers, UVs get lost or are UDIM tiles.
    """
    item = subject.item
    base: Any = item.data
    uv_map = uv_map or getattr(uv_maps.active(base), "name", "")
    with evaluated(context, item) as shown:
        is_own = topology(shown) == topology(base)
        if not is_own and (new_uvs or not uv_map):
            _refuse_replaced(item)
            surface = _read(base, subject, uv_map, True, weigh)
        else:
            surface = _read(shown, subject, uv_map, is_own, weigh)
            if not is_own and surface.uvs is not None and uv_maps.copies(surface.uvs) > _MOST_COPIES:
                surface = _read(base, subject, uv_map, True, weigh)
    if surface.uvs is not None and not new_uvs:
        _refuse_tiles(item, surface)
    return surface


def topology(mesh: Any) -> tuple[int, int, int]:
    """What stays the same until polygons change: counts, and a checksum of who uses which vertex."""
    corners = np.empty(len(mesh.loops), np.int32)
    mesh.loops.foreach_get("vertex_index", corners)
    starts = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_start", starts)
    return len(mesh.vertices), len(mesh.polygons), zlib.crc32(starts.tobytes(), zlib.crc32(corners.tobytes()))


def _read(mesh: Any, subject: Subject, uv_map: str, is_own: bool, weigh: Weigh | None) -> Surface:
    item = subject.item
    vertices = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.vertices.foreach_get("co", vertices)
    faces, loops, polygons, slots = _triangles(mesh)
    chosen = _in_slots(slots, subject)
    faces, loops, polygons = faces[chosen], loops[chosen], polygons[chosen]
    if not len(faces):
        raise bad_input(_words_no_faces(subject))
    layer = mesh.uv_layers.get(uv_map)
    if uv_map and layer is None:
        raise bad_input(f"The modifiers of {item.name} lose its UV map {uv_map}: apply them first")
    uvs = uv_maps.read(layer, loops) if layer is not None else None
    weights = weigh(mesh, faces, polygons) if weigh is not None else None
    placed, faces, flipped = _placed(item, vertices.reshape(-1, 3), faces)
    if not np.isfinite(placed).all() or (uvs is not None and not np.isfinite(uvs).all()):
        raise bad_input(f"{item.name} has broken coordinates: clean the mesh up")
    if flipped:
        loops, uvs, weights = _turned(loops), _turned(uvs), _turned(weights)
    return Surface(*_used(placed, faces), uvs, polygons, loops, weights, uv_map, is_own)


def _triangles(mesh: Any) -> tuple[Ints, Ints, Ints, Ints]:
    """Vertices [T, 3], loops [T, 3], polygon [T] and material slot [T] of every triangle that is drawn."""
    mesh.calc_loop_triangles()
    triangles = mesh.loop_triangles
    count = len(triangles)
    arrays = {"vertices": 3, "loops": 3, "polygon_index": 1, "material_index": 1}
    read = [np.empty(width * count, np.int32) for width in arrays.values()]
    for name, array in zip(arrays, read, strict=True):
        triangles.foreach_get(name, array)
    return read[0].reshape(-1, 3), read[1].reshape(-1, 3), read[2], read[3]


def _in_slots(slots: Ints, subject: Subject) -> npt.NDArray[np.bool_]:
    """Which triangles [T] belong to the subject's slots. Beyond the last counts as the last."""
    count = len(subject.item.material_slots)
    if len(subject.slots) == count:
        return np.ones(len(slots), bool)
    return np.isin(np.minimum(slots, count - 1), subject.slots)


def _placed(item: bpy.types.Object, vertices: Floats, faces: Ints) -> tuple[Floats, Ints, bool]:
    """Turned and scaled as in the scene; True where a negative scale turns the faces over."""
    matrix = np.array(item.matrix_world, np.float64)[:3, :3]
    determinant = float(np.linalg.det(matrix))
    if abs(determinant) < 1e-18:
        raise bad_input(f"{item.name} is scaled to nothing: give it a scale above 0")
    placed = (vertices.astype(np.float64) @ matrix.T).astype(np.float32)
    return (placed, faces[:, ::-1], True) if determinant < 0 else (placed, faces, False)


def _turned(corners: Any) -> Any:
    """Triangle corners in the other order."""
    return None if corners is None else np.ascontiguousarray(corners[:, ::-1])


def _used(vertices: Floats, faces: Ints) -> tuple[Floats, Ints]:
    """Only the vertices that faces use: a loose one far away would make the object seem large."""
    used = np.zeros(len(vertices), bool)
    used[faces] = True
    if used.all():
        return vertices, np.ascontiguousarray(faces)
    numbers = (np.cumsum(used) - 1).astype(np.int32)
    return vertices[used], numbers[faces]


def _refuse_replaced(item: bpy.types.Object) -> None:
    names = [m.name for m in item.modifiers if m.type in _REPLACING and m.show_viewport]
    if names:
        raise bad_input(
            f"The faces that the modifier {names[0]} of {item.name} makes have no UVs: apply it first"
        )


def _refuse_tiles(item: bpy.types.Object, surface: Surface) -> None:
    assert surface.uvs is not None
    tiles = uv_maps.udim_tiles(surface.uvs)
    if tiles:
        shown = ", ".join(map(str, tiles[:4])) + (" ..." if len(tiles) > 4 else "")
        raise bad_input(
            f"The UV map {surface.uv_map} of {item.name} uses UDIM tiles ({shown}), which cannot be filled: "
            "move its islands into the first tile, or choose new UVs"
        )


def _words_no_faces(subject: Subject) -> str:
    item, count = subject.item, len(subject.item.material_slots)
    if len(subject.slots) == count:
        return f"{item.name} shows no faces: add some, or realize its instances"
    slot = item.material_slots[subject.slots[0]]
    return f"No face of {item.name} uses its slot {slot.name or subject.slots[0] + 1}: choose another slot"
