"""Nouns that say more than their kind, and words that say nothing of an object."""

import pytest

from maquette.procedural.describe import VOCABULARY, describe
from maquette.procedural.prompt.idle import REASONS
from maquette.procedural.prompt.names import IMPLIED


@pytest.mark.parametrize("noun", IMPLIED)
def test_all_that_a_noun_implies_is_understood(noun: str) -> None:
    description = describe(f"a {noun}")
    assert noun in {name for kind in VOCABULARY.kinds for name in (kind.name, *kind.words)}
    assert not description.ignored
    assert not describe(f"a {description.kind.name}, {IMPLIED[noun]}").ignored
    assert description.understood != describe(f"a {description.kind.name}").understood


def test_what_is_said_wins_over_what_a_noun_implies() -> None:
    description = describe("a green sunflower with 6 petals, 30 cm tall")
    assert description.looks["petal"].color_words == "green"
    assert description.counts["petal"] == 6
    assert description.looks["center"].color_words == "dark brown"
    assert describe("a wardrobe").measures["z"] == 1.95
    assert describe("a wardrobe 2 m tall").measures == {"z": 2.0}
    assert describe("a short bar stool").factors["z"] < 1 < describe("a bar stool").factors["z"]


def test_plurals_of_such_nouns_imply_the_same() -> None:
    assert describe("two sunflowers").looks["petal"].color_words == "yellow"


@pytest.mark.parametrize("word", REASONS)
def test_idle_words_are_listed_with_their_reason(word: str) -> None:
    ignored = describe(f"a {word} red chair").ignored
    assert [(x.words, x.reason) for x in ignored] == [(word, REASONS[word])]
