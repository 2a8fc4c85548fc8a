"""The non-blocking client against a server that is real on the wire."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from maquette.client import Pump, liveness, read_connection_file
from maquette.client import pump as pump_module
from maquette.client.events import (
    AssetFetched,
    Connected,
    Disconnected,
    Event,
    JobChanged,
    JobEnded,
    JobForgotten,
    JobFound,
    RequestFailed,
    StatusReported,
)
from maquette.protocol import Frame, MaquetteError, ProtocolError
from maquette.protocol.messages import (
    Cancel,
    Failed,
    Fetch,
    Finished,
    Hello,
    Message,
    Pong,
    Progress,
    Rejected,
    Status,
    Submit,
    pack,
)

from .fake_server import FakeServer

SESSION = "s" * 40


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pings, and gives up, three times as soon."""
    for name in ("PING_AFTER_S", "LOST_AFTER_S", "LONGEST_GAP_S"):
        monkeypatch.setattr(liveness, name, getattr(liveness, name) / 3)
    monkeypatch.setattr(pump_module, "OVERDUE_AFTER_S", pump_module.OVERDUE_AFTER_S / 3)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeServer]:
    with FakeServer(tmp_path) as fake:
        yield fake


@pytest.fixture
def pump(server: FakeServer) -> Iterator[Pump]:
    with closing(Pump(SESSION, "test")) as made:
        made.attach(read_connection_file(server.path))
        until(made, lambda seen: any(isinstance(event, Connected) for event in seen))
        yield made


def until(pump: Pump, is_met: Callable[[list[Event]], bool], timeout_s: float = 10.0) -> list[Event]:
    """Ticks until the events seen so far fulfil a condition."""
    seen: list[Event] = []
    deadline = time.monotonic() + timeout_s
    while not is_met(seen):
        assert time.monotonic() < deadline, f"not met; seen: {seen}"
        seen += pump.tick()
        time.sleep(0.001)
    return seen


def of(kind: type[Event], events: list[Event]) -> list:
    return [event for event in events if isinstance(event, kind)]


def ended(seen: list[Event]) -> bool:
    return bool(of(JobEnded, seen))


def accepted(pump: Pump, **arguments: object) -> str:
    key = pump.submit("procedural", "a chair", **arguments)
    until(pump, lambda _: bool(pump.job(key).job_id))
    return key


def test_greets_with_the_session_before_anything_else(server: FakeServer) -> None:
    with closing(Pump(SESSION, "test")) as pump:
        key = pump.submit("procedural", "a chair")
        pump.attach(read_connection_file(server.path))
        until(pump, lambda _: bool(pump.job(key).job_id))
    assert isinstance(server.received[0], Hello)
    assert server.received[0].session == SESSION
    assert [type(message) for message in server.received].count(Submit) == 1


def test_a_job_runs_from_submit_to_its_fetched_result(server: FakeServer, pump: Pump) -> None:
    key = accepted(pump)
    job = pump.job(key)
    server.send(
        Progress(job_id="job1", sequence=1, stage="extract", step=1, steps=2, fraction=0.25, note="chair"),
        Finished(job_id="job1", sequence=2, result={"triangles": 12}),
    )
    seen = until(pump, ended)
    assert (job.state, job.seed, job.stage, job.notes) == ("finished", 7, "extract", ["chair"])
    assert job.result == {"triangles": 12}
    assert len(of(JobEnded, seen)) == 1
    pump.fetch(key, "glb")
    asset = of(AssetFetched, until(pump, lambda seen: bool(of(AssetFetched, seen))))[0].asset
    assert bytes(asset.glb) == b"glTF"


def test_arrays_arrive_as_they_were_sent(server: FakeServer, pump: Pump) -> None:
    vertices = np.random.default_rng(1).random((5, 3), dtype=np.float32)
    faces = np.array([[0, 1, 2], [2, 3, 4]], dtype=np.int32)
    frames = {
        "vertices": Frame.from_array(vertices),
        "faces": Frame.from_array(faces),
        "base_color": Frame("image/png", b"PNG"),
    }
    server.answers[Fetch] = lambda _, message: [Finished(tag=message.tag, job_id="job1", frames=frames)]
    key = accepted(pump)
    server.send(Finished(job_id="job1", sequence=1))
    until(pump, ended)
    pump.fetch(key)
    asset = of(AssetFetched, until(pump, lambda seen: bool(of(AssetFetched, seen))))[0].asset
    np.testing.assert_array_equal(asset.vertices, vertices)
    np.testing.assert_array_equal(asset.faces, faces)
    assert bytes(asset.maps["base_color"].data) == b"PNG"


