"""A recipe whose weights are missing: its row offers their download, which is a job like any other."""

from collections.abc import Callable
from types import SimpleNamespace

import bpy
import pytest

from blender_addon import preferences, runtime
from blender_addon.jobs import Fate, Job, Order, Target
from blender_addon.panels import jobs as jobs_panel
from blender_addon.phases import Phase

from .recorder import Recorder

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]

Beat = Callable[..., None]
DETAILS = """{"weights": ["sdxl-base", "taesd"], "size_bytes": 6950980828, "licences": %s}"""
LICENCES = (
    """[{"name": "sdxl-base", "licence": "openrail++", "url": "https://example.com", "territory": ""}]"""
)


def drawn() -> Recorder:
    layout = Recorder()
    jobs_panel.MAQUETTE_PT_jobs.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def go_online(monkeypatch: pytest.MonkeyPatch) -> None:
    app = SimpleNamespace(online_access=True, online_access_override=False)
    monkeypatch.setattr(preferences, "bpy", SimpleNamespace(app=app))


def refused_job(beat: Beat) -> Job:
    """A job that the real server refuses, because weights of the registry are not here."""
    current = runtime.current()
    current.link.start()
    beat(lambda: current.phase is Phase.READY)
    job = current.order(Order("heavy", "vary", "a chair", {}, 7), Target(0, 1))
    beat(lambda: job.fate is Fate.ENDED)
    return job


def test_the_row_offers_the_download_and_says_why_it_may_not_go_on(
    beat: Beat, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = refused_job(beat)
    assert (job.error.code, job.error.remedy) == ("missing_weights", "pull_weights")
    assert "maquette.pull_weights" in drawn().operators()
    assert "may not go online" in drawn().texts()
    with pytest.raises(RuntimeError, match="may not go online"):
        bpy.ops.maquette.pull_weights(details=DETAILS % "[]")
    go_online(monkeypatch)
    assert "may not go online" not in drawn().texts()


@pytest.mark.parametrize(("licences", "accepted"), [("[]", False), (LICENCES, True)])
def test_a_download_is_a_job_that_ends_without_anything_to_show(
    beat: Beat, monkeypatch: pytest.MonkeyPatch, licences: str, accepted: bool
) -> None:
    go_online(monkeypatch)
    assert bpy.ops.maquette.pull_weights(details=DETAILS % licences) == {"FINISHED"}
    job = runtime.current().jobs.latest("weights")
    assert job.order.parameters == {"names": "sdxl-base taesd", "accept_licence": accepted}
    assert job.title == "Download sdxl-base taesd"
    beat(lambda: job.fate is Fate.PLACED)
    assert not runtime.current().arrivals
    assert not bpy.data.objects
    assert "Downloaded" in drawn().texts()
    runtime.current().forget(job)


def test_a_task_that_no_recipe_does_is_an_error_and_not_a_wait(beat: Beat) -> None:
    current = runtime.current()
    current.link.start()
    job = current.order(Order("", "deform", "", {}, 7), Target(0, 1))
    beat(lambda: job.fate is Fate.ENDED)
    assert job.error.code == "unknown_recipe"
