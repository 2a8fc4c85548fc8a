"""Parameters are checked from their description alone: the same table on every side."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.protocol import MaquetteError, Parameter, RecipeDescription
from maquette.protocol.recipe import MAX_PROMPT_CHARACTERS

from .strategies import JSON

COUNT = Parameter("triangles", "int", 20000, "Triangle budget", minimum=500, maximum=200000)
DETAIL = Parameter("detail", "float", 1.0, "Strength of grain", minimum=0.0, maximum=2.0)
FREE = Parameter("offset", "int", 0, "Anything")
SIZE = Parameter("texture_size", "choice", "1024", "Size of the maps", choices=("512", "1024"))
SMOOTH = Parameter("smooth", "bool", False, "Shade smooth")
LABEL = Parameter("label", "text", "", "Name")
RECIPE = RecipeDescription(
    "procedural",
    "Procedural",
    "Parametric objects",
    "generate",
    ("prompt",),
    (COUNT, DETAIL, SIZE),
    ("extract",),
)


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        (COUNT, 500, 500),
        (COUNT, 200000, 200000),
        (COUNT, 600.0, 600),
        (DETAIL, 0, 0.0),
        (DETAIL, 2.0, 2.0),
        (FREE, -(2**53), -(2**53)),
        (SIZE, "512", "512"),
        (SMOOTH, True, True),
        (LABEL, "", ""),
        (LABEL, "x" * MAX_PROMPT_CHARACTERS, "x" * MAX_PROMPT_CHARACTERS),
    ],
)
def test_good_values_come_back_in_their_type(parameter: Parameter, value: object, expected: object) -> None:
    result = parameter.validated(value)  # type: ignore[arg-type]
    assert result == expected
    assert type(result) is type(expected)


NO_NUMBERS = [
    math.nan,
    math.inf,
    -math.inf,
    1e309,
    "5",
    True,
    None,
    [],
    {},
    [5],
    10**400,
    -(10**400),
    10**5000,
]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *((COUNT, value) for value in [499, 200001, -1, 0, 500.5, *NO_NUMBERS]),
        *((DETAIL, value) for value in [-0.001, 2.001, *NO_NUMBERS]),
        *((FREE, value) for value in [2**53 + 1, 1e300, 0.5, *NO_NUMBERS]),
        *((SIZE, value) for value in ["2048", "", 512, None, True, ["512"], "512 ", 10**5000]),
        *((SMOOTH, value) for value in [0, 1, "true", None, 10**5000]),
        *((LABEL, value) for value in [5, None, ["a"], "x" * (MAX_PROMPT_CHARACTERS + 1)]),
    ],
    ids=lambda value: value.name if isinstance(value, Parameter) else type(value).__name__,
)
def test_bad_values_are_refused_by_name_in_one_sentence(parameter: Parameter, value: object) -> None:
    with pytest.raises(MaquetteError) as caught:
        parameter.validated(value)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.remedy) == ("bad_input", "change_input")
    assert caught.value.message.startswith(parameter.name)
    assert len(caught.value.message) < 300


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([COUNT, DETAIL, FREE, SIZE, SMOOTH, LABEL]), JSON)
def test_what_passes_once_passes_again_unchanged(parameter: Parameter, value: object) -> None:
    try:
        once = parameter.validated(value)  # type: ignore[arg-type]
    except MaquetteError:
        return
    assert parameter.validated(once) == once


def test_defaults_fill_what_is_not_given() -> None:
    assert RECIPE.validated({"detail": 2}) == {"triangles": 20000, "detail": 2.0, "texture_size": "1024"}


def test_an_unknown_parameter_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        MaquetteError, match="no parameter 'polygons': it has triangles, detail, texture_size"
    ):
        RECIPE.validated({"polygons": 5})


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"inputs": "prompt"},
        {"stages": [1]},
        {"seconds": "5"},
        {"memory_bytes": 1.5},
        {"weights_here": 1},
        {"parameters": {}},
        {"parameters": [1]},
        {"parameters": [{"name": "a"}]},
        {"parameters": [{"name": "a", "type": "vector", "default": 0, "help": ""}]},
        {"parameters": [{"name": "a", "type": "int", "default": [], "help": ""}]},
        {"parameters": [{"name": "a", "type": "int", "default": 0, "help": "", "minimum": "low"}]},
    ],
)
def test_a_description_that_cannot_be_drawn_is_refused(change: dict) -> None:
    with pytest.raises(MaquetteError) as caught:
        RecipeDescription.from_json({**RECIPE.to_json(), **change})
    assert caught.value.remedy == "update"


def test_fields_that_a_newer_server_added_are_ignored() -> None:
    data = RECIPE.to_json()
    assert RecipeDescription.from_json({**data, "colour": "red"}) == RECIPE
