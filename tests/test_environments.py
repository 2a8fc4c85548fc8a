"""Where environments are found, and the lock that keeps one from being changed while it is used."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from maquette import __version__
from maquette.environments import (
    MARKER,
    changing,
    environments_folder,
    environments_of,
    find_full,
    interpreter,
    is_in_use,
    using,
)
from maquette.protocol import MaquetteError
from maquette.server.settings import parse


def make_full(data: Path, version: str) -> Path:
    environment = environments_folder(data) / f"full-{version}"
    interpreter(environment).parent.mkdir(parents=True)
    interpreter(environment).touch()
    (environment / MARKER).write_text(json.dumps({"version": version}))
    return environment


def test_only_a_finished_environment_of_this_version_is_found(tmp_path: Path) -> None:
    assert find_full(tmp_path, "2.0") is None
    make_full(tmp_path, "1.0")
    assert find_full(tmp_path, "2.0") is None
    environment = make_full(tmp_path, "2.0")
    assert find_full(tmp_path, "2.0") == environment
    for damage in ("[]", "{", '{"version": "1.0"}'):
        (environment / MARKER).write_text(damage)
        assert find_full(tmp_path, "2.0") is None


def test_the_server_takes_the_full_environment_of_its_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "full" not in parse(["--data", str(tmp_path)]).commands
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "torch" or None)
    own = parse(["--data", str(tmp_path)]).commands
    assert own["full"] == own["core"]
    environment = make_full(tmp_path, __version__)
    command = parse(["--data", str(tmp_path)]).commands["full"]
    assert command == (str(interpreter(environment)), "-I", "-m", "maquette.worker")
    other = parse(["--data", str(tmp_path), "--full-python", "/opt/python"]).commands["full"]
    assert other[0] == str(Path("/opt/python"))


def test_a_command_tells_its_environments(tmp_path: Path) -> None:
    full, core = make_full(tmp_path, "1.0"), tmp_path / "core"
    core.mkdir()
    (core / MARKER).touch()
    command = (sys.executable, "-I", str(core / "run.py"), "maquette.worker", str(interpreter(full)))
    assert environments_of(command) == {full, core}


def test_users_share_an_environment_and_a_change_waits_for_all_of_them(tmp_path: Path) -> None:
    assert not is_in_use(tmp_path)
    with using(tmp_path):
        with using(tmp_path):
            assert is_in_use(tmp_path)
        with pytest.raises(MaquetteError, match="stop its backend first"), changing(tmp_path):
            pass
    with changing(tmp_path), pytest.raises(MaquetteError, match="another program"), using(tmp_path):
        pass
    assert not is_in_use(tmp_path)


def test_a_killed_user_lets_go(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from maquette.environments import using\n"
        "with using(Path(sys.argv[1])): print('using', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"using\n"
        assert is_in_use(tmp_path)
        user.kill()
    assert not is_in_use(tmp_path)


def test_an_environment_that_is_gone_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MaquetteError) as caught, using(tmp_path / "gone"):
        pass
    assert caught.value.remedy == "install_environment"
