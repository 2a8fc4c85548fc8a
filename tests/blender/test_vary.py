"""From a selected mesh to another one beside it: what goes with the order, and what is drawn before it."""

from collections.abc import Callable
from types import SimpleNamespace

import bpy
import pytest

from blender_addon import runtime
from blender_addon.jobs import Fate, Job
from blender_addon.panels.vary import MAQUETTE_PT_vary
from blender_addon.phases import Phase
from blender_addon.scene_io import provenance

from .recorder import Recorder

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]

Beat = Callable[..., None]


@pytest.fixture(autouse=True)
def settled(beat: Beat) -> None:
    runtime.current().link.start()
    beat(
        lambda: (
            runtime.current().phase is Phase.READY and hasattr(bpy.types.WindowManager, "maquette_reshape")
        )
    )
    settings = bpy.context.window_manager.maquette
    settings.vary_recipe, settings.vary_prompt, settings.mask = "reshape", "a tower", "ALL"
    settings.texture_random_seed, settings.texture_seed = False, 7
    settings.texture_images.clear()


def drawn() -> Recorder:
    layout = Recorder()
    MAQUETTE_PT_vary.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def varied(beat: Beat) -> Job:
    assert bpy.ops.maquette.vary() == {"FINISHED"}
    job = runtime.current().jobs.latest("vary")
    beat(lambda: job.fate is not Fate.OPEN and job.fate is not Fate.ARRIVING)
    assert job.fate is Fate.PLACED, job.error
    return job


def test_a_new_mesh_stands_beside_and_the_old_one_is_kept(beat: Beat) -> None:
    bpy.ops.mesh.primitive_monkey_add()
    old = bpy.context.active_object
    varied(beat)
    new = bpy.context.active_object
    assert new != old
    assert old.name in bpy.context.scene.objects
    assert new.location.x > old.location.x + 1
    origin = provenance.read(new)
    assert (origin.prompt, origin.recipe, origin.seed) == ("a tower", "reshape", 7)
    assert origin.document["mesh_vertices"] == 507
    assert origin.document["may_change"] is None


def test_the_selected_faces_go_along_as_the_part_that_may_change(beat: Beat) -> None:
    bpy.ops.mesh.primitive_cube_add()
    item = bpy.context.active_object
    for polygon in item.data.polygons:
        polygon.select = polygon.index == 0
    bpy.context.window_manager.maquette.mask = "SELECTED"
    varied(beat)
    share = provenance.read(bpy.context.active_object).document["may_change"]
    assert 0 < share < 0.3


def test_without_words_and_pictures_and_without_a_mesh_it_says_so() -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.window_manager.maquette.vary_prompt = ""
    with pytest.raises(RuntimeError, match="neither a prompt nor a picture"):
        bpy.ops.maquette.vary()
    bpy.ops.object.select_all(action="DESELECT")
    bpy.context.view_layer.objects.active = None
    assert not bpy.ops.maquette.vary.poll()
    assert "Select a mesh to start from" in drawn().texts()


def test_a_download_is_told_of_before_the_button_is_pressed() -> None:
    bpy.ops.mesh.primitive_cube_add()
    assert "to download first" not in drawn().texts()
    bpy.context.window_manager.maquette.vary_recipe = "heavy"  # needs weights that are not here
    words = drawn().texts()
    assert "download first" in words
    assert "Apache-2.0" in words
