"""How modules are started: isolated where this process is, and bare in an environment that was unpacked."""

import json
import os
import site
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

import maquette
from maquette import interpreter
from maquette.client import Pump, read_connection_file
from maquette.client.installer import core
from maquette.interpreter import RUNNER_VARIABLE, module_command
from tests.server.backend import eventually


def test_an_installed_package_never_has_the_current_folder_on_its_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(RUNNER_VARIABLE, raising=False)
    assert module_command("maquette.worker") == [sys.executable, "-P", "-m", "maquette.worker"]


def test_isolation_is_handed_on() -> None:
    code = (
        "from maquette.interpreter import module_command; import json; print(json.dumps(module_command('x')))"
    )
    said = subprocess.check_output([sys.executable, "-I", "-c", code], env=without_runner())
    assert json.loads(said) == [sys.executable, "-I", "-m", "x"]


@pytest.mark.parametrize(("no_site", "bare"), [(1, True), (0, False)])
def test_a_bare_interpreter_starts_its_modules_bare(
    monkeypatch: pytest.MonkeyPatch, no_site: int, bare: bool
) -> None:
    """Anything else has only inherited the variable: another environment, started by an unpacked one."""
    monkeypatch.setenv(RUNNER_VARIABLE, "/core-1/run.py")
    flags = SimpleNamespace(no_site=no_site, isolated=1)
    monkeypatch.setattr(interpreter, "sys", SimpleNamespace(flags=flags, executable="python"))
    expected = ["-I", "-S", "/core-1/run.py", "x"] if bare else ["-I", "-m", "x"]
    assert module_command("x") == ["python", *expected]


def without_runner() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != RUNNER_VARIABLE}


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """The run.py of an environment that looks like an unpacked one; links stand for its packages."""
    packages = tmp_path / "environment" / "site"
    packages.mkdir(parents=True)
    for folder in map(Path, site.getsitepackages()):
        for entry in folder.iterdir():
            if not (packages / entry.name).exists() and entry.suffix != ".pth":
                (packages / entry.name).symlink_to(entry)
    if not (packages / "maquette").exists():
        (packages / "maquette").symlink_to(Path(maquette.__file__).parent)
    (packages.parent / "run.py").write_text(core._RUNNER)
    return packages.parent / "run.py"


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")
def test_the_worker_of_a_server_in_an_unpacked_environment_is_bare_too(runner: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", str(runner), "maquette.server", "--data", str(tmp_path / "data")]
    with subprocess.Popen(
        command, env=without_runner(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        connection = Path(server.stdout.readline().removeprefix("READY ").strip())
        with closing(Pump("s" * 40, "test")) as pump:
            pump.attach(read_connection_file(connection))
            key = pump.submit("procedural", "a box", {"texture_size": "512"})
            eventually(lambda: pump.tick() is None or pump.job(key).state == "running")
            [worker] = psutil.Process(server.pid).children()
            assert worker.cmdline()[1:] == ["-I", "-S", str(runner), "maquette.worker"]
            assert eventually(lambda: pump.tick() is None or bool(pump.job(key).stage)), pump.job(key)
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(timeout=10) == 0
