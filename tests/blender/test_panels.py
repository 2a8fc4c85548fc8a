from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import bpy
import pytest

from blender_addon import catalogue, runtime, thumbnails
from blender_addon.jobs import Fate, Job, Order, Target
from blender_addon.panels import generate, jobs, parts, setup, texture
from blender_addon.phases import Phase
from blender_addon.scene_io import placement, result, slots
from blender_addon.scene_io.material import build_material
from maquette.client.jobs import JobView
from maquette.protocol import REMEDIES, MaquetteError, Parameter
from maquette.recipes.procedural import DESCRIPTION

from .recorder import Recorder
from .shapes import asset, png
from .test_result import ORIGIN

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]

POLISH = replace(DESCRIPTION, name="polish", task="texture", inputs=("prompt?", "mesh"))
PANELS = (
    generate.MAQUETTE_PT_generate,
    generate.MAQUETTE_PT_selected,
    texture.MAQUETTE_PT_texture,
    texture.MAQUETTE_PT_refine,
    texture.MAQUETTE_PT_edit,
    jobs.MAQUETTE_PT_jobs,
    setup.MAQUETTE_PT_setup,
)


@pytest.fixture(autouse=True)
def idle() -> Iterator[None]:
    """A session that is stopped and knows one recipe and no job."""
    catalogue.update([DESCRIPTION])
    link = runtime.current().link
    yield
    link.error, link.phase, link.fraction = None, Phase.STOPPED, 0.0
    for job in runtime.current().jobs.newest_first():
        runtime.current().jobs.remove(job)


def drawn(panel: type) -> Recorder:
    layout = Recorder()
    stand_in = SimpleNamespace(layout=layout)
    if hasattr(panel, "draw_header_preset"):
        panel.draw_header_preset(stand_in, bpy.context)
    panel.draw(stand_in, bpy.context)
    return layout


def listed(state: str, fate: Fate, prompt: str = "a chair", **changes: object) -> Job:
    job = runtime.current().jobs.add(Order("procedural", "generate", prompt, {}, 7), Target(0, 1))
    job.view = replace(JobView(job.key, "procedural", prompt, 7, state=state), **changes)
    job.fate = fate
    return job


def test_the_first_look_says_what_to_do() -> None:
    catalogue.update([])
    assert "press Generate" in drawn(jobs.MAQUETTE_PT_jobs).texts()
    assert "maquette.generate" in drawn(generate.MAQUETTE_PT_generate).operators()
    assert "maquette.start_backend" in drawn(setup.MAQUETTE_PT_setup).operators()


def test_every_parameter_is_drawn_and_the_advanced_ones_apart() -> None:
    secret = Parameter("secret", "int", 1, "Rarely changed", advanced=True)
    catalogue.update([replace(DESCRIPTION, parameters=(*DESCRIPTION.parameters, secret))])
    rows = drawn(generate.MAQUETTE_PT_generate).drawn
    properties = [about for kind, about, _ in rows if kind == "prop"]
    assert {f"value_{p.name}" for p in DESCRIPTION.parameters} < set(properties)
    assert properties.index("value_secret") > properties.index("value_size")
    assert ("label", "", "Advanced") in rows


def test_the_recipe_is_asked_for_only_where_there_is_a_choice() -> None:
    def is_asked() -> bool:
        return ("prop", "recipe", "") in drawn(generate.MAQUETTE_PT_generate).drawn

    assert not is_asked()
    catalogue.update([DESCRIPTION, replace(DESCRIPTION, name="starter", title="Starter")])
    assert is_asked()


def test_images_are_asked_for_only_by_recipes_that_look_at_them() -> None:
    panel, settings = generate.MAQUETTE_PT_generate, bpy.context.window_manager.maquette
    assert "maquette.add_image" not in drawn(panel).operators()
    settings.images.add().filepath = "/tmp/chair.png"
    assert "works from words alone" in drawn(panel).texts()
    catalogue.update([replace(DESCRIPTION, inputs=("images",))])
    assert "maquette.add_image" in drawn(panel).operators()
    settings.images.clear()


def test_the_texture_panel_is_greyed_and_says_why() -> None:
    layout = drawn(texture.MAQUETTE_PT_texture)
    assert "No recipe for textures" in layout.texts()
    assert layout.operators() == []
    catalogue.update([POLISH])
    assert "Select a mesh" in drawn(texture.MAQUETTE_PT_texture).texts()
    bpy.ops.mesh.primitive_cube_add()
    assert "maquette.texture" in drawn(texture.MAQUETTE_PT_texture).operators()


