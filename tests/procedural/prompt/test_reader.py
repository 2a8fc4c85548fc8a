"""What prompts are read as: a long table, and the rules that it cannot show."""

import pytest

from maquette.procedural.describe import VOCABULARY, describe
from maquette.procedural.kind import Kind
from maquette.procedural.materials import COLORS, MATERIALS
from maquette.procedural.prompt import nearest_kinds
from maquette.protocol import MaquetteError

from .prompts import PROMPTS


@pytest.mark.parametrize(("prompt", "understood", "ignored"), PROMPTS, ids=[p for p, _, _ in PROMPTS])
def test_prompt_is_understood(prompt: str, understood: str, ignored: tuple[str, ...]) -> None:
    description = describe(prompt)
    assert description.understood == understood
    assert tuple(word.words for word in description.ignored) == ignored


def test_the_table_is_long_and_covers_every_kind() -> None:
    assert len(PROMPTS) >= 150
    told = {understood.split(":")[0].split(";")[0] for _, understood, _ in PROMPTS}
    assert {kind.name for kind in VOCABULARY.kinds} <= told


@pytest.mark.parametrize("kind", VOCABULARY.kinds, ids=lambda kind: kind.name)
def test_every_name_of_a_kind_means_it_in_singular_and_plural(kind: Kind) -> None:
    for name in (kind.name, *kind.words):
        assert describe(f"a {name}").kind.name == kind.name
    plural = describe(f"two {kind.name}s" if not kind.name.endswith("s") else kind.name)
    assert plural.kind.name == kind.name


@pytest.mark.parametrize("kind", VOCABULARY.kinds, ids=lambda kind: kind.name)
def test_every_part_can_be_coloured_by_any_of_its_words(kind: Kind) -> None:
    claimed: set[str] = set()
    for spec in kind.parts:
        for word in (spec.name, *spec.words):
            if word in claimed:  # an earlier part has the word too
                continue
            claimed.add(word)
            description = describe(f"a {kind.name} with a teal {word}")
            assert description.looks[spec.name].color_words == "teal", word
            assert not description.ignored


@pytest.mark.parametrize("color", COLORS)
def test_every_colour_is_read_exactly(color: str) -> None:
    assert describe(f"a {color} chair").looks["frame"].color == COLORS[color]


@pytest.mark.parametrize("material", MATERIALS)
def test_every_material_is_read(material: str) -> None:
    assert describe(f"a {material} chair").looks["frame"].material == material


def test_generic_wood_stays_open_until_the_seed_picks() -> None:
    assert describe("a wooden chair").looks["frame"].material == "wood"


def test_plural_is_told_and_one_is_made() -> None:
    assert describe("two chairs").notes == ("2 chairs were asked for: this is one of them",)
    assert describe("chairs").notes == ("chairs were asked for: this is one of them",)
    assert describe("a chair").notes == ()


def test_dark_is_darker_and_light_is_lighter_than_the_colour() -> None:
    plain, dark, light = (
        describe(f"a {c} chair").looks["frame"].color for c in ("red", "dark red", "light red")
    )
    assert sum(dark or ()) < sum(plain or ()) < sum(light or ())


def test_measures_are_metres() -> None:
    description = describe("a table 80 cm wide, 1.5 m long and 30 inches high")
    assert description.measures == pytest.approx({"x": 0.8, "longest": 1.5, "z": 0.762})


def test_very_strengthens_a_size() -> None:
    assert describe("a very tall chair").factors["z"] > describe("a tall chair").factors["z"] > 1


def test_ignored_words_say_why() -> None:
    reasons = {word.words: word.reason for word in describe("a fancy chair with black wheels").ignored}
    assert reasons == {
        "fancy": "a style or mood, which changes nothing",
        "black wheels": "a chair has no wheel",
    }


