import sys
from pathlib import Path

import bpy
import pytest

from blender_addon import environment, headless
from blender_addon.scene_io import provenance

from .conftest import BACKEND

pytestmark = pytest.mark.blender


@pytest.fixture(autouse=True)
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "server_command", lambda _: [sys.executable, str(BACKEND)])
    monkeypatch.setattr(headless, "data_folder", lambda: tmp_path / "data")


def test_a_blend_holds_the_object_with_its_origin(tmp_path: Path) -> None:
    out = tmp_path / "chair.blend"
    words = "script=note=hello stage=load"
    assert headless.run(["generate", "a red chair", "--out", str(out), "--seed", "5", "--set", words]) == 0
    bpy.ops.wm.open_mainfile(filepath=str(out))
    (item,) = bpy.data.objects
    origin = provenance.read(item)
    assert (origin.prompt, origin.seed) == ("a red chair", 5)
    assert origin.parameters["script"] == "note=hello stage=load"


def test_a_glb_is_written_as_it_came(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "chair.glb"
    words = ["--recipe", "script", "--set", "script=note=hello stage=load"]
    assert headless.run(["generate", "a red chair", "--out", str(out), *words]) == 0
    assert out.read_bytes().startswith(b"glTF")
    assert [path.name for path in tmp_path.glob("*chair*")] == ["chair.glb"]
    told = capsys.readouterr().err
    assert "100%" in told
    assert told.count("hello") == 1


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--out", "chair.obj"], 2, "chair.obj is neither .glb nor .blend"),
        (["--out", "nowhere/chair.blend"], 2, "nowhere/chair.blend is no file in a folder that exists"),
        (["--out", "chair.glb", "--recipe", "nope"], 2, "no recipe 'nope'"),
        (["--out", "chair.glb", "--set", "script"], 2, "not NAME=VALUE"),
        (["--out", "chair.glb", "--set", "wheels=3"], 2, "no parameter 'wheels'"),
        (["--out", "chair.glb", "--set", "script=error=out_of_memory"], 4, "out_of_memory on cue"),
    ],
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(
    words: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert headless.run(["generate", "a chair", *words]) == code
    assert message in capsys.readouterr().err
