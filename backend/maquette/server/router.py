"""The clients' socket: reads requests, finds their handler in an explicit table, sends answers and events.

A connection belongs to the session that its hello named; jobs belong to sessions, never to connections.
Several connections may share a session, and all of them hear its events.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import zmq

from maquette.protocol import Buffer, MaquetteError, ProtocolError
from maquette.protocol.framing import CURVE_OVERHEAD_BYTES, MAX_FRAME_BYTES
from maquette.protocol.messages import (
    Hello,
    Message,
    Rejected,
    Submit,
    Welcome,
    peek_tag,
    unpack_request,
)

from .outbox import Outbox
from .store import digest

Handler = Callable[[str, Message], Message]

HIGH_WATER_MARK: Final = 16
MAX_CONNECTIONS: Final = 4096
_BATCH: Final = 32
_LINGER_MS: Final = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PeerLimits:
    """What a peer may send at once, and how long it may take to shake hands and to answer a heartbeat."""

    max_frame_bytes: int = MAX_FRAME_BYTES
    handshake_s: float = 5.0
    heartbeat_s: float = 5.0
    patience_s: float = 30.0


def configure(socket: zmq.Socket[bytes], limits: PeerLimits) -> None:
    """Bounds everything that a peer could make grow. Call it before the socket is bound."""
    socket.maxmsgsize = limits.max_frame_bytes + CURVE_OVERHEAD_BYTES
    socket.set_hwm(HIGH_WATER_MARK)
    socket.linger = _LINGER_MS
    socket.router_mandatory = True
    socket.handshake_ivl = round(limits.handshake_s * 1000)
    socket.heartbeat_ivl = round(limits.heartbeat_s * 1000)
    socket.heartbeat_timeout = round(limits.patience_s * 1000)


class Router:
    """Owns the conversation on a bound ROUTER socket; whoever made the socket closes it."""

    def __init__(
        self,
        socket: zmq.Socket[bytes],
        limits: PeerLimits,
        welcome: Welcome,
        handlers: Mapping[type[Message], Handler],
    ) -> None:
        self._socket = socket
        self._limits = limits
        self._welcome = welcome
        self._handlers = handlers
        self._outbox = Outbox(socket, self._forget)
        self._sessions: OrderedDict[bytes, str] = OrderedDict()  # connection -> digest of its session

    @property
    def has_waiting(self) -> bool:
        """Whether something could not be sent yet: call `flush` again soon."""
        return self._outbox.has_waiting

    def receive(self) -> None:
        """Answers a bounded number of the requests that have arrived."""
        for _ in range(_BATCH):
            try:
                frames = self._socket.recv_multipart(zmq.NOBLOCK, copy=False)
            except zmq.Again:
                return
            identity = frames[0].bytes
            answer = self._answer(identity, [frame.buffer for frame in frames[1:]])
            self._send(identity, answer)

    def deliver(self, events: Iterable[tuple[str, Message]]) -> None:
        """Sends events to every connection of their session; without one they are in the job store anyway."""
        for session, message in events:
            for identity in [i for i, owner in self._sessions.items() if owner == session]:
                self._send(identity, message)

    def flush(self) -> bool:
        """Sends what clients were not ready for; whether they took any of it."""
        return self._outbox.flush()

    def _send(self, identity: bytes, message: Message) -> None:
        try:
            self._outbox.send(identity, message)
        except ProtocolError as error:
            _log.error("%s cannot be sent: %s", type(message).__name__, error)
            self._outbox.send(identity, Rejected(tag=message.tag, error=error.to_json()))

    def _answer(self, identity: bytes, parts: Sequence[Buffer]) -> Message:
        try:
            self._check_sizes(parts)
            request = unpack_request(parts)
        except ProtocolError as error:
            _log.warning("a message was refused: %s", error.code)
            _log.debug("it was refused because %s", error.message)
            return Rejected(tag=peek_tag(parts), error=error.to_json())
        try:
            return replace(self._handle(identity, request), tag=request.tag)
        except MaquetteError as error:
            _log.info("%s was refused: %s", type(request).__name__, error.code)
            return _rejected(request, error)
        except Exception as error:  # one client's request must not end the server for all
            _log.exception("%s failed", type(request).__name__)
            name = type(error).__name__
            return _rejected(request, MaquetteError("internal", f"the backend failed with {name}", "retry"))

    def _check_sizes(self, parts: Sequence[Buffer]) -> None:
        """What is just above the limit still gets through the socket's, which allows for the encryption."""
        largest = max((memoryview(part).nbytes for part in parts), default=0)
        if largest > self._limits.max_frame_bytes:
            raise ProtocolError(
                f"a frame of {largest} bytes is above {self._limits.max_frame_bytes}: make it smaller"
            )

    def _handle(self, identity: bytes, request: Message) -> Message:
        if isinstance(request, Hello):
            self._register(identity, request)
            return self._welcome
        session = self._sessions.get(identity)
        if session is None:
            raise MaquetteError("not_allowed", "this connection has not said hello: reconnect", "retry")
        self._sessions.move_to_end(identity)  # those that say nothing any more are the first to be forgotten
        return self._handlers[type(request)](session, request)

    def _register(self, identity: bytes, hello: Hello) -> None:
        self._sessions[identity] = digest(hello.session)
        self._sessions.move_to_end(identity)
        if len(self._sessions) > MAX_CONNECTIONS:
            self._sessions.popitem(last=False)
        _log.info("a client said hello: %s %s", hello.client[:40], hello.version[:20])

    def _forget(self, identity: bytes) -> None:
        self._sessions.pop(identity, None)


def _rejected(request: Message, error: MaquetteError) -> Rejected:
    request_id = request.request_id if isinstance(request, Submit) else ""
    return Rejected(tag=request.tag, request_id=request_id, error=error.to_json())
