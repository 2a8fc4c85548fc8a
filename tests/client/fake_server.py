"""A server that is real on the wire and scripted behind it: ROUTER, CURVE, connection file, no jobs.

Run as a program it is a backend for the launcher: `python fake_server.py MODE --data DIR [--headless]`.
"""

import json
import os
import queue
import secrets
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import zmq

from maquette.protocol import PROTOCOL_VERSION, Frame, ProtocolError
from maquette.protocol.messages import (
    Accepted,
    Cancel,
    Cancelled,
    Describe,
    Fetch,
    Finished,
    Forget,
    Hello,
    Message,
    Pong,
    Progress,
    Recipes,
    Rejected,
    Status,
    Submit,
    Unload,
    Welcome,
    pack,
    peek_tag,
    unpack_request,
)

FLOOD = 10_000

Answer = Callable[["FakeServer", Message], list[Message]]


class FakeServer:
    """Answers in a thread of its own. `drop` names the message classes it leaves unanswered."""

    def __init__(self, folder: Path, instance: str = "one", jobs: list[dict] | None = None) -> None:
        self.path = folder / "connection.json"
        self.instance, self.nonce = instance, secrets.token_hex(16)
        self.announced_nonce = self.nonce
        self.jobs = jobs if jobs is not None else []  # as Pong lists them
        self.received: list[Message] = []
        self.drop: set[type[Message]] = set()
        self.answers: dict[type[Message], Answer] = {}
        self._outgoing: queue.SimpleQueue[list] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._paused = threading.Event()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        server_public, server_secret = zmq.curve_keypair()
        client_public, client_secret = zmq.curve_keypair()
        self._socket.linger = 0
        self._socket.sndhwm = 0
        self._socket.curve_server = True
        self._socket.curve_secretkey = server_secret
        port = self._socket.bind_to_random_port("tcp://127.0.0.1")
        self.connection = {
            "protocol": PROTOCOL_VERSION,
            "endpoint": f"tcp://127.0.0.1:{port}",
            "server_key": server_public.decode(),
            "client_public": client_public.decode(),
            "client_secret": client_secret.decode(),
            "pid": os.getpid(),
            "instance": instance,
            "nonce": self.announced_nonce,
            "version": "0.1.0",
        }
        self.write_connection_file()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def write_connection_file(self, **changes: object) -> None:
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps(self.connection | changes))
        draft.chmod(0o600)
        draft.replace(self.path)

    def __enter__(self) -> "FakeServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends as a killed server does: without a word."""
        self._stopping.set()
        self._paused.clear()
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close(linger=0)
        self._context.term()

    def pause(self) -> None:
        """Stalls: what arrives waits."""
        self._paused.set()

    def resume(self) -> None:
        self._paused.clear()

    def send(self, *messages: Message) -> None:
        """Sends events to whoever said hello last."""
        for message in messages:
            self.send_raw(pack(message))

    def send_raw(self, parts: list) -> None:
        self._outgoing.put(parts)

    def got(self, kind: type[Message]) -> list:
        return [message for message in self.received if isinstance(message, kind)]

    def _run(self) -> None:
        client = b""
        while not self._stopping.is_set():
            if self._paused.is_set():
                time.sleep(0.005)
                continue
            if self._socket.poll(2):
                client, *parts = self._socket.recv_multipart()
                for reply in self._answer(parts):
                    self._socket.send_multipart([client, *pack(reply)])
            while client and not self._outgoing.empty():
                self._socket.send_multipart([client, *self._outgoing.get()])

    def _answer(self, parts: list[bytes]) -> list[Message]:
        try:
            message = unpack_request(parts)
        except ProtocolError as error:
            return [Rejected(tag=peek_tag(parts), error=error.to_json())]
        self.received.append(message)
        if type(message) in self.drop:
            return []
        return self.answers.get(type(message), ANSWERS[type(message)])(self, message)


def _welcome(server: FakeServer, message: Message) -> list[Message]:
    return [Welcome(tag=message.tag, server="fake", instance=server.instance, nonce=server.nonce)]


def _accept(server: FakeServer, message: Message) -> list[Message]:
    assert isinstance(message, Submit)
    known = {entry["request_id"]: entry["job_id"] for entry in server.jobs}
    job_id = known.get(message.request_id) or f"job{len(server.jobs) + 1}"
    if message.request_id not in known:
        server.jobs.insert(
            0,
            {
                "job_id": job_id,
                "request_id": message.request_id,
                "recipe": message.recipe,
                "prompt": message.prompt,
                "seed": 7,
                "state": "running",
                "place": 0,
            },
        )
    return [Accepted(tag=message.tag, request_id=message.request_id, job_id=job_id, seed=7)]


def _flood(server: FakeServer, message: Message) -> list[Message]:
    accepted = _accept(server, message)
    job_id = server.jobs[0]["job_id"]
    flood = [
        Progress(job_id=job_id, sequence=i, stage="bake", step=i, steps=FLOOD) for i in range(1, FLOOD + 1)
    ]
    return [*accepted, *flood, Finished(job_id=job_id, sequence=FLOOD + 1)]


def _pong(server: FakeServer, message: Message) -> list[Message]:
    wanted = getattr(message, "job_id", "")
    jobs = [entry for entry in server.jobs if wanted in ("", entry["job_id"])]
    return [Pong(tag=message.tag, jobs=jobs[:50])]


def _cancel(server: FakeServer, message: Message) -> list[Message]:
    assert isinstance(message, Cancel)
    return [Pong(tag=message.tag), Cancelled(job_id=message.job_id, sequence=99)]


def _describe(server: FakeServer, message: Message) -> list[Message]:
    return [Recipes(tag=message.tag, frames={"recipes": Frame("application/json", b"[]")})]


def _fetch(server: FakeServer, message: Message) -> list[Message]:
    assert isinstance(message, Fetch)
    frames = {"asset": Frame("model/gltf-binary", b"glTF")}
    return [Finished(tag=message.tag, job_id=message.job_id, frames=frames)]


ANSWERS: dict[type[Message], Answer] = {
    Hello: _welcome,
    Submit: _accept,
    Status: _pong,
    Forget: _pong,
    Unload: _pong,
    Cancel: _cancel,
    Describe: _describe,
    Fetch: _fetch,
}


def main(mode: str, data: Path) -> None:
    """Modes: serve; flood (answers a submit with FLOOD progress events and the end); die (at once, with
    words); mute (never ready); stubborn (ignores the end of its input)."""
    if mode == "die":
        sys.stderr.write("loading\nthe disk is on fire\n")
        sys.exit(3)
    run = data / "run"
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    if mode == "mute":
        time.sleep(60)
    with FakeServer(run) as server:
        if mode == "flood":
            server.answers[Submit] = _flood
        sys.stdout.write(f"READY {server.path}\n")
        sys.stdout.flush()
        if mode == "stubborn" or "--headless" in sys.argv:
            time.sleep(60)
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[sys.argv.index("--data") + 1]))
