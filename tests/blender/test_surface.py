"""What is sent of a mesh: the triangles that Blender shows, as they stand in the scene."""

from collections.abc import Callable

import bpy
import numpy as np
import pytest

from blender_addon.scene_io import uv_maps
from blender_addon.scene_io.mesh import build_mesh
from blender_addon.scene_io.selection import ALL_SLOTS, Subject, reason_not_texturable, subjects
from blender_addon.scene_io.surface import Surface, read_surface
from maquette.progress import Progress
from maquette.protocol import MaquetteError

from .shapes import grid

pytestmark = pytest.mark.blender


def cube(size: float = 2.0) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=size)
    return bpy.context.active_object


def monkey() -> bpy.types.Object:
    bpy.ops.mesh.primitive_monkey_add()
    return bpy.context.active_object


def read(item: bpy.types.Object, *slots: int, **options: object) -> Surface:
    chosen = slots or tuple(range(len(item.material_slots)))
    return read_surface(bpy.context, Subject(item, chosen), **options)


def volume(surface: Surface) -> float:
    """Signed: positive where the faces look outwards."""
    a, b, c = (surface.vertices[surface.faces[:, corner]].astype(float) for corner in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def without_uvs(item: bpy.types.Object) -> bpy.types.Object:
    item.data.uv_layers.remove(item.data.uv_layers[0])
    return item


def shift_uvs(item: bpy.types.Object, shift: Callable[[int], tuple[float, float]]) -> None:
    """Moves each polygon's UVs by what `shift` says for its number."""
    for polygon in item.data.polygons:
        for loop in polygon.loop_indices:
            moved = np.array(item.data.uv_layers[0].uv[loop].vector) + shift(polygon.index)
            item.data.uv_layers[0].uv[loop].vector = moved


def test_quads_are_read_as_the_triangles_that_blender_draws() -> None:
    surface = read(cube())
    assert surface.uvs.shape == (12, 3, 2)
    assert surface.polygons.tolist() == sorted(2 * list(range(6)))
    assert volume(surface) == pytest.approx(8.0)


def test_it_is_turned_and_scaled_as_in_the_scene_and_left_at_its_origin() -> None:
    item = cube()
    item.scale, item.rotation_euler, item.location = (1.0, 2.0, 3.0), (0.0, 0.0, np.pi / 2), (50.0, 0.0, 0.0)
    bpy.context.view_layer.update()
    extent = read(item).vertices.max(axis=0)
    assert extent == pytest.approx([2.0, 1.0, 3.0], abs=1e-5)


@pytest.mark.parametrize("scale", [(-1.0, 1.0, 1.0), (-1.0, -1.0, -2.0), (-1.0, -1.0, 1.0)])
def test_faces_look_outwards_also_where_the_scale_is_negative(scale: tuple[float, float, float]) -> None:
    item = monkey()
    expected = abs(volume(read(item)) * np.prod(scale))
    item.scale = scale
    bpy.context.view_layer.update()
    surface = read(item)
    assert volume(surface) == pytest.approx(expected, rel=1e-4)
    uvs = np.empty(2 * len(item.data.loops), np.float32)
    item.data.uv_layers[0].uv.foreach_get("vector", uvs)
    assert np.array_equal(surface.uvs, uvs.reshape(-1, 2)[surface.loops])
    assert np.array_equal(
        [item.data.loops[loop].vertex_index for loop in surface.loops[:, 1]], surface.faces[:, 1]
    )


def test_a_scale_of_zero_is_refused() -> None:
    item = cube()
    item.scale.x = 0.0
    bpy.context.view_layer.update()
    with pytest.raises(MaquetteError, match="scaled to nothing"):
        read(item)


def test_modifiers_are_evaluated_where_uvs_survive_them() -> None:
    item = monkey()
    item.modifiers.new("Subdivision", "SUBSURF").levels = 1
    surface = read(item)
    assert len(surface.faces) == 2 * 1968
    assert not surface.is_own
    assert 0.0 <= surface.uvs.min() <= surface.uvs.max() <= 1.0


def test_a_modifier_that_only_moves_vertices_leaves_the_mesh_its_own() -> None:
    item = cube()
    item.modifiers.new("Displace", "DISPLACE").strength = 0.5
    surface = read(item)
    assert surface.is_own
    assert volume(surface) != pytest.approx(8.0, rel=0.01)


def test_without_uvs_the_mesh_under_its_modifiers_is_read_so_that_it_can_be_given_some() -> None:
    item = without_uvs(monkey())
    item.modifiers.new("Subdivision", "SUBSURF").levels = 1
    surface = read(item)
    assert surface.is_own
    assert surface.uvs is None
    assert len(np.unique(surface.polygons)) == 500


def test_modifiers_that_make_new_faces_cannot_be_given_uvs() -> None:
    item = without_uvs(cube())
    item.modifiers.new("Rebuild", "REMESH")
    with pytest.raises(MaquetteError, match="modifier Rebuild of Cube makes have no UVs: apply it first"):
        read(item)


def test_modifiers_that_lose_the_uvs_are_told() -> None:
    item = cube()
    item.modifiers.new("Rebuild", "REMESH")
    with pytest.raises(MaquetteError, match="lose its UV map UVMap: apply them first"):
        read(item)


def test_an_array_of_things_is_painted_once() -> None:
    item = cube()
    item.modifiers.new("Array", "ARRAY").count = 5
    surface = read(item)
    assert surface.is_own
    assert len(surface.faces) == 12


def test_what_is_edited_at_the_moment_is_read() -> None:
    item = cube()
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.transform.resize(value=(2.0, 2.0, 2.0))
    assert volume(read(item)) == pytest.approx(64.0)
    bpy.ops.object.mode_set(mode="OBJECT")


def test_loose_vertices_do_not_make_it_larger() -> None:
    item = cube()
    item.data.vertices.add(1)
    item.data.vertices[-1].co = (900.0, 0.0, 0.0)
    surface = read(item)
    assert len(surface.vertices) == 8
    assert volume(surface) == pytest.approx(8.0)


def test_only_the_faces_of_the_chosen_slots_are_read() -> None:
    item = cube()
    for name in ("Body", "Lid"):
        item.data.materials.append(bpy.data.materials.new(name))
    item.data.polygons[3].material_index = 1
    lid, body = read(item, 1), read(item, 0)
    assert lid.polygons.tolist() == [3, 3]
    assert len(lid.vertices) == 4
    assert 3 not in body.polygons
    assert len(read(item).faces) == 12


def test_a_slot_without_faces_is_refused_by_name() -> None:
    item = cube()
    for name in ("Body", "Lid"):
        item.data.materials.append(bpy.data.materials.new(name))
    with pytest.raises(MaquetteError, match="No face of Cube uses its slot Lid"):
        read(item, 1)


def test_udim_tiles_are_refused_by_number_unless_new_uvs_are_wanted() -> None:
    item = cube()
    for loop in item.data.uv_layers[0].uv:
        loop.vector = (0.2 + 0.5 * loop.vector.x, 0.2 + 0.5 * loop.vector.y)
    shift_uvs(item, lambda polygon: (polygon % 2, polygon // 4))
    with pytest.raises(MaquetteError, match=r"UDIM tiles \(1001, 1002, 1011, 1012\)"):
        read(item)
    assert len(read(item, new_uvs=True).faces) == 12


def test_a_layout_that_repeats_a_picture_is_not_taken_for_udim() -> None:
    item = cube()
    for loop in item.data.uv_layers[0].uv:
        loop.vector = (4.0 * loop.vector.x - 1.5, 4.0 * loop.vector.y)
    assert read(item).uvs.max() > 1.0


def test_a_material_of_udim_tiles_greys_the_panel() -> None:
    item = cube()
    material = bpy.data.materials.new("Skin")
    if material.node_tree is None:
        material.use_nodes = True
    image = bpy.data.images.new("skin.<UDIM>.png", 4, 4, tiled=True)
    material.node_tree.nodes.new("ShaderNodeTexImage").image = image
    item.data.materials.append(material)
    assert "made of UDIM tiles" in reason_not_texturable(bpy.context)
    assert not reason_not_texturable(bpy.context, new_uvs=True)


def test_coordinates_that_are_no_numbers_are_refused() -> None:
    vertices, faces, uvs = grid(3)
    vertices[0] = np.nan
    item = bpy.data.objects.new("Broken", build_mesh("Broken", vertices, faces, uvs))
    bpy.context.collection.objects.link(item)
    with pytest.raises(MaquetteError, match="broken coordinates"):
        read(item)


def test_objects_that_share_a_mesh_are_one_subject() -> None:
    first = cube()
    bpy.ops.object.duplicate_move_linked()
    second = bpy.context.active_object
    cube()
    for item in bpy.data.objects:
        item.select_set(True)
    found = subjects(bpy.context, ALL_SLOTS)
    assert len(found) == 2
    shared = next(one for one in found if one.item.data == first.data)
    assert shared.others == 1
    assert second.data == first.data


def test_objects_with_materials_of_their_own_are_subjects_of_their_own() -> None:
    first = cube()
    first.data.materials.append(bpy.data.materials.new("Shared"))
    bpy.ops.object.duplicate_move_linked()
    bpy.context.active_object.material_slots[0].link = "OBJECT"
    first.select_set(True)
    assert {one.item for one in subjects(bpy.context, ALL_SLOTS)} == set(bpy.data.objects)


def test_what_cannot_be_textured_says_why() -> None:
    assert reason_not_texturable(bpy.context) == "Select a mesh to texture"
    item = cube()
    item.data.clear_geometry()
    assert reason_not_texturable(bpy.context) == "Cube has no faces"
    bpy.ops.object.text_add()
    assert "convert it first" in reason_not_texturable(bpy.context)
    collection = bpy.data.collections.new("Kit")
    bpy.ops.object.collection_instance_add(name=collection.name)
    assert "instance of a collection" in reason_not_texturable(bpy.context)


def test_new_uvs_of_the_real_unwrap_fit_the_polygons_of_a_mesh() -> None:
    unwrap = pytest.importorskip("maquette.geometry.unwrap.unwrapping").unwrap
    item = monkey()
    surface = read(item, new_uvs=True)
    uvs = unwrap(surface.vertices, surface.faces, 512, 4, Progress(), polygons=surface.polygons)
    assert uv_maps.write_new(item.data, surface.loops, uvs) == "Maquette"
    written = uv_maps.read(item.data.uv_layers["Maquette"], surface.loops)
    assert np.array_equal(written, uvs)
    loose = unwrap(surface.vertices, surface.faces, 512, 4, Progress())
    with pytest.raises(MaquetteError, match="torn from their polygon"):
        uv_maps.write_new(item.data, surface.loops, loose)
