"""From the Texture button to the new material, through the real server: what must stay, stays."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest

from blender_addon import runtime, thumbnails
from blender_addon.jobs import Fate, Job
from blender_addon.panels import views
from blender_addon.phases import Phase
from blender_addon.scene_io import blender_unwrap, provenance, slots, view_sheet
from blender_addon.scene_io.png import encode_png

from .recorder import Recorder
from .shapes import png

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]

Beat = Callable[..., None]


@pytest.fixture(autouse=True)
def settled(beat: Beat) -> None:
    """The backend is there and the panel as it is at first."""
    runtime.current().link.start()
    beat(
        lambda: runtime.current().phase is Phase.READY and hasattr(bpy.types.WindowManager, "maquette_polish")
    )
    settings = bpy.context.window_manager.maquette
    settings.texture_prompt, settings.slots, settings.mask = "rust", "ACTIVE", "ALL"
    settings.texture_random_seed, settings.texture_seed = False, 7
    settings.maps = {"base_color", "orm", "normal"}
    settings.texture_images.clear()
    choose_uvs("auto")


def choose_uvs(choice: str) -> None:
    bpy.context.window_manager.maquette_polish.value_uvs = choice


def monkey() -> bpy.types.Object:
    bpy.ops.mesh.primitive_monkey_add()
    return bpy.context.active_object


def cube_of(*names: str) -> bpy.types.Object:
    """A cube whose polygons take turns in using its slots."""
    bpy.ops.mesh.primitive_cube_add()
    item = bpy.context.active_object
    for name in names:
        item.data.materials.append(bpy.data.materials.new(name))
    for polygon in item.data.polygons:
        polygon.material_index = polygon.index % max(1, len(names))
    return item


def textured(beat: Beat) -> list[Job]:
    """Presses the button and waits; the jobs it ordered."""
    before = runtime.current().jobs.newest_first()
    bpy.ops.ed.undo_push(message="Before")
    assert bpy.ops.maquette.texture() == {"FINISHED"}
    jobs = [job for job in runtime.current().jobs.newest_first() if job not in before]
    beat(lambda: all(job.fate is not Fate.OPEN and job.fate is not Fate.ARRIVING for job in jobs))
    return jobs


def record(item: bpy.types.Object, slot: int = 0) -> dict[str, object]:
    """What the backend was given for the material in a slot."""
    origin = provenance.read(item.material_slots[slot].material)
    assert origin is not None
    return origin.document


def arrays(mesh: bpy.types.Mesh) -> dict[str, bytes]:
    """Every attribute of a mesh that could have been touched."""
    found = {}
    for attribute in mesh.attributes:
        kinds = {"FLOAT_VECTOR": ("vector", 3), "FLOAT2": ("vector", 2), "INT": ("value", 1)}
        if attribute.data_type in kinds:
            name, width = kinds[attribute.data_type]
            values = np.empty(width * len(attribute.data), np.int32 if name == "value" else np.float32)
            attribute.data.foreach_get(name, values)
            found[attribute.name] = values.tobytes()
    return found


def test_vertices_and_uvs_stay_bit_for_bit_and_only_the_material_is_new(beat: Beat) -> None:
    item = monkey()
    before = arrays(item.data)
    (job,) = textured(beat)
    assert job.fate is Fate.PLACED
    assert arrays(item.data) == before
    assert [layer.name for layer in item.data.uv_layers] == ["UVMap"]
    assert [other.name for other in bpy.data.objects] == ["Suzanne"]
    assert record(item)["uvs"] == "kept"
    material = item.material_slots[0].material
    assert provenance.read(material).prompt == "rust"
    assert material.node_tree.nodes["maquette_uv"].uv_map == "UVMap"


def test_the_old_material_is_kept_in_the_file_and_nothing_of_it_is_changed(beat: Beat) -> None:
    item = cube_of("Plastic")
    old = item.data.materials[0]
    textured(beat)
    assert item.data.materials[0] != old
    assert old.name == "Plastic"
    assert old.use_fake_user
    assert len(item.data.materials) == 1


def test_a_texture_is_one_undo_step(beat: Beat) -> None:
    item = cube_of("Plastic")
    choose_uvs("new")
    textured(beat)
    assert len(item.data.uv_layers) == 2
    bpy.ops.ed.undo()
    item = bpy.data.objects["Cube"]
    assert item.data.materials[0].name == "Plastic"
    assert [layer.name for layer in item.data.uv_layers] == ["UVMap"]
    bpy.ops.ed.redo()
    item = bpy.data.objects["Cube"]
    assert provenance.read(item.data.materials[0]).prompt == "rust"


def test_it_arrives_while_something_else_is_selected(beat: Beat) -> None:
    item = monkey()
    bpy.ops.maquette.texture()
    job = runtime.current().jobs.latest("texture")
    bpy.ops.object.select_all(action="DESELECT")
    bpy.context.view_layer.objects.active = None
    beat(lambda: job.fate is Fate.PLACED)
    assert record(item)["mesh_vertices"] == 507


def test_several_meshes_are_several_jobs_with_one_seed(beat: Beat) -> None:
    first, second = cube_of("One"), monkey()
    first.select_set(True)
    jobs = textured(beat)
    assert [job.order.seed for job in jobs] == [7, 7]
    assert (record(first)["mesh_vertices"], record(second)["mesh_vertices"]) == (8, 507)


def test_linked_duplicates_are_one_job_and_all_show_it(beat: Beat) -> None:
    first = cube_of("One")
    bpy.ops.object.duplicate_move_linked()
    second = bpy.context.active_object
    first.select_set(True)
    (job,) = textured(beat)
    assert first.material_slots[0].material == second.material_slots[0].material
    assert provenance.read(first.material_slots[0].material).request_id == job.key


def test_a_material_of_the_object_itself_leaves_its_duplicates_alone(beat: Beat) -> None:
    first = cube_of("Shared")
    bpy.ops.object.duplicate_move_linked()
    second = bpy.context.active_object
    second.material_slots[0].link = "OBJECT"
    second.material_slots[0].material = bpy.data.materials.new("Own")
    textured(beat)
    assert first.material_slots[0].material.name == "Shared"
    assert record(second)["uvs"] == "kept"
    bpy.ops.maquette.switch(before=True)
    assert second.material_slots[0].material.name == "Own"


def test_a_mirrored_object_is_sent_with_its_faces_outwards(beat: Beat) -> None:
    item = monkey()
    item.scale.x = -2.0
    textured(beat)
    assert record(item)["volume"] > 1.0


def test_only_the_active_slot_is_textured(beat: Beat) -> None:
    item = cube_of("Body", "Lid")
    item.active_material_index = 1
    textured(beat)
    assert item.material_slots[0].material.name == "Body"
    assert record(item, 1)["faces"] == 6


def test_all_slots_are_textured_where_that_is_chosen(beat: Beat) -> None:
    item = cube_of("Body", "Lid")
    bpy.context.window_manager.maquette.slots = "ALL"
    textured(beat)
    assert item.material_slots[0].material == item.material_slots[1].material
    assert record(item)["faces"] == 12
    bpy.ops.maquette.switch(before=True)
    assert [slot.material.name for slot in item.material_slots] == ["Body", "Lid"]
    bpy.ops.maquette.switch(before=False)
    assert record(item, 1)["faces"] == 12


def test_modifiers_count_and_their_uvs_are_kept(beat: Beat) -> None:
    item = monkey()
    item.modifiers.new("Subdivision", "SUBSURF").levels = 1
    textured(beat)
    assert record(item)["faces"] == 2 * 1968
    assert record(item)["choice"] == "keep"
    assert len(item.modifiers) == 1


def test_new_uvs_are_a_second_map_and_the_old_one_is_not_touched(beat: Beat) -> None:
    item = monkey()
    before = arrays(item.data)
    choose_uvs("new")
    textured(beat)
    after = arrays(item.data)
    assert {name: after[name] for name in before} == before
    assert [layer.name for layer in item.data.uv_layers] == ["UVMap", "Maquette"]
    assert item.data.uv_layers["UVMap"].active_render
    nodes = item.material_slots[0].material.node_tree.nodes
    assert nodes["maquette_uv"].uv_map == "Maquette"
    assert next(node for node in nodes if node.type == "NORMAL_MAP").uv_map == "Maquette"
    vertices = np.array([vertex.co[:2] for vertex in item.data.vertices])
    corners = [loop.vertex_index for loop in item.data.loops]
    expected = (vertices - vertices.min(axis=0)) / np.ptp(vertices, axis=0)
    written = np.array([loop.vector for loop in item.data.uv_layers["Maquette"].uv])
    assert np.abs(written - expected[corners]).max() < 1e-6


def test_a_mesh_without_uvs_gets_its_first_under_its_modifiers(beat: Beat) -> None:
    item = monkey()
    item.scale.x = -1.0
    item.data.uv_layers.remove(item.data.uv_layers[0])
    item.modifiers.new("Subdivision", "SUBSURF").levels = 1
    textured(beat)
    assert record(item)["mesh_vertices"] == 507
    assert [layer.name for layer in item.data.uv_layers] == ["Maquette"]


def test_new_uvs_of_one_slot_leave_the_faces_of_others_where_they_were(beat: Beat) -> None:
    item = cube_of("Body", "Lid")
    choose_uvs("new")
    textured(beat)
    old, new = (np.array([loop.vector for loop in item.data.uv_layers[n].uv]) for n in ("UVMap", "Maquette"))
    others = [loop for polygon in list(item.data.polygons)[1::2] for loop in polygon.loop_indices]
    assert np.array_equal(old[others], new[others])
    assert not np.allclose(old, new)


def test_new_uvs_for_a_mesh_that_was_changed_meanwhile_are_an_error_and_change_nothing(beat: Beat) -> None:
    item = monkey()
    choose_uvs("new")
    bpy.ops.maquette.texture()
    job = runtime.current().jobs.latest("texture")
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.subdivide()
    bpy.ops.object.mode_set(mode="OBJECT")
    beat(lambda: job.fate is Fate.ENDED)
    assert "was changed while it was textured" in job.error.message
    assert len(item.data.uv_layers) == 1
    assert not item.material_slots


def test_udim_is_refused_at_the_press(beat: Beat) -> None:
    item = cube_of()
    for polygon in item.data.polygons:
        for loop in polygon.loop_indices:
            u, v = item.data.uv_layers[0].uv[loop].vector
            item.data.uv_layers[0].uv[loop].vector = (0.5 * u + polygon.index % 2, 0.5 * v)
    count = len(runtime.current().jobs.newest_first())
    with pytest.raises(RuntimeError, match="UDIM tiles"):
        bpy.ops.maquette.texture()
    assert len(runtime.current().jobs.newest_first()) == count


def test_before_and_after_can_be_switched_and_survive_saving(beat: Beat, tmp_path: Path) -> None:
    item = cube_of("Plastic")
    textured(beat)
    after = item.material_slots[0].material.name
    bpy.ops.maquette.switch(before=True)
    assert item.material_slots[0].material.name == "Plastic"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "cube.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "cube.blend"))
    item = bpy.data.objects["Cube"]
    assert item.material_slots[0].material.name == "Plastic"
    bpy.ops.ed.undo_push(message="Opened")
    bpy.ops.maquette.switch("EXEC_DEFAULT", True, before=False)
    assert item.material_slots[0].material.name == after
    bpy.ops.ed.undo()
    assert bpy.data.objects["Cube"].material_slots[0].material.name == "Plastic"
    bpy.ops.maquette.switch(before=False)
    assert bpy.data.objects["Cube"].material_slots[0].material.name == after


def test_a_mesh_that_had_no_material_can_be_switched_back_to_none(beat: Beat) -> None:
    item = cube_of()
    textured(beat)
    new = item.material_slots[0].material
    bpy.ops.maquette.switch(before=True)
    assert item.material_slots[0].material is None
    bpy.ops.maquette.switch(before=False)
    assert item.material_slots[0].material == new


def test_a_slot_that_was_moved_is_still_switched(beat: Beat) -> None:
    item = cube_of("Body", "Lid")
    textured(beat)
    bpy.ops.object.material_slot_move(direction="DOWN")
    assert [pair.before.name for pair in slots.pairs(item)] == ["Body"]
    bpy.ops.maquette.switch(before=True)
    assert [slot.material.name for slot in item.material_slots] == ["Lid", "Body"]


def test_there_is_nothing_to_switch_before_the_first_texture() -> None:
    cube_of("Plastic")
    with pytest.raises(RuntimeError, match="poll"):
        bpy.ops.maquette.switch(before=True)


def test_maps_that_are_not_wanted_stay_as_they_were(beat: Beat) -> None:
    item = cube_of("Plastic")
    old = item.data.materials[0]
    if old.node_tree is None:
        old.use_nodes = True
    old.node_tree.nodes["Principled BSDF"].inputs["Roughness"].default_value = 0.125
    bpy.context.window_manager.maquette.maps = {"base_color"}
    textured(beat)
    shader = next(n for n in item.data.materials[0].node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    assert shader.inputs["Base Color"].links[0].from_node.name == "maquette_base_color"
    assert not shader.inputs["Roughness"].is_linked
    assert shader.inputs["Roughness"].default_value == 0.125
    assert not old.node_tree.nodes["Principled BSDF"].inputs["Base Color"].is_linked


def test_reference_images_travel_with_it(beat: Beat, tmp_path: Path) -> None:
    (tmp_path / "moss.png").write_bytes(png((1, 2, 3), 24))
    assert bpy.ops.maquette.add_image(filepath=str(tmp_path / "moss.png"), surface=True) == {"FINISHED"}
    item = monkey()
    textured(beat)
    assert record(item)["images"] == 1
    assert not bpy.context.window_manager.maquette.images
    bpy.ops.maquette.remove_image(index=0, surface=True)
    assert not bpy.context.window_manager.maquette.texture_images


def test_maps_for_a_mesh_that_was_deleted_are_offered(beat: Beat) -> None:
    item = monkey()
    bpy.ops.maquette.texture()
    job = runtime.current().jobs.latest("texture")
    bpy.data.objects.remove(item)
    beat(lambda: job.fate is Fate.WAITING)


def test_texture_says_why_it_cannot_be_done() -> None:
    with pytest.raises(RuntimeError, match="Select a mesh to texture"):
        bpy.ops.maquette.texture()
    monkey()
    with pytest.raises(RuntimeError, match="has no material yet"):
        bpy.ops.maquette.texture(task="refine")
    with pytest.raises(RuntimeError, match="No recipe that edits maps"):
        bpy.ops.maquette.texture(task="edit")


def test_settings_are_taken_back_into_the_texture_panel(beat: Beat) -> None:
    monkey()
    (job,) = textured(beat)
    settings = bpy.context.window_manager.maquette
    prompt = settings.prompt
    settings.texture_prompt, settings.texture_random_seed = "else", True
    bpy.ops.maquette.reuse(key=job.key)
    assert (settings.texture_prompt, settings.texture_seed) == ("rust", 7)
    assert not settings.texture_random_seed
    assert settings.prompt == prompt


def redone(beat: Beat, view: int) -> Job:
    """Shows the views of the active object's texture and has one painted again."""
    assert bpy.ops.maquette.show_views() == {"FINISHED"}
    key = provenance.read(bpy.context.active_object.active_material).request_id
    beat(lambda: key in runtime.current().views)
    assert bpy.ops.maquette.redo_view(view=view) == {"FINISHED"}
    job = runtime.current().jobs.latest("texture")
    beat(lambda: job.fate is Fate.PLACED)
    return job


