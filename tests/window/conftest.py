"""The extension, built once for the window's Blender, and a way to let an artist play in it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import build_addon
from tests.extension.test_artist import without_network

ROOT = Path(__file__).resolve().parents[2]
GUI = ROOT.parent / "shared" / "tools" / "blender-gui"
BLENDER_S = 240

Play = Callable[..., dict[str, Any]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs a window, and time."""
    is_missing = not GUI.exists() or shutil.which("unshare") is None
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for mark in ("blender", "slow", "network"):
                item.add_marker(mark)
            item.add_marker(pytest.mark.timeout(900))
            item.add_marker(pytest.mark.skipif(is_missing, reason="no Blender with a window here"))


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    build_addon.main(["--python", "3.13", "--blender-min", "4.2.0", "--out", str(out)])
    return next(out.glob("*.zip"))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where photographs go: MAQUETTE_PICTURES, or nowhere in particular."""
    folder = Path(os.environ.get("MAQUETTE_PICTURES", tmp_path / "pictures")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def play(extension: Path, pictures: Path, tmp_path: Path) -> Play:
    """Runs a script inside a real Blender without a network, and hands outside it; the last state."""

    def run(artist: str, hands: str, prompt: str = "") -> dict[str, Any]:
        here, state = Path(__file__).parent, tmp_path / "state.json"
        (tmp_path / "resources").mkdir()
        known = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "MAQUETTE"))}
        environment = known | {
            "WINDOW_ZIP": str(extension),
            "WINDOW_STATE": str(state),
            "WINDOW_PICTURES": str(pictures),
            "WINDOW_PROMPT": prompt,
            "WINDOW_SEED": "7",
            "BLENDER_USER_RESOURCES": str(tmp_path / "resources"),
            "MAQUETTE_DATA": str(tmp_path / "data"),
        }
        # The tool installs its Blender at first use, which takes a network; the test itself has none.
        subprocess.run([str(GUI), "setup"], check=True, capture_output=True, timeout=600)
        shot = [str(GUI), "shot", str(tmp_path / "last.png"), "-t", "60", "-d", str(here / hands), "--"]
        done = subprocess.run(
            [*without_network(), *shot, "--python", str(here / artist)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=BLENDER_S,
        )
        assert state.exists(), done.stdout[-3000:] + done.stderr[-3000:]
        seen: dict[str, Any] = json.loads(state.read_text())
        return seen

    return run
