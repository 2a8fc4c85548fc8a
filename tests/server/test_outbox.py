"""The outbox before a peer that takes nothing: order kept, progress overtaken, memory bounded."""

from typing import cast

import pytest
import zmq

from maquette.protocol import Frame
from maquette.protocol.messages import Finished, Message, Progress, unpack_reply
from maquette.server import outbox as module
from maquette.server.outbox import Outbox


class Deaf:
    """A ROUTER whose peer is full until `listens`, or gone."""

    def __init__(self) -> None:
        self.listens = False
        self.is_gone = False
        self.sent: list[Message] = []

    def send_multipart(self, parts: list[bytes], flags: int = 0, copy: bool = True) -> None:
        if self.is_gone:
            raise zmq.ZMQError(zmq.EHOSTUNREACH)
        if not self.listens:
            raise zmq.Again
        self.sent.append(unpack_reply(parts[1:]))


@pytest.fixture
def socket() -> Deaf:
    return Deaf()


def make(socket: Deaf, gone: list[bytes]) -> Outbox:
    return Outbox(cast("zmq.Socket[bytes]", socket), gone.append)


def test_what_waits_is_sent_in_order_with_only_the_newest_plain_progress(socket: Deaf) -> None:
    outbox = make(socket, [])
    preview = {"preview": Frame("image/png", b"x")}
    for sequence in range(1, 101):
        outbox.send(b"peer", Progress(job_id="a", sequence=sequence))
    outbox.send(b"peer", Progress(job_id="a", sequence=101, note="kept"))
    outbox.send(b"peer", Progress(job_id="a", sequence=102, frames=preview))
    outbox.send(b"peer", Progress(job_id="b", sequence=1))
    outbox.send(b"peer", Finished(job_id="a", sequence=103))
    assert outbox.has_waiting
    socket.listens = True
    outbox.flush()
    assert not outbox.has_waiting
    assert [(m.job_id, m.sequence) for m in socket.sent] == [  # type: ignore[attr-defined]
        *(("a", 100), ("a", 101), ("a", 102), ("b", 1), ("a", 103)),
    ]


def test_progress_takes_its_new_turn_behind_what_was_sent_since(socket: Deaf) -> None:
    outbox = make(socket, [])
    outbox.send(b"peer", Progress(job_id="a", sequence=1))
    outbox.send(b"peer", Progress(job_id="a", sequence=2, note="kept"))
    outbox.send(b"peer", Progress(job_id="a", sequence=3))
    socket.listens = True
    outbox.flush()
    assert [m.sequence for m in socket.sent] == [2, 3]  # type: ignore[attr-defined]


def test_a_peer_that_never_reads_is_let_go(socket: Deaf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 10)
    gone: list[bytes] = []
    outbox = make(socket, gone)
    for sequence in range(11):
        outbox.send(b"peer", Finished(job_id="a", sequence=sequence))
    assert gone == [b"peer"]
    assert not outbox.has_waiting


def test_a_peer_that_has_left_costs_nothing(socket: Deaf) -> None:
    gone: list[bytes] = []
    outbox = make(socket, gone)
    outbox.send(b"peer", Finished(job_id="a"))
    socket.is_gone = True
    outbox.flush()
    outbox.send(b"other", Finished(job_id="a"))
    assert gone == [b"peer", b"other"]
    assert not outbox.has_waiting
