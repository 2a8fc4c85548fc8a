"""A real Blender with its window: a prompt is typed, Generate is pressed, the object stands at the cursor.

Needs a program that runs Blender on a virtual screen and photographs it, `../shared/tools/blender-gui`; where
it is missing the test is skipped. With MAQUETTE_PICTURES=docs/images its photographs become the README's
pictures.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import build_addon
from tests.extension.test_artist import without_network

ROOT = Path(__file__).resolve().parents[2]
GUI = ROOT.parent / "shared" / "tools" / "blender-gui"
PROMPT = "a red wooden chair with a round seat"
PICTURES = ("empty", "working", "panel")
BLENDER_S = 240

pytestmark = [
    pytest.mark.blender,
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not GUI.exists() or shutil.which("unshare") is None, reason="no Blender with a window here"
    ),
]


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    build_addon.main(["--python", "3.13", "--blender-min", "4.2.0", "--out", str(out)])
    return next(out.glob("*.zip"))


def test_a_typed_prompt_becomes_an_object(extension: Path, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("MAQUETTE_PICTURES", tmp_path / "pictures")).absolute()
    pictures.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        (pictures / f"{name}.png").unlink(missing_ok=True)
    state = tmp_path / "state.json"
    resources = tmp_path / "resources"
    resources.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MAQUETTE"))},
        "WINDOW_ZIP": str(extension),
        "WINDOW_STATE": str(state),
        "WINDOW_PICTURES": str(pictures),
        "WINDOW_PROMPT": PROMPT,
        "WINDOW_SEED": "7",
        "BLENDER_USER_RESOURCES": str(resources),
        "MAQUETTE_DATA": str(tmp_path / "data"),
    }
    here = Path(__file__).parent
    command = [str(GUI), "shot", str(tmp_path / "last.png"), "-t", "60", "-d", str(here / "hands.sh"), "--"]
    # The tool installs its Blender at first use, which takes a network; the test itself has none.
    subprocess.run([str(GUI), "setup"], check=True, capture_output=True, timeout=600)
    done = subprocess.run(
        [*without_network(), *command, "--python", str(here / "artist.py")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=BLENDER_S,
    )
    assert state.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    seen = json.loads(state.read_text())
    assert seen["prompt"] == PROMPT, done.stdout[-3000:]
    assert seen["jobs"] == ["PLACED"], seen
    (item,) = seen["objects"]
    assert item["prompt"] == PROMPT
    assert item["location"] == [0.0, 0.0, 0.0]
    assert 10_000 < item["triangles"] <= 20_000
    assert item["images"] == 3
    for name in PICTURES:
        assert (pictures / f"{name}.png").stat().st_size > 50_000
    print(f"longest gap of the event loop: {seen['longest_gap_s']:.2f} s")
