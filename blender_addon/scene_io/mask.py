# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of a surface may change: selected faces, a face set, a vertex group, or a painted image."""

from collections.abc import Callable
from typing import Any

import bpy
import numpy as np
import numpy.typing as npt

from maquette.protocol import Frame, bad_input

from .images import encoded
from .png import encode_png
from .surface import Surface, Weigh
from .uv_paint import paint

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

_FACE_SETS = ".sculpt_face_set"


def weigher(values: Any, item: bpy.types.Object) -> Weigh | None:
    """How `read_surface` finds the part that may change; None where a picture says it, or all may."""
    read: Callable[[Any, Ints, Ints], Floats]
    if values.mask == "SELECTED":

        def read(mesh: Any, faces: Ints, polygons: Ints) -> Floats:
            selected = np.empty(len(mesh.polygons), bool)
            mesh.polygons.foreach_get("select", selected)
            return _of_polygons(
                selected, polygons, f"No face of {item.name} is selected: select some in Edit Mode"
            )

        return read
    if values.mask == "FACE_SET":

        def read(mesh: Any, faces: Ints, polygons: Ints) -> Floats:
            return _face_set(mesh, polygons, values.mask_face_set, item)

        return read
    if values.mask == "VERTEX_GROUP":

        def read(mesh: Any, faces: Ints, polygons: Ints) -> Floats:
            return _vertex_group(mesh, faces, item)

        return read
    return None


def frames(values: Any, surface: Surface, new_uvs: bool, size: int) -> dict[str, Frame]:
    """The mask as a submit carries it; empty where everything may change. Raises bad_input."""
    if values.mask == "ALL":
        return {}
    if new_uvs or surface.uvs is None:
        raise bad_input("A mask lies on the mesh's own UVs: keep them, or let everything change")
    if values.mask == "IMAGE":
        image = bpy.data.images.get(values.mask_image)
        if image is None:
            raise bad_input("No image is chosen as the mask: choose one, or let everything change")
        return {"mask": encoded(image)}
    assert surface.weights is not None
    return {"mask": Frame("image/png", encode_png(_painted(surface.uvs, surface.weights, size)))}


def _painted(uvs: Floats, weights: Floats, size: int) -> npt.NDArray[np.uint8]:  # [S, S, 1]
    """The mask with its gutter: what lies beside a chart may change where the chart may."""
    values, covered = paint(uvs, weights, size)
    reach = max(2, size // 128)
    for _ in range(reach):
        values, covered = _spread(values, covered)
    return np.asarray(np.round(255 * values), np.uint8)[..., None]


def _spread(values: Floats, covered: npt.NDArray[np.bool_]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """One texel further into what is not covered; where two charts meet, the one that is kept wins."""
    size = len(values)
    least, reached = np.ones((size + 2, size + 2), np.float32), np.zeros((size + 2, size + 2), bool)
    for rows, columns in ((0, 1), (2, 1), (1, 0), (1, 2)):
        there = (slice(rows, rows + size), slice(columns, columns + size))
        least[there] = np.minimum(least[there], np.where(covered, values, 1.0))
        reached[there] |= covered
    inner = (slice(1, -1), slice(1, -1))
    fresh = reached[inner] & ~covered
    return np.where(fresh, least[inner], values), covered | fresh


def _of_polygons(chosen: npt.NDArray[np.bool_], polygons: Ints, words: str) -> Floats:
    weights = chosen[polygons].astype(np.float32)
    if not weights.any():
        raise bad_input(words)
    return np.repeat(weights[:, None], 3, axis=1)


def _face_set(mesh: Any, polygons: Ints, number: int, item: bpy.types.Object) -> Floats:
    attribute = mesh.attributes.get(_FACE_SETS)
    if attribute is None:
        raise bad_input(f"{item.name} has no face sets: make one in Sculpt Mode")
    sets = np.empty(len(mesh.polygons), np.int32)
    attribute.data.foreach_get("value", sets)
    known = ", ".join(map(str, np.unique(np.abs(sets))[:20]))
    return _of_polygons(
        np.abs(sets) == number, polygons, f"{item.name} has no face set {number}: it has {known}"
    )


def _vertex_group(mesh: Any, faces: Ints, item: bpy.types.Object) -> Floats:
    group = item.vertex_groups.active
    if group is None:
        raise bad_input(f"{item.name} has no vertex group: make one, or choose another mask")
    weights = np.zeros(len(mesh.vertices), np.float32)
    for vertex in mesh.vertices:
        for element in vertex.groups:
            if element.group == group.index:
                weights[vertex.index] = element.weight
    if not weights.any():
        raise bad_input(f"The vertex group {group.name} of {item.name} is empty: paint some weight")
    return weights[faces]
