import bpy
import numpy as np
import pytest

from blender_addon.scene_io import quads
from maquette.protocol import MaquetteError

pytestmark = pytest.mark.blender


@pytest.fixture
def ball() -> bpy.types.Object:
    """5 120 triangles, moved and scaled, with a material."""
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=5, location=(1, 2, 3))
    item = bpy.context.active_object
    item.scale = (2, 2, 2)
    item.data.materials.append(bpy.data.materials.new("Red"))
    bpy.context.view_layer.update()
    return item


def names() -> tuple[set[str], set[str]]:
    return {item.name for item in bpy.data.objects}, {mesh.name for mesh in bpy.data.meshes}


def failing(times: int, real=quads.quadriflow):
    """Quadriflow that gives up some times before it works."""
    calls = []

    def run(context, item, target):
        calls.append(len(item.data.polygons))
        return real(context, item, target) if len(calls) > times else False

    return run, calls


def test_a_ball_becomes_quads_in_its_place_and_the_original_stays(ball: bpy.types.Object) -> None:
    made, found = quads.remesh(bpy.context, ball, 600)
    assert 300 < found.faces < 1200
    assert found.quad_share > 0.95
    assert found.way == "as it is"
    assert len(ball.data.polygons) == 5120
    assert made.matrix_world == ball.matrix_world
    assert made.users_collection == ball.users_collection
    assert not made.data.materials
    assert np.allclose([v.co.length for v in made.data.vertices], 1, atol=0.02)


def test_when_quadriflow_gives_up_simpler_meshes_are_tried(ball, monkeypatch) -> None:
    run, calls = failing(2)
    monkeypatch.setattr(quads, "quadriflow", run)
    monkeypatch.setattr(quads, "MOST_TRIANGLES", 2000)
    before = names()
    _, found = quads.remesh(bpy.context, ball, 600)
    assert found.way.startswith("decimated")
    assert calls[:2] == [5120, 5120]
    assert 1900 < calls[2] <= 2000
    assert [len(now - then) for now, then in zip(names(), before, strict=True)] == [1, 1]


def test_loose_bits_do_not_come_along(ball, monkeypatch) -> None:
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=1, radius=0.05, location=(5, 2, 3))
    bit = bpy.context.active_object
    with bpy.context.temp_override(active_object=ball, selected_editable_objects=[ball, bit]):
        bpy.ops.object.join()
    monkeypatch.setattr(quads, "quadriflow", failing(1)[0])
    made, found = quads.remesh(bpy.context, ball, 600)
    assert found.way == "its largest piece, cleaned"
    assert max(v.co.length for v in made.data.vertices) < 1.05


@pytest.mark.parametrize("kind", ["empty", "triangles", "far too many", "shrunken"])
def test_a_result_that_is_not_what_was_asked_for_is_not_believed(ball, monkeypatch, kind) -> None:
    def lie(context, item, target):
        if kind == "empty":
            item.data.clear_geometry()
        elif kind == "shrunken":
            quads_of_it = failing(0)[0](context, item, target)
            for vertex in item.data.vertices:
                vertex.co *= 0.5
            return quads_of_it
        return True

    monkeypatch.setattr(quads, "quadriflow", lie)
    before = names()
    with pytest.raises(MaquetteError, match=f"no quads of {ball.name}"):
        quads.remesh(bpy.context, ball, 5000 if kind == "triangles" else 600)
    assert names() == before


def test_the_last_resort_is_a_skin_of_voxels(ball, monkeypatch) -> None:
    monkeypatch.setattr(quads, "quadriflow", failing(3)[0])
    made, found = quads.remesh(bpy.context, ball, 600)
    assert found.way == "a voxel skin around it"
    assert np.allclose([v.co.length for v in made.data.vertices], 1, atol=0.05)


def test_a_refusal_of_blender_is_one_way_that_failed(ball, monkeypatch) -> None:
    def refuse(context, item, target):
        raise RuntimeError("Error: The mesh needs to be manifold")

    monkeypatch.setattr(quads, "quadriflow", refuse)
    before = names()
    with pytest.raises(MaquetteError, match="close its holes"):
        quads.remesh(bpy.context, ball, 600)
    assert names() == before


def test_the_operator_selects_the_copy_hides_the_original_and_is_one_undo_step(addon, ball) -> None:
    bpy.ops.ed.undo_push(message="Ball")
    name = ball.name
    assert bpy.ops.maquette.quads(faces=600) == {"FINISHED"}
    made = bpy.context.active_object
    assert made.name == f"{name} Quads"
    assert made.select_get()
    assert bpy.data.objects[name].hide_get()


def test_without_a_mesh_the_operator_is_greyed_out(addon) -> None:
    bpy.context.view_layer.objects.active = None
    assert not bpy.ops.maquette.quads.poll()
