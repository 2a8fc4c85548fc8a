"""The whole way from pictures to a texture, in one call."""

import numpy as np
import pytest

from maquette.metrics.held_out import held_out
from maquette.protocol import MaquetteError
from maquette.texture.views import View, bake_views

from .test_blending import SIZE, scene


def test_pictures_give_a_texture_that_looks_right_from_elsewhere():
    mesh, truth, cameras, _, images = scene()
    views = [View(camera, image) for camera, image in zip(cameras, images, strict=True)]
    texture = bake_views(mesh, views, SIZE, 4)
    seen = held_out(mesh, texture, truth, 192)
    assert seen.psnr_db > 33
    assert seen.ssim > 0.98


def test_a_view_of_low_prior_hardly_counts():
    mesh, _, cameras, _, images = scene()
    views = [View(camera, image) for camera, image in zip(cameras, images, strict=True)]
    right = bake_views(mesh, views, SIZE, 4, match_colours=False)
    changes = []
    for prior in (1.0, 0.001):
        wrong = View(cameras[0], 1 - images[0], prior)
        texture = bake_views(mesh, [*views, wrong], SIZE, 4, match_colours=False)
        changes.append(np.abs(texture - right).mean())
    assert changes[1] < 0.05 * changes[0]


def test_a_picture_of_another_size_is_refused_in_words_for_people():
    mesh, _, cameras, _, images = scene()
    views = [View(cameras[0], images[0]), View(cameras[1], images[1][:100, :120])]
    with pytest.raises(MaquetteError, match="view 1 is 120 x 100 pixels: scale it to 256 x 256"):
        bake_views(mesh, views, SIZE, 4)