def test_texture_can_be_pressed_before_the_backend_has_told_of_its_recipes() -> None:
    catalogue.update([])
    bpy.ops.mesh.primitive_cube_add()
    assert drawn(texture.MAQUETTE_PT_texture).operators() == ["maquette.texture"]


def test_the_texture_panel_names_what_will_be_textured() -> None:
    catalogue.update([POLISH])
    settings = bpy.context.window_manager.maquette
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.duplicate_move_linked()
    layout = drawn(texture.MAQUETTE_PT_texture)
    assert "Cube.001 1 other object shows the same mesh" in layout.texts()
    assert ("prop", "slots", "") not in layout.drawn
    for name in ("Body", "Lid"):
        bpy.context.active_object.data.materials.append(bpy.data.materials.new(name))
    assert ("prop", "slots", "") in drawn(texture.MAQUETTE_PT_texture).drawn
    bpy.ops.mesh.primitive_cube_add()
    for item in bpy.data.objects:
        item.select_set(True)
    assert "2 meshes" in drawn(texture.MAQUETTE_PT_texture).texts()
    assert settings.slots == "ACTIVE"


def test_the_mask_is_asked_for_only_by_recipes_that_keep_the_rest() -> None:
    bpy.ops.mesh.primitive_cube_add()
    settings = bpy.context.window_manager.maquette
    catalogue.update([POLISH])
    assert ("prop", "mask", "") not in drawn(texture.MAQUETTE_PT_texture).drawn
    catalogue.update([replace(POLISH, inputs=("mesh", "mask?"))])
    assert ("prop", "mask", "") in drawn(texture.MAQUETTE_PT_texture).drawn
    for kind, about in (("FACE_SET", "prop"), ("IMAGE", "prop_search")):
        settings.mask = kind
        assert about in [row[0] for row in drawn(texture.MAQUETTE_PT_texture).drawn]
    settings.mask = "ALL"


def test_refine_is_greyed_until_the_mesh_wears_maps() -> None:
    panel = texture.MAQUETTE_PT_refine
    assert "No recipe that refines" in drawn(panel).texts()
    catalogue.update([replace(POLISH, name="sharpen", task="refine", inputs=("mesh", "maps"))])
    bpy.ops.mesh.primitive_cube_add()
    assert "has no material yet: texture it first" in drawn(panel).texts()
    bpy.context.active_object.data.materials.append(build_material("Iron", {"base_color": png((9, 9, 9))}))
    assert "maquette.texture" in drawn(panel).operators()


def test_edit_asks_for_both_prompts_side_by_side() -> None:
    before = Parameter("source_prompt", "text", "", "What it is now")
    unwanted = Parameter("negative_prompt", "text", "", "What must not be seen")
    catalogue.update([replace(POLISH, name="change", task="edit", parameters=(before, unwanted))])
    bpy.ops.mesh.primitive_cube_add()
    rows = [about for kind, about, _ in drawn(texture.MAQUETTE_PT_edit).drawn if kind == "prop"]
    assert rows.index("value_source_prompt") == rows.index("edit_prompt") + 1
    assert rows.count("value_source_prompt") == 1
    assert rows.count("value_negative_prompt") == 1


def test_before_the_backend_has_told_of_its_recipes_refine_offers_to_start_it() -> None:
    catalogue.update([])
    bpy.ops.mesh.primitive_cube_add()
    layout = drawn(texture.MAQUETTE_PT_refine)
    assert "Start the backend first" in layout.texts()
    assert layout.operators() == ["maquette.start_backend"]
    runtime.current().link.phase = Phase.STARTING
    assert drawn(texture.MAQUETTE_PT_refine).operators() == []


def test_a_viewport_that_hides_materials_offers_to_show_them() -> None:
    catalogue.update([POLISH])
    bpy.ops.mesh.primitive_cube_add()
    slots.put_on(bpy.context.active_object, (), bpy.data.materials.new("Rust"))
    screen = bpy.data.window_managers[0].windows[0].screen
    area = next(area for area in screen.areas if area.type == "VIEW_3D")
    shading = area.spaces.active.shading
    with bpy.context.temp_override(area=area):
        for shown, is_offered in (("SOLID", True), ("MATERIAL", False), ("RENDERED", False)):
            shading.type = shown
            offered = "maquette.show_material" in drawn(texture.MAQUETTE_PT_texture).operators()
            assert offered == is_offered, shown
        shading.type, shading.color_type = "SOLID", "TEXTURE"
        assert "maquette.show_material" not in drawn(texture.MAQUETTE_PT_texture).operators()
        shading.color_type = "MATERIAL"
        assert bpy.ops.maquette.show_material() == {"FINISHED"}
        assert shading.type == "MATERIAL"
        shading.type = "SOLID"