def test_a_result_that_would_crash_its_reader_is_refused(server: FakeServer, pump: Pump) -> None:
    frames = {
        "vertices": Frame.from_array(np.zeros((3, 3), np.float32)),
        "faces": Frame.from_array(np.array([[0, 1, 3]], np.int32)),
    }
    server.answers[Fetch] = lambda _, message: [Finished(tag=message.tag, job_id="job1", frames=frames)]
    key = accepted(pump)
    server.send(Finished(job_id="job1", sequence=1))
    until(pump, ended)
    pump.fetch(key)
    failure = of(RequestFailed, until(pump, lambda seen: bool(of(RequestFailed, seen))))[0]
    assert "vertex" in failure.error.message


def test_progress_that_is_superseded_is_dropped_but_notes_and_the_end_are_not(
    server: FakeServer, pump: Pump
) -> None:
    keys = [accepted(pump) for _ in range(3)]
    for number in range(1, 3001):
        for job in ("job1", "job2", "job3"):
            note = f"note {number}" if number % 1000 == 0 else ""
            server.send(
                Progress(job_id=job, sequence=number, stage="bake", step=number, steps=3000, note=note)
            )
    server.send(*(Finished(job_id=f"job{index}", sequence=3001) for index in (1, 2, 3)))
    seen = until(pump, lambda seen: len(of(JobEnded, seen)) == 3, timeout_s=60.0)
    assert len(of(JobChanged, seen)) < 9000
    for key in keys:
        assert pump.job(key).notes == ["note 1000", "note 2000", "note 3000"]
        assert pump.job(key).step == 3000


def test_a_terminal_event_that_was_lost_is_told_by_the_next_listing(server: FakeServer, pump: Pump) -> None:
    key = accepted(pump)
    server.jobs[0] |= {"state": "failed", "ended": 5.0}
    server.jobs[0]["error"] = MaquetteError("out_of_memory", "too big", "free_memory").to_json()
    seen = until(pump, ended)
    assert len(of(JobEnded, seen)) == 1
    error = pump.job(key).error
    assert error is not None
    assert (error.code, error.remedy) == ("out_of_memory", "free_memory")


def test_the_end_of_a_job_is_told_once(server: FakeServer, pump: Pump) -> None:
    accepted(pump)
    server.send(Finished(job_id="job1", sequence=2), Failed(job_id="job1", sequence=3))
    server.send(Progress(job_id="job1", sequence=4, stage="late"))
    server.jobs[0]["state"] = "finished"
    seen = until(pump, ended)
    pump.status()
    seen += until(pump, lambda seen: bool(of(StatusReported, seen)))
    assert [event.job.state for event in of(JobEnded, seen)] == ["finished"]


def test_jobs_of_an_earlier_run_are_found(tmp_path: Path) -> None:
    entry = {
        "job_id": "old",
        "request_id": "r",
        "recipe": "procedural",
        "prompt": "a lamp",
        "state": "finished",
    }
    with FakeServer(tmp_path, jobs=[entry]) as server, closing(Pump(SESSION, "test")) as pump:
        pump.attach(read_connection_file(server.path))
        seen = until(pump, lambda seen: bool(of(JobFound, seen)))
        job = of(JobFound, seen)[0].job
        assert (job.job_id, job.prompt, job.is_over) == ("old", "a lamp", True)


def test_jobs_beyond_a_full_listing_are_asked_for_one_by_one(server: FakeServer, pump: Pump) -> None:
    key = accepted(pump)
    others = [{"job_id": f"o{i}", "request_id": f"o{i}", "state": "finished"} for i in range(50)]
    server.jobs[0]["state"] = "finished"
    server.jobs[:0] = others
    until(pump, ended)
    assert pump.job(key).state == "finished"
    assert Status(job_id="job1") in [Status(job_id=message.job_id) for message in server.got(Status)]


def test_a_job_that_the_server_no_longer_knows_fails(server: FakeServer, pump: Pump) -> None:
    key = accepted(pump)
    server.jobs.clear()
    until(pump, ended)
    error = pump.job(key).error
    assert error is not None
    assert error.remedy == "retry"


def test_a_rejected_submit_is_a_failed_job(server: FakeServer, pump: Pump) -> None:
    error = MaquetteError("queue_full", "64 jobs wait: try later", "retry").to_json()
    server.answers[Submit] = lambda _, m: [Rejected(tag=m.tag, request_id=m.request_id, error=error)]
    key = pump.submit("procedural", "a chair")
    until(pump, ended)
    failure = pump.job(key).error
    assert failure is not None
    assert failure.code == "queue_full"
    pump.forget(key)
    assert of(JobForgotten, pump.tick())
    assert pump.jobs() == []


