"""Real child processes: they start, say when they are ready, die with their owner and leave nothing."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from maquette.client import Backend, Pump
from maquette.client.connection_file import process_is_alive
from maquette.client.launcher import KEPT_LOGS, clean_environment
from maquette.protocol import MaquetteError
from tests.server.backend import is_gone

from . import fake_server

ROOT = Path(__file__).parents[2]


def command(mode: str) -> list[str]:
    return [sys.executable, fake_server.__file__, mode]


def test_a_backend_starts_answers_and_stops(tmp_path: Path) -> None:
    backend = Backend.start(command("serve"), tmp_path, tmp_path / "log")
    try:
        info = backend.wait_ready(30.0)
        assert backend.is_alive()
        with closing(Pump("s" * 40, "test")) as pump:
            pump.attach(info)
            deadline = time.monotonic() + 20.0
            while not pump.is_connected:
                assert time.monotonic() < deadline
                pump.tick()
    finally:
        backend.stop()
    assert not backend.is_alive()
    assert not process_is_alive(info.pid)
    assert [path.suffix for path in (tmp_path / "log").iterdir()] == [".log"]


def test_one_that_dies_at_once_says_why(tmp_path: Path) -> None:
    backend = Backend.start(command("die"), tmp_path, tmp_path / "log")
    with pytest.raises(MaquetteError, match=r"code 3 \(the disk is on fire\)") as caught:
        backend.wait_ready(30.0)
    assert caught.value.code == "worker_died"
    assert caught.value.remedy == "restart_backend"
    assert caught.value.details["stderr"] == ["loading", "the disk is on fire"]
    backend.stop()


def test_one_that_is_never_ready_is_stopped_in_time(tmp_path: Path) -> None:
    backend = Backend.start(command("mute"), tmp_path, tmp_path / "log")
    assert backend.poll_ready() is None
    with pytest.raises(MaquetteError) as caught:
        backend.wait_ready(0.3)
    assert caught.value.code == "timed_out"
    assert not backend.is_alive()


def test_one_that_does_not_listen_is_ended_anyway(tmp_path: Path) -> None:
    backend = Backend.start(command("stubborn"), tmp_path, tmp_path / "log")
    backend.wait_ready(30.0)
    backend.stop(timeout_s=0.2)
    assert not backend.is_alive()


def test_a_program_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MaquetteError, match="cannot be started") as caught:
        Backend.start([str(tmp_path / "nothing")], tmp_path, tmp_path / "log")
    assert caught.value.remedy == "install_environment"


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("in the way")
    with pytest.raises(MaquetteError, match="cannot be written to") as caught:
        Backend.start(command("serve"), tmp_path, tmp_path / "log")
    assert caught.value.code == "not_allowed"


def test_a_backend_that_ends_on_a_full_disk_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Backend.start(command("die"), tmp_path, tmp_path / "log")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(MaquetteError, match="is full") as caught:
        backend.wait_ready(30.0)
    assert (caught.value.code, caught.value.remedy) == ("no_disk_space", "free_disk")
    backend.stop()


def test_the_backend_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib; from maquette.client import Backend\n"
        "data = pathlib.Path(sys.argv[1])\n"
        "backend = Backend.start(sys.argv[2:], data, data / 'log')\n"
        "print(backend.wait_ready().pid, flush=True); time.sleep(60)"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path), *command("serve")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert process_is_alive(pid)
        owner.kill()
    deadline = time.monotonic() + 20.0
    while not is_gone(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_headless_backend_outlives_its_owner_until_it_is_stopped(tmp_path: Path) -> None:
    backend = Backend.start(command("serve"), tmp_path, tmp_path / "log", headless=True)
    info = backend.wait_ready(30.0)
    assert backend._process is not None
    assert backend._process.stdin is None
    other = Backend.attach(info.path)
    assert other.is_alive()
    other.stop()  # not its own
    assert backend.is_alive()
    backend.stop()
    assert not other.is_alive()


def test_another_pythons_variables_are_not_inherited() -> None:
    given = {
        "PATH": "/bin",
        "HOME": "/home/artist",
        "PYTHONPATH": "/blender",
        "PYTHONHOME": "/blender",
        "VIRTUAL_ENV": "/venv",
        "CONDA_PREFIX": "/conda",
        "MAQUETTE_CONNECTION": "/c.json",
        "MAQUETTE_DATA": "/data",
    }
    assert clean_environment(given) == {"PATH": "/bin", "HOME": "/home/artist", "MAQUETTE_DATA": "/data"}


def test_old_logs_are_tidied(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    for index in range(30):
        (log / f"backend-{index:02}.log").write_text("old")
    backend = Backend.start(command("die"), tmp_path, log)
    with pytest.raises(MaquetteError):
        backend.wait_ready(30.0)
    backend.stop()
    assert len(list(log.glob("*.log"))) == KEPT_LOGS
    assert backend.log is not None
    assert backend.log.exists()


@pytest.mark.skipif(os.name != "posix", reason="process groups are those of POSIX")
def test_ctrl_c_in_the_terminal_is_for_the_owner_to_answer(tmp_path: Path) -> None:
    backend = Backend.start(command("serve"), tmp_path, tmp_path / "log")
    try:
        info = backend.wait_ready(30.0)
        assert os.getpgid(info.pid) != os.getpgid(0)
        assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    finally:
        backend.stop()
