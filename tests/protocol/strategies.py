"""Random but valid messages, made from the dataclasses themselves so that no field is left out."""

import math
import typing
from dataclasses import fields
from typing import Any

from hypothesis import strategies as st

from maquette.protocol import Frame
from maquette.protocol.messages import FROM_CLIENT, FROM_SERVER, Message, Submit

TEXT = st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=40)
IDENTIFIER = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True)
LEAF = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    LEAF | NUMBER,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
FRAME = st.builds(
    Frame, st.sampled_from(["image/png", "image/webp", "model/gltf-binary"]), st.binary(max_size=64)
)
IMAGE = st.builds(Frame, st.just("image/png"), st.binary(max_size=64))

_OF_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    float: NUMBER.filter(math.isfinite),
    str: TEXT,
    dict: st.dictionaries(TEXT, JSON, max_size=4),
    list: st.lists(JSON, max_size=4),
}


def valid(cls: type[Message]) -> st.SearchStrategy[Message]:
    """Instances of one message class that the contract allows."""
    hints = typing.get_type_hints(cls)
    values: dict[str, st.SearchStrategy[Any]] = {}
    for f in fields(cls):
        if f.name in ("job_id", "request_id", "session"):
            values[f.name] = IDENTIFIER
        elif f.name == "frames":
            values[f.name] = frames_of(cls)
        else:
            values[f.name] = _OF_TYPE[typing.get_origin(hints[f.name]) or hints[f.name]]
    return st.builds(cls, **values)


def frames_of(cls: type[Message]) -> st.SearchStrategy[dict[str, Frame]]:
    if cls is Submit:
        return st.dictionaries(st.sampled_from([f"image_{i}" for i in range(8)]), IMAGE, max_size=3)
    if cls in FROM_CLIENT.values():
        return st.just({})
    names = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True).filter(
        lambda name: name not in ("jobs", "result", "error")
    )
    return st.dictionaries(names, FRAME, max_size=3)


REQUESTS = st.one_of([valid(cls) for cls in FROM_CLIENT.values()])
REPLIES = st.one_of([valid(cls) for cls in FROM_SERVER.values()])
