"""Finishes: what the prompt asks for, what parts inherit, what the seed picks."""

import colorsys

import numpy as np
import pytest

from maquette.procedural.build import build
from maquette.procedural.describe import describe
from maquette.procedural.design import design
from maquette.procedural.materials import COLORS, MATERIALS, Finish, Rgb
from maquette.procedural.prompt.families import FAMILIES

SEEDS = range(12)


def finishes(prompt: str, seed: int = 0) -> dict[str, Finish]:
    return dict(design(describe(prompt), seed).finishes)


def hue(rgb: Rgb) -> float:
    return colorsys.rgb_to_hsv(*rgb)[0]


def apart(a: float, b: float) -> float:
    return min((a - b) % 1, (b - a) % 1)


def test_asked_material_is_what_every_seed_gives() -> None:
    assert {finishes("a marble table", s)["top"].material for s in SEEDS} == {"marble"}


def test_wood_is_some_wood_and_seeds_differ() -> None:
    woods = {finishes("a wooden sofa", s)["upholstery"].material for s in SEEDS}
    assert len(woods) > 1
    assert woods <= set(FAMILIES["wood"])


def test_asked_colour_keeps_its_hue_and_varies_a_little() -> None:
    colors = [finishes("a green chair", s)["frame"].color for s in SEEDS]
    assert all(apart(hue(c), hue(COLORS["green"])) < 0.02 for c in colors)
    assert len(set(colors)) == len(colors)


def test_colour_alone_paints_wood_and_metal() -> None:
    assert {finishes("a red chair", s)["frame"].material for s in SEEDS} == {"painted wood"}
    assert finishes("a red chair with blue legs")["leg"].material == "painted wood"


def test_colour_with_a_material_stains_it() -> None:
    red = finishes("a red oak chair")["frame"]
    assert red.material == "oak"
    assert apart(hue(red.color), hue(COLORS["red"])) < 0.02


def test_parts_follow_the_part_they_belong_to() -> None:
    chair = finishes("a teal chair")
    assert chair["seat"] == chair["leg"] == chair["frame"]


def test_a_part_spoken_of_is_its_own_and_its_followers_go_along() -> None:
    chair = finishes("a wooden chair with a steel backrest")
    assert chair["backrest"].material == chair["slat"].material == "steel"
    assert chair["frame"].material in FAMILIES["wood"]


def test_a_coloured_part_keeps_the_material_it_follows() -> None:
    assert finishes("a plastic chair with red legs")["leg"].material == "plastic"


def test_a_material_without_a_colour_has_its_own_colour() -> None:
    legs = finishes("a red chair with steel legs")["leg"]
    assert np.ptp(legs.color) < 0.1
    assert legs.metallic == 1


def test_typical_colours_are_used_where_nothing_is_said() -> None:
    cushions = {finishes("a sofa", s)["cushion"].words for s in SEEDS}
    assert len(cushions) > 1


@pytest.mark.parametrize(("gloss", "sign"), [("shiny", -1), ("matte", 1), ("rough", 1), ("smooth", -1)])
def test_gloss_changes_roughness(gloss: str, sign: int) -> None:
    plain, changed = finishes("an oak chair")["frame"], finishes(f"a {gloss} oak chair")["frame"]
    assert np.sign(changed.roughness - plain.roughness) == sign


def test_very_shiny_is_shinier() -> None:
    shiny, very = (finishes(f"a {words} plastic chair")["frame"] for words in ("shiny", "very shiny"))
    assert very.roughness < shiny.roughness


def test_weathered_has_more_relief_and_new_has_less() -> None:
    plain, old, new = (finishes(f"{x} oak chair")["frame"].relief for x in ("an", "an old", "a new"))
    assert new < plain < old


def test_dark_without_a_colour_darkens_the_material() -> None:
    assert sum(finishes("a dark marble table")["top"].color) < 0.7 * sum(MATERIALS["marble"].color)


def test_finishes_stay_physical() -> None:
    for seed in SEEDS:
        for prompt in ("a bright white very shiny chair", "a rough black rusty car", "a very old gold robot"):
            for finish in finishes(prompt, seed).values():
                assert all(0 <= c <= 1 for c in finish.color)
                assert 0.03 <= finish.roughness <= 1


def test_words_tell_what_was_made() -> None:
    assert finishes("a shiny red oak chair")["frame"].words == "shiny red oak"


@pytest.mark.parametrize("color", ["red", "white", "black", "navy"])
def test_grain_shows_through_stain_and_its_colour_stays(color: str) -> None:
    stained = design(describe(f"a {color} oak chair"), 3).finishes["frame"]
    assert stained.second is not None
    assert stained.contrast > MATERIALS["oak"].contrast
    assert max(abs(a - b) for a, b in zip(stained.color, stained.second, strict=True)) > 0.08
    assert max(abs(a - b) for a, b in zip(stained.color, COLORS[color], strict=True)) < 0.1


def test_books_are_of_many_colours_unless_one_is_asked_for() -> None:
    def spread(prompt: str) -> float:
        program = build(describe(prompt), 2)
        hues = [hue(part.finish.color) for part in program.parts if part.name == "book"]
        return max(hues) - min(hues)

    assert spread("a bookshelf") > 0.1 > spread("a bookshelf with beige books")


def test_what_glows_keeps_its_material_and_hue() -> None:
    blade = finishes("a glowing blue crystal sword")["blade"]
    assert blade.material == "crystal"
    assert blade.emission > 0.5
    assert abs(hue(blade.color) - hue(COLORS["blue"])) < 0.03


def test_a_material_asked_for_has_its_own_colour_unless_it_comes_in_any() -> None:
    for seed in SEEDS:
        vase = finishes("a terracotta vase", seed)["body"]
        assert abs(hue(vase.color) - hue(MATERIALS["terracotta"].color)) < 0.02
    assert len({round(hue(finishes("a ceramic mug", seed)["body"].color), 1) for seed in SEEDS}) > 1


def test_glass_is_looked_through_and_metal_is_not() -> None:
    assert finishes("a glass vase")["body"].opacity < 0.3
    assert finishes("a steel vase")["body"].opacity == 1


@pytest.mark.parametrize("deeper", ["dark green", "black", "frosted white"])
def test_deep_tints_and_frost_hide_more(deeper: str) -> None:
    clear, deep = finishes("a white glass vase")["body"], finishes(f"a {deeper} glass vase")["body"]
    assert clear.opacity + 0.1 < deep.opacity < 1


@pytest.mark.parametrize(("prompt", "part"), [("a house", "window"), ("a car with blue windows", "window")])
def test_panes_before_nothing_are_opaque(prompt: str, part: str) -> None:
    pane = finishes(prompt)[part]
    assert (pane.material, pane.opacity) == ("glass", 1)


def test_what_glows_is_not_looked_through() -> None:
    assert finishes("a glowing glass vase")["body"].opacity == 1
