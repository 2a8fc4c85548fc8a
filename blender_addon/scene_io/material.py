# SPDX-License-Identifier: GPL-3.0-or-later
"""Encoded maps become a Principled material: bytes are packed as they came, and decoded when drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import bpy

GLTF_GROUP = "glTF Material Output"  # Blender's glTF exporter finds occlusion by this name
_UV_NODE = "maquette_uv"


@dataclass(frozen=True)
class _Map:
    label: str
    color_space: str
    alpha_mode: str
    y: float  # where its node stands in the editor


_MAPS = {
    "base_color": _Map("Base Color", "sRGB", "STRAIGHT", 320.0),
    "orm": _Map("Occlusion, Roughness, Metallic", "Non-Color", "NONE", 20.0),
    "normal": _Map("Normal", "Non-Color", "NONE", -280.0),
    "emissive": _Map("Emission", "sRGB", "NONE", -580.0),
}


def build_material(
    name: str,
    maps: Mapping[str, bytes],
    alpha_mode: str = "OPAQUE",
    uv_map: str = "",
    base: bpy.types.Material | None = None,
) -> bpy.types.Material:
    """A material from encoded images by name: base_color, orm, normal and emissive, each optional.

    The images lie on `uv_map`, or on whichever map the mesh renders with. What `maps` leaves out is as in
    `base`, where that has a Principled shader.
    """
    shader = principled(base)
    if base is not None and shader is not None:
        material = base.copy()
        material.name = name
        shader = principled(material)
    else:
        material, shader = _plain_material(name)
    tree: Any = material.node_tree
    wire = {
        "base_color": _wire_base_color,
        "orm": _wire_orm,
        "normal": _wire_normal,
        "emissive": _wire_emissive,
    }
    for key, connect in wire.items():
        if key in maps:
            image = pack_image(f"{name} {key}", key, maps[key])
            connect(tree, shader, _texture_node(tree, key, image, uv_map))
    if alpha_mode != "OPAQUE" and "base_color" in maps:
        _wire_alpha(material, shader, alpha_mode)
    return material


def principled(material: bpy.types.Material | None) -> Any:
    """The Principled shader that a material shows; None where it shows something else."""
    tree: Any = material.node_tree if material is not None else None
    output = tree.get_output_node("ALL") if tree is not None else None
    links = output.inputs["Surface"].links if output is not None else ()
    node = links[0].from_node if links else None
    return node if node is not None and node.type == "BSDF_PRINCIPLED" else None


def pack_image(name: str, key: str, encoded: bytes) -> Any:
    """An image that holds the encoded bytes inside the .blend, in the colour space of its purpose."""
    image: Any = bpy.data.images.new(name, 1, 1, is_data=_MAPS[key].color_space == "Non-Color")
    image.pack(data=encoded, data_len=len(encoded))
    image.source = "FILE"
    image.colorspace_settings.name = _MAPS[key].color_space
    image.alpha_mode = _MAPS[key].alpha_mode
    return image


def _plain_material(name: str) -> tuple[bpy.types.Material, Any]:
    """A material with nothing but a Principled shader, and the shader."""
    material = bpy.data.materials.new(name)
    if material.node_tree is None:  # before Blender 5 a new material has none
        material.use_nodes = True
    tree: Any = material.node_tree
    tree.nodes.clear()
    output = _node(tree, "ShaderNodeOutputMaterial", 620.0, 200.0)
    shader = _node(tree, "ShaderNodeBsdfPrincipled", 280.0, 200.0)
    tree.links.new(shader.outputs["BSDF"], output.inputs["Surface"])
    return material, shader


def _node(tree: Any, kind: str, x: float, y: float) -> Any:
    node = tree.nodes.new(kind)
    node.location = (x, y)
    return node


def _texture_node(tree: Any, key: str, image: bpy.types.Image, uv_map: str) -> Any:
    """A picture on its UV map, in the place of one that this material had from here before."""
    name = f"maquette_{key}"
    if name in tree.nodes:
        tree.nodes.remove(tree.nodes[name])
    node = _node(tree, "ShaderNodeTexImage", -420.0, _MAPS[key].y)
    node.image, node.label, node.name = image, _MAPS[key].label, name
    if uv_map:
        if _UV_NODE not in tree.nodes:
            _node(tree, "ShaderNodeUVMap", -680.0, 20.0).name = _UV_NODE
        tree.nodes[_UV_NODE].uv_map = uv_map
        tree.links.new(tree.nodes[_UV_NODE].outputs["UV"], node.inputs["Vector"])
    return node


def _wire_base_color(tree: Any, shader: Any, texture: Any) -> None:
    tree.links.new(texture.outputs["Color"], shader.inputs["Base Color"])


def _wire_orm(tree: Any, shader: Any, texture: Any) -> None:
    """Green is roughness and blue metallic, as in glTF. Occlusion goes where the glTF exporter looks for it;
    Blender's renderers work it out themselves."""
    channels = _node(tree, "ShaderNodeSeparateColor", -80.0, 20.0)
    tree.links.new(texture.outputs["Color"], channels.inputs["Color"])
    tree.links.new(channels.outputs["Green"], shader.inputs["Roughness"])
    tree.links.new(channels.outputs["Blue"], shader.inputs["Metallic"])
    group = _node(tree, "ShaderNodeGroup", 280.0, 320.0)
    group.node_tree = _gltf_group()
    tree.links.new(channels.outputs["Red"], group.inputs["Occlusion"])


def _wire_normal(tree: Any, shader: Any, texture: Any) -> None:
    normal = _node(tree, "ShaderNodeNormalMap", -80.0, -280.0)
    if texture.inputs["Vector"].is_linked:
        normal.uv_map = tree.nodes[_UV_NODE].uv_map  # its tangents must be those of the picture
    tree.links.new(texture.outputs["Color"], normal.inputs["Color"])
    tree.links.new(normal.outputs["Normal"], shader.inputs["Normal"])


def _wire_emissive(tree: Any, shader: Any, texture: Any) -> None:
    tree.links.new(texture.outputs["Color"], shader.inputs["Emission Color"])
    shader.inputs["Emission Strength"].default_value = 1.0


def _wire_alpha(material: bpy.types.Material, shader: Any, mode: str) -> None:
    tree: Any = material.node_tree
    alpha = tree.nodes["maquette_base_color"].outputs["Alpha"]
    if mode == "MASK":
        threshold = _node(tree, "ShaderNodeMath", -80.0, 320.0)
        threshold.operation = "GREATER_THAN"
        tree.links.new(alpha, threshold.inputs[0])
        alpha = threshold.outputs[0]
    tree.links.new(alpha, shader.inputs["Alpha"])
    # Blended faces are drawn in the order of the mesh and hide nothing, opaque ones among them included.
    material.surface_render_method = "DITHERED"


def _gltf_group() -> Any:
    group: Any = bpy.data.node_groups.get(GLTF_GROUP)
    if group is None:
        group = bpy.data.node_groups.new(GLTF_GROUP, "ShaderNodeTree")
        group.interface.new_socket("Occlusion", in_out="INPUT", socket_type="NodeSocketFloat")
        group.nodes.new("NodeGroupInput").location = (-200.0, 0.0)
    return group
