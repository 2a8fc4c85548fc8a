"""Whatever arrives: a message or a ProtocolError, within bounded memory."""

import contextlib
import json
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from maquette.protocol import ProtocolError, RecipeDescription
from maquette.protocol.errors import MaquetteError
from maquette.protocol.framing import MAX_CONTROL_BYTES, decode, parse_json
from maquette.protocol.messages import Message, error_of, pack, peek_tag, unpack_reply, unpack_request
from maquette.recipes import RECIPES

from .strategies import JSON, REPLIES, REQUESTS, TEXT

MAX_EXTRA_BYTES = 16 << 20
FUZZ = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KEYS = st.sampled_from(
    [
        "v",
        "type",
        "tag",
        "frames",
        "job_id",
        "request_id",
        "session",
        "prompt",
        "parameters",
        "seed",
        "fraction",
        "jobs",
    ]
)
CONTROLS = st.dictionaries(KEYS | TEXT, JSON | st.sampled_from([1, "submit", "pong", "progress"]), max_size=8)


def read(parts: Sequence[bytes]) -> None:
    """Every reader of the contract, on both sides; anything but ProtocolError fails the test."""
    for reader in (decode, unpack_request, unpack_reply):
        try:
            message = reader(parts)
        except ProtocolError:
            continue
        for frame in message.frames.values():
            if frame.kind == "array":
                assert frame.to_array().nbytes == frame.size_bytes
        if type(message).__name__ in ("Rejected", "Failed"):
            assert error_of(message).message  # type: ignore[arg-type]
    assert isinstance(peek_tag(parts), int)


@FUZZ
@given(st.lists(st.binary(max_size=300), max_size=20))
def test_arbitrary_bytes(parts: list[bytes]) -> None:
    read(parts)


@FUZZ
@given(st.text(alphabet='{}[]",:0123456789eE+-.\\untrfals \ud800', max_size=200))
def test_arbitrary_text_that_looks_like_json(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    read([data])
    with contextlib.suppress(ProtocolError):
        parse_json(data)


@FUZZ
@given(CONTROLS, st.lists(st.binary(max_size=50), max_size=3))
def test_arbitrary_json(control: dict, frames: list[bytes]) -> None:
    read([json.dumps(control).encode("utf-8", "surrogatepass"), *frames])
    read([json.dumps({**control, "v": 1}).encode("utf-8", "surrogatepass"), *frames])


@FUZZ
@given(REQUESTS | REPLIES, KEYS | TEXT, JSON)
def test_valid_messages_with_one_field_changed(message: Message, key: str, value: object) -> None:
    head, *rest = [bytes(part) for part in pack(message)]
    read([json.dumps({**json.loads(head), key: value}).encode("utf-8", "surrogatepass"), *rest])


@FUZZ
@given(
    REQUESTS | REPLIES, st.sampled_from(["name", "kind", "size", "dtype", "shape", "more"]), JSON, st.data()
)
def test_valid_messages_with_one_frame_described_otherwise(
    message: Message, key: str, value: object, data: st.DataObject
) -> None:
    head, *rest = [bytes(part) for part in pack(message)]
    control = json.loads(head)
    entries = control.setdefault("frames", [])
    if not entries:
        entries.append({"name": "a", "kind": "array", "size": 0, "dtype": "uint8", "shape": [0]})
        rest.append(b"")
    data.draw(st.sampled_from(entries))[key] = value
    read([json.dumps(control).encode("utf-8", "surrogatepass"), *rest])


@FUZZ
@given(REQUESTS | REPLIES, st.data())
def test_valid_messages_with_bytes_changed_cut_reordered_or_doubled(
    message: Message, data: st.DataObject
) -> None:
    parts = [bytes(part) for part in pack(message)]
    index = data.draw(st.integers(0, len(parts) - 1))
    at = data.draw(st.integers(0, len(parts[index])))
    change = data.draw(st.sampled_from(["flip", "cut", "insert", "drop", "double", "reverse"]))
    part = parts[index]
    if change == "flip" and part:
        at = min(at, len(part) - 1)
        parts[index] = part[:at] + bytes([part[at] ^ data.draw(st.integers(1, 255))]) + part[at + 1 :]
    elif change == "cut":
        parts[index] = part[:at]
    elif change == "insert":
        parts[index] = part[:at] + data.draw(st.binary(min_size=1, max_size=8)) + part[at:]
    elif change == "drop":
        del parts[index]
    elif change == "double":
        parts.insert(index, part)
    else:
        parts.reverse()
    read(parts)


@FUZZ
@given(JSON)
@example({"name": "a"})
@example([])
def test_arbitrary_json_as_a_recipe_raises_only_typed_errors(data: object) -> None:
    for given_data in (data, {**RECIPES[0].description.to_json(), "parameters": [data]}):
        with contextlib.suppress(MaquetteError):
            RecipeDescription.from_json(given_data)  # type: ignore[arg-type]


def _filled(unit: bytes, separator: bytes = b",") -> bytes:
    count = (MAX_CONTROL_BYTES - 200) // (len(unit) + len(separator))
    inside = separator.join([unit] * count)
    return b'{"v":1,"type":"submit","request_id":"r","recipe":"p","parameters":{"a":[' + inside + b"]}}"


GREEDY = {
    "empty objects": _filled(b"{}"),
    "empty lists": _filled(b"[]"),
    "small objects": _filled(b'{"a":0}'),
    "floats": _filled(b"0.5"),
    "nulls": _filled(b"null"),
    "long integers": _filled(b"9" * 4000),
    "long fractions": _filled(b"0." + b"3" * 4000),
    "wide characters": _filled('"\N{CHAIR}"'.encode()),
    "escapes": _filled(b'"\\ud83e\\ude91"'),
    "one long text": _filled(b'"' + b"x" * 60_000 + b'"'),
    "distinct keys": b'{"v":1,"type":"submit",' + b",".join(b'"k%d":0' % i for i in range(6000)) + b"}",
    "deep lists": b"[" * 32_000 + b"]" * 32_000,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "quotes that never close": b'"' * 60_000,
    "backslashes": b'"' + b"\\" * 60_000,
}


@pytest.mark.parametrize("head", GREEDY.values(), ids=GREEDY.keys())
def test_no_control_frame_takes_much_memory(head: bytes) -> None:
    assert len(head) <= MAX_CONTROL_BYTES
    tracemalloc.start()
    try:
        read([head])
        assert tracemalloc.get_traced_memory()[1] < MAX_EXTRA_BYTES
    finally:
        tracemalloc.stop()


def test_large_frames_are_not_copied() -> None:
    payload = bytes(64 << 20)
    entry = {"name": "a", "kind": "array", "size": len(payload), "dtype": "uint8", "shape": [len(payload)]}
    head = json.dumps({"v": 1, "type": "finished", "job_id": "a", "frames": [entry]}).encode()
    tracemalloc.start()
    try:
        array = unpack_reply([head, payload]).frames["a"].to_array()
        assert array.nbytes == len(payload)
        assert tracemalloc.get_traced_memory()[1] < MAX_EXTRA_BYTES
    finally:
        tracemalloc.stop()
