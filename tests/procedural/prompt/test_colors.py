"""Colours by name, by mixture, in hexadecimal digits."""

import pytest

from maquette.procedural.materials import COLORS
from maquette.procedural.prompt.colors import color_of, color_phrases


def test_every_phrase_is_a_colour_in_range() -> None:
    for phrase in color_phrases():
        assert all(0 <= channel <= 1 for channel in color_of(phrase)), phrase


def test_hexadecimal_digits_are_exact() -> None:
    assert color_of("#ff8800") == pytest.approx((1, 0x88 / 255, 0))
    assert color_of("#f80") == color_of("#ff8800")


@pytest.mark.parametrize("pair", [("emerald", "emerald green"), ("ruby", "ruby red"), ("grey", "gray")])
def test_two_names_of_one_colour_are_the_same(pair: tuple[str, str]) -> None:
    assert color_of(pair[0]) == color_of(pair[1])


def test_reddish_brown_lies_between_red_and_brown() -> None:
    mixed = color_of("reddish brown")
    for channel, brown, red in zip(mixed, COLORS["brown"], COLORS["red"], strict=True):
        assert min(brown, red) <= channel <= max(brown, red)
    assert mixed not in (COLORS["brown"], COLORS["red"])


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        color_of("sneeze")
