"""What an artist does while a job runs: loads a file, undoes, deletes the scene, edits, reloads, quits."""

import contextlib
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bpy
import psutil
import pytest

from blender_addon import register, runtime, unregister
from blender_addon.jobs import Fate, Job
from blender_addon.phases import Phase
from blender_addon.scene_io import provenance

from .conftest import BACKEND

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]

Beat = Callable[..., None]


@pytest.fixture(autouse=True)
def settled(beat: Beat) -> None:
    runtime.current().link.start()
    beat(lambda: runtime.current().phase is Phase.READY)
    beat(lambda: hasattr(bpy.types.WindowManager, "maquette_script"))
    settings = bpy.context.window_manager.maquette
    settings.prompt, settings.variants = "a chair", 1


def running_job(beat: Beat, seconds: float = 0.4) -> Job:
    bpy.context.window_manager.maquette_script.value_script = f"stage=load busy={seconds}"
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    job = runtime.current().jobs.latest()
    beat(lambda: job.view is not None and job.view.state == "running")
    return job


def made_by(job: Job) -> list[bpy.types.Object]:
    return [item for item in bpy.data.objects if item.get(provenance.REQUEST) == job.key]


def test_a_file_loaded_meanwhile_is_left_alone_until_the_artist_asks(beat: Beat) -> None:
    job = running_job(beat)
    bpy.ops.wm.read_homefile(use_empty=True)
    beat(lambda: job.fate is Fate.WAITING)
    assert not bpy.data.objects
    assert bpy.ops.maquette.show_waiting() == {"FINISHED"}
    beat(lambda: job.fate is Fate.PLACED)
    assert len(made_by(job)) == 1


def test_a_result_on_its_way_when_a_file_is_loaded_is_offered(beat: Beat) -> None:
    job = running_job(beat, 0.0)
    while not runtime.current().arrivals:
        runtime.current().tick(0.004)
    bpy.ops.wm.read_homefile(use_empty=True)
    assert job.fate is Fate.WAITING
    assert not runtime.current().arrivals


def test_a_renamed_scene_still_gets_its_result(beat: Beat) -> None:
    job = running_job(beat)
    bpy.context.scene.name = "Kitchen"
    bpy.context.window.scene = bpy.data.scenes.new("Another")
    beat(lambda: job.fate is Fate.PLACED)
    assert made_by(job)[0].name in bpy.data.scenes["Kitchen"].objects
    assert not bpy.data.scenes["Another"].objects


def test_the_result_of_a_deleted_scene_is_offered(beat: Beat) -> None:
    asked = bpy.context.scene
    job = running_job(beat)
    bpy.context.window.scene = bpy.data.scenes.new("Another")
    bpy.data.scenes.remove(asked)
    beat(lambda: job.fate is Fate.WAITING)
    assert not bpy.data.objects


def test_undo_meanwhile_takes_back_the_artists_step_alone(beat: Beat) -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.ed.undo_push(message="Add Cube")
    job = running_job(beat)
    bpy.ops.ed.undo()
    assert not bpy.data.objects
    beat(lambda: job.fate is Fate.PLACED)
    assert list(bpy.data.objects) == made_by(job)


def test_a_result_waits_until_a_mesh_is_not_edited_any_more(beat: Beat) -> None:
    bpy.ops.mesh.primitive_cube_add()
    job = running_job(beat)
    bpy.ops.object.mode_set(mode="EDIT")
    beat(lambda: job.waits_for)
    assert job.fate is Fate.ARRIVING
    assert bpy.context.mode == "EDIT_MESH"
    assert not made_by(job)
    bpy.ops.object.mode_set(mode="OBJECT")
    beat(lambda: job.fate is Fate.PLACED)
    assert job.waits_for == ""


def test_a_backend_that_dies_is_told_and_its_jobs_can_be_tried_again(beat: Beat) -> None:
    job = running_job(beat, 60.0)
    runtime.current().link._backend._process.kill()
    beat(lambda: runtime.current().phase is Phase.FAILED)
    assert runtime.current().link.error.remedy == "restart_backend"
    bpy.ops.maquette.restart_backend()
    beat(lambda: runtime.current().phase is Phase.READY)
    beat(lambda: job.fate is Fate.ENDED)
    assert job.error is not None


def test_stop_and_start_leave_nothing_running(beat: Beat) -> None:
    process = psutil.Process(runtime.current().link._backend._process.pid)
    family = [process, *process.children(recursive=True)]
    bpy.ops.maquette.stop_backend()
    assert runtime.current().phase is Phase.STOPPED
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive
    bpy.ops.maquette.start_backend()
    beat(lambda: runtime.current().phase is Phase.READY)