def test_one_view_is_painted_again_from_the_views_of_the_result(beat: Beat) -> None:
    item = monkey()
    textured(beat)
    first = item.active_material
    job = redone(beat, 1)
    assert (job.order.parameters["redo_view"], job.order.parameters["uvs"]) == (1, "keep")
    assert job.order.seed != 7
    assert record(item)["seen_again"] == [255, 0, 0]
    assert record(item)["maps"] == [200, 30, 20]
    bpy.ops.maquette.switch(before=True)
    assert item.active_material == first


def test_a_view_of_a_texture_on_new_uvs_is_painted_again_on_those(beat: Beat) -> None:
    item = monkey()
    choose_uvs("new")
    textured(beat)
    redone(beat, 2)
    assert record(item)["uvs"] == "kept"
    assert item.active_material.node_tree.nodes["maquette_uv"].uv_map == "Maquette"
    assert [layer.name for layer in item.data.uv_layers] == ["UVMap", "Maquette"]


def test_views_are_drawn_small_each_with_its_button(beat: Beat) -> None:
    monkey()
    assert not views.MAQUETTE_PT_views.poll(bpy.context)
    textured(beat)
    layout = Recorder()
    views.MAQUETTE_PT_views.draw(SimpleNamespace(layout=layout), bpy.context)
    assert layout.operators() == ["maquette.show_views"]
    bpy.ops.maquette.show_views()
    key = provenance.read(bpy.context.active_object.active_material).request_id
    beat(lambda: key in runtime.current().views)
    layout = Recorder()
    views.MAQUETTE_PT_views.draw(SimpleNamespace(layout=layout), bpy.context)
    assert layout.operators() == ["maquette.redo_view"] * 3
    assert [name for name in thumbnails._collection if key in name][-3:] == [
        f"{key}:tile{number}" for number in range(3)
    ]
    assert tuple(thumbnails._collection[f"{key}:tile2"].image_size) == (view_sheet.TILE, view_sheet.TILE)
    assert not [image for image in bpy.data.images if image.name.startswith("Maquette views")]


