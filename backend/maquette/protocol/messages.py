"""Every message of the contract as a frozen dataclass, and the functions that turn it into frames and back.

Client to server: hello describe submit cancel status fetch forget unload shutdown.
Server to client: welcome recipes accepted rejected progress finished failed cancelled pong.
Every request carries `tag`, chosen by the client; the direct answer carries the same `tag` (events carry 0).
Field types are checked on arrival; unknown and missing fields are refused. docs/protocol.md tells the story.
"""

import math
import re
import typing
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Final, get_origin

from .errors import MaquetteError, ProtocolError, from_json
from .framing import (
    DOCUMENT,
    Buffer,
    Envelope,
    Frame,
    Json,
    decode,
    dump_json,
    encode,
    parse_control,
    parse_json,
)
from .inputs import check_inputs
from .recipe import MAX_PROMPT_CHARACTERS

TERMINAL: Final = ("finished", "failed", "cancelled")
STATES: Final = ("queued", "running", *TERMINAL)

MAX_INLINE_BYTES: Final = 16 * 1024

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Message:
    """Base of all messages; `tag` ties an answer to its request."""

    tag: int = 0
    frames: dict[str, Frame] = field(default_factory=dict, repr=False, compare=False)


# --- client to server


@dataclass(frozen=True, kw_only=True)
class Hello(Message):
    """First message. `session` is the client's secret token: jobs belong to it, across connections and
    restarts. `client` and `version` are for the log."""

    client: str = ""
    version: str = ""
    session: str


@dataclass(frozen=True)
class Describe(Message):
    """Asks for every recipe; answered by Recipes."""


@dataclass(frozen=True, kw_only=True)
class Submit(Message):
    """Asks for a job. The same `request_id` twice runs it once and is answered with the same job.

    Its frames are those of `inputs`: pictures and, for mesh tasks, the mesh and what it wears. `seed` -1
    asks the server to choose one.
    """

    request_id: str
    recipe: str
    prompt: str = ""
    parameters: dict[str, Json] = field(default_factory=dict)
    seed: int = -1


@dataclass(frozen=True, kw_only=True)
class Cancel(Message):
    """Cancels a queued or running job; answered by Pong, then by one terminal event."""

    job_id: str


@dataclass(frozen=True)
class Status(Message):
    """Asks how things stand: one job (job_id) or all of this session's; answered by Pong. Also the ping."""

    job_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Fetch(Message):
    """Asks for a finished job's result; answered by Finished with frames.

    form "arrays": vertices, faces, uvs as arrays and base_color, orm, normal (emissive) as encoded images.
    form "glb": one model/gltf-binary frame `asset`. form "preview": one image frame `preview`. form
    "views": one image frame `views`, the pictures that a texture was made of, in one grid.
    """

    job_id: str
    form: str = "arrays"


@dataclass(frozen=True, kw_only=True)
class Forget(Message):
    """Deletes an ended job and its files; answered by Pong. A running job is refused: cancel it first."""

    job_id: str


@dataclass(frozen=True)
class Unload(Message):
    """Frees the workers' memory when they are idle; answered by Pong."""


@dataclass(frozen=True)
class Shutdown(Message):
    """Ends the server, when it was started for this session alone; answered by Pong."""


# --- server to client


@dataclass(frozen=True)
class Welcome(Message):
    """Answers Hello. `instance` identifies this run of the server, `nonce` is that of the connection file."""

    server: str = ""
    instance: str = ""
    nonce: str = ""
    environments: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipes(Message):
    """Answers Describe with the document frame `recipes`: a JSON list of RecipeDescription."""


@dataclass(frozen=True, kw_only=True)
class Accepted(Message):
    """Answers Submit. `place` 0 means that it starts at once; `seed` is the one that will be used."""

    request_id: str
    job_id: str
    place: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Rejected(Message):
    """Answers any request that was not carried out."""

    request_id: str = ""
    error: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Progress(Message):
    """An event: how far a job is. `fraction` is 0 to 1 over the whole job, `seconds_left` -1 when unknown.

    `sequence` grows by one per event of a job. `note` is a line for people ("chair: wood, red"). Frame
    `preview` (image/png or image/webp) may come along. `place` > 0 while it is queued.
    """

    job_id: str
    sequence: int = 0
    stage: str = ""
    step: int = 0
    steps: int = 0
    fraction: float = 0.0
    seconds_left: float = -1.0
    note: str = ""
    place: int = 0


@dataclass(frozen=True, kw_only=True)
class Finished(Message):
    """A terminal event, and the answer to Fetch (then with frames). `result` is the summary kept in the job
    store: provenance, counts, extent in metres, seconds, and the parts that can be fetched."""

    job_id: str
    sequence: int = 0
    result: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Failed(Message):
    """A terminal event."""

    job_id: str
    sequence: int = 0
    error: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Cancelled(Message):
    """A terminal event."""

    job_id: str
    sequence: int = 0


@dataclass(frozen=True)
class Pong(Message):
    """Answers Status, Cancel, Forget, Unload, Shutdown.

    `jobs` lists {job_id, request_id, recipe, prompt, parameters, seed, state, place, stage, fraction,
    seconds_left, created, ended, error?, result?} (newest first, at most 50); `workers` lists {environment,
    state, pid, memory_bytes, job_id}. `created` and `ended` are seconds since 1970.
    """

    jobs: list[Json] = field(default_factory=list)
    workers: list[Json] = field(default_factory=list)
    queue_length: int = 0


