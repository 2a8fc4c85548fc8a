"""Word forms and spelling distances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.procedural.prompt.inflection import closest, edit_distance, lacking, likeness, owners, singulars

WORDS = st.text(alphabet="abcdef", max_size=8)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("chairs", "chair"),
        ("boxes", "box"),
        ("axes", "axe"),
        ("knives", "knife"),
        ("leaves", "leaf"),
        ("berries", "berry"),
        ("torches", "torch"),
        ("vases", "vase"),
        ("feet", "foot"),
        ("glass", "glass"),
        ("cactus", "cactus"),
        ("cacti", "cactus"),
        ("bus", "bus"),
    ],
)
def test_plural_leads_to_its_singular(plural: str, singular: str) -> None:
    assert singular in singulars(plural)


@pytest.mark.parametrize(
    ("adjective", "noun"), [("legged", "leg"), ("handled", "handle"), ("roofed", "roof"), ("lidded", "lid")]
)
def test_adjective_leads_to_what_there_is(adjective: str, noun: str) -> None:
    assert noun in owners(adjective)


def test_less_leads_to_what_there_is_not() -> None:
    assert lacking("armless") == ("arm",)
    assert lacking("less") == ()


@given(WORDS, WORDS)
def test_edit_distance_is_symmetric_and_zero_for_equal_words_only(a: str, b: str) -> None:
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)


def test_a_swap_is_one_edit() -> None:
    assert edit_distance("chiar", "chair") == 1
    assert edit_distance("kitten", "sitting") == 3


def test_likeness_is_one_for_the_same_word() -> None:
    assert likeness("chair", "chair") == 1
    assert likeness("", "") == 1


def test_closest_finds_a_misspelling_and_nothing_else() -> None:
    assert closest("woden", ["wooden", "metal"]) == "wooden"
    assert closest("zebra", ["wooden", "metal"]) == ""
    assert closest("wooden", ["wooden"]) == ""
