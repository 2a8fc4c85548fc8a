"""PyTorch from the Setup panel: offered where a recipe needs it, installed by real pip, taken up at once.

Tiny wheels stand in for the gigabytes.
"""

import bpy
import pytest

from blender_addon import catalogue, environment, preferences, runtime
from blender_addon.full_environment import FullEnvironment
from blender_addon.jobs import Fate, Job
from blender_addon.panels import full_environment as panel
from blender_addon.panels import jobs as jobs_panel
from blender_addon.phases import Phase
from maquette import __version__
from maquette.client.installer import Accelerator, FullInstaller
from maquette.environments import using
from maquette.protocol import MaquetteError
from tests.client.installer.bundles import make_wheel
from tests.client.installer.test_full import TORCH

from .test_life import Beat
from .test_panels import drawn

pytestmark = [pytest.mark.blender, pytest.mark.usefixtures("addon")]

CUDA = Accelerator("cuda", (13, 0), (9, 0))


@pytest.fixture
def full(tmp_path, monkeypatch: pytest.MonkeyPatch, beat: Beat) -> FullEnvironment:
    """What is installed from a shelf of wheels, in a session whose backend runs and knows `grand`."""
    shelf = tmp_path / "shelf"
    make_wheel(shelf, "torch", {"torch/__init__.py": TORCH}, version="2.13.0+tests")
    metadata = "Provides-Extra: torch\nRequires-Dist: torch==2.13.0; extra == 'torch'\n"
    wheel = make_wheel(shelf, "maquette", {"maquette/__init__.py": ""}, __version__, metadata)
    session = runtime.current()
    installer = FullInstaller(
        session.link.folder / "environments",
        __version__,
        str(wheel),
        accelerator=Accelerator("none"),
        pip_options=("--no-index", "--find-links", str(shelf)),
        torch="torch==2.13.0+tests",
        torch_index="file:///nowhere/",
    )
    monkeypatch.setattr(environment, "full_installer", lambda _: installer)
    monkeypatch.setattr(session, "full", FullEnvironment(session.link.folder))
    session.link.start()
    beat(lambda: session.phase is Phase.READY)
    session.link.pump.describe()  # an earlier test may have made the catalogue forget
    beat(lambda: catalogue.recipe("grand"))
    return session.full


