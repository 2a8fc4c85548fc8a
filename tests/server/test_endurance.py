"""Many connections and half connections: when they are gone, nothing of them is left."""

import contextlib
import resource
import secrets
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil
import pytest
import zmq

from maquette.protocol.messages import Hello, Welcome, pack, unpack_reply

from .backend import Backend, eventually
from .conftest import Start

CONNECTIONS = 1000
PATIENCE_MS = 20_000


def crowd(backend: Backend, context: zmq.Context[zmq.Socket[bytes]]) -> list[zmq.Socket[bytes]]:
    """Many clients that have said hello and say nothing more."""
    sockets = []
    for _ in range(CONNECTIONS):
        line = context.socket(zmq.DEALER)
        line.linger = 0
        line.curve_serverkey = backend.connection["server_key"].encode()
        line.curve_publickey = backend.connection["client_public"].encode()
        line.curve_secretkey = backend.connection["client_secret"].encode()
        line.connect(backend.connection["endpoint"])
        line.send_multipart(pack(Hello(tag=1, session=secrets.token_hex(16))))
        sockets.append(line)
    for line in sockets:
        assert line.poll(PATIENCE_MS)
        assert isinstance(unpack_reply(line.recv_multipart()), Welcome)
    return sockets


def census(process: psutil.Process) -> tuple[int, int, int]:
    """Open files, threads and resident bytes."""
    return process.num_fds(), process.num_threads(), process.memory_info().rss


@pytest.mark.slow
def test_a_thousand_idle_connections_leave_nothing_behind(start: Start) -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 3 * CONNECTIONS:
        pytest.skip("this user may not open so many files")
    backend = start()
    process = psutil.Process(backend.process.pid)
    client = backend.client()
    for round_ in range(2):
        if round_ == 1:  # the first crowd has made the server as large as it gets
            before = census(process)
        with zmq.Context() as context:
            context.max_sockets = CONNECTIONS + 10
            sockets = crowd(backend, context)
            assert process.num_fds() > CONNECTIONS
            client.status()
            for line in sockets:
                line.close()
        assert eventually(lambda: process.num_fds() < 100)
        client.status()
    assert eventually(lambda: census(process)[:2] <= before[:2]), (before, census(process))
    # The allocator keeps some for the next crowd, less each time; a leak would cost more at every connection.
    assert census(process)[2] - before[2] < 32 << 20


@pytest.fixture(scope="module")
def brisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """A server that does not wait long for a handshake."""
    with Backend(tmp_path_factory.mktemp("brisk") / "data", peers={"handshake_s": 0.3}) as backend:
        yield backend


@pytest.mark.parametrize("said", [b"", b"\xff\0\0\0\0\0\0\0\1\x7f", b"GET / HTTP/1.1\r\n\r\n", bytes(64)])
def test_one_that_does_not_finish_its_handshake_is_hung_up_on(brisk: Backend, said: bytes) -> None:
    refused = brisk.log().count("without a right key")
    process = psutil.Process(brisk.process.pid)
    before = process.num_fds()
    parts = urlsplit(brisk.connection["endpoint"])
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
        line.sendall(said)
        with contextlib.suppress(ConnectionResetError):  # which is hanging up, too
            while line.recv(4096):
                pass
    assert eventually(lambda: process.num_fds() <= before)
    assert eventually(lambda: brisk.log().count("without a right key") > refused)
