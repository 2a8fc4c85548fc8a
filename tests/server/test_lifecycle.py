"""Servers that are killed, owners that are killed, folders that are shared, disks that are full."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import ANY

import psutil
import pytest

from maquette.protocol import Frame
from maquette.protocol.messages import (
    Accepted,
    Cancel,
    Failed,
    Fetch,
    Finished,
    Forget,
    Message,
    Pong,
    Progress,
    Rejected,
    Submit,
    pack,
)

from .backend import ROOT, SERVER, Backend, Client, eventually, is_gone
from .conftest import Start


def at_work(backend: Backend, client: Client, script: str) -> tuple[str, int]:
    """A job that has reported its stage, and the process that runs it."""
    job_id = client.submit(script).job_id
    client.wait_for(lambda e: isinstance(e, Progress) and e.job_id == job_id and e.stage != "")
    return job_id, backend.worker_pids()[0]


def states(client: Client) -> dict[str, str]:
    return {str(job["job_id"]): str(job["state"]) for job in client.status().jobs if isinstance(job, dict)}


@pytest.mark.parametrize("script", ["stage=load sleep=60", "stage=load gil=60"])
def test_workers_die_with_a_killed_server(start: Start, script: str) -> None:
    backend = start()
    _, worker = at_work(backend, backend.client(), script)
    backend.kill()
    assert eventually(lambda: is_gone(worker), 2.0)


def test_a_killed_server_loses_no_result_and_fails_the_rest_once(start: Start) -> None:
    session = secrets.token_hex(16)
    first = start()
    client = first.client(session)
    done = client.run("", request_id="done")
    assert isinstance(done, Finished)
    running, _ = at_work(first, client, "stage=load sleep=60")
    waiting = client.submit().job_id
    first.kill()
    second = start()
    client = second.client(session)
    assert states(client) == {done.job_id: "finished", running: "failed", waiting: "failed"}
    failed = client.status(running).jobs[0]
    assert isinstance(failed, dict)
    assert isinstance(failed["error"], dict)
    assert "backend stopped" in str(failed["error"]["message"])
    assert failed["error"]["remedy"] == "retry"
    ended = failed["ended"]
    assert client.request(Fetch(job_id=done.job_id), Finished).frames["vertices"]
    assert client.submit("", request_id="done").job_id == done.job_id
    assert {p.name for p in (second.data / "jobs").iterdir()} == {done.job_id}
    assert isinstance(client.run(), Finished)
    second.kill()
    again = start().client(session).status(running).jobs[0]
    assert isinstance(again, dict)
    assert again["ended"] == ended  # told once, not at every start


def test_a_stopped_server_tells_its_clients_that_their_jobs_are_lost(start: Start) -> None:
    backend = start()
    client = backend.client()
    job_id, worker = at_work(backend, client, "stage=load sleep=60")
    assert backend.stop() == 0
    end = client.end_of(job_id)
    assert isinstance(end, Failed)
    assert "backend stopped" in str(end.error["message"])
    assert is_gone(worker)


def test_a_result_that_was_published_but_not_recorded_is_adopted(start: Start) -> None:
    session = secrets.token_hex(16)
    first = start()
    client = first.client(session)
    done = client.run()
    assert isinstance(done, Finished)
    running, _ = at_work(first, client, "stage=load sleep=60")
    first.kill()
    jobs = first.data / "jobs"
    shutil.copytree(jobs / done.job_id, jobs / running)  # as if the server had died between rename and record
    client = start().client(session)
    assert states(client)[running] == "finished"
    assert client.request(Fetch(job_id=running), Finished).result == done.result


OWNER = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, *sys.argv[1:]], stdin=subprocess.PIPE)
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("headless", [False, True])
def test_a_server_dies_with_its_owner_unless_it_is_headless(tmp_path: Path, headless: bool) -> None:
    arguments = json.dumps({"data": str(tmp_path / "data"), "minimum_free_bytes": 0, "headless": headless})
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(SERVER), arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    lines = [owner.stdout.readline(), owner.stdout.readline()]  # the pid and READY, in either order
    server = next(int(line) for line in lines if not line.startswith("READY"))
    path = next(line.split()[1] for line in lines if line.startswith("READY"))
    client = Client(json.loads(Path(path).read_text()), secrets.token_hex(16))
    client.hello()
    job_id = client.submit("stage=load gil=60").job_id
    client.wait_for(lambda e: isinstance(e, Progress) and e.job_id == job_id and e.stage != "")
    worker = psutil.Process(server).children()[0].pid
    owner.kill()
    owner.wait(timeout=10)
    owner.stdout.close()  # which a headless server still holds at its other end
    try:
        if headless:
            time.sleep(0.5)
            assert client.status().workers
        else:
            assert eventually(lambda: is_gone(server) and is_gone(worker), 2.0)
            assert not Path(path).exists()
    finally:
        client.close()
        if headless:
            os.kill(server, signal.SIGTERM)
            assert eventually(lambda: is_gone(server) and is_gone(worker), 5.0)


def test_a_submit_whose_acceptance_was_lost_runs_once(start: Start) -> None:
    backend = start()
    session = secrets.token_hex(16)
    lost = Client(backend.connection, session)
    lost.hello()
    lost.socket.send_multipart(_packed(Submit(request_id="only", recipe="script")))
    time.sleep(0.1)
    lost.close()
    client = backend.client(session)
    accepted = client.request(Submit(request_id="only", recipe="script"), Accepted)
    assert eventually(lambda: states(client) == {accepted.job_id: "finished"})


SLEEPER = """
import pathlib, sys
from maquette.client import connect
with connect(pathlib.Path(sys.argv[1]), connection_file=pathlib.Path(sys.argv[2])) as client:
    job = client.submit("script", "", {"script": "stage=load busy=0.6 stage=finish"})
    for event in job.events():
        print(job.view.state, job.view.stage, flush=True)
    print(len(client.jobs()), len(job.result("glb").glb) > 4)
