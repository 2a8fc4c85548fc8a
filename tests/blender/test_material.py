from pathlib import Path

import bpy
import pytest

from blender_addon.scene_io.material import GLTF_GROUP, build_material

from .shapes import png

pytestmark = pytest.mark.blender

MAPS = {
    "base_color": png((200, 30, 20)),
    "orm": png((255, 128, 0)),
    "normal": png((128, 128, 255)),
    "emissive": png((0, 9, 0)),
}


def source(material: bpy.types.Material, socket: str) -> tuple[str, str]:
    """The node and the output that feed an input of the shader."""
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    link = shader.inputs[socket].links[0]
    return link.from_node.bl_idname, link.from_socket.name


def test_every_map_feeds_the_input_it_is_for() -> None:
    material = build_material("Oak", MAPS)
    assert source(material, "Base Color") == ("ShaderNodeTexImage", "Color")
    assert source(material, "Roughness") == ("ShaderNodeSeparateColor", "Green")
    assert source(material, "Metallic") == ("ShaderNodeSeparateColor", "Blue")
    assert source(material, "Normal") == ("ShaderNodeNormalMap", "Normal")
    assert source(material, "Emission Color") == ("ShaderNodeTexImage", "Color")
    nodes = material.node_tree.nodes
    occlusion = next(node for node in nodes if node.type == "GROUP").inputs["Occlusion"].links[0]
    assert occlusion.from_socket.name == "Red"
    channels = next(node for node in nodes if node.type == "SEPARATE_COLOR").inputs["Color"].links[0]
    assert channels.from_node.image.name == "Oak orm"


def test_colours_are_srgb_and_data_is_not() -> None:
    build_material("Oak", MAPS)
    spaces = {image.name: image.colorspace_settings.name for image in bpy.data.images}
    assert spaces == {
        "Oak base_color": "sRGB",
        "Oak orm": "Non-Color",
        "Oak normal": "Non-Color",
        "Oak emissive": "sRGB",
    }


def test_the_bytes_are_packed_as_they_came_and_survive_saving(tmp_path: Path) -> None:
    build_material("Oak", MAPS).use_fake_user = True
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "oak.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "oak.blend"))
    for name, data in MAPS.items():
        image = bpy.data.images[f"Oak {name}"]
        assert image.packed_file.data == data
        assert tuple(image.size) == (4, 4)
    red, green, blue, _ = bpy.data.images["Oak orm"].pixels[:4]
    assert (red, green, blue) == pytest.approx((1.0, 128 / 255, 0.0))


@pytest.mark.parametrize("mode", ["BLEND", "MASK"])
def test_alpha_is_used_where_the_material_has_it(mode: str) -> None:
    material = build_material("Leaf", MAPS, mode)
    assert material.surface_render_method == "DITHERED"  # so that opaque faces hide what is behind them
    expected = ("ShaderNodeMath", "Value") if mode == "MASK" else ("ShaderNodeTexImage", "Alpha")
    assert source(material, "Alpha") == expected


def test_missing_maps_leave_their_inputs_alone() -> None:
    material = build_material("Plain", {"base_color": MAPS["base_color"]})
    shader = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
    assert [socket.name for socket in shader.inputs if socket.is_linked] == ["Base Color"]


def test_materials_share_one_group_for_occlusion() -> None:
    build_material("Oak", MAPS)
    build_material("Ash", MAPS)
    assert [group.name for group in bpy.data.node_groups] == [GLTF_GROUP]


def test_the_gltf_exporter_finds_every_map(tmp_path: Path) -> None:
    import json

    bpy.ops.mesh.primitive_plane_add()
    bpy.context.active_object.data.materials.append(build_material("Oak", MAPS))
    bpy.ops.export_scene.gltf(filepath=str(tmp_path / "oak.gltf"), export_format="GLTF_SEPARATE")
    exported = json.loads((tmp_path / "oak.gltf").read_text())["materials"][0]
    assert {"occlusionTexture", "normalTexture", "emissiveTexture"} <= set(exported)
    assert {"baseColorTexture", "metallicRoughnessTexture"} <= set(exported["pbrMetallicRoughness"])