def test_before_and_after_are_offered_once_there_are_both() -> None:
    catalogue.update([POLISH])
    bpy.ops.mesh.primitive_cube_add()
    item = bpy.context.active_object
    assert "maquette.switch" not in drawn(texture.MAQUETTE_PT_texture).operators()
    slots.put_on(item, (), bpy.data.materials.new("Rust"))
    assert drawn(texture.MAQUETTE_PT_texture).operators().count("maquette.switch") == 2


def test_the_latest_texture_tells_how_far_it_is_in_its_own_panel() -> None:
    runtime.current().link.phase = Phase.READY
    catalogue.update([DESCRIPTION, POLISH])
    job = runtime.current().jobs.add(Order("polish", "texture", "rust", {}, 7), Target(0, 1))
    job.view = replace(JobView(job.key, "polish", "rust", 7, state="running"), stage="bake", notes=["iron"])
    texts = drawn(texture.MAQUETTE_PT_texture).texts()
    assert "Baking textures" in texts
    assert "iron" in texts
    assert "Baking textures" not in drawn(generate.MAQUETTE_PT_generate).texts()


def test_a_job_at_work_shows_its_picture_and_one_that_is_done_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runtime.current().link.phase = Phase.READY
    catalogue.update([DESCRIPTION, POLISH])
    job = runtime.current().jobs.add(Order("polish", "texture", "rust", {}, 7), Target(0, 1))
    job.view = replace(JobView(job.key, "polish", "rust", 7, state="running"), stage="bake")
    assert "template_icon" not in [kind for kind, _, _ in drawn(texture.MAQUETTE_PT_texture).drawn]
    monkeypatch.setattr(thumbnails, "icon", lambda key: 7 if key == job.key else 0)
    assert "template_icon" in [kind for kind, _, _ in drawn(texture.MAQUETTE_PT_texture).drawn]
    job.fate = Fate.PLACED
    assert "Done" in drawn(texture.MAQUETTE_PT_texture).texts()


def test_a_running_job_shows_stage_time_left_and_cancel() -> None:
    runtime.current().link.phase = Phase.READY
    notes = ["chair: wood, red", "ignored: flurb"]
    listed("running", Fate.OPEN, stage="bake", fraction=0.6, seconds_left=4.2, notes=notes)
    for panel in (generate.MAQUETTE_PT_generate, jobs.MAQUETTE_PT_jobs):
        layout = drawn(panel)
        assert "Baking textures, 4 s left" in layout.texts()
        assert "maquette.cancel" in layout.operators()
    assert "chair: wood, red ignored: flurb" in drawn(generate.MAQUETTE_PT_generate).texts()
    assert "1 in progress" in drawn(jobs.MAQUETTE_PT_jobs).texts()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": 3}, "Waiting, number 3 in line"),
        ({"cancel_wanted": True}, "Cancelling"),
        ({"stage": "solve_things", "seconds_left": 600.0}, "Solve things, 10 min left"),
        ({"stage": "finish", "seconds_left": 0.4}, "Finishing, a moment left"),
    ],
)
def test_progress_is_said_in_words(changes: dict[str, object], words: str) -> None:
    runtime.current().link.phase = Phase.READY
    assert parts.progress_words(listed("running", Fate.OPEN, **changes)) == words


def test_a_job_whose_backend_is_not_there_does_not_pretend_to_run() -> None:
    assert parts.progress_words(listed("running", Fate.OPEN, stage="bake")) == "Waiting for the backend"


def test_jobs_without_words_are_called_by_what_they_do() -> None:
    sharpen = replace(POLISH, name="sharpen", title="Sharpen", task="refine")
    catalogue.update([DESCRIPTION, sharpen])
    listed("finished", Fate.PLACED, "")
    runtime.current().jobs.add(Order("sharpen", "refine", "", {}, 7), Target(0, 1)).fate = Fate.PLACED
    texts = drawn(jobs.MAQUETTE_PT_jobs).texts()
    assert "From an image" in texts
    assert "Sharpen" in texts


