"""One worker as the server sees it: a child process, an encrypted socket to it, and its words on stderr."""

import contextlib
import itertools
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import zmq

from maquette.protocol import ProtocolError
from maquette.protocol.framing import CURVE_OVERHEAD_BYTES, MAX_FRAME_BYTES
from maquette.protocol.worker_messages import FROM_WORKER, Handover, WorkerMessage, pack, unpack

from .authentication import Doorkeeper, KeyPair
from .kill_on_close import close_handle, kill_on_close

MAX_LOG_BYTES = 8 << 20
_TAIL_BYTES = 16 * 1024
_TAIL_LINES = 30
_MESSAGES_PER_POLL = 64

# Sparse solvers call BLAS with small blocks, over which its threads spin: ten times slower on a busy machine.
_PINNED = {"OPENBLAS_NUM_THREADS": "1"}

_log = logging.getLogger(__name__)
_numbers = itertools.count(1)


class WorkerProcess:
    """Starts at construction; its maker calls `close`. Nothing here waits, but `close` for the dead."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        doorkeeper: Doorkeeper,
        command: Sequence[str],
        log_path: Path,
        address_space_bytes: int,
    ) -> None:
        self._doorkeeper = doorkeeper
        self._domain = f"worker-{next(_numbers)}"
        self._log_path = log_path
        server_keys, worker_keys = KeyPair.new(), KeyPair.new()
        self.socket = context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.maxmsgsize = MAX_FRAME_BYTES + CURVE_OVERHEAD_BYTES
        doorkeeper.secure(self.socket, self._domain, server_keys, {worker_keys.public: self._domain})
        self.socket.bind("tcp://127.0.0.1:*")
        self._process = self._spawn(command)
        self._job_handle = kill_on_close(self._process)
        self._hand_over(
            Handover(
                self.socket.getsockopt_string(zmq.LAST_ENDPOINT),
                server_keys.public,
                worker_keys.public,
                worker_keys.secret,
                address_space_bytes,
            )
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, message: WorkerMessage) -> None:
        """Queues a message; a worker that is gone or hung never blocks the server."""
        with contextlib.suppress(zmq.Again):
            self.socket.send_multipart(pack(message), zmq.NOBLOCK)

    def receive(self) -> list[WorkerMessage]:
        """What has arrived, up to a bound, so that a flood cannot hold up the server."""
        messages = []
        for _ in range(_MESSAGES_PER_POLL):
            try:
                parts = self.socket.recv_multipart(zmq.NOBLOCK)
                messages.append(unpack(parts, FROM_WORKER))
            except zmq.Again:
                break
            except ProtocolError as error:
                _log.error("worker %d sent something unreadable: %s", self.pid, error)
        self._bound_log()
        return messages

    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._process.poll()

    def terminate(self) -> None:
        """Asks the process, and all that it started, to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the process, and all that it started, whatever they are doing."""
        self._signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)

    def last_lines(self) -> list[str]:
        """The end of what this worker wrote on stderr."""
        with self._log_path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            start = min(self._log_start, size)
            file.seek(max(start, size - _TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
        return [line[:500] for line in text.splitlines()[-_TAIL_LINES:]]

    def close(self) -> None:
        """Kills what is left and lets go of the socket and the pipe."""
        self.kill()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1.0)
        close_handle(self._job_handle)
        self.socket.close()
        self._doorkeeper.forget(self._domain)

    def _spawn(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Standard input is the leash: it carries the keys and then, by its end, the server's death."""
        with self._log_path.open("ab") as log:
            self._log_start = log.tell()
            return subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                bufsize=0,
                env={**_PINNED, **os.environ},
                start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )

    def _hand_over(self, handover: Handover) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died already: `exit_code` will tell
            self._process.stdin.write(handover.to_line())

    def _signal(self, number: int) -> None:
        if sys.platform == "win32":
            self._process.terminate()
            return
        # The group outlives its leader: a worker that crashed may leave a subprocess at work.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _bound_log(self) -> None:
        """Cuts a log that a worker floods; it is open for appending, so that writing goes on at the start."""
        if self._log_path.stat().st_size > MAX_LOG_BYTES:
            os.truncate(self._log_path, 0)
            self._log_start = 0
