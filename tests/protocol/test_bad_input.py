"""What breaks the contract is refused with one typed error, before anything of it is used."""

import json
import pickle  # noqa: TID251  (as an attacker does)
from pathlib import Path

import numpy as np
import pytest

from maquette.protocol import Frame, ProtocolError, decode
from maquette.protocol.framing import MAX_CONTROL_BYTES, MAX_FRAMES, parse_json
from maquette.protocol.messages import (
    FROM_CLIENT,
    FROM_SERVER,
    Hello,
    Status,
    Submit,
    pack,
    peek_tag,
    unpack_reply,
    unpack_request,
)

SUBMIT = {"v": 1, "type": "submit", "tag": 3, "request_id": "r", "recipe": "procedural"}


def control(**changes: object) -> bytes:
    return json.dumps(SUBMIT | changes).encode()


def array_entry(**changes: object) -> bytes:
    entry = {"name": "vertices", "kind": "array", "size": 36, "dtype": "float32", "shape": [3, 3]}
    return control(frames=[entry | changes])


TABLE: dict[str, list[bytes]] = {
    "no frames at all": [],
    "empty control": [b""],
    "not JSON": [b"hello"],
    "JSON list": [b"[]"],
    "JSON number": [b"1"],
    "null": [b"null"],
    "invalid UTF-8": [b'{"v":1,"type":"hello\xff"}'],
    "UTF-16": [json.dumps(SUBMIT).encode("utf-16")],
    "byte order mark": [b"\xef\xbb\xbf" + control()],
    "two documents": [control() * 2],
    "control above its limit": [control(prompt="x" * MAX_CONTROL_BYTES)],
    "NaN": [b'{"v":1,"type":"submit","request_id":"r","recipe":"p","parameters":{"a":NaN}}'],
    "Infinity": [b'{"v":1,"type":"submit","request_id":"r","recipe":"p","parameters":{"a":-Infinity}}'],
    "1e999": [b'{"v":1,"type":"submit","request_id":"r","recipe":"p","parameters":{"a":1e999}}'],
    "a key twice": [b'{"v":1,"v":1,"type":"describe"}'],
    "an inner key twice": [
        b'{"v":1,"type":"submit","request_id":"r","recipe":"p","parameters":{"a":1,"a":2}}'
    ],
    "nested 30,000 deep": [b'{"v":1,"type":' + b"[" * 30_000 + b"]" * 30_000 + b"}"],
    "nested 20 deep": [control(parameters={"a": json.loads("[" * 20 + "]" * 20)})],
    "integer of 5000 digits": [b'{"v":1,"type":"status","tag":' + b"9" * 5000 + b"}"],
    "tag beyond 2^53": [control(tag=2**53)],
    "seed beyond 2^53": [control(seed=-(2**60))],
    "boolean as integer": [control(tag=True)],
    "text as integer": [control(seed="5")],
    "fraction as integer": [control(seed=5.5)],
    "null as text": [control(prompt=None)],
    "list as object": [control(parameters=[])],
    "unknown field": [control(surprise=1)],
    "field frames of the dataclass": [control(frames={})],
    "request_id missing": [b'{"v":1,"type":"submit","recipe":"p"}'],
    "request_id empty": [control(request_id="")],
    "request_id as path": [control(request_id="../x")],
    "request_id of 65": [control(request_id="x" * 65)],
    "request_id with a line feed": [control(request_id="x\n")],
    "request_id not ASCII": [control(request_id="\N{ARABIC-INDIC DIGIT ONE}")],
    "recipe missing": [b'{"v":1,"type":"submit","request_id":"p"}'],
    "recipe of 3000": [control(recipe="x" * 3000)],
    "past version": [control(v=0)],
    "future version": [control(v=2)],
    "version as text": [control(v="1")],
    "version as boolean": [control(v=True)],
    "no version": [b'{"type":"describe"}'],
    "no type": [b'{"v":1}'],
    "type in another case": [control(type="Submit")],
    "unknown type": [control(type="format_disk")],
    "type of the other direction": [b'{"v":1,"type":"finished","job_id":"a"}'],
    "type with an attribute of the class": [control(type="__class__")],
    "type as list": [control(type=["submit"])],
    "prompt of 1 MiB": [control(prompt="x" * (1 << 20))],
    "prompt of 2001 characters": [control(prompt="x" * 2001)],
    "NUL in the prompt": [control(prompt="a\0b")],
    "escape sequence in the prompt": [control(prompt="\x1b[2J")],
    "C1 control in the prompt": [control(prompt="\x9b2J")],
    "lone surrogate": [b'{"v":1,"type":"submit","request_id":"r","recipe":"p","prompt":"\\ud800"}'],
    "frame without description": [control(), b"x"],
    "description without frame": [array_entry()],
    "17 frames": [control(), *[b""] * (MAX_FRAMES + 1)],
    "frames as object": [control(frames={"a": 1}), b"x"],
    "frames as number": [control(frames=1), b"x"],
    "frame described by a text": [control(frames=["a"]), b"x"],
    "frame with an unknown property": [array_entry(path="/etc/passwd"), bytes(36)],
    "frame name as path": [array_entry(name="../vertices"), bytes(36)],
    "frame name unknown": [array_entry(name="normals"), bytes(36)],
    "frame name as number": [array_entry(name=1), bytes(36)],
    "frame kind unknown": [array_entry(kind="pickle"), bytes(36)],
    "frame kind as list": [array_entry(kind=["array"]), bytes(36)],
    "frame size wrong": [array_entry(size=35), bytes(36)],
    "frame size negative": [array_entry(size=-36), bytes(36)],
    "frame size as boolean": [
        control(frames=[{"name": "image_0", "kind": "image/png", "size": True}]),
        b"x",
    ],
    "frame truncated": [array_entry(), bytes(35)],
    "shape does not fill": [array_entry(shape=[4, 3]), bytes(36)],
    "shape negative": [array_entry(shape=[-3, -3]), bytes(36)],
    "shape of five": [array_entry(shape=[3, 3, 1, 1, 1]), bytes(36)],
    "shape with a fraction": [array_entry(shape=[3.0, 3]), bytes(36)],
    "shape with a boolean": [array_entry(shape=[True, 9]), bytes(36)],
    "shape as number": [array_entry(shape=9), bytes(36)],
    "shape missing": [
        control(frames=[{"name": "vertices", "kind": "array", "size": 36, "dtype": "float32"}]),
        bytes(36),
    ],
    "shape too large for numpy though empty": [array_entry(size=0, shape=[0, 2**31 - 1, 2**31 - 1, 3]), b""],
    "shape of another rank": [array_entry(shape=[9]), bytes(36)],
    "dtype object": [array_entry(dtype="object"), bytes(36)],
    "dtype with a byte order": [array_entry(dtype="<f4"), bytes(36)],
    "dtype record": [array_entry(dtype=[["a", "f4"]]), bytes(36)],
    "dtype wrong for the name": [array_entry(dtype="int32"), bytes(36)],
    "dtype on an image": [
        control(frames=[{"name": "image_0", "kind": "image/png", "size": 1, "dtype": "uint8"}]),
        b"x",
    ],
    "image of another kind": [
        control(frames=[{"name": "image_0", "kind": "model/gltf-binary", "size": 1}]),
        b"x",
    ],
    "document from a client": [
        control(frames=[{"name": "jobs", "kind": "application/json", "size": 2}]),
        b"[]",
    ],
    "frames on a status": [
        b'{"v":1,"type":"status","frames":[{"name":"a","kind":"image/png","size":1}]}',
        b"x",
    ],
    "one frame name twice": [
        control(frames=[{"name": "image_0", "kind": "image/png", "size": 1}] * 2),
        b"x",
        b"y",
    ],
}


