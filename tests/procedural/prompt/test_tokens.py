"""Shorthand in prompts: feet and inches, sides by sides, fractions, colours in hexadecimal."""

import pytest

from maquette.procedural.describe import describe
from maquette.procedural.prompt.tokens import tokenize


@pytest.mark.parametrize(
    ("prompt", "tokens"),
    [
        ("A Chair, 2cm!", "a chair , 2 cm !"),
        ("wine-red arm-less", "wine red armless"),
        ("the robot’s eyes", "the robot eyes"),
        ("w/ legs w/o arms w wheels", "with legs without arms with wheels"),
        ("#FF8800 and #f80", "#ff8800 and #f80"),
        ("5'10\" tall", "70 inches tall"),
        ("6' tall, 3\" wide", "6 feet tall , 3 inches wide"),
        ("1 1/2 m, 3/4 m, ½ m", "1.5 m , 0.75 m , 0.5 m"),
        ("1,5 m", "1.5 m"),
        ("120 x 80 x 75 cm", "120 cm wide 80 cm deep 75 cm high"),
        ("1.2m by 0.8m", "1.2 m wide 0.8 m deep"),
        ("3 x 4 legs", "3 x 4 legs"),
        ("4k 3d", "4k 3d"),
        ("🌲 tree", "🌲 tree"),
        ("1/0 m", "1 / 0 m"),
    ],
)
def test_prompt_is_cut_into_words(prompt: str, tokens: str) -> None:
    assert " ".join(tokenize(prompt)) == tokens


@pytest.mark.parametrize(
    ("size", "metres"),
    [
        ("half a metre high", 0.5),
        ("a metre tall", 1.0),
        ("one and a half metres tall", 1.5),
        ("a half metre tall", 0.5),
        ("6ft tall", 1.8288),
        ("5'10\" tall", 1.778),
        ("30 in tall", 0.762),
        ("height of 90 cm", 0.9),
    ],
)
def test_heights_are_read(size: str, metres: float) -> None:
    description = describe(f"a table {size}")
    assert description.measures == pytest.approx({"z": metres})
    assert not description.ignored
    assert not description.notes


def test_a_foot_of_a_table_is_no_length() -> None:
    assert not describe("a table with a foot of brass").measures
