"""What is open between a client and its server: requests that wait for their answer, and the jobs."""

from dataclasses import dataclass, field, replace

from maquette.protocol import MaquetteError
from maquette.protocol.messages import Hello, Message

from .events import Event
from .jobs import JobTable, JobView


@dataclass
class Request:
    """`is_ping` marks a listing that nobody asked for: it keeps the job table true and shows who is alive.
    `turn` counts what this connection has sent; it is 0 until this request is sent, at `sent_at`."""

    message: Message
    job: JobView | None = None
    is_ping: bool = False
    turn: int = 0
    sent_at: float = 0.0
    was_repeated: bool = False

    @property
    def is_of_one_connection(self) -> bool:
        """Whether it means nothing to the next connection, nor when it is repeated."""
        return self.is_ping or isinstance(self.message, Hello)


@dataclass
class Exchange:
    """`nonce` is the one that the server must show; `refusal` says why it and this client do not talk."""

    jobs: JobTable = field(default_factory=JobTable)
    requests: dict[int, Request] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    nonce: str = ""
    is_welcome: bool = False
    refusal: MaquetteError | None = None
    last_tag: int = 0
    last_turn: int = 0

    def ask(self, message: Message, job: JobView | None = None, is_ping: bool = False) -> Request:
        """Notes a request; it is sent when the server has welcomed this client."""
        self.last_tag += 1
        request = Request(replace(message, tag=self.last_tag), job, is_ping)
        self.requests[self.last_tag] = request
        return request

    def sent(self, request: Request, now: float) -> None:
        """Notes that a request was sent."""
        self.last_turn += 1
        request.turn, request.sent_at = self.last_turn, now

    def answered(self, tag: int) -> Request | None:
        """Takes out the request that is answered. A server answers in the order in which it was asked: what
        was sent before and has no answer was lost with a line that broke, and is asked again."""
        request = self.requests.pop(tag, None)
        if request is not None:
            for earlier, lost in list(self.requests.items()):
                if 0 < lost.turn < request.turn:
                    self._ask_again(earlier, lost)
        return request

    def start_over(self, nonce: str) -> None:
        """A new connection: what was asked for is asked again, except for what only the old one needed."""
        self.nonce, self.is_welcome, self.refusal = nonce, False, None
        for tag, request in list(self.requests.items()):
            self._ask_again(tag, request)

    def is_overdue(self, now: float, patience_s: float) -> bool:
        """Whether something waits long for its answer and no ping is under way that would tell why."""
        late = now - patience_s
        pings = [request for request in self.requests.values() if request.is_ping]
        if any(not ping.turn or ping.sent_at > late for ping in pings):
            return False
        return any(request.turn and request.sent_at <= late for request in self.requests.values())

    def _ask_again(self, tag: int, request: Request) -> None:
        if request.is_of_one_connection:
            del self.requests[tag]
        else:
            request.turn = 0
