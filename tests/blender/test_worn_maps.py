"""The maps that a mesh wears, read from its material as an artist made it."""

import io
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.scene_io import worn_maps
from blender_addon.scene_io.material import build_material
from blender_addon.scene_io.selection import Subject
from maquette.protocol import Frame, MaquetteError

from .shapes import png

pytestmark = pytest.mark.blender


def cube(material: bpy.types.Material | None) -> Subject:
    bpy.ops.mesh.primitive_cube_add()
    item = bpy.context.active_object
    item.data.materials.append(material)
    return Subject(item, (0,))


def plain(name: str = "Plain") -> tuple[bpy.types.Material, Any]:
    material = bpy.data.materials.new(name)
    if material.node_tree is None:
        material.use_nodes = True
    return material, material.node_tree.nodes["Principled BSDF"]


def picture(material: bpy.types.Material, image: bpy.types.Image) -> Any:
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    return node


def painted(color: tuple[float, float, float], size: int = 8, **options: Any) -> bpy.types.Image:
    image = bpy.data.images.new("Painted", size, size, **options)
    image.pixels.foreach_set(np.tile(np.array([*color, 1.0], np.float32), size * size))
    return image


def color_of(frame: Frame) -> tuple[int, ...]:
    pixels = np.asarray(Image.open(io.BytesIO(bytes(frame.data))).convert("RGB"))
    assert (pixels == pixels[0, 0]).all()
    return tuple(int(channel) for channel in pixels[0, 0])


def frames(subject: Subject, size: int = 32) -> dict[str, Frame]:
    return worn_maps.encode(worn_maps.find(subject), size)


def test_our_own_material_gives_back_the_very_bytes() -> None:
    maps = {"base_color": png((200, 30, 20)), "orm": png((255, 128, 0)), "normal": png((128, 128, 255))}
    found = frames(cube(build_material("Iron", maps, uv_map="UVMap")))
    assert {name: bytes(frame.data) for name, frame in found.items()} == maps


def test_plain_values_become_flat_maps() -> None:
    material, shader = plain()
    shader.inputs["Base Color"].default_value = (0.5, 0.0, 1.0, 1.0)
    shader.inputs["Roughness"].default_value = 0.2
    shader.inputs["Metallic"].default_value = 1.0
    found = frames(cube(material))
    assert color_of(found["base_color"]) == (188, 0, 255)  # 0.5 of linear light
    assert color_of(found["orm"]) == (255, 51, 255)
    assert "normal" not in found
    assert Image.open(io.BytesIO(bytes(found["base_color"].data))).size == (32, 32)


def test_separate_pictures_and_values_are_put_together() -> None:
    material, shader = plain()
    links = material.node_tree.links
    rough = picture(material, painted((0.4, 0.4, 0.4), 16, is_data=True))
    links.new(rough.outputs["Color"], shader.inputs["Roughness"])
    shader.inputs["Metallic"].default_value = 1.0
    found = frames(cube(material))
    assert color_of(found["orm"]) == (255, 102, 255)
    assert Image.open(io.BytesIO(bytes(found["base_color"].data))).size == (16, 16)


def test_a_saved_file_is_sent_as_it_is_and_a_painted_over_one_as_it_looks(tmp_path: Path) -> None:
    (tmp_path / "color.png").write_bytes(png((10, 20, 30)))
    image = bpy.data.images.load(str(tmp_path / "color.png"))
    material, shader = plain()
    material.node_tree.links.new(picture(material, image).outputs["Color"], shader.inputs["Base Color"])
    subject = cube(material)
    assert bytes(frames(subject)["base_color"].data) == png((10, 20, 30))
    image.pixels[0:4] = image.pixels[0:4]  # as a stroke of the brush does
    image.pixels.foreach_set(np.tile(np.array([1.0, 0.0, 0.0, 1.0], np.float32), 16))
    assert image.is_dirty
    assert color_of(frames(subject)["base_color"]) == (255, 0, 0)


def test_a_picture_of_floats_is_sent_as_it_is_seen() -> None:
    material, shader = plain()
    image = painted((0.5, 0.5, 0.5), float_buffer=True)
    material.node_tree.links.new(picture(material, image).outputs["Color"], shader.inputs["Base Color"])
    assert color_of(frames(cube(material))["base_color"]) == (188, 188, 188)


def test_the_uv_map_is_the_one_that_the_pictures_lie_on() -> None:
    material, shader = plain()
    node = picture(material, painted((1.0, 0.0, 0.0)))
    tree = material.node_tree
    tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
    subject = cube(material)
    subject.item.data.uv_layers.new(name="Second")
    assert worn_maps.find(subject).uv_map == "UVMap"
    chooser = tree.nodes.new("ShaderNodeUVMap")
    chooser.uv_map = "Second"
    tree.links.new(chooser.outputs["UV"], node.inputs["Vector"])
    assert worn_maps.find(subject).uv_map == "Second"


def test_what_nodes_compute_is_refused_by_name() -> None:
    material, shader = plain("Marble")
    noise = material.node_tree.nodes.new("ShaderNodeTexNoise")
    material.node_tree.links.new(noise.outputs["Color"], shader.inputs["Base Color"])
    subject = cube(material)
    with pytest.raises(MaquetteError, match="Base Color of Marble is made by the node Noise Texture"):
        worn_maps.find(subject)
    assert "bake it to an image first" in worn_maps.look(subject)


def test_a_picture_that_is_placed_otherwise_is_refused() -> None:
    material, shader = plain("Tiles")
    node = picture(material, painted((1.0, 0.0, 0.0)))
    mapping = material.node_tree.nodes.new("ShaderNodeMapping")
    material.node_tree.links.new(mapping.outputs["Vector"], node.inputs["Vector"])
    material.node_tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
    with pytest.raises(MaquetteError, match="placed by the node Mapping"):
        worn_maps.find(cube(material))
    material.node_tree.links.remove(node.inputs["Vector"].links[0])
    node.projection = "BOX"
    with pytest.raises(MaquetteError, match="projected as box"):
        worn_maps.find(cube(material))


def test_a_mesh_without_material_or_with_several_says_so() -> None:
    assert "has no material yet" in worn_maps.look(cube(None))
    subject = cube(plain("One")[0])
    subject.item.data.materials.append(plain("Two")[0])
    assert "wears 2 materials" in worn_maps.look(Subject(subject.item, (0, 1)))


def test_a_lost_picture_is_named() -> None:
    image = bpy.data.images.new("Lost", 4, 4)
    image.source, image.filepath = "FILE", "//gone.png"
    material, shader = plain()
    material.node_tree.links.new(picture(material, image).outputs["Color"], shader.inputs["Base Color"])
    with pytest.raises(MaquetteError, match="Lost cannot be found"):
        frames(cube(material))
