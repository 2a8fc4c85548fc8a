"""One encrypted connection to a server. Nothing here blocks, and no thread is started."""

import logging
import secrets
import time
from collections import deque
from collections.abc import Sequence

import zmq

from maquette.protocol import Buffer, MaquetteError, ProtocolError
from maquette.protocol.framing import CURVE_OVERHEAD_BYTES, MAX_FRAME_BYTES
from maquette.protocol.messages import Message, Rejected, pack, peek_tag, unpack_reply

from .backlog import Backlog
from .connection_file import ConnectionInfo

MAX_BACKLOG = 256

_logger = logging.getLogger(__name__)


class Connection:
    """A DEALER socket with CURVE. Its owner closes it; closing drops what was not sent yet."""

    def __init__(self, info: ConnectionInfo) -> None:
        if not zmq.has("curve"):
            raise MaquetteError(
                "internal", "this pyzmq was built without CURVE encryption: install one from PyPI", "update"
            )
        self.info = info
        self._backlog = Backlog()
        self._outbox: deque[list[Buffer]] = deque()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._configure(info)
        self._socket.connect(info.endpoint)

    def _configure(self, info: ConnectionInfo) -> None:
        socket = self._socket
        socket.linger = 0  # closing never waits for a server that is gone
        socket.maxmsgsize = MAX_FRAME_BYTES + CURVE_OVERHEAD_BYTES
        socket.reconnect_ivl, socket.reconnect_ivl_max = 100, 1000
        # A server ignores a second connection of one name, so every connection has a name of its own.
        socket.routing_id = secrets.token_hex(16).encode()
        socket.curve_serverkey = info.server_key.encode()
        socket.curve_publickey = info.client_public.encode()
        socket.curve_secretkey = info.client_secret.encode()

    def send(self, message: Message) -> None:
        """Sends, or queues while the socket is full. Raises ProtocolError for what breaks a limit."""
        self._outbox.append(pack(message))
        self._flush()

    def poll(self, budget_s: float) -> list[Message]:
        """What has arrived, as far as it can be read within the budget; superseded progress is left out.

        A message that cannot be read becomes the Rejected that its request would have got.
        """
        deadline = time.perf_counter() + budget_s
        self._flush()
        while len(self._backlog) < MAX_BACKLOG and time.perf_counter() < deadline:
            parts = self._receive()
            if parts is None:
                break
            self._backlog.put(parts)
        messages = []
        while self._backlog:
            messages.append(_read(self._backlog.take()))
            if time.perf_counter() >= deadline:
                break
        return messages

    def wait(self, timeout_s: float) -> bool:
        """Blocks until something can be read: for scripts, never for Blender."""
        return bool(self._backlog) or bool(self._socket.poll(round(timeout_s * 1000)))

    def close(self) -> None:
        """Closes the socket at once. Safe to call twice."""
        self._socket.close()
        self._context.term()

    def _flush(self) -> None:
        while self._outbox:
            try:
                # Sending without a copy would make pyzmq start a thread.
                self._socket.send_multipart(self._outbox[0], zmq.NOBLOCK, copy=True)
            except zmq.Again:
                return
            self._outbox.popleft()

    def _receive(self) -> list[Buffer] | None:
        try:
            parts: list[Buffer] = [self._socket.recv(zmq.NOBLOCK)]
        except zmq.Again:
            return None
        while self._socket.rcvmore:  # the rest of a message is there when its first frame is
            parts.append(self._socket.recv(copy=False).buffer)
        return parts


def _read(parts: Sequence[Buffer]) -> Message:
    try:
        return unpack_reply(parts)
    except ProtocolError as error:
        _logger.warning("A message of the backend cannot be read: %s", error.message)
        return Rejected(tag=peek_tag(parts), error=error.to_json())