def test_an_order_to_a_stopped_backend_starts_it(beat: Beat) -> None:
    bpy.ops.maquette.stop_backend()
    bpy.context.window_manager.maquette_script.value_script = "stage=load"
    bpy.ops.maquette.generate()
    job = runtime.current().jobs.latest()
    beat(lambda: job.fate is Fate.PLACED)


def test_a_finished_result_that_nobody_saw_is_offered_after_a_restart(beat: Beat) -> None:
    """The mark of a Blender that is gone: its process has ended, its result is in no scene."""
    job = running_job(beat, 0.0)
    bpy.ops.wm.read_homefile(use_empty=True)
    beat(lambda: job.fate is Fate.WAITING)
    note = runtime.current().link.folder / "unshown" / job.key
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    unregister()
    note.write_text(str(dead.pid))
    register()
    assert runtime.current().phase is Phase.STARTING  # to ask for what was left over
    beat(lambda: runtime.current().jobs.get(job.key) is not None)
    found = runtime.current().jobs.get(job.key)
    assert (found.fate, found.title) == (Fate.WAITING, "a chair")
    assert not bpy.data.objects
    bpy.ops.maquette.show_waiting()
    beat(lambda: found.fate is Fate.PLACED)
    assert not note.exists()
    earlier = [row for row in runtime.current().jobs.newest_first() if row is not found]
    assert {row.fate for row in earlier} == {Fate.PLACED}  # seen before: listed, not offered


def test_reloading_the_addon_ends_the_backend_and_finds_the_jobs_again(beat: Beat) -> None:
    job = running_job(beat, 0.0)
    beat(lambda: job.fate is Fate.PLACED)
    process = runtime.current().link._backend._process
    unregister()
    assert process.poll() is not None
    register()
    runtime.current().link.start()
    beat(lambda: runtime.current().jobs.get(job.key) is not None)
    assert runtime.current().jobs.get(job.key).fate is Fate.PLACED


@pytest.mark.slow
def test_two_blenders_work_beside_each_other_and_leave_each_others_results_alone(
    beat: Beat, tmp_path: Path
) -> None:
    folder = runtime.current().link.folder
    with blender(folder, "stage=load busy=1", "until_placed()") as other:
        job = running_job(beat, 0.2)
        beat(lambda: job.fate is Fate.PLACED)
        assert other.wait(30) == 0
    assert len(bpy.data.objects) == 1
    assert not runtime.current().jobs.with_fate(Fate.WAITING)


def test_quitting_during_a_job_is_quick_and_leaves_nothing_behind() -> None:
    ending = "sys.stdin.readline(); quit()"
    with blender(runtime.current().link.folder, "stage=load busy=60", ending) as other:
        backend = psutil.Process(int(other.stdout.readline()))
        family = [backend, *backend.children(recursive=True)]
        began = time.monotonic()
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.wait(20) == 0
        quit_s = time.monotonic() - began
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive
    assert quit_s < 10  # a hang, not a speed, is what is looked for
    assert len(family) > 1


@contextlib.contextmanager
def blender(folder: Path, script: str, ending: str) -> Iterator[subprocess.Popen[str]]:
    """Another Blender with the same data folder that has a job running; prints its backend's process."""
    code = f"""
        import sys, time
        import bpy
        from blender_addon import environment, register, runtime
        from blender_addon.jobs import Fate
        from pathlib import Path
        environment.server_command = lambda _: [sys.executable, {str(BACKEND)!r}]
        runtime.data_folder = lambda: Path({str(folder)!r})
        bpy.ops.wm.read_homefile(use_empty=True)
        register()
        def beat(holds):
            end = time.monotonic() + 25
            while not holds():
                assert time.monotonic() < end
                time.sleep(min(runtime.tick(), 0.01))
        def until_placed():
            beat(lambda: job.fate is Fate.PLACED)
            assert len(bpy.data.objects) == 1
        manager = bpy.context.window_manager
        manager.maquette.prompt = "a lamp"
        manager.maquette_script.value_script = {script!r}
        bpy.ops.maquette.generate()
        job = runtime.current().jobs.latest()
        beat(lambda: job.view is not None and job.view.state == "running")
        print(runtime.current().link._backend._process.pid, flush=True)
        {ending}
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=BACKEND.parents[2],
        env=os.environ | {"PYTHONPATH": str(BACKEND.parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
