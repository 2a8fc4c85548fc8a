"""The command as a process: exit codes, streams, files, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from maquette.cli import main
from tests.server.backend import Backend, eventually

PATIENCE_S = 60.0

Inside = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with Backend(tmp_path_factory.mktemp("server")) as started:
        yield started


class Shell:
    """Runs `maquette` in a folder, with data beside it and perhaps a backend."""

    def __init__(self, folder: Path, backend: Backend | None = None) -> None:
        self.folder = folder
        self.environment = {**os.environ, "MAQUETTE_DATA": str(folder / "data"), "OPENBLAS_NUM_THREADS": "1"}
        if backend is not None:
            self.environment["MAQUETTE_CONNECTION"] = str(backend.connection_file)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "maquette.cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        said, beside = process.communicate(timeout=PATIENCE_S)
        return process.returncode, said, beside

    def events(self, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code, said, beside = self.run(*arguments, "--json")
        assert beside == ""
        return code, [json.loads(line) for line in said.splitlines()]


@pytest.fixture
def shell(tmp_path: Path, backend: Backend) -> Shell:
    return Shell(tmp_path, backend)


@pytest.fixture
def inside(
    shell: Shell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Inside]:
    """Runs a command in this process, which is quicker; returns what Shell.run does."""
    monkeypatch.chdir(shell.folder)
    for name, value in shell.environment.items():
        monkeypatch.setenv(name, value)
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        return (code, *capsys.readouterr())

    yield run
    signal.signal(signal.SIGTERM, before)


def test_generate_writes_the_asset_and_its_picture_and_says_what_was_understood(shell: Shell) -> None:
    script = "script=stage=load note=chair:wood stage=finish write=glb"
    code, said, beside = shell.run(
        "generate", "a chair", "--seed", "3", "--set", script, "--preview", "chair.png"
    )
    assert (code, said.splitlines()) == (0, [str(shell.folder / "chair.glb"), "chair.png"])
    assert "chair:wood" in beside.splitlines()
    assert (shell.folder / "chair.glb").read_bytes().startswith(b"glTF")
    with Image.open(shell.folder / "chair.png") as picture:
        assert picture.size == (768, 768)
    assert sorted(os.listdir(shell.folder)) == ["chair.glb", "chair.png", "data"]


def test_every_line_for_programs_is_json_and_tells_the_story_in_order(shell: Shell) -> None:
    code, events = shell.events("generate", "a chair", "--out", "out.glb", "--seed", "3")
    assert code == 0
    kinds = [event["event"] for event in events]
    assert kinds[0] == "accepted"
    assert kinds[-2:] == ["finished", "written"]
    assert set(kinds[1:-2]) <= {"progress", "note"}
    assert events[0]["seed"] == 3
    assert events[-1]["path"] == "out.glb"
    assert len({event["job_id"] for event in events}) == 1


def test_the_same_seed_writes_the_same_bytes_and_variants_differ(inside: Inside, shell: Shell) -> None:
    assert inside("generate", "x", "--out", "one.glb", "--seed", "3")[0] == 0
    assert inside("generate", "x", "--out", "many.glb", "--seed", "3", "--variants", "3")[0] == 0
    one = (shell.folder / "one.glb").read_bytes()
    many = [(shell.folder / f"many-{number}.glb").read_bytes() for number in (1, 2, 3)]
    assert many[0] == one
    assert len(set(many)) == 3


def test_a_picture_reaches_the_recipe(shell: Shell) -> None:
    from PIL import Image

    Image.new("RGB", (5, 3)).save(shell.folder / "look.png")
    code, events = shell.events("generate", "--image", "look.png", "--out", "a.glb")
    assert code == 0
    [finished] = [event for event in events if event["event"] == "finished"]
    assert finished["result"]["provenance"]["images"] == [[3, 5, 4]]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["generate", "x", "--set", "script=error=bad_input"], 2),
        (["generate", "x", "--set", "script=error=unknown_recipe"], 2),
        (["generate", "x", "--set", "script=error=missing_weights"], 3),
        (["generate", "x", "--set", "script=error=gated_weights"], 3),
        (["generate", "x", "--set", "script=error=out_of_memory"], 4),
        (["generate", "x", "--set", "script=stage=load exit=9"], 5),
        (["generate", "x", "--set", "script=error=no_disk_space"], 1),
        (["generate", "x", "--recipe", "grand"], 3),
        (["generate", "x", "--recipe", "nothing"], 2),
        (["generate", "x", "--set", "colour=red"], 2),
        (["generate", "x", "--seed", "-7"], 2),
        (["generate", "x", "--variants", "0"], 2),
        (["generate", "x", "--out", "chair.obj"], 2),
        (["generate", "x", "--image", "none.png"], 2),
        (["generate", "a \x1b[31mred chair"], 2),
        (["generate", "x" * 3000], 2),
        (["generate", " "], 2),
        (["texture", "none.glb", "rust"], 2),
        (["jobs", "show", "nothing"], 2),
        (["weights", "pull", "trellis"], 2),
        (["weights", "pull"], 2),
        (["weights", "list", "trellis"], 2),
        (["weights", "verify", "sdxl-base"], 3),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_exit_codes_tell_what_went_wrong_in_one_sentence(
    inside: Inside, shell: Shell, arguments: list[str], code: int
) -> None:
    given, said, beside = inside(*arguments)
    complaint = [line for line in beside.splitlines() if line.startswith("maquette: ")]
    assert (given, said, len(complaint)) == (code, "", 1)
    assert not list(shell.folder.glob("*.glb"))


@pytest.mark.parametrize("arguments", [[], ["paint"], ["generate", "--seed", "x"], ["jobs", "burn"]])
def test_a_command_line_without_sense_shows_its_use(inside: Inside, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        inside(*arguments)
    assert caught.value.code == 2


def test_texture_says_that_no_recipe_makes_textures(inside: Inside, shell: Shell) -> None:
    (shell.folder / "a.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    code, _, beside = inside("texture", "a.obj", "rust")
    assert code == 2
    assert "no recipe for texture is installed" in beside


def test_jobs_are_listed_shown_fetched_and_cancelled(inside: Inside, shell: Shell) -> None:
    assert inside("generate", "a lamp", "--out", "first.glb", "--set", "script=write=glb")[0] == 0
    code, said, _ = inside("jobs", "--json")
    job = json.loads(said)
    assert (code, job["state"], job["prompt"]) == (0, "finished", "a lamp")
    assert inside("jobs", "show", job["job_id"], "--json")[:2] == (0, said)
    code, said, _ = inside("jobs", "fetch", job["job_id"], "--preview", "lamp.png")
    assert (code, said.splitlines()) == (0, [str(shell.folder / "lamp.glb"), "lamp.png"])
    assert (shell.folder / "lamp.glb").read_bytes() == (shell.folder / "first.glb").read_bytes()
    code, said, _ = inside("jobs", "cancel", job["job_id"])
    assert (code, said) == (0, f"{job['job_id']} finished\n")
    assert "a lamp" in inside("jobs", "list")[1]


def test_a_running_job_is_cancelled_from_another_shell(shell: Shell) -> None:
    with shell.start("generate", "x", "--set", "script=stage=load sleep=60", "--json") as process:
        assert process.stdout is not None
        job_id = json.loads(process.stdout.readline())["job_id"]
        assert shell.run("jobs", "cancel", job_id)[:2] == (0, f"{job_id} cancelled\n")
        process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 130


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal on POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_cancels_the_job_and_leaves_no_file(shell: Shell, number: signal.Signals) -> None:
    with shell.start(
        "generate", "x", "--out", "x.glb", "--set", "script=stage=load sleep=60", "--json"
    ) as process:
        assert process.stdout is not None
        while json.loads(process.stdout.readline()).get("stage") != "load":
            pass
        process.send_signal(number)
        said, beside = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert beside == ""
    assert [json.loads(line)["event"] for line in said.splitlines()] == ["cancelled", "error"]
    assert not (shell.folder / "x.glb").exists()
    assert [job["state"] for job in shell.events("jobs")[1]] == ["cancelled"]


def test_a_backend_that_dies_under_a_job_is_exit_code_5(tmp_path: Path) -> None:
    with Backend(tmp_path / "server") as backend:
        shell = Shell(tmp_path, backend)
        with shell.start("generate", "x", "--set", "script=stage=load sleep=60", "--json") as process:
            assert process.stdout is not None
            while json.loads(process.stdout.readline()).get("stage") != "load":
                pass
            backend.kill()
            said, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 5
        error = json.loads(said.splitlines()[-1])
        assert (error["event"], error["code"], error["remedy"]) == ("error", "worker_died", "restart_backend")


def test_a_connection_file_without_a_backend_is_told(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    code, _, beside = shell.run("recipes", "--connection", str(tmp_path / "none.json"))
    assert code == 5
    assert "start it" in beside


def test_recipes_and_weights_of_the_real_backend_are_listed_without_one_running(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    code, events = shell.events("recipes")
    assert code == 0
    assert {"procedural"} <= {event["name"] for event in events}
    code, events = shell.events("weights")
    assert code == 0
    listed = {event["name"]: event for event in events}
    assert listed["sdxl-base"]["licence"] == "openrail++"
    assert not listed["sdxl-base"]["is_here"]
    assert shell.events("weights", "verify") == (0, [])


def test_doctor_finds_a_working_installation_and_starts_no_job(tmp_path: Path) -> None:
    code, events = Shell(tmp_path).events("doctor")
    findings = {event["name"]: event for event in events}
    assert code == 0, events
    assert findings["backend"]["fine"]
    assert findings["numpy"]["fine"]
    assert findings["torch"]["fine"] is None
    assert findings["weights"]["value"].startswith("none in ")
    assert str(tmp_path / "data") in findings["data folder"]["value"]


@pytest.mark.skipif(os.name != "posix", reason="SIGTERM is of POSIX")
def test_serve_runs_a_backend_that_others_find_until_it_is_told_to_stop(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    with shell.start("serve") as process:
        assert process.stdout is not None
        connection = Path(process.stdout.readline().removeprefix("READY ").strip())
        assert connection.parent == tmp_path / "data" / "run"
        assert json.loads(connection.read_text())["pid"] == process.pid
        code, findings = shell.events("doctor")
        assert code == 0
        assert {"running backend": str(connection)}.items() <= {
            f["name"]: f["value"] for f in findings
        }.items()
        assert shell.run("jobs", "list")[0] == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert eventually(lambda: not connection.exists())


def test_a_reader_that_leaves_early_is_no_traceback(shell: Shell) -> None:
    with shell.start("recipes") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        beside = process.stderr.read()
        process.wait(PATIENCE_S)
    assert beside == ""
    assert process.returncode == 1
