"""What clients were not ready to take yet: a slow reader costs bounded memory and delays nobody else.

A client's socket takes a few messages; what follows waits here. Progress that newer progress of the same job
has overtaken is left out. Who still does not read is let go, and asks for the status when it comes back.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import zmq

from maquette.protocol import Buffer
from maquette.protocol.messages import Message, Progress, pack

MAX_WAITING: Final = 8192
MAX_WAITING_BYTES: Final = 512 << 20

_log = logging.getLogger(__name__)


@dataclass
class _Line:
    """The messages that wait for one peer, under keys by which a newer one takes an older one's place."""

    messages: dict[object, list[Buffer]] = field(default_factory=dict)
    size_bytes: int = 0

    def put(self, key: object, parts: list[Buffer]) -> None:
        self.take(key)
        self.messages[key] = parts
        self.size_bytes += _size(parts)

    def take(self, key: object) -> None:
        self.size_bytes -= _size(self.messages.pop(key, []))


class Outbox:
    """Sends to the peers of a ROUTER socket that reports unreachable ones (ROUTER_MANDATORY)."""

    def __init__(self, socket: zmq.Socket[bytes], on_gone: Callable[[bytes], None]) -> None:
        self._socket = socket
        self._on_gone = on_gone
        self._waiting: dict[bytes, _Line] = {}

    def send(self, identity: bytes, message: Message) -> None:
        """Sends now or later. Calls `on_gone` for a peer that has left or does not read. Raises ProtocolError
        for a message that breaks a limit."""
        parts = pack(message)
        line = self._waiting.get(identity)
        if line is None:
            if self._try(identity, parts):
                return
            line = self._waiting[identity] = _Line()
        line.put(_replaceable(message) or object(), parts)
        if len(line.messages) > MAX_WAITING or line.size_bytes > MAX_WAITING_BYTES:
            _log.warning("a client does not read: it is let go")
            self._drop(identity)

    def flush(self) -> bool:
        """Sends what has been waiting, as far as it is taken; whether any of it was."""
        any_taken = False
        for identity, line in list(self._waiting.items()):
            for key, parts in list(line.messages.items()):
                if not self._try(identity, parts):
                    break
                line.take(key)
                any_taken = True
            if not line.messages:
                self._waiting.pop(identity, None)
        return any_taken

    @property
    def has_waiting(self) -> bool:
        return bool(self._waiting)

    def _try(self, identity: bytes, parts: list[Buffer]) -> bool:
        """True when the message is off our hands: taken, or for nobody."""
        try:
            self._socket.send_multipart([identity, *parts], zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return False
        except zmq.ZMQError as error:
            if error.errno != zmq.EHOSTUNREACH:
                raise
            self._drop(identity)
        return True

    def _drop(self, identity: bytes) -> None:
        self._waiting.pop(identity, None)
        self._on_gone(identity)


def _replaceable(message: Message) -> tuple[str, str] | None:
    """A name under which a newer message takes the place of this one, or None."""
    if isinstance(message, Progress) and not message.note and not message.frames:
        return ("progress", message.job_id)
    return None


def _size(parts: list[Buffer]) -> int:
    return sum(memoryview(part).nbytes for part in parts)
