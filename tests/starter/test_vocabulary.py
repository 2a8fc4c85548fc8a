import numpy as np
import pytest

from maquette.protocol import MaquetteError
from maquette.starter.vocabulary import shown_kind, slot_names, understand, unlearnt_kind

ABOUT = {
    "model": {"flow": {"slots": 4}},
    "vocabulary": {
        "kinds": {
            "chair": {"nouns": ["chair", "kitchen chair"], "slots": ["seat", "leg"]},
            "mug": {"nouns": ["coffee mug", "mug"], "slots": ["body"]},
        },
        "words": ["blue", "chair", "kitchen", "legs", "mug", "red", "wooden"],
    },
}


def test_words_that_were_learnt_and_words_that_were_not_are_told_apart() -> None:
    found = understand("a red wooden chair with blurple legs", ABOUT, has_picture=False)
    assert found.kind is not None
    assert found.kind.name == "chair"
    assert found.known == ("red", "wooden", "legs")
    assert found.unknown == ("blurple (not learnt)",)
    assert found.line == "chair: red, wooden, legs"


@pytest.mark.parametrize(
    ("prompt", "axis", "metres", "factor"),
    [
        ("a red chair 2 m tall", "z", 2.0, 1.0),
        ("a 40 cm wide red chair", "x", 0.4, 1.0),
        ("a tiny red chair", "", 0.0, 0.4),
        ("a red chair", "", 0.0, 1.0),
    ],
)
def test_sizes_are_read_and_are_nothing_that_had_to_be_learnt(prompt, axis, metres, factor) -> None:
    found = understand(prompt, ABOUT, False)
    assert (found.size.axis, found.size.metres, found.size.factor) == (axis, pytest.approx(metres), factor)
    assert found.known == ("red",)
    assert found.unknown == ()
    assert found.text.split() == ["a", "red", "chair"]


def test_the_measured_side_is_told_and_so_is_what_cannot_be_met_beside_it() -> None:
    found = understand("a tiny red chair 2 m tall and 50 cm wide", ABOUT, False)
    assert found.line == "chair: red, 2 m tall"
    assert found.size.ignored == ("0.5 m wide", "tiny")


def test_a_misspelled_word_is_told_with_what_it_may_be() -> None:
    assert "did you mean wooden?" in understand("a wooder mug", ABOUT, False).unknown[0]


def test_the_model_gets_the_name_that_it_learnt() -> None:
    assert understand("two blue kitchen chairs", ABOUT, False).text == "two blue chair"


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(MaquetteError, match="chair"):
        understand("a red throne", ABOUT, has_picture=False)


def test_a_kind_of_the_procedural_recipe_that_was_not_learnt_is_refused() -> None:
    with pytest.raises(MaquetteError, match="not learnt 'windmill': choose the recipe") as error:
        understand("a red windmill", ABOUT, has_picture=False)
    assert error.value.remedy == "choose_recipe"


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("a red windmill", "windmill"),
        ("a bicycle wheel of gold", None),  # nobody knows it
        ("a blue kitchen chair", None),
        ("a mug with a windmill on it", None),
    ],
)
def test_what_only_the_procedural_recipe_makes_is_known(prompt, kind) -> None:
    found = unlearnt_kind(prompt, ABOUT)
    assert (found.name if found else None) == kind


def test_a_kind_that_is_named_more_fully_than_a_learnt_one_is_another() -> None:
    lamp = {"kinds": {"lamp": {"nouns": ["desk lamp", "lamp"], "slots": ["shade"]}}, "words": []}
    about = {**ABOUT, "vocabulary": lamp}
    for prompt, kind in (("a street lamp", "street lamp"), ("a desk lamp", None), ("a lamp", None)):
        found = unlearnt_kind(prompt, about)
        assert (found.name if found else None) == kind


def test_a_picture_may_say_what_the_thing_is() -> None:
    assert understand("", ABOUT, has_picture=True).kind is None
    found = understand("a red windmill", ABOUT, has_picture=True)
    assert found.kind is None
    assert found.unknown == ("windmill (not learnt)",)
    with pytest.raises(MaquetteError, match="empty"):
        understand("  ", ABOUT, has_picture=False)


def test_a_picture_counts_as_the_likeliest_kind_if_the_model_is_sure() -> None:
    names = list(ABOUT["vocabulary"]["kinds"])
    shares = np.full(len(names), 0.1, np.float32)
    assert shown_kind(shares, ABOUT) is None
    shares[1] = 0.8
    found = shown_kind(shares, ABOUT)
    assert found is not None
    assert found.name == names[1]


def test_slots_are_named_by_kind() -> None:
    chair = understand("chair", ABOUT, False).kind
    assert slot_names(chair, ABOUT) == ["seat", "leg", "part 2", "part 3"]
    assert slot_names(None, ABOUT) == ["body", "part 1", "part 2", "part 3"]
