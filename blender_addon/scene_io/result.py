# SPDX-License-Identifier: GPL-3.0-or-later
"""A fetched result becomes Blender data: a new object, or a new material on a mesh that is there already."""

from typing import Any

import bpy

from maquette.client.results import FetchedAsset
from maquette.protocol import MaquetteError

from . import provenance
from .material import build_material
from .mesh import build_mesh
from .provenance import Origin

_LONGEST_NAME = 40


def build_object(asset: FetchedAsset, origin: Origin) -> bpy.types.Object:
    """A mesh object with its material and provenance, linked to no scene yet."""
    if asset.vertices is None or asset.faces is None:
        raise MaquetteError("internal", "the result came without its mesh: generate it again", "retry")
    name = object_name(asset, origin)
    mesh = build_mesh(name, asset.vertices, asset.faces, asset.uvs)
    mesh.materials.append(_material(name, asset, origin))
    item = bpy.data.objects.new(name, mesh)
    provenance.write(item, origin)
    return item


def retexture(item: bpy.types.Object, asset: FetchedAsset, origin: Origin) -> None:
    """Gives a mesh a new material in its active slot; the old one stays in the file, under a fake user."""
    material = _material(object_name(asset, origin), asset, origin)
    mesh: Any = item.data
    if not mesh.materials:
        mesh.materials.append(material)
        return
    old = mesh.materials[item.active_material_index]
    if old is not None:
        old.use_fake_user = True
    mesh.materials[item.active_material_index] = material


def object_name(asset: FetchedAsset, origin: Origin) -> str:
    """What the recipe calls it, else the start of the prompt."""
    name = asset.result.get("name") or origin.prompt or "Maquette"
    words = str(name).replace("_", " ").strip()[:_LONGEST_NAME].strip()
    return words[:1].upper() + words[1:]


def _material(name: str, asset: FetchedAsset, origin: Origin) -> bpy.types.Material:
    maps = {key: bytes(image.data) for key, image in asset.maps.items()}
    material = build_material(name, maps, str(asset.result.get("alpha_mode", "OPAQUE")))
    provenance.write(material, origin)
    return material