def test_a_misspelled_adjective_gets_a_suggestion() -> None:
    assert describe("a woden chair").ignored[0].reason == "not known, did you mean wooden?"


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("", "the prompt is empty"),
        ("   ...  ", "names no object"),
        ("🌲", "names no object"),
        ("something red", "names no object"),
        ("a red zorble", "no kind 'zorble' is known: ask for another, such as"),
        ("une chaise rouge", "no kind 'rouge' is known, and prompts are read in English: ask for"),
        ("a door 2m high", "no kind 'door' is known: did you mean cabinet, house"),
        ("a dragon", "no kind 'dragon' is known: did you mean robot"),
        ("a shiny red one", "names no object: say what to make, such as"),
        ("a chiar", "no kind 'chiar' is known: did you mean"),
        ("a chair with 40 legs", "a chair has 1 to 6 legs, not 40: ask for a number in that range"),
        ("a stool with zero legs", "a stool has 1 to 6 legs, not zero"),
        ("a chair 4000 m tall", "is no size for an object: ask for 1 mm to 1000 m"),
    ],
)
def test_what_cannot_be_made_is_bad_input(prompt: str, message: str) -> None:
    with pytest.raises(MaquetteError, match=message) as caught:
        describe(prompt)
    assert caught.value.code == "bad_input"
    assert caught.value.remedy == "change_input"


def test_unknown_kind_lists_all_kinds_for_programs() -> None:
    with pytest.raises(MaquetteError) as caught:
        describe("a zeppelin")
    assert caught.value.details["kinds"] == [kind.name for kind in VOCABULARY.kinds]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("chiar", "chair"),
        ("tabel", "table"),
        ("swrod", "sword"),
        ("mushrom", "mushroom"),
        ("lantrens", "lantern"),
    ],
)
def test_misspelled_kind_is_found(word: str, kind: str) -> None:
    assert kind in nearest_kinds(word, VOCABULARY.kinds)


@pytest.mark.parametrize(("word", "group"), [("dragon", "characters"), ("rifle", "weapon"), ("saw", "tool")])
def test_unknown_thing_suggests_its_group(word: str, group: str) -> None:
    near = nearest_kinds(word, VOCABULARY.kinds)
    assert group in {kind.group for kind in VOCABULARY.kinds if kind.name in near}


def test_a_number_of_what_the_object_is_made_of_is_its_count() -> None:
    description = describe("three purple crystals")
    assert description.counts == {"crystal": 3}
    assert not description.notes


def test_moss_grows_on_a_rock_that_stays_stone() -> None:
    for prompt in ("a mossy rock", "a rock covered in moss", "a rock with moss"):
        description = describe(prompt)
        assert description.present == {"moss": True}
        assert "stone" not in description.looks


def test_the_second_colour_of_stripes_is_that_of_the_wall() -> None:
    looks = describe("a lighthouse with red and white stripes").looks
    assert (looks["stripe"].color_words, looks["tower"].color_words) == ("red", "white")


def test_after_a_comma_and_before_another_the_words_are_of_the_object() -> None:
    description = describe("a lamp, 45 cm tall, matte black, white shade")
    assert description.looks["shade"].words() == ["white"]
    assert description.measures == {"z": 0.45}
    assert description.looks["base"].words() == ["black", "matte"]


def test_full_and_empty_are_about_what_is_inside() -> None:
    assert describe("a full bucket").present == {"water": True}
    assert describe("an empty bookshelf").present == {"book": False}
    assert describe("a full moon chair").ignored  # nothing is in a chair


def test_a_denied_colour_is_not_taken() -> None:
    description = describe("a chair, not red")
    assert not description.looks
    assert [word.words for word in description.ignored] == ["red"]


def test_contractions_deny_too() -> None:
    assert describe("a chair that doesn't have armrests").present == {"armrest": False}
    assert not describe("I'd like a chair").ignored


def test_thickness_in_metres_is_not_the_size_of_the_whole() -> None:
    description = describe("a stool with legs 3 cm thick")
    assert not description.measures
    assert description.ignored
