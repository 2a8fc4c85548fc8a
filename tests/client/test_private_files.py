"""The session token and the connection file: secrets that only their owner can have written and can read."""

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from maquette.client import find_running, load_session, read_connection_file
from maquette.client.connection_file import process_is_alive
from maquette.client.private_file import create_private
from maquette.protocol import MaquetteError

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")

GOOD = {
    "protocol": 1,
    "endpoint": "tcp://127.0.0.1:5555",
    "server_key": "a" * 40,
    "client_public": "b" * 40,
    "client_secret": "c" * 40,
    "pid": os.getpid(),
    "instance": "one",
    "nonce": "n" * 32,
    "version": "0.1.0",
}


def write(path: Path, mode: int = 0o600, **changes: object) -> Path:
    path.write_text(
        json.dumps({name: value for name, value in {**GOOD, **changes}.items() if value != "gone"})
    )
    path.chmod(mode)
    return path


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@posix
def test_the_session_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "session"
    token = load_session(path)
    assert len(token) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load_session(path) == token
    assert os.listdir(path.parent) == ["session"]


def test_two_programs_that_start_together_share_one_session(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from maquette.client import load_session\n"
        "print(load_session(pathlib.Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "new" / "session")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    tokens = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert len(tokens) == 1
    assert len(tokens.pop()) == 64


def test_a_name_that_is_taken_is_never_replaced(tmp_path: Path) -> None:
    assert create_private(tmp_path / "a", b"first")
    assert not create_private(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"


@pytest.mark.parametrize("step", ["open", "link"])
@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "no_disk_space"), (errno.EROFS, "not_allowed")])
def test_a_secret_that_cannot_be_written_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, code: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fail)
    monkeypatch.setattr(os, "replace", fail)  # which stands in for a link that a file system refuses
    with pytest.raises(MaquetteError) as caught:
        create_private(tmp_path / "data" / "session", b"s" * 64)
    monkeypatch.undo()
    assert caught.value.code == code
    assert str(tmp_path / "data") in caught.value.message
    assert list((tmp_path / "data").iterdir()) == []


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_secret_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "session"
    path.write_text("s" * 64)
    path.chmod(mode)
    with pytest.raises(MaquetteError, match="others can read it") as caught:
        load_session(path)
    assert caught.value.code == "not_allowed"
    with pytest.raises(MaquetteError, match="others can read it"):
        read_connection_file(write(tmp_path / "connection.json", mode))


@posix
@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "broken link"])
def test_what_is_no_regular_file_is_refused_and_never_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "session"
    if kind == "link":
        (tmp_path / "target").write_text("s" * 64)
        path.symlink_to(tmp_path / "target")
    elif kind == "pipe":
        os.mkfifo(path, 0o600)
    elif kind == "folder":
        path.mkdir(0o700)
    else:
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(MaquetteError) as caught:
        load_session(path)
    assert caught.value.code == "not_allowed"


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64, b"s" * 65, b"../" * 15, b"s" * 100_000])
def test_what_is_no_token_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "session"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(MaquetteError, match="remove it"):
        load_session(path)


def test_a_good_connection_file_is_read_and_its_secrets_are_not_shown(tmp_path: Path) -> None:
    info = read_connection_file(write(tmp_path / "connection.json"))
    assert (info.endpoint, info.pid, info.instance, info.is_alive) == (
        GOOD["endpoint"],
        os.getpid(),
        "one",
        True,
    )
    assert "cccc" not in repr(info)
    assert "nnnn" not in repr(info)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"protocol": 2}, "incompatible_version"),
        ({"protocol": "gone"}, "incompatible_version"),
        ({"endpoint": "ipc:///tmp/socket"}, "internal"),
        ({"endpoint": "tcp://127.0.0.1:5555;rm"}, "internal"),
        ({"endpoint": "gone"}, "internal"),
        ({"server_key": "short"}, "internal"),
        ({"client_secret": "\\" * 40}, "internal"),
        ({"client_public": "gone"}, "internal"),
        ({"pid": "5"}, "internal"),
        ({"pid": -1}, "internal"),
        ({"pid": True}, "internal"),
        ({"nonce": ""}, "internal"),
        ({"nonce": "n" * 300}, "internal"),
    ],
)
def test_a_damaged_connection_file_is_refused(tmp_path: Path, changes: dict, code: str) -> None:
    with pytest.raises(MaquetteError) as caught:
        read_connection_file(write(tmp_path / "connection.json", **changes))
    assert caught.value.code == code


@pytest.mark.parametrize("content", ["", "[]", "{", '{"protocol":1,"protocol":1}', "null"])
def test_a_connection_file_that_is_no_object_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "connection.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(MaquetteError, match="damaged"):
        read_connection_file(path)


def test_a_missing_or_stale_file_says_start_the_backend(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", write(tmp_path / "stale.json", pid=dead_pid())):
        with pytest.raises(MaquetteError) as caught:
            read_connection_file(path)
        assert caught.value.remedy == "start_backend"


def test_the_process_of_a_server_elsewhere_is_not_looked_for_here(tmp_path: Path) -> None:
    path = write(tmp_path / "far.json", endpoint="tcp://render-farm.example:7000", pid=dead_pid())
    assert read_connection_file(path).is_alive


def test_the_running_server_is_found_among_stale_and_damaged_ones(tmp_path: Path) -> None:
    assert find_running(tmp_path / "none") is None
    write(tmp_path / "stale.json", pid=dead_pid())
    (tmp_path / "damaged.json").write_text("{")
    assert find_running(tmp_path) is None
    for age, name in ((100, "old"), (50, "new")):
        path = write(tmp_path / f"{name}.json", instance=name)
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    found = find_running(tmp_path)
    assert found is not None
    assert found.instance == "new"


def test_processes_are_seen_to_live_and_to_be_gone() -> None:
    assert process_is_alive(os.getpid())
    assert not process_is_alive(dead_pid())
