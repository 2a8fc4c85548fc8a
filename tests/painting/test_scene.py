"""Between the pictures of views and the texture that they have in common."""

import numpy as np
import pytest

from maquette.painting.scene import GREY, prepare_scene
from maquette.progress import Progress
from maquette.texture.views import plan_views, render_views
from tests.texture.views.scenes import ball, painted

SIZE = 128


@pytest.fixture(scope="module")
def scene():
    mesh = ball(16)
    return prepare_scene(mesh, plan_views(mesh, 6, 0), SIZE, SIZE, Progress())


@pytest.fixture(scope="module")
def truth(scene):
    texture, _ = painted(scene.mesh, SIZE)
    return render_views(scene.mesh, texture, scene.cameras, SIZE)


def test_pictures_go_to_the_texture_and_back(scene, truth):
    views = list(range(6))
    shown = scene.over_grey(scene.to_pictures(scene.to_texture(truth, views), views), views)
    whole = shown[..., 3] > 0.99
    assert whole[scene.controls.covered].mean() > 0.8
    assert np.abs(shown[..., :3] - truth)[whole].mean() < 0.02
    assert (shown[~scene.controls.covered] == [GREY, GREY, GREY, 1]).all()


def test_what_one_view_shows_covers_what_it_sees_alone(scene, truth):
    texture = scene.to_texture(truth[[0]], [0])
    back = scene.to_pictures(texture, [3])[0]
    front = scene.to_pictures(texture, [0])[0]
    covered = scene.controls.covered
    assert front[covered[0], 3].mean() > 0.8
    assert back[covered[3], 3].mean() < 0.05


def test_the_best_cosine_is_one_in_the_middle_of_a_view_and_falls_outwards(scene):
    cosine = scene.to_pictures(scene.best_cosine([0]), [0])[0, ..., 0]
    middle = SIZE // 2
    assert cosine[middle, middle] > 0.97
    row = cosine[middle, middle : middle + 40]
    assert (np.diff(row) < 0.02).all()
    both = scene.to_pictures(scene.best_cosine([0, 1]), [0])[0, ..., 0]
    assert (both >= cosine - 1e-6).all()
