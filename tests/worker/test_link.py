"""The worker's line, against a plain socket in the server's place."""

import time
from collections.abc import Iterator

import pytest
import zmq

from maquette.protocol import Frame
from maquette.protocol.worker_messages import (
    FROM_WORKER,
    Done,
    Handover,
    Report,
    Run,
    Stop,
    WorkerMessage,
    pack,
    unpack,
)
from maquette.worker.link import INTERVAL_S, Link


class Server:
    """The other end of a link."""

    def __init__(self) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        public, secret = zmq.curve_keypair()
        self.socket.curve_server = True
        self.socket.curve_secretkey = secret
        self.socket.bind("tcp://127.0.0.1:*")
        own_public, own_secret = zmq.curve_keypair()
        endpoint = self.socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self.handover = Handover(endpoint, public.decode(), own_public.decode(), own_secret.decode())

    def send(self, message: WorkerMessage) -> None:
        self.socket.send_multipart(pack(message))

    def receive(self, patience_s: float = 5.0) -> WorkerMessage:
        assert self.socket.poll(int(patience_s * 1000)), "nothing came"
        return unpack(self.socket.recv_multipart(), FROM_WORKER)

    def until_done(self) -> list[Report]:
        """The reports before the last word."""
        reports = []
        while isinstance(message := self.receive(), Report):
            reports.append(message)
        return reports


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.context.destroy(linger=0)


@pytest.fixture
def link(server: Server) -> Iterator[Link]:
    link = Link(server.handover)
    link.send(Done(job_id="hello"))
    server.until_done()
    yield link
    link.close()


def report(step: int, stage: str = "shape", note: str = "", preview: bytes = b"") -> Report:
    frames = {"preview": Frame("image/png", preview)} if preview else {}
    return Report(frames, "job", stage, step, 100_000, note)


def test_a_flood_of_progress_is_thinned_and_ends_with_the_newest(server: Server, link: Link) -> None:
    started = time.monotonic()
    for step in range(20_000):
        link.report(report(step))
    link.report(report(99_999, note="last"))
    link.send(Done(job_id="job"))
    elapsed = time.monotonic() - started
    reports = server.until_done()
    assert len(reports) <= elapsed / INTERVAL_S + 3
    steps = [r.step for r in reports]
    assert steps == sorted(steps)
    assert steps[-1] == 99_999


def test_notes_previews_and_new_stages_are_never_thinned(server: Server, link: Link) -> None:
    for number in range(50):
        link.report(report(number, note=f"note {number}"))
        link.report(report(number, preview=bytes([number])))
        link.report(report(0, stage=f"stage{number}"))
    link.send(Done(job_id="job"))
    reports = server.until_done()
    assert [r.note for r in reports if r.note] == [f"note {n}" for n in range(50)]
    assert [bytes(r.frames["preview"].data) for r in reports if r.frames] == [bytes([n]) for n in range(50)]
    assert {r.stage for r in reports} >= {f"stage{n}" for n in range(50)}


def test_a_lone_report_goes_out_by_itself(server: Server, link: Link) -> None:
    link.report(report(1))
    link.report(report(2))
    received = server.receive()
    assert isinstance(received, Report)
    while received.step != 2:
        following = server.receive(1.0)
        assert isinstance(following, Report)
        received = following


def test_a_stop_reaches_its_job_and_no_other(server: Server, link: Link) -> None:
    server.send(Run(job_id="one", recipe="script", staging="s"))
    run, stop = link.next_job()
    assert run.job_id == "one"
    server.send(Stop(job_id="another"))
    assert not stop.wait(0.1)
    server.send(Stop(job_id="one"))
    assert stop.wait(5.0)
    server.send(Run(job_id="two", recipe="script", staging="s"))
    assert not link.next_job()[1].is_set()


def test_garbage_is_ignored(server: Server, link: Link) -> None:
    server.socket.send_multipart([b"garbage"])
    server.send(Run(job_id="one", recipe="script", staging="s"))
    assert link.next_job()[0].job_id == "one"
