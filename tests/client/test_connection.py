"""One connection: frames up to the limit and no further, and nothing that costs more than one message."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from maquette.client import connection, read_connection_file
from maquette.client.connection import Connection
from maquette.protocol import framing
from maquette.protocol.messages import Hello, Message, Rejected, Welcome, error_of

from .fake_server import FakeServer

LIMIT = 1 << 16


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeServer]:
    with FakeServer(tmp_path) as server:
        yield server


def next_message(line: Connection) -> Message:
    deadline = time.monotonic() + 10.0
    while not (messages := line.poll(0.01)):
        assert time.monotonic() < deadline
        line.wait(0.1)
    [message] = messages
    return message


def test_a_frame_of_the_largest_size_arrives_and_one_byte_more_is_refused_in_words(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MAX_FRAME_BYTES", LIMIT)
    with closing(Connection(read_connection_file(server.path))) as line:
        line.send(Hello(tag=1, session="s" * 40))
        assert isinstance(next_message(line), Welcome)
        monkeypatch.setattr(framing, "MAX_FRAME_BYTES", LIMIT)
        for size, said in ((LIMIT, "do not match the list"), (LIMIT + 1, f"is above {LIMIT}")):
            server.send_raw([b'{"v":1,"type":"progress","tag":9}', bytes(size)])
            refused = next_message(line)
            assert isinstance(refused, Rejected)
            assert refused.tag == 9 * (size == LIMIT)
            assert said in error_of(refused).message
        line.send(Hello(tag=2, session="s" * 40))
        assert next_message(line).tag == 2
    assert len(server.got(Hello)) == 2
