import ast
import sys
from pathlib import Path

import bpy
import pytest

import blender_addon
from blender_addon import catalogue, environment, registration, runtime
from maquette.recipes.procedural import DESCRIPTION

pytestmark = pytest.mark.blender

ADDON = Path(blender_addon.__file__).parent
MODULES = sorted(ADDON.rglob("*.py"))


def traces() -> set[str]:
    """Whatever of the add-on Blender knows at this moment."""
    found = {name for name in dir(bpy.types) if "maquette" in name.lower()}
    found |= {name for name in dir(bpy.types.WindowManager) if "maquette" in name}
    found |= set(dir(bpy.ops.maquette))
    for name in ("load_pre", "load_post", "undo_post", "save_post", "depsgraph_update_post"):
        found |= {h.__qualname__ for h in getattr(bpy.app.handlers, name) if "blender_addon" in h.__module__}
    return found | ({"timer"} if bpy.app.timers.is_registered(runtime.tick) else set())


def test_nothing_is_left_after_two_rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "data_folder", lambda: tmp_path)
    before = traces()
    for _ in range(2):
        blender_addon.register()
        catalogue.update([DESCRIPTION])
        runtime.tick()
        assert "timer" in traces()
        assert {"MAQUETTE_PT_generate", "maquette_procedural", "MAQUETTE_FH_image"} <= traces()
        blender_addon.unregister()
        assert traces() == before


def test_every_class_says_what_it_does() -> None:
    for cls in registration.CLASSES:
        assert cls.__doc__, cls
    for cls in registration.CLASSES:
        for name, hint in cls.__annotations__.items():
            shown = getattr(hint, "keywords", {})
            hidden = "HIDDEN" in shown.get("options", ())
            assert hidden or shown.get("description"), f"{cls.__name__}.{name} has no tooltip"


def test_the_session_exists_only_while_registered() -> None:
    with pytest.raises(RuntimeError, match="not registered"):
        runtime.current()


def test_a_data_folder_that_others_can_read_does_not_break_blender(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "session").write_text("x" * 64)
    (tmp_path / "session").chmod(0o644)
    monkeypatch.setattr(runtime, "data_folder", lambda: tmp_path)
    blender_addon.register()
    error = runtime.current().link.error
    blender_addon.unregister()
    assert error is not None
    assert error.code == "not_allowed"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ADDON)))
def test_a_module_is_licensed_starts_no_thread_and_imports_only_what_is_bundled(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# SPDX-License-Identifier: GPL-3.0-or-later\n")
    bundled = {"bpy", "bmesh", "numpy", "zmq"} | set(sys.stdlib_module_names)
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        for name in names:
            top = name.split(".")[0]
            assert (
                top in bundled
                or name.startswith(("maquette.client", "maquette.protocol"))
                or (name == "maquette" and isinstance(node, ast.ImportFrom))
            ), f"{name} is not bundled"
            assert top not in ("threading", "concurrent", "multiprocessing", "asyncio", "queue", "pip"), name


def test_the_backend_of_a_checkout_runs_with_its_own_interpreter(tmp_path: Path) -> None:
    assert environment.is_installed(tmp_path)
    assert environment.server_command(tmp_path) == [sys.executable, "-I", "-m", "maquette.server"]
