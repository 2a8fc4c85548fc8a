# SPDX-License-Identifier: GPL-3.0-or-later
"""A fetched result becomes Blender data: a new object, or a new material on a mesh that is there already."""

from typing import Any

import bpy

from maquette.client.results import FetchedAsset
from maquette.protocol import MaquetteError, bad_input

from ..jobs import Wearer
from . import part_marks, provenance
from .blender_unwrap import unwrap_on_seams
from .material import build_material
from .mesh import build_mesh
from .provenance import Origin
from .slots import put_on
from .surface import topology
from .uv_maps import write_new

_LONGEST_NAME = 40


def build_object(
    asset: FetchedAsset,
    origin: Origin,
    name: str = "",
    parts: str = "NONE",  # one of part_marks.WAYS
) -> bpy.types.Object:
    """A mesh object with its material and provenance, linked to no scene yet. It has the result's name
    unless another is given.
    """
    if asset.vertices is None or asset.faces is None:
        raise MaquetteError("internal", "the result came without its mesh: generate it again", "retry")
    name = name or object_name(asset, origin)
    mesh = build_mesh(name, asset.vertices, asset.faces, asset.uvs)
    mesh.materials.append(_material(name, asset, origin))
    item = bpy.data.objects.new(name, mesh)
    if asset.part_ids is not None:
        part_marks.mark(item, asset.part_ids, _part_names(asset), parts)
    provenance.write(item, origin)
    return item


def retexture(item: bpy.types.Object, asset: FetchedAsset, origin: Origin, wearer: Wearer) -> None:
    """Gives a mesh a new material in its slots, and a second UV map where the result has UVs of its own.

    The old materials stay in the file. Raises bad_input where the mesh was changed so that new UVs do not fit
    it any more, and changes nothing then.
    """
    uv_map = wearer.uv_map
    if origin.document.get("uvs") == "new":
        uv_map = _write_uvs(item, asset, wearer)
    slots = tuple(slot for slot in wearer.slots if slot < len(item.material_slots))
    base = item.material_slots[slots[0]].material if slots else None
    wanted = {*wearer.maps, "emissive"}
    is_whole = wanted >= asset.maps.keys()
    maps = {key: bytes(image.data) for key, image in asset.maps.items() if key in wanted}
    name = _surface_name(item, asset, origin)
    material = build_material(name, maps, _alpha_mode(asset), uv_map, None if is_whole else base)
    provenance.write(material, origin)
    put_on(item, slots, material)


def unwrap(context: bpy.types.Context, item: bpy.types.Object, asset: FetchedAsset, wearer: Wearer) -> None:
    """Gives a mesh a second UV map and makes it the active one. Raises bad_input as `retexture` does."""
    name = _write_uvs(item, asset, wearer)
    mesh: Any = item.data
    if wearer.blender_unwraps:
        unwrap_on_seams(context, item, mesh.uv_layers[name])
    mesh.uv_layers.active = mesh.uv_layers[name]


def _write_uvs(item: bpy.types.Object, asset: FetchedAsset, wearer: Wearer) -> str:
    mesh: Any = item.data
    if wearer.loops is None or asset.uvs is None or len(asset.uvs) != len(wearer.loops):
        raise bad_input(
            f"The new UVs do not fit {item.name} under its modifiers: apply them, or keep its UVs"
        )
    if topology(mesh) != wearer.topology:
        raise bad_input(f"{item.name} was changed while it was textured: texture it again")
    return write_new(mesh, wearer.loops, asset.uvs)


def object_name(asset: FetchedAsset, origin: Origin) -> str:
    """What the recipe calls it, else the start of the prompt."""
    return _as_name(str(asset.result.get("name") or origin.prompt or "Maquette"))


def _surface_name(item: bpy.types.Object, asset: FetchedAsset, origin: Origin) -> str:
    """What was asked for, else the mesh and what was done to it: "Suzanne refined"."""
    if origin.prompt:
        return _as_name(origin.prompt)
    return _as_name(f"{item.name} {asset.result.get('name') or ''}")


def _as_name(words: str) -> str:
    short = words.replace("_", " ").strip()[:_LONGEST_NAME].strip()
    return short[:1].upper() + short[1:]


def _part_names(asset: FetchedAsset) -> list[str]:
    names = asset.result.get("parts")
    return [str(name) for name in names] if isinstance(names, list) else []


def _material(name: str, asset: FetchedAsset, origin: Origin) -> bpy.types.Material:
    maps = {key: bytes(image.data) for key, image in asset.maps.items()}
    material = build_material(name, maps, _alpha_mode(asset))
    provenance.write(material, origin)
    return material


def _alpha_mode(asset: FetchedAsset) -> str:
    return str(asset.result.get("alpha_mode", "OPAQUE"))
