"""The first line of a worker's standard input, and what becomes of a worker that gets none."""

import subprocess
import sys

import pytest

from maquette.protocol import ProtocolError
from maquette.protocol.worker_messages import Handover

HANDOVER = Handover("tcp://127.0.0.1:5000", "s" * 40, "p" * 40, "k" * 40, 1 << 30)


def test_what_is_written_is_read() -> None:
    assert Handover.from_line(HANDOVER.to_line()) == HANDOVER


@pytest.mark.parametrize(
    "line", [b"", b"{}\n", b"null\n", b'{"endpoint": 1}\n', HANDOVER.to_line().replace(b"1073741824", b'"1"')]
)
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        Handover.from_line(line)


def test_a_worker_without_a_server_ends_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "maquette.worker"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0
    assert "standard input ended before the handover" in done.stderr
