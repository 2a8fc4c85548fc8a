"""Multipart framing: one JSON control frame and up to 16 binary frames, limits checked before any decoding.

The control frame lists the binary frames under "frames": name, kind, size in bytes and, for arrays, dtype and
shape. Nothing is ever unpickled. Used between client and server and, unchanged, between server and worker.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from .errors import ProtocolError
from .values import Json as Json

PROTOCOL_VERSION: Final = 1
MAX_CONTROL_BYTES: Final = 64 * 1024
MAX_FRAMES: Final = 16
MAX_FRAME_BYTES: Final = 128 * 1024 * 1024
CURVE_OVERHEAD_BYTES: Final = 64  # that encryption may add to a frame on the wire; 33 in fact
MAX_TOTAL_BYTES: Final = 384 * 1024 * 1024
MAX_DOCUMENT_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 16

ARRAY: Final = "array"
DOCUMENT: Final = "application/json"
KINDS: Final = (ARRAY, "image/png", "image/jpeg", "image/webp", "model/gltf-binary", DOCUMENT)
DTYPES: Final = ("float32", "float16", "int32", "uint32", "uint16", "uint8")

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")

Buffer = bytes | memoryview


@dataclass(frozen=True)
class Frame:
    """One binary frame. `data` is the raw buffer; arrays are C-contiguous and little-endian."""

    kind: str
    data: Buffer
    dtype: str = ""
    shape: tuple[int, ...] = ()

    @staticmethod
    def from_array(array: npt.NDArray[np.generic]) -> "Frame":
        """Wraps an array of one of DTYPES; copies only what is not contiguous or not little-endian."""
        if array.dtype.name not in DTYPES:
            raise ProtocolError(
                f"an array of {array.dtype.name} cannot be sent: use one of {', '.join(DTYPES)}"
            )
        contiguous = np.ascontiguousarray(array, dtype=_little_endian(array.dtype.name))
        view = contiguous.reshape(-1).view(np.uint8).data if contiguous.size else memoryview(b"")
        return Frame(ARRAY, view, array.dtype.name, tuple(array.shape))

    def to_array(self) -> npt.NDArray[np.generic]:
        """A read-only view of an array frame, with the dtype and shape that were announced."""
        if self.kind != ARRAY:
            raise ProtocolError(f"a frame of kind {self.kind} is not an array")
        return np.frombuffer(self.data, dtype=_little_endian(self.dtype)).reshape(self.shape)

    @property
    def size_bytes(self) -> int:
        return self.data.nbytes if isinstance(self.data, memoryview) else len(self.data)


@dataclass(frozen=True)
class Envelope:
    """A message as it travels: its type, its JSON fields and its named binary frames."""

    type: str
    fields: dict[str, Json] = field(default_factory=dict)
    frames: dict[str, Frame] = field(default_factory=dict)


def encode(envelope: Envelope) -> list[Buffer]:
    """The multipart message of an envelope. Raises ProtocolError where `decode` would refuse it."""
    listing: list[Json] = []
    for name, frame in envelope.frames.items():
        entry: dict[str, Json] = {"name": name, "kind": frame.kind, "size": frame.size_bytes}
        if frame.kind == ARRAY:
            entry["dtype"], entry["shape"] = frame.dtype, list(frame.shape)
        listing.append(entry)
    control: dict[str, Json] = {"v": PROTOCOL_VERSION, "type": envelope.type, **envelope.fields}
    if listing:
        control["frames"] = listing
    parts: list[Buffer] = [dump_json(control), *(frame.data for frame in envelope.frames.values())]
    _check_sizes(parts)
    _describe(control.get("frames", []), parts[1:])
    return parts


def decode(parts: Sequence[Buffer]) -> Envelope:
    """Reads a multipart message. Raises ProtocolError, and only that, for anything out of contract."""
    control = parse_control(parts)
    version = control.pop("v", None)
    if type(version) is not int or version != PROTOCOL_VERSION:
        raise ProtocolError(
            f"protocol version {_short(version)} is not {PROTOCOL_VERSION}: update the older side",
            code="incompatible_version",
            remedy="update",
        )
    kind = control.pop("type", None)
    if not isinstance(kind, str) or not _NAME.fullmatch(kind):
        raise ProtocolError(f"message type {_short(kind)} is not a name")
    frames = _describe(control.pop("frames", []), parts[1:])
    return Envelope(kind, control, frames)


def parse_control(parts: Sequence[Buffer]) -> dict[str, Json]:
    """The control frame alone, once every size is within its limit."""
    _check_sizes(parts)
    control = parse_json(bytes(parts[0]))
    if not isinstance(control, dict):
        raise ProtocolError("the control frame is not a JSON object")
    return control


def dump_json(value: Json) -> bytes:
    """Compact JSON that `parse_json` reads back. Raises ProtocolError for what it would refuse."""
    try:
        encoded = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(
            "utf-8"
        )
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"this cannot be sent as JSON: {_short(error)}") from None
    _check_depth(value)
    return encoded


def parse_json(data: bytes) -> Json:
    """Strict JSON: UTF-8, no NaN, no duplicate keys, bounded depth, no surrogates. Raises ProtocolError."""
    try:
        text = data.decode("utf-8")
        value: Json = json.loads(text, object_pairs_hook=_unique_keys)
        # Python reads NaN, 1e999 and escaped lone surrogates, and refuses them on the way back.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except ProtocolError:
        raise
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the JSON cannot be read: {_short(error)}") from None
    _check_depth(value)
    return value


def _check_sizes(parts: Sequence[Buffer]) -> None:
    if not parts:
        raise ProtocolError("the message has no control frame")
    if len(parts) - 1 > MAX_FRAMES:
        raise ProtocolError(f"{len(parts) - 1} binary frames are above {MAX_FRAMES}: send fewer")
    sizes = [part.nbytes if isinstance(part, memoryview) else len(part) for part in parts]
    if sizes[0] > MAX_CONTROL_BYTES:
        raise ProtocolError(f"a control frame of {sizes[0]} bytes is above {MAX_CONTROL_BYTES}: shorten it")
    if max(sizes) > MAX_FRAME_BYTES:
        raise ProtocolError(f"a frame of {max(sizes)} bytes is above {MAX_FRAME_BYTES}: make it smaller")
    if sum(sizes) > MAX_TOTAL_BYTES:
        raise ProtocolError(f"a message of {sum(sizes)} bytes is above {MAX_TOTAL_BYTES}: make it smaller")


def _describe(listing: object, parts: Sequence[Buffer]) -> dict[str, Frame]:
    if not isinstance(listing, list) or len(listing) != len(parts):
        raise ProtocolError(f"{len(parts)} binary frames do not match the list in the control frame")
    frames: dict[str, Frame] = {}
    for entry, data in zip(listing, parts, strict=True):
        if not isinstance(entry, dict) or not set(entry) <= {"name", "kind", "size", "dtype", "shape"}:
            raise ProtocolError(f"a frame is described wrongly: {_short(entry)}")
        name, kind = entry.get("name"), entry.get("kind")
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in frames:
            raise ProtocolError(f"frame name {_short(name)} is no name or stands twice")
        if kind not in KINDS:
            raise ProtocolError(f"frame kind {_short(kind)} is unknown: use one of {', '.join(KINDS)}")
        size = data.nbytes if isinstance(data, memoryview) else len(data)
        if type(entry.get("size")) is not int or entry["size"] != size:
            raise ProtocolError(
                f"frame {name} has {size} bytes, not the announced {_short(entry.get('size'))}"
            )
        if kind == DOCUMENT and size > MAX_DOCUMENT_BYTES:
            raise ProtocolError(f"document {name} of {size} bytes is above {MAX_DOCUMENT_BYTES}")
        if kind == ARRAY:
            frames[name] = _array_frame(name, entry, data, size)
        elif "dtype" in entry or "shape" in entry:
            raise ProtocolError(f"frame {name} of kind {kind} has a dtype or shape")
        else:
            frames[name] = Frame(str(kind), data)
    return frames


def _array_frame(name: str, entry: Mapping[str, object], data: Buffer, size: int) -> Frame:
    dtype, shape = entry.get("dtype"), entry.get("shape")
    if dtype not in DTYPES:
        raise ProtocolError(f"array {name} has dtype {_short(dtype)}: use one of {', '.join(DTYPES)}")
    if (
        not isinstance(shape, list)
        or len(shape) > 4
        or not all(type(n) is int and 0 <= n < 2**31 for n in shape)
    ):
        raise ProtocolError(f"array {name} has shape {_short(shape)}: give up to 4 non-negative integers")
    if math.prod(max(1, n) for n in shape) > MAX_FRAME_BYTES:  # numpy refuses [0, 2^31, 2^31], empty as it is
        raise ProtocolError(f"array {name} has shape {_short(shape)}, which is too large")
    if math.prod(shape) * np.dtype(str(dtype)).itemsize != size:
        raise ProtocolError(f"array {name} of {dtype} {shape} does not fill its {size} bytes")
    return Frame(ARRAY, data, str(dtype), tuple(shape))


def _little_endian(dtype: str) -> np.dtype[np.generic]:
    return np.dtype(dtype).newbyteorder("<")


def _unique_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ProtocolError("the JSON repeats a key")
    return result


def _check_depth(value: Json) -> None:
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise ProtocolError(f"the JSON is nested deeper than {MAX_DEPTH} levels")


def _short(value: object) -> str:
    text = ascii(value) if not isinstance(value, Exception) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."
