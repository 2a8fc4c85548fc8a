"""Somebody between client and server: reads nothing, replays nothing, and breaks nothing but a connection."""

import json
import random
import secrets
import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from maquette.client import Pump, liveness, pump, read_connection_file
from maquette.client.events import Disconnected, JobEnded
from maquette.protocol import Frame
from maquette.protocol.messages import (
    Accepted,
    Failed,
    Finished,
    Message,
    Progress,
    Rejected,
    Submit,
    pack,
    unpack_reply,
)
from tests.fakes.proxy import Meddler, Parts, Wiretap, body_of, with_body

from .backend import Backend, Client, eventually

SECRET = "a very secret unicorn"
PICTURE = {"image_0": Frame("image/png", b"\x89PNG\r\n\x1a\n" + bytes(2000))}


def tapped(backend: Backend, tap: Wiretap, session: str) -> Client:
    """A client whose bytes go through the tap."""
    client = Client(backend.connection | {"endpoint": tap.endpoint}, session)
    backend.clients.append(client)
    return client


def requests_of(client: Client) -> list[str]:
    return [str(job["request_id"]) for job in client.status().jobs if isinstance(job, dict)]


def test_an_eavesdropper_reads_neither_prompts_nor_tokens(shared: Backend) -> None:
    session = secrets.token_hex(16)
    with Wiretap(shared.connection["endpoint"]) as tap:
        client = tapped(shared, tap, session)
        client.hello()
        job_id = client.submit("note=whispered", prompt=SECRET).job_id
        assert isinstance(client.end_of(job_id), Finished)
        assert SECRET in str(client.status().jobs)
    assert len(tap.sent) > 500
    assert len(tap.answered) > 500
    for word in (SECRET, session, job_id, "unicorn", "submit", "whispered", "procedural"):
        assert word.encode() not in tap.sent + tap.answered


def test_captured_bytes_cannot_be_played_again(shared: Backend) -> None:
    session = secrets.token_hex(16)
    with Wiretap(shared.connection["endpoint"]) as tap:
        client = tapped(shared, tap, session)
        client.hello()
        client.end_of(client.submit(request_id="only").job_id)
    parts = urlsplit(shared.connection["endpoint"])
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        line.sendall(tap.sent)
        while line.recv(4096):  # the server's half of a handshake, and then its hanging up
            pass
    assert requests_of(shared.client(session)) == ["only"]


