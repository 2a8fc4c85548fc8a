import numpy as np

from maquette.procedural.kind import Part
from maquette.procedural.materials import finish
from maquette.procedural.program import Program
from maquette.procedural.sdf import Sphere
from training.data.build import Field
from training.data.samples import sample
from training.data.subject import SLOTS
from training.data.views import GRAZED, View, random_view, render

STUDIO = 11
RED = (0.7, 0.05, 0.05, 0.0, 0.6)


def two_balls():
    """A red ball on the left of the front, x < 0, and a blue one on the right."""
    parts = tuple(Part("ball", Sphere(0.2).at(x, 0, 0), finish("plastic")) for x in (-0.24, 0.24))
    palette = np.array([RED, (0.05, 0.1, 0.7, 0, 0.6), *[RED] * (SLOTS - 2)], np.float32)
    used = np.arange(SLOTS) < 2
    return Field(Program("balls", 0, parts, (0, 1)), np.array([0, 1], np.uint8), used, palette)


def picture(view, size=64):
    field = two_balls()
    return render(field, sample(field, np.random.default_rng(0)).grid, [view], size)[0]


def view(azimuth, elevation=0.0, fill=1.0):
    return View(azimuth, elevation, 30.0, fill, STUDIO, 0.0, 1.0)


def test_front_and_back_show_the_balls_on_their_sides():
    for azimuth, red_is_left in ((0.0, True), (180.0, False)):
        seen = picture(view(azimuth))
        left, right = seen[32, 16], seen[32, 48]
        red, blue = (left, right) if red_is_left else (right, left)
        assert red[3] == blue[3] == 255
        assert red[0] > 2 * max(red[1], red[2])
        assert blue[2] > 2 * blue[0]


def test_from_the_side_at_plus_x_only_the_near_ball_is_seen():
    seen = picture(view(90.0))
    opaque = seen[seen[..., 3] > 0]
    assert (opaque[:, 2] > opaque[:, 0]).all()


def test_outlines_have_the_area_that_the_camera_gives_them():
    """But for rays that pass within GRAZED, which count."""
    seen = (picture(view(0.0), 128)[..., 3] > 0).mean()
    assert 0.985 * share_of_two_balls(0.2) < seen < 1.015 * share_of_two_balls(0.2 + GRAZED)


def share_of_two_balls(radius):
    """Of the picture: the cone around a ball cuts the picture's plane in an ellipse."""
    half = np.radians(15.0)
    distance = two_balls().radius / np.sin(half)
    squared = distance**2 + 0.24**2
    sine, cosine = radius**2 / squared, distance / np.sqrt(squared)  # of the cone, squared; of its axis
    return 2 * np.pi * sine * cosine / (cosine**2 - sine) ** 1.5 / (2 * np.tan(half)) ** 2


def test_light_comes_from_above():
    seen = picture(view(0.0)).astype(float)
    column = seen[:, 16]
    rows = np.flatnonzero(column[:, 3])
    assert column[rows[2], 0] > column[rows[-3], 0]


def test_random_views_differ_and_repeat():
    a, b = (random_view(np.random.default_rng(5)) for _ in range(2))
    assert a == b
    assert random_view(np.random.default_rng(6)) != a
