"""What server and worker say to each other over their private pair of sockets, in the same framing.

Server to worker: run stop. Worker to server: ready begun report done broken stopped. The worker is started by
the server with keys of its own, but it runs heavy native code and is not trusted: its fields are checked too.
"""

import json
import typing
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, get_origin

from .errors import ProtocolError
from .framing import DOCUMENT, Buffer, Envelope, Frame, Json, decode, dump_json, encode, parse_json

SUMMARY_FILE: Final = "result.json"


@dataclass(frozen=True)
class Handover:
    """What the server writes as the first line of the worker's standard input, so that no key is ever in an
    argument or an environment variable. `address_space_bytes` 0 sets no limit."""

    endpoint: str
    server_key: str
    public_key: str
    secret_key: str
    address_space_bytes: int = 0

    def to_line(self) -> bytes:
        return json.dumps({f.name: getattr(self, f.name) for f in fields(self)}).encode() + b"\n"

    @staticmethod
    def from_line(line: bytes) -> "Handover":
        """Raises ProtocolError for anything but what `to_line` writes."""
        values: Any = parse_json(line)
        expected = {f.name: f.type for f in fields(Handover)}
        if not isinstance(values, dict) or {name: type(v) for name, v in values.items()} != expected:
            raise ProtocolError("the first line of standard input is no handover")
        return Handover(**values)


@dataclass(frozen=True)
class WorkerMessage:
    """Base of all messages between server and worker; only Report carries a frame, `preview`."""

    frames: dict[str, Frame] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Run(WorkerMessage):
    """Starts a job. `inputs` is a folder with image_N.* and the mesh arrays as .npy, or empty; `staging` is
    an empty folder that takes the result; `data` is the server's folder, where weights lie. The server made
    them all."""

    job_id: str = ""
    recipe: str = ""
    prompt: str = ""
    parameters: dict[str, Json] = field(default_factory=dict)
    seed: int = 0
    inputs: str = ""
    staging: str = ""
    data: str = ""


@dataclass(frozen=True)
class Stop(WorkerMessage):
    """Asks the job to stop at its next checkpoint; ignored when another one runs."""

    job_id: str = ""


@dataclass(frozen=True)
class Ready(WorkerMessage):
    """The first message: the worker takes a job now."""

    memory_bytes: int = 0


@dataclass(frozen=True)
class Begun(WorkerMessage):
    """The job has arrived. A worker that dies before it says so was dying anyway, not because of the job."""

    job_id: str = ""


@dataclass(frozen=True)
class Report(WorkerMessage):
    """How far the job is; an image frame `preview` may come along."""

    job_id: str = ""
    stage: str = ""
    step: int = 0
    steps: int = 1
    note: str = ""


@dataclass(frozen=True)
class Done(WorkerMessage):
    """The result is complete in the staging folder and on the disk; `result` is its summary."""

    job_id: str = ""
    result: dict[str, Json] = field(default_factory=dict)
    memory_bytes: int = 0


@dataclass(frozen=True)
class Broken(WorkerMessage):
    """The job ended with an error, as MaquetteError.to_json writes it."""

    job_id: str = ""
    error: dict[str, Json] = field(default_factory=dict)
    memory_bytes: int = 0


@dataclass(frozen=True)
class Stopped(WorkerMessage):
    """The job honoured a Stop."""

    job_id: str = ""
    memory_bytes: int = 0


TO_WORKER: Final[dict[str, type[WorkerMessage]]] = {"run": Run, "stop": Stop}
FROM_WORKER: Final[dict[str, type[WorkerMessage]]] = {
    "ready": Ready,
    "begun": Begun,
    "report": Report,
    "done": Done,
    "broken": Broken,
    "stopped": Stopped,
}
_NAMES: Final = {cls: name for table in (TO_WORKER, FROM_WORKER) for name, cls in table.items()}
_DOCUMENTS: Final = ("result", "error")


def pack(message: WorkerMessage) -> list[Buffer]:
    """The multipart message to send. Raises ProtocolError where a limit would be broken."""
    values = {f.name: getattr(message, f.name) for f in fields(message) if f.name != "frames"}
    documents: dict[str, Frame] = {
        name: Frame(DOCUMENT, dump_json(values.pop(name))) for name in _DOCUMENTS if name in values
    }
    return encode(Envelope(_NAMES[type(message)], values, {**message.frames, **documents}))


def unpack(parts: Sequence[Buffer], table: dict[str, type[WorkerMessage]]) -> WorkerMessage:
    """A message of TO_WORKER or FROM_WORKER. Raises ProtocolError, and only that."""
    envelope = decode(parts)
    cls = table.get(envelope.type)
    if cls is None:
        raise ProtocolError(f"message type {envelope.type!r} is not one of {', '.join(table)}")
    frames = dict(envelope.frames)
    given = dict(envelope.fields)
    for name in _DOCUMENTS:
        if name in frames:
            given[name] = parse_json(bytes(frames.pop(name).data))
    expected = _TYPES[cls]
    if set(given) != set(expected):
        raise ProtocolError(f"{envelope.type} has the fields {sorted(given)}, not {sorted(expected)}")
    for name, value in given.items():
        if type(value) is not expected[name]:
            raise ProtocolError(f"{envelope.type}.{name} is not of type {expected[name].__name__}")
    values: dict[str, Any] = given
    return cls(**values, frames=frames)


def _types(cls: type[WorkerMessage]) -> dict[str, type]:
    hints = typing.get_type_hints(cls)
    return {f.name: get_origin(hints[f.name]) or hints[f.name] for f in fields(cls) if f.name != "frames"}


_TYPES: Final = {cls: _types(cls) for cls in _NAMES}