def test_cancel_before_the_server_has_the_job_never_runs_it(server: FakeServer) -> None:
    with closing(Pump(SESSION, "test")) as pump:
        key = pump.submit("procedural", "a chair")
        pump.cancel(key)
        assert [event.job.state for event in of(JobEnded, pump.tick())] == ["cancelled"]
        pump.attach(read_connection_file(server.path))
        until(pump, lambda seen: bool(of(Connected, seen)))
        pump.status()
        until(pump, lambda seen: bool(of(StatusReported, seen)))
    assert server.got(Submit) == []


def test_cancel_between_submit_and_accepted_reaches_the_server(server: FakeServer, pump: Pump) -> None:
    key = pump.submit("procedural", "a chair")
    pump.tick()
    pump.cancel(key)
    pump.cancel(key)
    until(pump, ended)
    assert pump.job(key).state == "cancelled"
    assert len(server.got(Cancel)) == 1


def test_a_refused_cancel_is_told_and_can_be_tried_again(server: FakeServer, pump: Pump) -> None:
    refusal = MaquetteError("not_allowed", "it runs in another backend: cancel it there", "retry").to_json()
    server.answers[Cancel] = lambda _, message: [Rejected(tag=message.tag, error=refusal)]
    key = accepted(pump)
    pump.cancel(key)
    failure = of(RequestFailed, until(pump, lambda seen: bool(of(RequestFailed, seen))))[0]
    assert (failure.request, failure.job.request_id) == ("cancel", key)
    del server.answers[Cancel]
    pump.cancel(key)
    until(pump, ended)
    assert pump.job(key).state == "cancelled"


