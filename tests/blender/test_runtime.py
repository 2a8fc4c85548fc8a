"""The timer, and what stands around it."""

import os
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

from blender_addon import diagnostics, dice, file_drop, preferences, runtime, thumbnails
from blender_addon.identity import user_folder
from blender_addon.jobs import Order, Target
from maquette.client.jobs import JobView
from maquette.protocol import MaquetteError

from .shapes import png

REAL_DATA_FOLDER = preferences.data_folder  # the fixture replaces it

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]


def test_an_error_in_one_beat_does_not_end_the_timer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(budget_s: float) -> bool:
        raise ValueError("on cue")

    monkeypatch.setattr(runtime.current(), "tick", fail)
    assert runtime.tick() == 1.0
    assert "on cue" in caplog.text


def test_the_timer_is_persistent_and_armed_again_after_a_load() -> None:
    bpy.app.timers.unregister(runtime.tick)
    bpy.ops.wm.read_homefile(use_empty=True)
    assert bpy.app.timers.is_registered(runtime.tick)


def test_diagnostics_hold_errors_and_no_prompt_and_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: runtime.current().link.folder.parent)
    job = runtime.current().jobs.add(Order("procedural", "generate", "my secret chair", {}, 7), Target(0, 1))
    job.view = JobView(job.key, "procedural", "my secret chair", 7, state="failed")
    job.view.error = MaquetteError("no_gpu", "There is no GPU: use another recipe")
    text = diagnostics.report()
    runtime.current().jobs.remove(job)
    assert "no_gpu: There is no GPU" in text
    assert bpy.app.version_string in text
    assert "secret" not in text
    assert str(Path.home()) not in text
    assert bpy.ops.maquette.copy_diagnostics() == {"FINISHED"}


def test_diagnostics_hold_the_end_of_the_newest_workers_log() -> None:
    logs = runtime.current().link.folder / "log"
    logs.mkdir(parents=True, exist_ok=True)
    written = [logs / f"worker-{name}.log" for name in ("old", "new")]
    for age, path in enumerate(reversed(written)):
        path.write_text(f"Fatal Python error in {path.stem}\n")
        os.utime(path, (4e9 - age, 4e9 - age))
    text = diagnostics.report()
    for path in written:
        path.unlink()
    assert text.endswith("worker-new.log:\nFatal Python error in worker-new")


def test_a_log_that_is_not_there_is_said() -> None:
    assert bpy.ops.maquette.show_log() == {"CANCELLED"}


def test_files_are_written_only_below_blenders_user_folder() -> None:
    resources = Path(bpy.utils.resource_path("USER"))
    assert user_folder().is_relative_to(resources)


def test_a_data_folder_that_cannot_be_made_is_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    for chosen, expected in ((tmp_path / "new", tmp_path / "new"), (tmp_path / "file" / "x", user_folder())):
        settings = SimpleNamespace(data_folder=str(chosen), mark_assets=True)
        monkeypatch.setattr(preferences, "_preferences", lambda settings=settings: settings)
        assert REAL_DATA_FOLDER() == expected
    assert preferences.marks_assets()


def test_images_are_taken_over_a_viewport_and_nowhere_else() -> None:
    handler = file_drop.MAQUETTE_FH_image
    areas = [SimpleNamespace(type="VIEW_3D"), SimpleNamespace(type="CONSOLE"), None]
    assert [handler.poll_drop(SimpleNamespace(area=area)) for area in areas] == [True, False, False]
    assert ".png" in handler.bl_file_extensions.split(";")


def test_the_newest_picture_of_a_job_is_kept_and_drawn() -> None:
    assert thumbnails.file_of("job") is None
    for color in ((1, 2, 3), (3, 2, 1), (9, 9, 9)):
        thumbnails.set_picture("job", png(color, 8))
        assert thumbnails.file_of("job").read_bytes() == png(color, 8)
        assert thumbnails.icon("job") >= 0  # 0 without a window
    assert len(thumbnails._collection) == 1


def test_the_die_has_five_pips() -> None:
    pixels = dice._pixels()
    assert pixels.shape == (32, 32, 4)
    holes = [pixels[int(32 * y), int(32 * x), 3] for x, y in dice._PIPS]
    assert holes == [0.0] * 5
    assert pixels[16, 8, 3] == 1.0
    assert pixels[0, 0, 3] == 0.0
    assert dice.icon() >= 0  # 0 without a window