@pytest.mark.parametrize("parts", TABLE.values(), ids=TABLE.keys())
def test_a_request_out_of_contract_is_refused(parts: list[bytes]) -> None:
    with pytest.raises(ProtocolError) as caught:
        unpack_request(parts)
    assert 0 < len(caught.value.message) < 400
    assert caught.value.message.isascii()


def test_the_same_message_without_the_fault_is_taken() -> None:
    message = unpack_request([array_entry(), bytes(36)])
    assert isinstance(message, Submit)
    assert message.frames["vertices"].to_array().shape == (3, 3)


@pytest.mark.parametrize(
    "text", ["\u202eright to left", "\N{CHAIR}\ufe0f", "\u0645\u0642\u0639\u062f", "a\tb\r\nc", ""]
)
def test_a_prompt_of_any_language_is_taken(text: str) -> None:
    received = unpack_request(pack(Submit(request_id="r", recipe="p", prompt=text)))
    assert isinstance(received, Submit)
    assert received.prompt == text


def test_another_version_is_named_with_its_remedy() -> None:
    with pytest.raises(ProtocolError) as caught:
        unpack_request([control(v=2)])
    assert (caught.value.code, caught.value.remedy) == ("incompatible_version", "update")


def test_the_tag_of_a_refused_request_is_still_known() -> None:
    assert peek_tag([control(surprise=1)]) == 3
    assert peek_tag([control(v=2)]) == 3
    assert peek_tag([array_entry(), b"short"]) == 3
    for parts in ([], [b"x"], [control(tag="3")], [control(tag=2**80)], [control(tag=True)], [b"[]"]):
        assert peek_tag(parts) == 0


