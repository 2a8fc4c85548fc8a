"""Prompts for textures are read word by word: nothing is guessed, nothing is dropped silently."""

import pytest

from maquette.procedural.materials import MATERIALS
from maquette.procedural.texturing.lexicon import Role, vocabulary
from maquette.procedural.texturing.reader import read_surface
from maquette.procedural.texturing.stack import ORDER
from maquette.procedural.texturing.words import ADJECTIVES, NOUNS
from maquette.protocol import MaquetteError

from .prompts import PROMPTS

FIGURES = ("studs", "veins", "seams", "spots", "stripes", "material")


def shown(layer):
    place = f"@{layer.place}" if layer.place else ""
    made_of = f" of {layer.finish.words}" if layer.name in FIGURES else ""
    return f"{layer.name}{place}{made_of}"


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_prompt_is_read_as_the_table_says(prompt):
    description = read_surface(prompt)
    layers = " + ".join(map(shown, description.layers))
    ignored = " ".join(word.words for word in description.ignored)
    assert (description.base.words, layers, ignored) == PROMPTS[prompt]


def test_every_layer_that_words_name_can_be_laid():
    named = {name for layers in ADJECTIVES.values() for name, _ in layers} | set(NOUNS.values())
    assert named - {"chipped"} <= set(ORDER)
    assert len(named) >= 40


def test_every_material_word_names_a_material():
    materials = {senses[Role.MATERIAL] for senses in vocabulary().values() if Role.MATERIAL in senses}
    assert materials <= set(MATERIALS)
    assert len(materials) > 55


@pytest.mark.parametrize(
    ("prompt", "layer", "more"),
    [
        ("slightly rusty iron", "rust", -1),
        ("very rusty iron", "rust", 1),
        ("stone covered in moss", "moss", 1),
        ("a hint of dust on oak", "dust", -1),
    ],
)
def test_words_of_measure_change_the_amount(prompt, layer, more):
    amount = next(x.amount for x in read_surface(prompt).layers if x.name == layer)
    assert (amount - 1) * more > 0.2


def test_paint_goes_where_it_is_worn_and_rust_lies_under_it():
    new, old, ruined = (
        next(layer.amount for layer in read_surface(prompt).layers if layer.name == "paint")
        for prompt in ("new painted steel", "painted steel", "old peeling painted steel")
    )
    assert new == 0 < old < ruined
    rusty = {layer.name: layer.amount for layer in read_surface("rusty painted steel").layers}
    assert rusty["underrust"] > 1 > rusty["rust"]


def test_moss_that_is_green_stays_moss_and_purple_moss_is_purple():
    plain, green, purple = (
        read_surface(f"stone with {word} moss").layers[0].finish for word in ("", "green", "purple")
    )
    assert plain is None
    assert green.color[1] == max(green.color)
    assert green.color[0] > 0.6 * green.color[1]  # olive, not the green of a traffic light
    assert purple.color[2] == max(purple.color)


def test_what_is_told_names_the_base_and_every_layer():
    description = read_surface("old painted blue metal, scratched, with brass rivets")
    assert description.understood == "metal; old; blue paint; scratched; brass rivets"
    assert description.ignored == ()


def test_a_misspelled_word_is_ignored_with_the_one_that_was_meant():
    ignored = read_surface("mosy stone").ignored
    assert [str(word) for word in ignored] == ["mosy (not known, did you mean mossy?)"]


@pytest.mark.parametrize(
    ("prompt", "near"), [("marbel", "marble"), ("wizard", "rusty iron"), ("  ", "empty")]
)
def test_a_prompt_without_a_known_word_is_refused_with_what_is_near(prompt, near):
    with pytest.raises(MaquetteError, match=near) as caught:
        read_surface(prompt)
    assert caught.value.code == "bad_input"
