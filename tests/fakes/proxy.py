"""Men in the middle of a connection: one on the wire, who holds no key, and one who holds them all.

`Wiretap` passes TCP bytes on, keeps them, and may change what a client sends, one ZMTP frame at a time.
`Meddler` ends the encryption at both sides and may change whole messages in either direction.
"""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import zmq

GREETING_BYTES = 64
LONG_FRAME = 0x02
MESSAGE = b"\x07MESSAGE"  # how the body of an encrypted frame begins (CurveZMQ, ZeroMQ RFC 26)
PIECE_BYTES = 1 << 16
TURN_S = 0.02

Wire = Callable[[int, bytes], list[bytes]]
Parts = list[bytes]
Meddle = Callable[[str, Parts], list[Parts]]


class Splitter:
    """Cuts one direction of a ZMTP 3 connection into frames, headers included, after its greeting."""

    def __init__(self) -> None:
        self._buffer = b""
        self._greeting_left = GREETING_BYTES

    def feed(self, data: bytes) -> tuple[bytes, list[bytes]]:
        """What came of the greeting, which is passed on bit by bit as both sides wait for it, and the frames
        that are complete now."""
        greeting, self._buffer = data[: self._greeting_left], self._buffer + data[self._greeting_left :]
        self._greeting_left -= len(greeting)
        frames = []
        while (size := self._size()) and len(self._buffer) >= size:
            frames.append(self._buffer[:size])
            self._buffer = self._buffer[size:]
        return greeting, frames

    def _size(self) -> int:
        """Of the frame at the start of the buffer; 0 while that is not known."""
        is_long = bool(self._buffer) and bool(self._buffer[0] & LONG_FRAME)
        header = 9 if is_long else 2
        return header + int.from_bytes(self._buffer[1:header]) if len(self._buffer) >= header else 0


def body_of(frame: bytes) -> bytes:
    """What follows the header of a ZMTP frame."""
    return frame[9 if frame[0] & LONG_FRAME else 2 :]


def with_body(frame: bytes, body: bytes) -> bytes:
    """The frame with another body and the length of that."""
    flags = frame[:1] if frame[0] & LONG_FRAME else bytes([frame[0] | LONG_FRAME])
    return flags + len(body).to_bytes(8) + body


class Wiretap:
    """`tamper(n, frame)` returns what goes on in place of the n-th encrypted frame that clients send."""

    def __init__(self, endpoint: str, tamper: Wire | None = None) -> None:
        parts = urlsplit(endpoint)
        self._target = (parts.hostname or "", parts.port or 0)
        self.tamper = tamper
        self.sent = b""  # by clients, as it came, before it was changed
        self.answered = b""
        self.count = 0  # encrypted frames of clients
        self.closed_by_server = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(TURN_S):
                if key.fileobj is self._listener:
                    self._accept()
                elif self._selector.get_map().get(key.fd) == key:  # not closed in this very turn
                    self._pass_on(*key.data)

    def _accept(self) -> None:
        client = self._listener.accept()[0]
        try:
            server = socket.create_connection(self._target)
        except ConnectionError:
            client.close()
            return
        self._selector.register(client, selectors.EVENT_READ, (client, server, Splitter()))
        self._selector.register(server, selectors.EVENT_READ, (server, client, None))

    def _pass_on(self, source: socket.socket, sink: socket.socket, splitter: Splitter | None) -> None:
        data = b""
        with contextlib.suppress(ConnectionError):
            data = source.recv(PIECE_BYTES)
        try:
            if data and splitter is None:
                self.answered += data
                sink.sendall(data)
            elif data and splitter is not None:
                self.sent += data
                greeting, frames = splitter.feed(data)
                sink.sendall(greeting)
                for frame in frames:
                    for piece in self._changed(frame):
                        sink.sendall(piece)
        except ConnectionError:  # the sink has closed
            data = b""
            self.closed_by_server += splitter is not None
        else:
            self.closed_by_server += not data and splitter is None
        if not data:
            for end in (source, sink):
                self._selector.unregister(end)
                end.close()

    def _changed(self, frame: bytes) -> list[bytes]:
        if self.tamper is None or not body_of(frame).startswith(MESSAGE):
            return [frame]
        self.count += 1
        return self.tamper(self.count, frame)


class Meddler:
    """`meddle(direction, parts)` returns the messages that go on in place of one; directions are "up", to
    the server, and "down". `connection` is what clients are to be given."""

    def __init__(self, connection: dict[str, Any], meddle: Meddle) -> None:
        self._upstream = connection
        self._meddle = meddle
        self._context = zmq.Context()
        self._clients = self._context.socket(zmq.ROUTER)
        self._clients.linger = 0
        public, secret = zmq.curve_keypair()
        self._clients.curve_server = True
        self._clients.curve_secretkey = secret
        port = self._clients.bind_to_random_port("tcp://127.0.0.1")
        self.connection = connection | {
            "endpoint": f"tcp://127.0.0.1:{port}",
            "server_key": public.decode(),
        }
        self._lines: dict[bytes, zmq.Socket[bytes]] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self._context.destroy(linger=0)

    def _run(self) -> None:
        poller = zmq.Poller()
        poller.register(self._clients, zmq.POLLIN)
        while not self._stopping.is_set():
            for ready, _ in poller.poll(TURN_S * 1000):
                if ready is self._clients:
                    name, *parts = self._clients.recv_multipart()
                    if name not in self._lines:
                        poller.register(self._connect(name), zmq.POLLIN)
                    for message in self._meddle("up", parts):
                        self._lines[name].send_multipart(message)
                else:
                    name = next(name for name, line in self._lines.items() if line is ready)
                    for message in self._meddle("down", ready.recv_multipart()):
                        self._clients.send_multipart([name, *message])

    def _connect(self, name: bytes) -> zmq.Socket[bytes]:
        line = self._lines[name] = self._context.socket(zmq.DEALER)
        line.linger = 0
        line.curve_serverkey = self._upstream["server_key"].encode()
        line.curve_publickey = self._upstream["client_public"].encode()
        line.curve_secretkey = self._upstream["client_secret"].encode()
        line.connect(self._upstream["endpoint"])
        return line
