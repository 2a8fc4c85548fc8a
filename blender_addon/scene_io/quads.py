# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh of quads instead of triangles, by Blender's Quadriflow.

Quadriflow gives up on many meshes, and what it returns may be empty or no quads at all; so ever simpler
versions of the mesh are tried, and every result is measured before it is believed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import bmesh
import bpy
import numpy as np

from maquette.protocol import bad_input

MOST_TRIANGLES: Final = 20_000  # Quadriflow is slow above, and fails more often
VOXELS: Final = 96  # along the longest side
WELD: Final = 1e-5  # of the size
LEAST_QUADS: Final = 0.9  # share of the faces
MOST_OFF: Final = 3.0  # times the number of faces that was asked for, or its inverse
MOST_GROWN: Final = 0.1  # of the longest side: how far the box may differ from that of what was remeshed


@dataclass(frozen=True)
class Quads:
    """What was measured of a result."""

    faces: int
    quad_share: float
    way: str  # which version of the mesh it was made from, in words


def remesh(context: bpy.types.Context, item: bpy.types.Object, target: int) -> tuple[bpy.types.Object, Quads]:
    """A new object of about `target` quads beside `item`, in its place and collections, and what it measures.

    Raises bad_input where every way fails; nothing is left of the attempts then.
    """
    for way, prepare in _WAYS:
        trial = _trial(context, item)
        try:
            prepare(context, trial)
            quads = _attempt(context, trial, target, way)
        except RuntimeError:  # a modifier or operator of Blender that refuses this mesh
            quads = None
        if quads is not None:
            mesh: Any = trial.data
            mesh.shade_smooth()
            return trial, quads
        _remove(trial)
    raise bad_input(
        f"Quadriflow makes no quads of {item.name}: close its holes, or finish it to a smaller budget first"
    )


def _attempt(context: bpy.types.Context, trial: bpy.types.Object, target: int, way: str) -> Quads | None:
    """Remeshes the trial; None where the outcome is not what was asked for."""
    before = _box(trial)
    if not quadriflow(context, trial, target):
        return None
    mesh: Any = trial.data
    sizes = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_total", sizes)
    quads = Quads(len(sizes), float((sizes == 4).mean()) if len(sizes) else 0.0, way)
    return quads if _is_sound(quads, before, _box(trial), target) else None


def quadriflow(context: bpy.types.Context, item: bpy.types.Object, target: int) -> bool:
    """Runs Blender's operator on the mesh of `item`; whether it says that it succeeded."""
    with context.temp_override(
        object=item, active_object=item, selected_objects=[item], selected_editable_objects=[item]
    ):
        done: Any = bpy.ops.object.quadriflow_remesh(
            mode="FACES", target_faces=target, use_mesh_symmetry=False, seed=0
        )
    return "FINISHED" in done


def _is_sound(quads: Quads, before: Any, after: Any, target: int) -> bool:
    if not target / MOST_OFF <= quads.faces <= target * MOST_OFF or quads.quad_share < LEAST_QUADS:
        return False
    size = float(np.ptp(before, axis=0).max())
    return bool(np.abs(after - before).max() <= MOST_GROWN * size)


def _box(item: bpy.types.Object) -> Any:
    """[2, 3] lowest and highest corner of the mesh in its own space; zeros if it is empty."""
    mesh: Any = item.data
    if not len(mesh.vertices):
        return np.zeros((2, 3))
    points = np.empty(3 * len(mesh.vertices), np.float32)
    mesh.attributes["position"].data.foreach_get("vector", points)
    corners = points.reshape(-1, 3)
    return np.stack([corners.min(axis=0), corners.max(axis=0)])


def _trial(context: bpy.types.Context, item: bpy.types.Object) -> bpy.types.Object:
    """A copy of what `item` looks like under its modifiers, in the scene, without materials."""
    graph = context.evaluated_depsgraph_get()
    mesh = bpy.data.meshes.new_from_object(item.evaluated_get(graph))
    mesh.materials.clear()
    trial = bpy.data.objects.new(f"{item.name} Quads", mesh)
    trial.matrix_world = item.matrix_world
    for collection in item.users_collection:
        collection.objects.link(trial)
    return trial


def _as_it_is(context: bpy.types.Context, item: bpy.types.Object) -> None:
    """Nothing is prepared."""


def _largest_piece(context: bpy.types.Context, item: bpy.types.Object) -> None:
    """Welded, without loose bits, wound outward, only the piece with the most faces."""
    data: Any = item.data
    edit: Any = bmesh.new()
    edit.from_mesh(data)
    size = float(np.ptp(_box(item), axis=0).max())
    bmesh.ops.remove_doubles(edit, verts=edit.verts, dist=WELD * size)
    bmesh.ops.dissolve_degenerate(edit, edges=edit.edges, dist=WELD * size)
    pieces = _pieces(edit)
    kept = set(pieces[0]) if pieces else set()
    bmesh.ops.delete(edit, geom=[face for face in edit.faces if face not in kept], context="FACES")
    bmesh.ops.recalc_face_normals(edit, faces=edit.faces)
    edit.to_mesh(data)
    edit.free()


def _fewer_triangles(context: bpy.types.Context, item: bpy.types.Object) -> None:
    _largest_piece(context, item)
    data: Any = item.data
    data.calc_loop_triangles()
    if len(data.loop_triangles) > MOST_TRIANGLES:
        _apply(context, item, "DECIMATE", ratio=MOST_TRIANGLES / len(data.loop_triangles))


def _voxels(context: bpy.types.Context, item: bpy.types.Object) -> None:
    """A closed skin around everything, which loses what is thinner than a voxel."""
    size = float(np.ptp(_box(item), axis=0).max())
    _apply(context, item, "REMESH", mode="VOXEL", voxel_size=size / VOXELS)
    _fewer_triangles(context, item)


_WAYS: Final[tuple[tuple[str, Callable[[bpy.types.Context, bpy.types.Object], None]], ...]] = (
    ("as it is", _as_it_is),
    ("its largest piece, cleaned", _largest_piece),
    (f"decimated to {MOST_TRIANGLES} triangles", _fewer_triangles),
    ("a voxel skin around it", _voxels),
)


def _apply(
    context: bpy.types.Context, item: bpy.types.Object, kind: Literal["DECIMATE", "REMESH"], **values: object
) -> None:
    """Replaces the mesh by what a modifier makes of it."""
    modifier: Any = item.modifiers.new(kind, kind)
    for name, value in values.items():
        setattr(modifier, name, value)
    made = bpy.data.meshes.new_from_object(item.evaluated_get(context.evaluated_depsgraph_get()))
    item.modifiers.remove(modifier)
    old: Any = item.data
    item.data = made
    bpy.data.meshes.remove(old)


def _pieces(edit: Any) -> list[list[Any]]:
    """The faces of a bmesh by connected piece, the largest one first."""
    waiting = set(edit.faces)
    pieces: list[list[Any]] = []
    while waiting:
        piece = [waiting.pop()]
        for face in piece:
            near = {other for edge in face.edges for other in edge.link_faces} & waiting
            waiting -= near
            piece.extend(near)
        pieces.append(piece)
    return sorted(pieces, key=lambda piece: -len(piece))


def _remove(trial: bpy.types.Object) -> None:
    mesh: Any = trial.data
    bpy.data.objects.remove(trial)
    bpy.data.meshes.remove(mesh)
