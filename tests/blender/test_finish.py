"""The Finish panel: a mesh goes out as it is shown, and comes back as an object of its own."""

from types import SimpleNamespace

import bpy
import numpy as np
import pytest

from blender_addon import catalogue, runtime
from blender_addon.panels.finish import MAQUETTE_PT_finish
from blender_addon.scene_io.material import build_material
from blender_addon.scene_io.mesh import build_mesh
from maquette.recipes.finish import DESCRIPTION

from .recorder import Recorder
from .shapes import grid, png

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]


@pytest.fixture(autouse=True)
def recipe():
    before = catalogue.recipes()
    catalogue.update([*before, DESCRIPTION])
    yield
    catalogue.update(before)


@pytest.fixture
def ordered(monkeypatch) -> list:
    orders = []
    monkeypatch.setattr(runtime.current(), "order", lambda order, target: orders.append((order, target)))
    return orders


def test_a_bare_mesh_goes_out_as_it_is_shown_and_lands_beside_it(ordered) -> None:
    bpy.ops.mesh.primitive_monkey_add(location=(1, 2, 3))
    item = bpy.context.active_object
    item.scale = (2, 2, 2)
    item.modifiers.new("Finer", "SUBSURF").levels = 1
    bpy.context.window_manager.maquette_finish.value_budget = "mobile"
    assert bpy.ops.maquette.finish() == {"FINISHED"}
    ((order, target),) = ordered
    assert (order.recipe, order.task, order.parameters["budget"]) == ("finish", "finish", "mobile")
    assert set(order.frames) == {"vertices", "faces"}
    assert order.frames["faces"].to_array().shape == (3936, 3)
    assert 4.5 < np.ptp(order.frames["vertices"].to_array(), axis=0).max() < 6
    assert target.wearer is None
    assert target.location[0] > 3
    assert target.location[1:] == (2, 3)
    assert target.name == "Suzanne Finished"


def test_maps_that_can_be_read_go_along_with_their_uvs(ordered) -> None:
    mesh = build_mesh("Sheet", *grid(6))
    mesh.materials.append(build_material("Worn", {"base_color": png((200, 30, 20), 16)}, "OPAQUE"))
    item = bpy.data.objects.new("Sheet", mesh)
    bpy.context.collection.objects.link(item)
    bpy.context.view_layer.objects.active = item
    assert bpy.ops.maquette.finish() == {"FINISHED"}
    frames = ordered[0][0].frames
    assert {"vertices", "faces", "uvs", "base_color", "orm"} <= set(frames)
    assert frames["uvs"].to_array().shape == (50, 3, 2)


def test_the_panel_shows_the_budget_and_both_buttons() -> None:
    bpy.ops.mesh.primitive_cube_add()
    layout = Recorder()
    MAQUETTE_PT_finish.draw(SimpleNamespace(layout=layout), bpy.context)
    assert "Cube" in layout.texts()
    assert layout.operators() == ["maquette.finish", "maquette.quads"]


def test_without_a_mesh_it_is_greyed_out() -> None:
    bpy.context.view_layer.objects.active = None
    assert not bpy.ops.maquette.finish.poll()