def test_a_sheet_is_cut_row_by_row() -> None:
    rows = np.zeros((8, 8, 3), np.uint8)
    rows[:4, 4:], rows[4:, :4] = (0, 255, 0), (0, 0, 255)
    first, second, third = view_sheet.tiles(encode_png(rows), view_sheet.Cut(3, 2))
    assert first.shape == (view_sheet.TILE, view_sheet.TILE, 4)
    assert not first[..., :3].any()
    assert (second[..., 1].min(), third[..., 2].min()) == (1.0, 1.0)


def test_a_texture_whose_views_are_gone_says_so(beat: Beat) -> None:
    item = monkey()
    (job,) = textured(beat)
    bpy.ops.maquette.forget(key=job.key)
    beat(lambda: all(view.request_id != job.key for view in runtime.current().link.pump.jobs()))
    assert bpy.ops.maquette.show_views() == {"CANCELLED"}
    assert item.active_material is not None


def unwrapped(beat: Beat, by: str) -> Job:
    bpy.context.window_manager.maquette.unwrap_by = by
    bpy.ops.ed.undo_push(message="Before")
    assert bpy.ops.maquette.unwrap() == {"FINISHED"}
    job = runtime.current().jobs.latest("unwrap")
    beat(lambda: job.fate in (Fate.PLACED, Fate.ENDED))
    assert job.error is None, job.error
    return job