def test_waiting_results_are_offered() -> None:
    listed("finished", Fate.WAITING)
    listed("finished", Fate.WAITING)
    layout = drawn(jobs.MAQUETTE_PT_jobs)
    assert "2 results wait" in layout.texts()
    assert {"maquette.show_waiting", "maquette.show", "maquette.forget"} <= set(layout.operators())


def test_what_a_result_waits_for_is_said() -> None:
    listed("finished", Fate.ARRIVING).waits_for = "Appears when you are back in Object Mode"
    assert "back in Object Mode" in drawn(jobs.MAQUETTE_PT_jobs).texts()


def test_a_long_list_is_folded() -> None:
    for number in range(9):
        listed("finished", Fate.PLACED, f"chair {number}")
    layout = drawn(jobs.MAQUETTE_PT_jobs)
    assert "chair 8" in layout.texts()
    assert "chair 2" not in layout.texts()
    assert "Show All 9" in layout.texts()
    bpy.context.window_manager.maquette.all_jobs = True
    assert "chair 0" in drawn(jobs.MAQUETTE_PT_jobs).texts()
    bpy.context.window_manager.maquette.all_jobs = False


@pytest.mark.parametrize("remedy", [remedy for remedy in REMEDIES if remedy])
def test_every_remedy_is_something_to_press(remedy: str) -> None:
    error = MaquetteError("internal", "It went wrong: mend it", remedy)
    listed("failed", Fate.ENDED, error=error)
    layout = drawn(jobs.MAQUETTE_PT_jobs)
    assert "It went wrong: mend it" in layout.texts()
    if remedy == "choose_recipe":
        assert ("prop", "recipe", "") in layout.drawn
    else:
        after = layout.drawn[[text for _, _, text in layout.drawn].index("It went wrong: mend it") + 1 :]
        assert after[0][0] == "operator"


def test_a_problem_of_the_backend_stands_under_the_button() -> None:
    link = runtime.current().link
    link.phase = Phase.FAILED
    link.error = MaquetteError("worker_died", "The backend ended: restart it", "restart_backend")
    for panel in (generate.MAQUETTE_PT_generate, setup.MAQUETTE_PT_setup):
        layout = drawn(panel)
        assert "The backend ended" in layout.texts()
        assert "maquette.restart_backend" in layout.operators()


@pytest.mark.parametrize("phase", list(Phase))
def test_every_state_of_the_backend_can_be_drawn_and_left(phase: Phase) -> None:
    runtime.current().link.phase = phase
    layout = drawn(setup.MAQUETTE_PT_setup)
    assert phase.value in layout.texts()
    ways = {"maquette.install", "maquette.start_backend", "maquette.stop_backend"}
    assert ways & set(layout.operators())


def test_the_selected_result_tells_where_it_came_from() -> None:
    assert not generate.MAQUETTE_PT_selected.poll(bpy.context)
    placement.place(result.build_object(asset(), ORIGIN), bpy.context.scene, (0.0, 0.0, 0.0))
    assert generate.MAQUETTE_PT_selected.poll(bpy.context)
    layout = drawn(generate.MAQUETTE_PT_selected)
    assert ORIGIN.prompt in layout.texts()
    assert "Procedural, seed 2147483647" in layout.texts()
    bare = replace(ORIGIN, recipe="finish", prompt="")
    placement.place(result.build_object(asset(), bare), bpy.context.scene, (0.0, 0.0, 0.0))
    assert drawn(generate.MAQUETTE_PT_selected).texts() == "finish"
    placement.show(bpy.data.objects["Chair"], bpy.context.scene)
    ways = ["again", "reuse_object", "mark_asset", "quads"]
    assert layout.operators() == [f"maquette.{way}" for way in ways]


def test_long_words_are_wrapped_to_the_sidebar() -> None:
    layout = Recorder()
    parts.text(layout, bpy.context, "a very long sentence " * 8, "INFO")
    lines = [text for _, _, text in layout.drawn]
    assert len(lines) > 2
    assert max(map(len, lines)) < 60
    assert " ".join(lines) == ("a very long sentence " * 8).strip()


@pytest.mark.parametrize("panel", PANELS)
def test_panels_stand_in_one_tab_of_the_viewport(panel: type) -> None:
    assert (panel.bl_space_type, panel.bl_region_type, panel.bl_category) == ("VIEW_3D", "UI", "Maquette")
