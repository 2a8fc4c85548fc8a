"""Blender as a module, once per process: its user folders are temporary, its timers are called by hand."""

import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if importlib.util.find_spec("bpy") is None:
    pytest.skip("no Blender here: pip install bpy", allow_module_level=True)

_RESOURCES = tempfile.TemporaryDirectory(prefix="maquette-blender-")
os.environ["BLENDER_USER_RESOURCES"] = _RESOURCES.name  # read once, when bpy is imported

import bpy  # noqa: E402

BACKEND = Path(__file__).with_name("backend.py")


@pytest.fixture(autouse=True)
def empty_file() -> None:
    """Every test starts in an empty scene with one undo step behind it."""
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.ed.undo_push(message="Start")


@pytest.fixture(scope="module")
def addon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The add-on, registered, with the real server and the scriptable worker behind it."""
    from blender_addon import environment, preferences, register, runtime, unregister

    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(environment, "server_command", lambda _: [sys.executable, str(BACKEND)])
        patch.setattr(runtime, "data_folder", lambda: folder)
        patch.setattr(preferences, "data_folder", lambda: folder)
        register()
        yield
        unregister()


@pytest.fixture
def beat() -> Callable[[Callable[[], object], float], None]:
    """Beats the timer by hand until something holds."""
    from blender_addon import runtime

    def until(holds: Callable[[], object], timeout_s: float = 20.0) -> None:
        deadline = time.monotonic() + timeout_s
        while not holds():
            rows = [(job.fate.name, job.error) for job in runtime.current().jobs.newest_first()]
            assert time.monotonic() < deadline, (runtime.current().phase, rows)
            time.sleep(min(runtime.tick(), 0.01))

    return until
