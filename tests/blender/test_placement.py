import bpy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blender_addon.scene_io import placement
from blender_addon.scene_io.mesh import build_mesh

from .shapes import grid

pytestmark = pytest.mark.blender


def sheet(name: str = "Sheet") -> bpy.types.Object:
    return bpy.data.objects.new(name, build_mesh(name, *grid(3)))


def placed(name: str = "Sheet") -> bpy.types.Object:
    item = sheet(name)
    placement.place(item, bpy.context.scene, (1.0, 2.0, 3.0))
    return item


def test_the_new_object_alone_is_selected_and_active() -> None:
    first, second = placed("First"), placed("Second")
    assert bpy.context.selected_objects == [second]
    assert bpy.context.active_object == second
    assert tuple(first.location) == (1.0, 2.0, 3.0)


def test_the_collection_is_found_again_after_a_rename() -> None:
    placed()
    bpy.data.collections["Maquette"].name = "My chairs"
    placed()
    assert [collection.name for collection in bpy.data.collections] == ["My chairs"]
    assert len(bpy.data.collections["My chairs"].objects) == 2


def test_every_scene_has_a_collection_of_its_own() -> None:
    placed()
    other = bpy.data.scenes.new("Other")
    item = sheet()
    placement.place(item, other, (0.0, 0.0, 0.0))
    assert item.name in other.objects
    assert item.name not in bpy.context.scene.objects


def test_a_hidden_collection_does_not_hide_the_result() -> None:
    placed()
    bpy.context.view_layer.layer_collection.children["Maquette"].exclude = True
    item = placed("Second")
    assert item.visible_get()
    assert bpy.context.scene.collection.objects[:] == [item]


@given(st.lists(st.floats(0.01, 50.0), min_size=2, max_size=8))
def test_variants_stand_apart_in_a_row(widths: list[float]) -> None:
    at = [placement.slot_offset(widths[:index], width) for index, width in enumerate(widths)]
    right = np.add(at, np.divide(widths, 2))[:-1]
    left = np.subtract(at, np.divide(widths, 2))[1:]
    assert at[0] == 0.0
    assert (left > right).all()


def test_one_more_stands_to_the_right_of_the_one_it_is_like() -> None:
    item = placed()
    bpy.context.view_layer.update()
    x, y, z = placement.beside(item)
    assert (y, z) == (2.0, 3.0)
    assert x - 0.5 > 1.0 + 0.5


def test_a_scene_is_known_after_a_rename_and_gone_after_its_deletion() -> None:
    scene = bpy.data.scenes.new("Second")
    uid = scene.session_uid
    scene.name = "Renamed"
    assert placement.scene_by_uid(uid) == scene
    bpy.data.scenes.remove(scene)
    assert placement.scene_by_uid(uid) is None


def test_an_object_is_known_by_its_identifier() -> None:
    item = placed()
    uid = item.session_uid
    item.name = "Renamed"
    assert placement.object_by_uid(uid) == item
    bpy.data.objects.remove(item)
    assert placement.object_by_uid(uid) is None


def test_nothing_is_added_while_someone_edits_a_mesh() -> None:
    placed()
    manager = bpy.context.window_manager
    assert placement.reason_to_wait(manager) == ""
    bpy.ops.object.mode_set(mode="EDIT")
    assert "Object Mode" in placement.reason_to_wait(manager)
    bpy.ops.object.mode_set(mode="OBJECT")
    assert placement.reason_to_wait(manager) == ""


def test_showing_selects_what_is_there_and_reveals_it() -> None:
    first = placed("First")
    placed("Second")
    first.hide_set(True)
    assert placement.show(first, bpy.context.scene)
    assert bpy.context.selected_objects == [first]
    assert not placement.show(sheet("Elsewhere"), bpy.context.scene)
