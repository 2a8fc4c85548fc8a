"""What is open between a client and its server: requests that wait for their answer, and the jobs."""

from dataclasses import dataclass, field, replace

from maquette.protocol import MaquetteError
from maquette.protocol.messages import Hello, Message

from .events import Event
from .jobs import JobTable, JobView


@dataclass
class Request:
    """`is_ping` marks a listing that nobody asked for: it keeps the job table true and shows who is alive."""

    message: Message
    job: JobView | None = None
    is_ping: bool = False
    was_sent: bool = False
    was_repeated: bool = False


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

    def ask(self, message: Message, job: JobView | None = None, is_ping: bool = False) -> Request:
        """Notes a request; it is sent when the server has welcomed this client."""
        self.last_tag += 1
        request = Request(replace(message, tag=self.last_tag), job, is_ping)
        self.requests[self.last_tag] = request
        return request

    def start_over(self, nonce: str) -> None:
        """A new connection: what was asked for is asked again, except for what only the old one needed."""
        self.nonce, self.is_welcome, self.refusal = nonce, False, None
        for tag, request in list(self.requests.items()):
            if request.is_ping or isinstance(request.message, Hello):
                del self.requests[tag]
            request.was_sent = False
