"""A worker never outlives its server: it ends at once when its standard input closes or its parent dies."""

import ctypes
import os
import signal
import sys
import threading
from typing import Final

from maquette.protocol import ProtocolError
from maquette.protocol.worker_messages import Handover

_MAX_LINE_BYTES: Final = 4096
_PR_SET_PDEATHSIG: Final = 1


def read_handover() -> Handover:
    """Reads the first line of standard input, byte by byte: what follows is only ever its end."""
    line = b""
    while not line.endswith(b"\n") and len(line) < _MAX_LINE_BYTES:
        byte = os.read(0, 1)
        if not byte:
            raise ProtocolError("standard input ended before the handover")
        line += byte
    return Handover.from_line(line)


def die_with_owner() -> None:
    """Ends this process when its owner is gone, whatever its main thread is doing.

    Linux delivers SIGKILL on the parent's death even to a process stuck in native code; elsewhere (and for an
    owner that closes the pipe on purpose) a thread waits for the end of standard input. On Windows the server
    also puts its workers into a job object that dies with it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    threading.Thread(target=_wait_for_end, name="owner", daemon=True).start()


def _wait_for_end() -> None:
    while os.read(0, 64):
        pass
    os._exit(0)
