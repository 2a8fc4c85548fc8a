"""What one side packs, the other unpacks unchanged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from maquette.protocol import Envelope, Frame, MaquetteError, ProtocolError, RecipeDescription, decode, encode
from maquette.protocol.errors import CODES, REMEDIES, bad_input, from_json
from maquette.protocol.framing import DTYPES
from maquette.protocol.messages import (
    Failed,
    Message,
    Pong,
    Submit,
    error_of,
    pack,
    peek_tag,
    unpack_reply,
    unpack_request,
)
from maquette.recipes import RECIPES

from .strategies import REPLIES, REQUESTS


def same(left: Message, right: Message) -> bool:
    return left == right and {name: (f.kind, bytes(f.data)) for name, f in left.frames.items()} == {
        name: (f.kind, bytes(f.data)) for name, f in right.frames.items()
    }


@settings(max_examples=150, deadline=None)
@given(REQUESTS)
def test_requests_arrive_as_they_were_sent(message: Message) -> None:
    parts = pack(message)
    assert same(unpack_request(parts), message)
    assert peek_tag(parts) == message.tag


@settings(max_examples=150, deadline=None)
@given(REPLIES)
def test_replies_arrive_as_they_were_sent(message: Message) -> None:
    assert same(unpack_reply(pack(message)), message)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(DTYPES).flatmap(
        lambda dtype: arrays(dtype, array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
    )
)
def test_arrays_keep_every_bit_their_dtype_and_their_shape(array: np.ndarray) -> None:
    parts = encode(Envelope("finished", {}, {"a": Frame.from_array(array)}))
    received = decode([bytes(part) for part in parts]).frames["a"].to_array()
    assert (received.dtype.name, received.shape) == (array.dtype.name, array.shape)
    assert received.tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24, dtype=np.float32).reshape(4, 6)[::2, ::-1],
        np.asfortranarray(np.arange(6, dtype=np.int32).reshape(2, 3)),
        np.arange(5, dtype=">f4"),
        np.arange(5, dtype=">i4"),
    ],
    ids=["strided", "column order", "big-endian floats", "big-endian integers"],
)
def test_arrays_of_any_layout_keep_their_values(array: np.ndarray) -> None:
    np.testing.assert_array_equal(Frame.from_array(array).to_array(), array)


def test_arrays_are_sent_without_a_copy() -> None:
    array = np.zeros((100, 3), np.float32)
    assert np.shares_memory(Frame.from_array(array).to_array(), array)


@pytest.mark.parametrize("dtype", ["float64", "int64", "complex64", "bool", "object", "datetime64[s]", "U4"])
def test_arrays_of_other_types_are_not_sent(dtype: str) -> None:
    with pytest.raises(ProtocolError, match="cannot be sent"):
        Frame.from_array(np.zeros(3, dtype=dtype))


def test_a_listing_above_the_control_frame_limit_travels_as_a_document() -> None:
    pong = Pong(jobs=[{"prompt": "\N{CHAIR}" * 2000}] * 50)
    parts = pack(pong)
    assert len(parts) == 2
    assert unpack_reply(parts) == pong


def test_the_sender_is_told_what_the_receiver_would_refuse() -> None:
    good = {"request_id": "r", "recipe": "procedural"}
    for bad in (
        {"prompt": "\x1b[2J"},
        {"prompt": "x" * 2001},
        {"prompt": "\ud800"},
        {"request_id": "../../etc"},
        {"parameters": {"a": float("nan")}},
        {"parameters": {"a": "x" * 70_000}},
        {"frames": {"vertices": Frame.from_array(np.zeros((3, 2), np.float32))}},
        {"frames": {"image_0": Frame("model/gltf-binary", b"")}},
        {"frames": {"script": Frame("image/png", b"")}},
    ):
        with pytest.raises(ProtocolError):
            pack(Submit(**{**good, **bad}))  # type: ignore[arg-type]


@pytest.mark.parametrize("code", CODES)
def test_errors_keep_code_message_remedy_and_details(code: str) -> None:
    error = MaquetteError(code, "a sentence", REMEDIES[3], {"stderr": ["a", "b"]})
    received = error_of(unpack_reply(pack(Failed(job_id="a", error=error.to_json()))))  # type: ignore[arg-type]
    assert received.to_json() == error.to_json()
    assert {received, received} == {received}  # an exception can be put into a set


@pytest.mark.parametrize("data", [None, [], "text", {}, {"code": "no_such", "message": "m", "remedy": ""}])
def test_an_unreadable_error_is_still_an_error(data: object) -> None:
    assert from_json(data).code == "internal"


def test_codes_and_remedies_are_closed_sets() -> None:
    with pytest.raises(ValueError, match="unknown error code"):
        MaquetteError("no_such", "m")
    with pytest.raises(ValueError, match="unknown remedy"):
        MaquetteError("internal", "m", "no_such")
    assert bad_input("m").remedy == "change_input"


def test_every_recipe_describes_itself_over_the_wire() -> None:
    for recipe in RECIPES:
        assert RecipeDescription.from_json(recipe.description.to_json()) == recipe.description
