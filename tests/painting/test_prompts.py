"""Every view is asked for by the side it shows."""

import pytest

from maquette.painting.prompts import (
    FLAT_LIGHT,
    UNWANTED,
    negative_prompt,
    painting_order,
    view_angles,
    view_name,
    view_prompts,
)
from maquette.texture.views import orbit
from tests.texture.views.scenes import ball


def camera(azimuth, elevation=0.0):
    return orbit(ball(4), [(azimuth, elevation)])[0]


@pytest.mark.parametrize(
    ("azimuth", "elevation", "name"),
    [
        (0, 0, "front view"),
        (40, 10, "front view"),
        (350, -10, "front view"),
        (90, 0, "right side view"),
        (180, 0, "back view"),
        (240, 0, "left side view"),
        (180, 45, "back view from above"),
        (0, -40, "front view from below"),
        (0, 90, "view from above"),
        (0, -90, "view from below"),
    ],
)
def test_the_side_that_a_camera_sees_has_its_usual_name(azimuth, elevation, name):
    assert view_name(camera(azimuth, elevation)) == name


@pytest.mark.parametrize("angles", [(10.0, 5.0), (200.0, -30.0), (330.0, 60.0)])
def test_angles_come_back_from_a_camera(angles):
    assert view_angles(camera(*angles)) == pytest.approx(angles)


def test_the_object_is_named_before_the_light():
    prompt = view_prompts("an old boot", [camera(0), camera(180)])
    assert prompt == [f"front view of an old boot, {FLAT_LIGHT}", f"back view of an old boot, {FLAT_LIGHT}"]


def test_what_a_person_does_not_want_comes_first():
    assert negative_prompt("moss") == f"moss, {UNWANTED}"
    assert negative_prompt("  ") == UNWANTED


def test_the_front_is_painted_first_then_the_back_then_as_planned():
    cameras = [camera(60), camera(180), camera(0, 90), camera(0), camera(300)]
    assert painting_order(cameras) == [3, 1, 0, 2, 4]
