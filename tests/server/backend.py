"""A real server process under test, and a plain DEALER client for it that is nobody's library."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import psutil
import zmq

from maquette.protocol.messages import (
    Accepted,
    Cancelled,
    Failed,
    Finished,
    Hello,
    Message,
    Pong,
    Status,
    Submit,
    Welcome,
    pack,
    unpack_reply,
)

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "tests" / "fakes" / "fake_server.py"
PATIENCE_S = 20.0
TERMINAL = (Finished, Failed, Cancelled)

M = TypeVar("M", bound=Message)


class Backend:
    """Starts a server on a folder; `with` ends it. `stop` closes its standard input, as an owner does."""

    def __init__(self, data: Path, **settings: Any) -> None:
        self.data = data
        arguments = json.dumps({"data": str(data), "minimum_free_bytes": 0, **settings})
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER), arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("READY "):
            assert self.process.stderr is not None
            _, stderr = self.process.communicate(timeout=PATIENCE_S)
            raise RuntimeError(f"no READY: {line!r} {stderr}")
        self.connection_file = Path(line.removeprefix("READY ").strip())
        self.connection = json.loads(self.connection_file.read_text())
        self.clients: list[Client] = []

    def client(self, session: str | None = None, **keys: Any) -> "Client":
        """A client that has said hello."""
        client = Client(self.connection | keys, session or secrets.token_hex(16))
        self.clients.append(client)
        client.hello()
        return client

    def worker_pids(self) -> list[int]:
        """Every process below the server."""
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def log(self) -> str:
        return (self.data / "log" / "server.log").read_text()

    def stop(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(timeout=PATIENCE_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self.clients:
            client.close()
        if self.process.poll() is None:
            self.stop()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


class Client:
    """One connection. `request` returns the answer of its tag; everything else collects in `events`."""

    def __init__(self, connection: dict[str, Any], session: str, identity: bytes = b"") -> None:
        self.session = session
        self.events: list[Message] = []
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.routing_id = identity or secrets.token_bytes(16).replace(b"\0", b"\1")
        self.socket.curve_serverkey = connection["server_key"].encode()
        self.socket.curve_publickey = connection["client_public"].encode()
        self.socket.curve_secretkey = connection["client_secret"].encode()
        self.socket.connect(connection["endpoint"])
        self._tag = 0

    def hello(self) -> Welcome:
        return self.request(Hello(client="test", version="0", session=self.session), Welcome)

    def request(self, message: Message, expected: type[M], patience_s: float = PATIENCE_S) -> M:
        self._tag += 1
        self.socket.send_multipart(pack(replace(message, tag=self._tag)))
        deadline = time.monotonic() + patience_s
        while True:
            answer = self.receive(deadline - time.monotonic())
            if answer.tag == self._tag:
                assert isinstance(answer, expected), answer
                return answer
            self.events.append(answer)

    def receive(self, patience_s: float = PATIENCE_S) -> Message:
        if not self.socket.poll(max(0, int(patience_s * 1000))):
            raise TimeoutError("the server says nothing")
        return unpack_reply(self.socket.recv_multipart())

    def submit(self, script: str = "", recipe: str = "script", **fields: Any) -> Accepted:
        parameters = {"script": script} if script else {}
        message = Submit(
            request_id=fields.pop("request_id", None) or secrets.token_hex(8),
            recipe=recipe,
            parameters=fields.pop("parameters", parameters),
            **fields,
        )
        return self.request(message, Accepted)

    def wait_for(self, found: Callable[[Message], bool], patience_s: float = PATIENCE_S) -> Message:
        """The first event that is so, of those that have come and those that come in time."""
        deadline = time.monotonic() + patience_s
        seen = 0
        while True:
            for event in self.events[seen:]:
                if found(event):
                    return event
            seen = len(self.events)
            self.events.append(self.receive(deadline - time.monotonic()))

    def end_of(self, job_id: str, patience_s: float = PATIENCE_S) -> Message:
        """The job's terminal event."""
        return self.wait_for(
            lambda e: isinstance(e, TERMINAL) and e.job_id == job_id,
            patience_s,  # type: ignore[attr-defined]
        )

    def run(self, script: str = "", **fields: Any) -> Message:
        return self.end_of(self.submit(script, **fields).job_id)

    def status(self, job_id: str = "") -> Pong:
        return self.request(Status(job_id=job_id), Pong)

    def drain(self, quiet_s: float = 0.3) -> list[Message]:
        """All events, once nothing has come for a while."""
        while self.socket.poll(int(quiet_s * 1000)):
            self.events.append(unpack_reply(self.socket.recv_multipart()))
        return self.events

    def close(self) -> None:
        self.context.destroy(linger=0)


def is_gone(pid: int) -> bool:
    """Whether a process has ended, even if nobody has taken notice of it yet."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def eventually(true: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
    """Whether it becomes so in time."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return true()