def test_a_message_is_refused_by_the_other_side() -> None:
    with pytest.raises(ProtocolError, match="unknown"):
        unpack_reply(pack(Hello(session="s")))
    assert not set(FROM_CLIENT) & set(FROM_SERVER)


def test_frames_above_their_limits_are_refused_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("maquette.protocol.framing.MAX_FRAME_BYTES", 100)
    monkeypatch.setattr("maquette.protocol.framing.MAX_TOTAL_BYTES", 450)
    with pytest.raises(ProtocolError, match="a frame of 101 bytes is above 100"):
        decode([b"{", bytes(101)])
    with pytest.raises(ProtocolError, match="a message of 481 bytes is above 450"):
        decode([b"{", *[bytes(96)] * 5])


def test_an_empty_array_that_numpy_cannot_hold_is_refused() -> None:
    entry = {"name": "a", "kind": "array", "size": 0, "dtype": "uint8", "shape": [0, 2**31 - 1, 2**31 - 1]}
    with pytest.raises(ProtocolError, match="too large"):
        unpack_reply(
            [json.dumps({"v": 1, "type": "finished", "job_id": "a", "frames": [entry]}).encode(), b""]
        )


def test_a_document_above_its_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maquette.protocol.framing.MAX_DOCUMENT_BYTES", 10)
    entry = {"name": "recipes", "kind": "application/json", "size": 11}
    with pytest.raises(ProtocolError, match="above 10"):
        decode([json.dumps({"v": 1, "type": "recipes", "frames": [entry]}).encode(), bytes(11)])


def test_a_spilled_list_must_be_one() -> None:
    head = {"v": 1, "type": "pong", "tag": 1}
    frame = {"name": "jobs", "kind": "application/json", "size": 2}
    assert unpack_reply([json.dumps({**head, "frames": [frame]}).encode(), b"[]"]).tag == 1
    for body in (b"{}", b"[N", b"17"):
        with pytest.raises(ProtocolError):
            unpack_reply([json.dumps({**head, "frames": [frame]}).encode(), body])
    with pytest.raises(ProtocolError):
        unpack_reply([json.dumps({**head, "jobs": [], "frames": [frame]}).encode(), b"[]"])
    with pytest.raises(ProtocolError):
        unpack_reply([json.dumps({**head, "frames": [frame | {"kind": "image/png"}]}).encode(), b"[]"])


@pytest.mark.parametrize("text", [b"[1,]", b"{'a':1}", b"01", b"+1", b"[1]x", b"\x00", b'"\n"', b"tru"])
def test_json_is_read_strictly(text: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_json(text)


class Trap:
    """What a careless reader would run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return (open, (str(self.path), "w"))


def test_a_pickle_is_never_run_wherever_it_stands(tmp_path: Path) -> None:
    sentinel = tmp_path / "ran"
    payloads = [pickle.dumps(Trap(sentinel), protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    pickle.loads(payloads[-1]).close()  # the trap works
    sentinel.unlink()
    for name, table in (("request", FROM_CLIENT), ("reply", FROM_SERVER)):
        unpack = unpack_request if name == "request" else unpack_reply
        for kind in table:
            for payload in payloads:
                for parts in _with_payload(kind, payload):
                    try:
                        message = unpack(parts)
                        [f.to_array() for f in message.frames.values() if f.kind == "array"]
                    except ProtocolError:
                        pass
    assert not sentinel.exists()


def _with_payload(kind: str, payload: bytes) -> list[list[bytes]]:
    ids = {"job_id": "a", "request_id": "b", "session": "c", "recipe": "d"}
    head = {"v": 1, "type": kind, **ids}
    entries = [
        {"name": "image_0", "kind": "image/png", "size": len(payload)},
        {"name": "a", "kind": "array", "size": len(payload), "dtype": "uint8", "shape": [len(payload)]},
        {"name": "jobs", "kind": "application/json", "size": len(payload)},
        {"name": "result", "kind": "application/json", "size": len(payload)},
    ]
    listed = [[json.dumps({**head, "frames": [entry]}).encode(), payload] for entry in entries]
    return [[payload], [json.dumps(head).encode(), payload], *listed]


def test_frames_of_the_wrong_kind_are_not_arrays() -> None:
    with pytest.raises(ProtocolError, match="not an array"):
        Frame("image/png", b"1234").to_array()
    np.testing.assert_array_equal(Frame("array", b"\1\2", "uint8", (2,)).to_array(), [1, 2])
    assert unpack_request(pack(Status())) == Status()