class OneFrame:
    """Tampers with the first frame of the submit, which is the second frame after the greeting's hello."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.kept: list[bytes] = []

    def __call__(self, count: int, frame: bytes) -> list[bytes]:
        if count == 1:
            self.kept.append(frame)
        if self.how == "swapped":
            return self._swapped(count, frame)
        if count != 2:
            return [frame]
        body = body_of(frame)
        flipped = body[:-1] + bytes([body[-1] ^ 1])
        return {
            "dropped": [],
            "doubled": [frame, frame],
            "preceded by an older one": [self.kept[0], frame],
            "shortened": [with_body(frame, body[:-4])],
            "cut off": [frame[:-4]],
            "lengthened": [with_body(frame, body + bytes(4))],
            "changed by one bit": [with_body(frame, flipped)],
        }[self.how]

    def _swapped(self, count: int, frame: bytes) -> list[bytes]:
        if count == 2:
            self.kept.append(frame)
            return []
        return [frame, self.kept[1]] if count == 3 else [frame]


@pytest.mark.parametrize(
    "how",
    [
        *("dropped", "doubled", "swapped", "preceded by an older one"),
        *("shortened", "cut off", "lengthened", "changed by one bit"),
    ],
)
def test_a_frame_tampered_with_on_the_wire_never_makes_a_second_job(shared: Backend, how: str) -> None:
    session = secrets.token_hex(16)
    with Wiretap(shared.connection["endpoint"], OneFrame(how)) as tap:
        client = tapped(shared, tap, session)
        client.hello()
        submit = Submit(tag=7, request_id="only", recipe="script", frames=PICTURE)
        said: list[Message] = []

        def is_accepted() -> bool:
            client.socket.send_multipart(pack(submit))  # as a client does that hears nothing
            if tap.count > 2:
                tap.tamper = None
            said.extend(answers(client, 0.05))
            return any(isinstance(message, Accepted) for message in said)

        assert eventually(is_accepted)
        assert tap.closed_by_server or any(isinstance(message, Rejected) for message in said)
        kinds = Accepted | Rejected | Progress | Failed
        assert all(isinstance(message, kinds) for message in said)
    assert requests_of(shared.client(session)) == ["only"]


def answers(client: Client, quiet_s: float) -> list[Message]:
    said = []
    while client.socket.poll(int(quiet_s * 1000)):
        said.append(unpack_reply(client.socket.recv_multipart()))
    return said


PLAIN = [bytes(part) for part in pack(Submit(tag=7, request_id="only", recipe="script", frames=PICTURE))]
MEDDLED = {
    "swapped": [PLAIN[::-1]],
    "a frame dropped": [PLAIN[:1]],
    "a frame doubled": [[*PLAIN, PLAIN[1]]],
    "a frame of its own": [[*PLAIN, b"extra"]],
    "a frame cut off": [[PLAIN[0], PLAIN[1][:-1]]],
    "a frame lengthened": [[PLAIN[0], PLAIN[1] + b"x"]],
    "the control frame cut off": [[PLAIN[0][:-1], PLAIN[1]]],
    "the control frame doubled": [[PLAIN[0], *PLAIN]],
    "taken apart": [[part] for part in PLAIN],
    "two glued together": [PLAIN + PLAIN],
    "empty frames between": [[b"", *PLAIN]],
}


@pytest.mark.parametrize("how", MEDDLED)
def test_a_message_rearranged_by_one_who_holds_the_keys_is_refused_and_the_connection_kept(
    shared: Backend, how: str
) -> None:
    client = shared.client()
    for parts in MEDDLED[how]:
        client.socket.send_multipart(parts)
        answer = client.receive()
        assert isinstance(answer, Rejected)
        assert answer.error["code"] == "bad_input"
    assert client.status().jobs == []
    for _ in range(2):
        client.socket.send_multipart(PLAIN)
    client.wait_for(lambda _: sum(isinstance(event, Accepted) for event in client.events) == 2)
    assert requests_of(client) == ["only"]


class Storm:
    """Drops, doubles, holds back, cuts and garbles messages in both directions, until it is over."""

    def __init__(self, seed: int, messages: int) -> None:
        self._chance = random.Random(seed)
        self._left = messages
        self._held: dict[str, list[Parts]] = {"up": [], "down": []}

    def __call__(self, direction: str, parts: Parts) -> list[Parts]:
        held, self._held[direction] = self._held[direction], []
        self._left -= 1
        kind = self._chance.choice(("drop", "double", "hold", "cut", "garble", *["keep"] * 15))
        if self._left < 0 or kind == "keep" or held:
            return [parts, *held]
        if kind == "double":
            return [parts, parts]
        if kind == "hold":
            self._held[direction] = [parts]
            return []
        if kind == "cut":
            return [[parts[0][: len(parts[0]) // 2]]]
        return [] if kind == "drop" else [[*parts, b"\0"]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_client_gets_every_job_to_its_one_end_through_a_line_that_garbles_messages(
    shared: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(pump, "OVERDUE_AFTER_S", 0.3)
    monkeypatch.setattr(liveness, "PING_AFTER_S", 0.2)
    with Meddler(shared.connection, Storm(seed, 120)) as meddler:
        path = tmp_path / "connection.json"
        path.write_text(json.dumps(meddler.connection))
        path.chmod(0o600)
        session = secrets.token_hex(16)
        with closing(Pump(session, "test")) as line:
            line.attach(read_connection_file(path))
            keys = [line.submit("script", "", {"script": "stage=load step stage=finish"}) for _ in range(8)]
            ends = finish(line, path)
        assert sorted(ends) == sorted(keys)  # one end each
        states = {key: line.job(key).state for key in keys}
    assert set(states.values()) <= {"finished", "failed"}
    known = requests_of(shared.client(session))
    assert len(known) == len(set(known))
    assert {key for key, state in states.items() if state == "finished"} <= set(known) <= set(keys)


def finish(line: Pump, path: Path) -> list[str]:
    """Ticks until all jobs are over, and again for what may still come; the request of each end."""
    ends: list[str] = []

    def is_over() -> bool:
        for event in line.tick():
            if isinstance(event, JobEnded):
                ends.append(event.job.request_id)
            elif isinstance(event, Disconnected):
                line.attach(read_connection_file(path))
        return not line.is_busy

    assert eventually(is_over, 60), [vars(job) for job in line.jobs()]
    for _ in range(10):
        is_over()
    return ends