FROM_CLIENT: Final[dict[str, type[Message]]] = {
    "hello": Hello,
    "describe": Describe,
    "submit": Submit,
    "cancel": Cancel,
    "status": Status,
    "fetch": Fetch,
    "forget": Forget,
    "unload": Unload,
    "shutdown": Shutdown,
}
FROM_SERVER: Final[dict[str, type[Message]]] = {
    "welcome": Welcome,
    "recipes": Recipes,
    "accepted": Accepted,
    "rejected": Rejected,
    "progress": Progress,
    "finished": Finished,
    "failed": Failed,
    "cancelled": Cancelled,
    "pong": Pong,
}
_NAMES: Final = {cls: name for table in (FROM_CLIENT, FROM_SERVER) for name, cls in table.items()}
_BULKY: Final = frozenset({"jobs", "result", "error"})


def pack(message: Message) -> list[Buffer]:
    """The multipart message to send. Raises ProtocolError where the other side would refuse it.

    A server's list or object above MAX_INLINE_BYTES travels as a document frame of its own name.
    """
    kind = _NAMES[type(message)]
    values = {f.name: getattr(message, f.name) for f in fields(message) if f.name != "frames"}
    frames = dict(message.frames)
    _check_identifiers(kind, type(message), values)
    if kind in FROM_CLIENT:
        _check_request(kind, values, frames)
    for name in _BULKY.intersection(values):
        document = dump_json(values[name])
        if len(document) > MAX_INLINE_BYTES:
            frames[name] = Frame(DOCUMENT, document)
            del values[name]
    return encode(Envelope(kind, values, frames))


def unpack_request(parts: Sequence[Buffer]) -> Message:
    """What a client sent. Raises ProtocolError, and only that."""
    return _unpack(parts, FROM_CLIENT)


def unpack_reply(parts: Sequence[Buffer]) -> Message:
    """What a server sent. Raises ProtocolError, and only that."""
    return _unpack(parts, FROM_SERVER)


def error_of(message: "Rejected | Failed") -> MaquetteError:
    """The typed error that a message carries."""
    return from_json(message.error)


def peek_tag(parts: Sequence[Buffer]) -> int:
    """The tag of a message that may be broken otherwise, so that its refusal can still be matched; else 0."""
    try:
        tag = parse_control(parts).get("tag")
    except ProtocolError:
        return 0
    return tag if type(tag) is int and abs(tag) < 2**53 else 0


def is_id(text: str) -> bool:
    """Whether a text may name a job, a request or a session."""
    return _ID.fullmatch(text) is not None


def _unpack(parts: Sequence[Buffer], table: dict[str, type[Message]]) -> Message:
    envelope = decode(parts)
    cls = table.get(envelope.type)
    if cls is None:
        raise ProtocolError(f"message type {envelope.type!r} is unknown: use one of {', '.join(table)}")
    hints, required = _SCHEMAS[cls]
    given, frames = dict(envelope.fields), dict(envelope.frames)
    if table is FROM_SERVER:
        for name in _BULKY.intersection(hints, frames):
            frame = frames.pop(name)
            if name in given or frame.kind != DOCUMENT:
                raise ProtocolError(f"{envelope.type}.{name} stands twice or is no document")
            given[name] = parse_json(bytes(frame.data))
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in hints:
            raise ProtocolError(f"{envelope.type} has no field {name[:60]!a}")
        values[name] = _checked(f"{envelope.type}.{name}", value, hints[name])
    for name in required:
        if name not in values:
            raise ProtocolError(f"{envelope.type} lacks the field {name!r}")
    _check_identifiers(envelope.type, cls, values)
    if table is FROM_CLIENT:
        _check_request(envelope.type, values, frames)
    return cls(**values, frames=frames)


def _checked(name: str, value: Json, expected: type) -> Json:
    if expected is float and type(value) is int and abs(value) < 2**53:
        value = float(value)
    if type(value) is not expected:
        raise ProtocolError(f"{name} is {ascii(value)[:60]}, not of type {expected.__name__}")
    if expected is int and not -(2**53) < typing.cast(int, value) < 2**53:
        raise ProtocolError(f"{name} is out of range")
    if expected is float and not math.isfinite(typing.cast(float, value)):
        raise ProtocolError(f"{name} is not finite")
    return value


def _check_identifiers(kind: str, cls: type[Message], values: dict[str, Any]) -> None:
    required = _SCHEMAS[cls][1]
    for name in ("job_id", "request_id", "session"):
        value = values.get(name, "")
        if (value or name in required) and not is_id(value):
            raise ProtocolError(
                f"{kind}.{name} {ascii(value)[:60]} is no identifier: 1 to 64 letters, digits, '_' and '-'"
            )


def _check_request(kind: str, values: dict[str, Any], frames: dict[str, Frame]) -> None:
    for name, value in values.items():
        if not isinstance(value, str):
            continue
        if len(value) > MAX_PROMPT_CHARACTERS:
            raise ProtocolError(
                f"a {name} of {len(value)} characters is above {MAX_PROMPT_CHARACTERS}: shorten it"
            )
        if _CONTROL_CHARACTER.search(value):
            raise ProtocolError(f"the {name} holds control characters: remove them")
    if frames and kind != "submit":
        raise ProtocolError(f"{kind} carries no binary frames")
    check_inputs(frames)


def _schema(cls: type[Message]) -> tuple[dict[str, type], tuple[str, ...]]:
    """The type of each field that travels in the control frame, and the names that must be there."""
    hints = typing.get_type_hints(cls)
    declared = [f for f in fields(cls) if f.name != "frames"]
    required = tuple(f.name for f in declared if f.default is MISSING and f.default_factory is MISSING)
    return {f.name: get_origin(hints[f.name]) or hints[f.name] for f in declared}, required


_SCHEMAS: Final = {cls: _schema(cls) for cls in _NAMES}