def test_a_server_that_dies_is_noticed_and_its_successor_found(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with FakeServer(tmp_path) as first, closing(Pump(SESSION, "test")) as pump:
        first.write_connection_file(pid=process.pid)
        pump.attach(read_connection_file(first.path))
        key = accepted(pump)
        process.kill()
        process.communicate()
        first.stop()
        seen = until(pump, lambda seen: bool(of(Disconnected, seen)))
        assert "has stopped" in of(Disconnected, seen)[0].error.message
        assert not pump.is_connected
        with FakeServer(tmp_path, "two", jobs=[first.jobs[0] | {"state": "failed"}]):
            seen = until(pump, ended)
            assert of(Connected, seen)[0].instance == "two"
            assert pump.job(key).state == "failed"


def test_a_silent_server_is_pinged_and_given_up_and_welcome_when_it_speaks_again(
    server: FakeServer, pump: Pump
) -> None:
    key = accepted(pump)
    server.pause()
    started = time.monotonic()
    until(pump, lambda seen: bool(of(Disconnected, seen)))
    assert time.monotonic() - started > liveness.LOST_AFTER_S / 2  # a short stall is no death
    server.resume()
    until(pump, lambda seen: bool(of(Connected, seen)))
    server.send(Finished(job_id="job1", sequence=5))
    until(pump, ended)
    assert pump.job(key).state == "finished"
    assert len(server.got(Submit)) == 1


def test_what_was_not_answered_is_asked_again_of_the_next_server(tmp_path: Path) -> None:
    with FakeServer(tmp_path) as first, closing(Pump(SESSION, "test")) as pump:
        first.drop = {Submit}
        pump.attach(read_connection_file(first.path))
        key = pump.submit("procedural", "a chair")
        until(pump, lambda _: bool(first.got(Submit)))
        with FakeServer(tmp_path, "two") as second:
            pump.attach(read_connection_file(second.path))
            until(pump, lambda _: bool(pump.job(key).job_id))
            assert [m.request_id for m in second.got(Submit)] == [m.request_id for m in first.got(Submit)]


def test_what_was_lost_with_a_broken_line_is_asked_again(server: FakeServer, pump: Pump) -> None:
    """The server hears everything but the first submit, as when a line breaks and is made again."""
    server.drop = {Submit}
    key = pump.submit("procedural", "a chair")
    until(pump, lambda _: bool(server.got(Submit)))
    server.drop = set()
    until(pump, lambda _: bool(pump.job(key).job_id))
    assert [message.request_id for message in server.got(Submit)] == [key, key]


def test_a_lost_request_is_asked_again_even_while_other_things_are_told(
    server: FakeServer, pump: Pump
) -> None:
    busy = accepted(pump)
    server.drop = {Cancel}
    pump.cancel(busy)
    step = 0

    def hears_nothing_of_it(_: list[Event]) -> bool:
        nonlocal step
        step += 1
        server.send(Progress(job_id="job1", sequence=step, stage="bake", step=step))
        if server.got(Cancel):
            server.drop = set()
        return pump.job(busy).state == "cancelled"

    until(pump, hears_nothing_of_it)
    assert len(server.got(Cancel)) == 2


def test_a_wrong_nonce_is_refused_before_anything_is_told(tmp_path: Path) -> None:
    with FakeServer(tmp_path) as server, closing(Pump(SESSION, "test")) as pump:
        server.nonce = "another"
        pump.submit("procedural", "a secret chair")
        pump.attach(read_connection_file(server.path))
        seen = until(pump, lambda seen: bool(of(Disconnected, seen)))
        assert of(Disconnected, seen)[0].error.code == "not_allowed"
        assert server.got(Submit) == []


def test_a_server_that_let_go_of_the_connection_is_greeted_again(server: FakeServer, pump: Pump) -> None:
    unknown = MaquetteError("not_allowed", "this connection has not said hello: reconnect", "retry").to_json()

    def refuse(fake: FakeServer, message: Message) -> list[Message]:
        del fake.answers[Submit]
        return [Rejected(tag=message.tag, error=unknown)]

    server.answers[Submit] = refuse
    key = accepted(pump)
    assert pump.job(key).error is None
    assert len(server.got(Hello)) == 2


def test_one_that_refuses_again_and_again_is_believed(server: FakeServer, pump: Pump) -> None:
    refusal = MaquetteError("not_allowed", "no", "").to_json()
    server.answers[Submit] = lambda _, message: [Rejected(tag=message.tag, error=refusal)]
    key = pump.submit("procedural", "a chair")
    until(pump, ended)
    failure = pump.job(key).error
    assert failure is not None
    assert failure.code == "not_allowed"
    assert len(server.got(Submit)) == 2


def test_a_refused_greeting_is_told_with_its_reason(tmp_path: Path) -> None:
    with FakeServer(tmp_path) as server, closing(Pump(SESSION, "test")) as pump:
        error = MaquetteError("incompatible_version", "too old", "update").to_json()
        server.answers[Hello] = lambda _, message: [Rejected(tag=0, error=error)]
        pump.attach(read_connection_file(server.path))
        seen = until(pump, lambda seen: bool(of(Disconnected, seen)))
        assert of(Disconnected, seen)[0].error.remedy == "update"


def test_garbage_from_the_server_costs_one_request_and_no_more(server: FakeServer, pump: Pump) -> None:
    pump.describe()
    server.drop = set()
    server.send_raw([b"\xff\xfe"])
    server.send_raw([b'{"v":1,"type":"progress","tag":0,"job_id":"x","sequence":"no"}'])
    key = accepted(pump)
    server.send(Finished(job_id="job1", sequence=1))
    until(pump, ended)
    assert pump.job(key).state == "finished"


def test_bad_requests_are_told_to_the_caller(pump: Pump) -> None:
    with pytest.raises(ProtocolError, match="control characters"):
        pump.submit("procedural", "a \x1b[31mred chair")
    with pytest.raises(MaquetteError, match="unknown"):
        pump.cancel("nothing")
    key = accepted(pump)
    with pytest.raises(MaquetteError, match="cancel it first"):
        pump.forget(key)
    with pytest.raises(MaquetteError, match="wait for it"):
        pump.fetch(key)
    with pytest.raises(MaquetteError, match="form 'obj'"):
        pump.fetch(key, "obj")


def test_it_starts_no_thread_and_leaves_nothing_open(server: FakeServer) -> None:
    threads = threading.active_count()
    files = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(3):
        with closing(Pump(SESSION, "test")) as pump:
            pump.attach(read_connection_file(server.path))
            accepted(pump, frames={"image_0": Frame("image/png", bytes(1 << 20))})
            assert threading.active_count() == threads
    if files:
        assert len(os.listdir("/proc/self/fd")) <= files + 1


def test_closing_with_unsent_messages_does_not_hang(tmp_path: Path) -> None:
    with FakeServer(tmp_path) as server:
        info = read_connection_file(server.path)
    with closing(Pump(SESSION, "test")) as pump:
        pump.attach(info)
        pump.submit("procedural", "a chair", frames={"image_0": Frame("image/png", bytes(8 << 20))})
        pump.tick()


def test_big_listings_travel(server: FakeServer, pump: Pump) -> None:
    prompt = "\N{COUCH AND LAMP}" * 2000
    jobs = [
        {"job_id": f"j{i}", "request_id": f"r{i}", "state": "finished", "prompt": prompt} for i in range(50)
    ]
    server.jobs[:] = jobs
    pump.status()
    seen = until(pump, lambda seen: bool(of(StatusReported, seen)))
    assert len(of(JobFound, seen)) == 50
    assert sum(len(part) for part in pack(Pong(jobs=jobs))) > 64 * 1024


def test_unknown_messages_of_a_newer_server_are_harmless(server: FakeServer, pump: Pump) -> None:
    message: Message = Progress(job_id="somebody-elses", sequence=1, stage="bake")
    server.send(message)
    pump.status()
    seen = until(pump, lambda seen: bool(of(StatusReported, seen)))
    assert not of(JobChanged, seen)