"""


def test_a_laptop_that_slept_finds_its_job(start: Start, tmp_path: Path) -> None:
    """Everything stands still for longer than the server waits for a sign of a client."""
    backend = start(peers={"heartbeat_s": 0.1, "patience_s": 0.3})
    command = [sys.executable, "-c", SLEEPER, str(tmp_path), str(backend.connection_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        while client.stdout.readline() != "running load\n":
            pass
        everyone = (client.pid, backend.process.pid, *backend.worker_pids())
        for pid in everyone:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(0.8)
        for pid in everyone:
            os.kill(pid, signal.SIGCONT)
        said = client.stdout.read().splitlines()
        assert client.wait(timeout=20) == 0
    assert said[-1] == "1 True"
    assert sum(line.startswith("finished") for line in said) == 1


def test_two_servers_share_a_folder_and_leave_each_others_jobs_alone(start: Start) -> None:
    session = secrets.token_hex(16)
    first = start()
    ours = first.client(session)
    running, _ = at_work(first, ours, "stage=load sleep=1")
    second = start()
    theirs = second.client(session)
    assert states(theirs) == {running: "running"}
    assert "another backend" in str(theirs.request(Cancel(job_id=running), Rejected).error["message"])
    other = theirs.run()
    assert isinstance(other, Finished)
    assert isinstance(ours.end_of(running), Finished)
    assert states(theirs) == {running: "finished", other.job_id: "finished"}
    assert theirs.request(Fetch(job_id=running), Finished).frames
    first.kill()
    assert isinstance(theirs.run(), Finished)


def test_what_a_killed_server_left_in_the_run_folder_goes_in_time(start: Start) -> None:
    first = start()
    first.kill()
    left = list((first.data / "run").iterdir())
    assert {path.suffix for path in left} == {".json", ".lock"}
    for path in left:
        os.utime(path, (1, 1))
    second = start()
    instance = second.connection["instance"]
    assert {p.stem for p in (second.data / "run").iterdir()} == {instance}


def test_a_nearly_full_disk_refuses_new_jobs(start: Start) -> None:
    backend = start(minimum_free_bytes=1 << 60)
    client = backend.client()
    error = client.request(Submit(request_id="r", recipe="script"), Rejected).error
    assert error["code"] == "no_disk_space"
    assert f"MB are free at {backend.data}" in str(error["message"])
    assert error["remedy"] == "free_disk"
    assert client.status().jobs == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "maquette-test", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount a small file system")
    return folder


def test_a_disk_that_fills_up_is_told_and_nothing_half_is_left(start: Start, small_disk: Path) -> None:
    try:
        backend = start(data=str(small_disk / "data"))
        client = backend.client()
        assert isinstance(client.run(), Finished)
        before = {p.name for p in (backend.data / "jobs").iterdir()}
        ballast = small_disk / "ballast"
        with pytest.raises(OSError, match="No space"):
            ballast.write_bytes(bytes(8 << 20))
        big = {"image_0": Frame("image/png", bytes(1 << 20))}
        request = Submit(request_id="big", recipe="script", frames=big)
        assert client.request(request, Rejected).error["code"] == "no_disk_space"
        answer = _answer(client, Submit(request_id="small", recipe="script"))
        if isinstance(answer, Accepted):  # its record still fitted; its result cannot
            end = client.end_of(answer.job_id)
            assert isinstance(end, Failed)
            answer = Rejected(error=end.error)
        assert isinstance(answer, Rejected)
        assert answer.error["code"] == "no_disk_space"
        assert {p.name for p in (backend.data / "jobs").iterdir()} == before
        ballast.unlink()
        assert isinstance(client.run(), Finished)
        backend.stop()
    finally:
        subprocess.run(["umount", "-l", str(small_disk)], check=False)


def _answer(client: Client, request: Message) -> Message:
    client.socket.send_multipart(_packed(request))
    return client.receive()


def _packed(message: Message) -> list[bytes]:
    return [bytes(part) for part in pack(message)]


def test_long_and_foreign_folder_names_are_fine(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "Ärger mit Leerzeichen" / ("x" * 60) / "日本"
    client = start(data=str(folder)).client()
    end = client.run()
    assert isinstance(end, Finished)
    assert client.request(Fetch(job_id=end.job_id), Finished).frames
    client.request(Forget(job_id=end.job_id), type(client.status()))


def test_a_damaged_job_store_costs_no_result(start: Start) -> None:
    session = secrets.token_hex(16)
    first = start()
    client = first.client(session)
    client.run("error=bad_input")
    done = client.run("", request_id="done", prompt="a chair", seed=9)
    gone = client.run("", request_id="gone")
    assert isinstance(done, Finished)
    assert isinstance(gone, Finished)
    client.request(Forget(job_id=gone.job_id), Pong)
    before = client.status(done.job_id).jobs
    first.stop()
    store = first.data / "jobs.sqlite"
    store.write_bytes(store.read_bytes()[:4096] + bytes(4096) + store.read_bytes()[8192:])
    (first.data / "jobs" / "rubbish").mkdir()
    second = start()
    client = second.client(session)
    assert states(client) == {done.job_id: "finished"}
    assert client.status(done.job_id).jobs == [{**before[0], "ended": ANY}]  # type: ignore[dict-item]
    assert client.submit("", request_id="done").job_id == done.job_id
    assert client.request(Fetch(job_id=done.job_id), Finished).result == done.result
    assert second.client().status().jobs == []
    assert isinstance(client.run(), Finished)
    assert list(first.data.glob("jobs.damaged-*"))
    assert "is damaged" in second.log()
    assert "are taken up" in second.log()