@pytest.mark.parametrize("by", ["MAQUETTE", "BLENDER"])
def test_a_second_uv_map_is_made_and_active_and_the_rest_stays(beat: Beat, by: str) -> None:
    item = cube_of("Plastic")
    before = arrays(item.data)
    unwrapped(beat, by)
    after = arrays(item.data)
    assert {name: after[name] for name in before} == before
    assert item.data.uv_layers.active.name == "Maquette"
    assert item.data.uv_layers["UVMap"].active_render
    assert item.material_slots[0].material.name == "Plastic"
    assert not any(edge.use_seam for edge in item.data.edges)
    assert [other.name for other in bpy.data.objects] == ["Cube"]
    assert bpy.context.active_object == item
    assert item.select_get()
    bpy.ops.ed.undo()
    assert len(bpy.data.objects["Cube"].data.uv_layers) == 1


def test_blender_lays_out_what_our_seams_part(beat: Beat) -> None:
    item = monkey()
    layer = item.data.uv_layers[0]
    seams = blender_unwrap.seams_of(item.data, layer)
    assert 0 < seams.sum() < len(seams) / 4
    blender_unwrap.unwrap_on_seams(bpy.context, item, layer)
    assert np.array_equal(blender_unwrap.seams_of(item.data, layer), seams)
    uvs = np.array([loop.vector for loop in layer.uv])
    assert uvs.min() >= 0.0
    assert uvs.max() <= 1.0


def test_an_unwrap_under_modifiers_is_of_the_mesh_itself(beat: Beat) -> None:
    item = monkey()
    item.modifiers.new("Subdivision", "SUBSURF").levels = 1
    unwrapped(beat, "BLENDER")
    assert item.data.uv_layers.active.name == "Maquette"
    assert len(item.modifiers) == 1


def test_refine_is_given_the_maps_that_the_mesh_wears_and_the_part_that_may_change(beat: Beat) -> None:
    item = cube_of("Plastic")
    textured(beat)
    for polygon in item.data.polygons:
        polygon.select = polygon.index == 0
    bpy.context.window_manager.maquette.mask = "SELECTED"
    assert bpy.ops.maquette.texture(task="refine") == {"FINISHED"}
    job = runtime.current().jobs.latest("refine")
    beat(lambda: job.fate is Fate.PLACED)
    assert record(item)["maps"] == [200, 30, 20]
    assert 0.05 < record(item)["may_change"] < 0.1  # one of the six squares of a cube's UVs, and its gutter
