"""From the button to the object, through the real server."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import bpy
import pytest

from blender_addon import runtime
from blender_addon.jobs import Fate, Job
from blender_addon.phases import Phase
from blender_addon.scene_io import provenance

from .shapes import png

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]

Beat = Callable[..., None]


@pytest.fixture(autouse=True)
def settled(beat: Beat) -> None:
    """The backend is there and the panel as it is at first."""
    runtime.current().link.start()
    beat(
        lambda: runtime.current().phase is Phase.READY and hasattr(bpy.types.WindowManager, "maquette_script")
    )
    settings = bpy.context.window_manager.maquette
    settings.prompt, settings.variants, settings.random_seed, settings.seed = "a chair", 1, False, 7
    settings.images.clear()
    script("stage=load stage=shape:3 step=3 stage=finish")


def script(words: str) -> None:
    bpy.context.window_manager.maquette_script.value_script = words


def generate() -> Job:
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    job = runtime.current().jobs.latest()
    assert job is not None
    return job


def made_by(job: Job) -> list[bpy.types.Object]:
    return [item for item in bpy.data.objects if item.get(provenance.REQUEST) == job.key]


def test_a_prompt_becomes_an_object_at_the_cursor(beat: Beat) -> None:
    bpy.context.scene.cursor.location = (1.0, 2.0, 0.5)
    job = generate()
    bpy.context.scene.cursor.location = (0.0, 0.0, 0.0)  # the artist moves on while it runs
    beat(lambda: job.fate is Fate.PLACED)
    (item,) = made_by(job)
    assert tuple(item.location) == (1.0, 2.0, 0.5)
    assert bpy.context.active_object == item
    assert item.users_collection[0].name == "Maquette"
    origin = provenance.read(item)
    assert (origin.prompt, origin.seed, origin.recipe) == ("a chair", 7, "script")
    assert item.data.materials[0].node_tree.nodes["maquette_orm"].image.packed_file


def test_a_result_is_one_undo_step(beat: Beat) -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.ed.undo_push(message="Add Cube")
    job = generate()
    beat(lambda: job.fate is Fate.PLACED)
    assert len(bpy.data.objects) == 2
    bpy.ops.ed.undo()
    assert [item.name for item in bpy.data.objects] == ["Cube"]
    bpy.ops.ed.redo()
    assert len(made_by(job)) == 1


def test_variants_have_consecutive_seeds_and_stand_side_by_side(beat: Beat) -> None:
    bpy.context.window_manager.maquette.variants = 3
    generate()
    beat(lambda: len(bpy.data.objects) == 3)
    items = sorted(bpy.data.objects, key=lambda item: item.location.x)
    assert [item[provenance.SEED] for item in items] == [7, 8, 9]
    for left, right in pairwise(items):
        edges = (left.location.x + left.dimensions.x / 2, right.location.x - right.dimensions.x / 2)
        assert edges[0] < edges[1]


def test_a_random_seed_is_rolled_at_every_press_and_shown(beat: Beat) -> None:
    settings = bpy.context.window_manager.maquette
    settings.random_seed = True
    seeds = {generate().order.seed for _ in range(3)}
    assert len(seeds) == 3
    assert settings.seed in seeds
    beat(lambda: len(bpy.data.objects) == 3)


def test_an_empty_prompt_is_told_at_once() -> None:
    bpy.context.window_manager.maquette.prompt = "  "
    before = len(runtime.current().jobs.newest_first())
    assert bpy.ops.maquette.generate() == {"CANCELLED"}
    assert len(runtime.current().jobs.newest_first()) == before


def test_images_travel_with_the_order(beat: Beat, tmp_path: Path) -> None:
    (tmp_path / "chair.png").write_bytes(png((1, 2, 3), 24))
    assert bpy.ops.maquette.add_image(filepath=str(tmp_path / "chair.png")) == {"FINISHED"}
    job = generate()
    beat(lambda: job.fate is Fate.PLACED)
    (item,) = made_by(job)
    assert provenance.read(item).document["images"] == [[24, 24, 4]]
    assert bpy.ops.maquette.remove_image(index=0) == {"FINISHED"}
    assert not bpy.context.window_manager.maquette.images


def test_a_missing_image_is_told_at_once(tmp_path: Path) -> None:
    assert bpy.ops.maquette.add_image(filepath=str(tmp_path / "gone.png")) == {"CANCELLED"}


def test_a_running_job_is_cancelled_and_the_next_one_works(beat: Beat) -> None:
    script("stage=load sleep=60")
    job = generate()
    beat(lambda: job.view is not None and job.view.state == "running")
    bpy.ops.maquette.cancel(key=job.key)
    beat(lambda: job.fate is Fate.ENDED)
    assert job.error is None
    script("stage=load")
    after = generate()
    beat(lambda: after.fate is Fate.PLACED)
    assert len(bpy.data.objects) == 1


def test_an_error_is_kept_with_its_remedy_and_tried_again(beat: Beat) -> None:
    script("error=out_of_memory")
    job = generate()
    beat(lambda: job.fate is Fate.ENDED)
    assert (job.error.code, job.error.remedy) == ("out_of_memory", "retry")
    bpy.ops.maquette.retry(key=job.key)
    again = runtime.current().jobs.latest()
    assert again.key != job.key
    assert again.order == job.order
    beat(lambda: again.fate is Fate.ENDED)


def test_another_from_the_object_itself_stands_beside_it(beat: Beat) -> None:
    job = generate()
    beat(lambda: job.fate is Fate.PLACED)
    bpy.context.scene.cursor.location = (50.0, 0.0, 0.0)
    bpy.context.window_manager.maquette.prompt = "something else"
    assert bpy.ops.maquette.again() == {"FINISHED"}
    again = runtime.current().jobs.latest()
    beat(lambda: again.fate is Fate.PLACED)
    (first,), (second,) = made_by(job), made_by(again)
    assert second[provenance.PROMPT] == "a chair"
    assert second[provenance.SEED] != first[provenance.SEED]
    assert 0.0 < second.location.x < 10.0


def test_settings_are_taken_back_from_an_object_and_from_a_row(beat: Beat) -> None:
    job = generate()
    beat(lambda: job.fate is Fate.PLACED)
    for take_back in (bpy.ops.maquette.reuse_object, lambda: bpy.ops.maquette.reuse(key=job.key)):
        settings = bpy.context.window_manager.maquette
        settings.prompt, settings.seed, settings.random_seed = "else", 1, True
        script("else")
        take_back()
        assert (settings.prompt, settings.seed, settings.random_seed) == ("a chair", 7, False)
        assert bpy.context.window_manager.maquette_script.value_script.startswith("stage=load")


def test_show_selects_what_is_there_and_brings_back_what_was_undone(beat: Beat) -> None:
    job = generate()
    beat(lambda: job.fate is Fate.PLACED)
    (item,) = made_by(job)
    item.select_set(False)
    bpy.ops.maquette.show(key=job.key)
    assert bpy.context.selected_objects == made_by(job)
    assert job.fate is Fate.PLACED
    bpy.data.objects.remove(made_by(job)[0])
    bpy.ops.maquette.show(key=job.key)
    beat(lambda: job.fate is Fate.PLACED and made_by(job))


def test_forgetting_deletes_the_row_and_the_result_and_keeps_the_object(beat: Beat) -> None:
    job = generate()
    beat(lambda: job.fate is Fate.PLACED)
    folder = runtime.current().link.folder / "jobs" / job.view.job_id
    assert folder.is_dir()
    bpy.ops.maquette.forget(key=job.key)
    assert runtime.current().jobs.get(job.key) is None
    beat(lambda: not folder.exists())
    assert made_by(job)


def test_clearing_leaves_running_jobs_alone(beat: Beat) -> None:
    done = generate()
    beat(lambda: done.fate is Fate.PLACED)
    script("stage=load sleep=60")
    running = generate()
    bpy.ops.maquette.clear_jobs()
    assert runtime.current().jobs.newest_first() == [running]
    bpy.ops.maquette.cancel(key=running.key)
    beat(lambda: running.fate is Fate.ENDED)


def test_an_object_becomes_an_asset_with_the_backends_picture(beat: Beat) -> None:
    job = generate()
    beat(lambda: job.fate is Fate.PLACED)
    assert bpy.ops.maquette.mark_asset() == {"FINISHED"}
    (item,) = made_by(job)
    assert item.asset_data is not None
    assert tuple(item.preview.image_size) == (8, 8)
    with pytest.raises(RuntimeError, match="already"):
        bpy.ops.maquette.mark_asset()