def online(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("blender_addon.preferences", "blender_addon.operators.full_environment"):
        monkeypatch.setattr(f"{module}.reason_offline", lambda: "")
    monkeypatch.setattr("blender_addon.panels.parts.reason_offline", lambda: "")


def order(name: str) -> Job:
    settings = bpy.context.window_manager.maquette
    settings.images.clear()
    settings.prompt, settings.recipe, settings.variants = "a chair", name, 1
    bpy.ops.maquette.generate()
    return runtime.current().jobs.latest()


def test_nothing_is_drawn_until_a_recipe_needs_it(full: FullEnvironment) -> None:
    assert panel.MAQUETTE_PT_full.poll(bpy.context)
    catalogue.update([recipe for recipe in catalogue.recipes() if recipe.environment == "core"])
    assert not panel.MAQUETTE_PT_full.poll(bpy.context)


@pytest.mark.parametrize(
    ("accelerator", "words"),
    [
        (Accelerator("none"), "about 0.2 GB from pytorch.org and pypi.org, the build for the processor"),
        (CUDA, "about 2.5 GB from pytorch.org and pypi.org, the build for NVIDIA graphics"),
        (Accelerator("apple"), "about 0.1 GB from pytorch.org and pypi.org, the build for Apple's graphics"),
    ],
)
def test_the_offer_tells_what_is_downloaded_and_for_whom(
    full: FullEnvironment, accelerator: Accelerator, words: str
) -> None:
    full.installer.accelerator = accelerator
    text = drawn(panel.MAQUETTE_PT_full).texts()
    assert "Needed by Grand" in text
    assert words in text


def test_without_online_access_the_button_is_greyed_and_says_where_to_allow_it(
    full: FullEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Preferences > System" in preferences.reason_offline()
    layout = drawn(panel.MAQUETTE_PT_full)
    assert "Blender may not go online" in layout.texts()
    assert "extensions.userpref_show_online" in layout.operators()
    with pytest.raises(RuntimeError, match="may not go online"):
        bpy.ops.maquette.install_full()
    assert not full.is_active
    online(monkeypatch)
    assert drawn(panel.MAQUETTE_PT_full).operators() == ["maquette.install_full"]


def test_a_job_without_it_is_refused_installs_it_from_its_row_and_then_runs(
    full: FullEnvironment, beat: Beat, monkeypatch: pytest.MonkeyPatch
) -> None:
    online(monkeypatch)
    job = order("grand")
    beat(lambda: job.fate is Fate.ENDED)
    assert (job.error.code, job.error.remedy) == ("missing_weights", "install_environment")
    assert "maquette.install_full" in drawn(jobs_panel.MAQUETTE_PT_jobs).operators()

    assert bpy.ops.maquette.install_full() == {"FINISHED"}
    layout = drawn(panel.MAQUETTE_PT_full)
    assert layout.operators() == ["maquette.cancel_full"]
    seen: list[float] = []
    backend = runtime.current().link._backend
    beat(lambda: seen.append(full.fraction) or not full.is_active, 60.0)
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert full.error is None
    beat(lambda: runtime.current().phase is Phase.READY and runtime.current().link._backend is not backend)

    assert "maquette.retry" in drawn(jobs_panel.MAQUETTE_PT_jobs).operators()
    bpy.ops.maquette.retry(key=job.key)
    again = runtime.current().jobs.latest()
    beat(lambda: again.fate is Fate.PLACED)

    bpy.ops.maquette.verify_full()
    beat(lambda: not full.is_active)
    layout = drawn(panel.MAQUETTE_PT_full)
    assert "PyTorch 2.13.0+tests, without CUDA" in layout.texts()
    assert layout.operators() == ["maquette.verify_full", "maquette.remove_full"]

    bpy.ops.maquette.remove_full()
    beat(lambda: not full.is_active and runtime.current().phase is Phase.READY)
    assert not full.is_whole
    assert not full.installer.target.exists()
    job = order("grand")
    beat(lambda: job.fate is Fate.ENDED)
    assert job.error.code == "missing_weights"


def test_a_running_job_is_not_disturbed_by_the_restart(
    full: FullEnvironment, beat: Beat, monkeypatch: pytest.MonkeyPatch
) -> None:
    bpy.context.window_manager.maquette_script.value_script = "stage=load busy=0.5"
    job = order("script")
    backend = runtime.current().link._backend
    full.has_changed = True
    assert not bpy.ops.maquette.remove_full.poll()
    beat(lambda: job.fate is Fate.PLACED)
    beat(lambda: runtime.current().link._backend is not backend and runtime.current().phase is Phase.READY)


def test_it_can_be_cancelled_and_gone_on_with(
    full: FullEnvironment, beat: Beat, monkeypatch: pytest.MonkeyPatch
) -> None:
    online(monkeypatch)
    bpy.ops.maquette.install_full()
    beat(lambda: full.fraction > 0.01 or full.words)
    bpy.ops.maquette.cancel_full()
    assert not full.is_active
    assert "Go On Installing" in drawn(panel.MAQUETTE_PT_full).texts()
    assert runtime.current().phase is Phase.READY


def test_what_goes_wrong_says_why_and_can_be_tried_again(full: FullEnvironment, beat: Beat) -> None:
    full.installer.python = "/nowhere/python"
    full.install()
    beat(lambda: not full.is_active)
    assert "cannot be started" in full.error.message
    layout = drawn(panel.MAQUETTE_PT_full)
    assert "maquette.install_full" in layout.operators()
    assert layout.operators().count("maquette.install_full") == 1


def test_another_blender_that_uses_it_keeps_it(full: FullEnvironment, beat: Beat) -> None:
    full.installer.target.mkdir(parents=True, exist_ok=True)
    with using(full.installer.target):
        full.remove()
        beat(lambda: not full.is_active)
    assert isinstance(full.error, MaquetteError)
    assert "another program uses" in full.error.message
    assert full.installer.target.exists()
