"""The worker's line to its server: one socket, owned by one small thread beside the thread that works.

The thread delivers jobs, sets a job's stop flag, and sends reports: plain progress is coalesced to one
message per interval, while previews, notes, new stages and the final word always go out, in order.
"""

import logging
import math
import os
import threading
import time
from collections import deque
from queue import SimpleQueue
from typing import Final

import zmq

from maquette.protocol import ProtocolError
from maquette.protocol.framing import CURVE_OVERHEAD_BYTES, MAX_FRAME_BYTES
from maquette.protocol.worker_messages import (
    TO_WORKER,
    Begun,
    Handover,
    Report,
    Run,
    Stop,
    WorkerMessage,
    pack,
    unpack,
)

INTERVAL_S: Final = 0.05
_SEND_PATIENCE_S: Final = 0.1
_WAKE_ADDRESS: Final = "inproc://wake"
_END: Final = b"end"

_log = logging.getLogger(__name__)


class Link:
    """Use: `run, stop = link.next_job()`, then any number of `link.report(...)`, then `link.send(...)`."""

    def __init__(self, handover: Handover) -> None:
        self._context = zmq.Context()
        self._handover = handover
        self._jobs: SimpleQueue[tuple[Run, threading.Event]] = SimpleQueue()
        self._lock = threading.Lock()
        self._outbox: deque[tuple[WorkerMessage, bool]] = deque()  # message, and whether it may be replaced
        self._current: tuple[str, threading.Event] = ("", threading.Event())
        self._is_sent = threading.Event()
        self._stage = ""
        self._next_send = 0.0
        self._wake = self._context.socket(zmq.PAIR)
        self._wake.bind(_WAKE_ADDRESS)
        self._thread = threading.Thread(target=self._serve, name="link", daemon=True)
        self._thread.start()

    def next_job(self) -> tuple[Run, threading.Event]:
        """Waits for a job; the event is set once it should stop."""
        return self._jobs.get()

    def report(self, report: Report) -> None:
        """Sends progress soon; what must not be lost, before this returns, as native code may hold the GIL
        next. Call from the main thread."""
        replaceable = not report.note and not report.frames and report.stage == self._stage
        self._stage = report.stage
        self._put(report, replaceable)
        if not replaceable:
            self._is_sent.wait(_SEND_PATIENCE_S)

    def send(self, message: WorkerMessage) -> None:
        """Sends a message after everything before it. Call from the main thread."""
        self._stage = ""
        self._put(message, False)

    def close(self) -> None:
        """Sends what is left and closes the sockets."""
        self._wake.send(_END)
        self._thread.join()
        self._wake.close()
        self._context.term()

    def _put(self, message: WorkerMessage, replaceable: bool) -> None:
        with self._lock:
            wake = not self._outbox or (not replaceable and all(skip for _, skip in self._outbox))
            if self._outbox and self._outbox[-1][1]:
                self._outbox.pop()
            self._outbox.append((message, replaceable))
            self._is_sent.clear()
        if wake:
            self._wake.send(b"")

    def _serve(self) -> None:
        try:
            self._loop()
        except Exception:
            _log.exception("the line to the server broke")
            os._exit(1)  # without its line the process can do nothing but hang

    def _loop(self) -> None:
        with self._context.socket(zmq.PAIR) as wake, self._context.socket(zmq.DEALER) as socket:
            wake.connect(_WAKE_ADDRESS)
            self._connect(socket)
            self._relay(wake, socket)

    def _relay(self, wake: zmq.Socket[bytes], socket: zmq.Socket[bytes]) -> None:
        poller = zmq.Poller()
        poller.register(socket, zmq.POLLIN)
        poller.register(wake, zmq.POLLIN)
        while True:
            ready = dict(poller.poll(self._wait_ms()))
            ending = wake in ready and wake.recv() == _END
            if socket in ready:
                self._receive(socket)
            self._flush(socket)
            if ending:
                return

    def _connect(self, socket: zmq.Socket[bytes]) -> None:
        socket.linger = 1000
        socket.maxmsgsize = MAX_FRAME_BYTES + CURVE_OVERHEAD_BYTES
        socket.curve_serverkey = self._handover.server_key.encode()
        socket.curve_publickey = self._handover.public_key.encode()
        socket.curve_secretkey = self._handover.secret_key.encode()
        socket.connect(self._handover.endpoint)

    def _wait_ms(self) -> int | None:
        with self._lock:
            if not self._outbox:
                return None
            if not self._outbox[0][1]:
                return 0
        return math.ceil(max(0.0, self._next_send - time.monotonic()) * 1000)

    def _flush(self, socket: zmq.Socket[bytes]) -> None:
        now = time.monotonic()
        with self._lock:
            urgent = any(not replaceable for _, replaceable in self._outbox)
            if not urgent and now < self._next_send:
                return
            messages = [message for message, _ in self._outbox]
            self._outbox.clear()
        for message in messages:
            socket.send_multipart(pack(message))
        if messages:
            self._next_send = now + INTERVAL_S
        with self._lock:
            if not self._outbox:
                self._is_sent.set()

    def _receive(self, socket: zmq.Socket[bytes]) -> None:
        try:
            message = unpack(socket.recv_multipart(), TO_WORKER)
        except ProtocolError:
            _log.exception("the server sent something unreadable")
            return
        if isinstance(message, Run):
            self._current = (message.job_id, threading.Event())
            socket.send_multipart(pack(Begun(job_id=message.job_id)))
            self._jobs.put((message, self._current[1]))
        elif isinstance(message, Stop) and message.job_id == self._current[0]:
            self._current[1].set()
