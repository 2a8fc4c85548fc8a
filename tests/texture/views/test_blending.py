"""Pictures of a known texture give that texture back, and bad ones are outvoted."""

from functools import cache

import numpy as np
import pytest

from maquette.metrics.seams import seam_error
from maquette.metrics.texels import compare_texels
from maquette.texture.views import blend, complete, plan_views, project_texels, render_views
from maquette.texture.views.blending import weighted_median

from .scenes import ball, box, painted, together

SIZE = 256


@cache
def scene():
    """Mesh, true texture, cameras, projection and pictures."""
    mesh = together((ball(), (0, 0, 0)), (box(2, 0.25), (0.2, -0.1, 0.7)), (ball(12, 0.15), (0.1, -0.62, 0)))
    truth, _ = painted(mesh, SIZE)
    cameras = plan_views(mesh, extra=0)
    projection = project_texels(mesh, cameras, SIZE, SIZE)
    return mesh, truth, cameras, projection, render_views(mesh, truth, cameras, SIZE)


def test_a_texture_survives_the_way_through_pictures():
    mesh, truth, _, projection, images = scene()
    baked = blend(projection, images)
    report = compare_texels(baked.texture, truth, baked.covered)
    assert report.psnr_db > 35
    assert report.worst < 0.2
    whole = complete(mesh, baked.texture, baked.covered, 4)
    assert seam_error(mesh, whole).seam < 1.15 * seam_error(mesh, truth).seam


def test_uncovered_texels_are_zero_and_covered_ones_have_weight():
    _, _, _, projection, images = scene()
    baked = blend(projection, images[..., :1])
    assert baked.texture.shape == (SIZE, SIZE, 1)
    assert (baked.texture[~baked.covered] == 0).all()
    count = np.zeros(SIZE * SIZE, int)
    for samples, weights in zip(projection.views, baked.weights, strict=True):
        assert (weights > 0).all()
        count[projection.texels[samples.texel]] += 1
    assert np.array_equal(count.reshape(SIZE, SIZE) > 0, baked.covered)


def test_transparent_pixels_do_not_count():
    """Of two pictures from one camera, each is wrong where it is clear."""
    _, _, cameras, _, images = scene()
    mesh = scene()[0]
    projection = project_texels(mesh, [cameras[0]] * 2, SIZE, SIZE)
    left = np.arange(SIZE)[None, :, None] < SIZE / 2
    alpha = np.broadcast_to(left, (SIZE, SIZE, 1)).astype(np.float32)
    one = np.concatenate([np.where(left, images[0], 1), alpha], axis=2)
    other = np.concatenate([np.where(left, 0, images[0]), 1 - alpha], axis=2)
    mixed = blend(projection, [one, other], match_colours=False)
    alone = blend(projection, [images[0]] * 2, match_colours=False)
    assert np.array_equal(mixed.covered, alone.covered)
    assert np.abs(mixed.texture - alone.texture).max() < 1e-5


def test_a_high_exponent_prefers_the_view_that_faces_the_texel():
    _, _, _, projection, images = scene()
    best = np.zeros(len(projection.texels))
    for view, samples in enumerate(projection.views):
        plain = np.float32(view) + 0 * images[view][..., :1]
        assert plain.shape == (SIZE, SIZE, 1)
        np.maximum.at(best, samples.texel, samples.cosine * samples.trust)
    flat = [np.full((SIZE, SIZE, 1), view / 10, np.float32) for view in range(len(images))]
    hard = blend(projection, flat, match_colours=False, exponent=400.0).texture.reshape(-1)
    soft = blend(projection, flat, match_colours=False, exponent=1.0).texture.reshape(-1)
    numbers = hard[projection.texels] * 10
    assert (np.abs(numbers - np.rint(numbers)) < 0.01).mean() > 0.95
    assert np.abs(hard - soft).max() > 0.1


def test_the_median_ignores_a_highlight_in_one_view():
    _, _, _, projection, images = scene()
    flat = np.full_like(images[..., :1], 0.3)
    flat[0] = 1.0  # a highlight over all of the first view
    mean = blend(projection, flat, match_colours=False)
    median = blend(projection, flat, match_colours=False, median=True)
    views = np.zeros(SIZE * SIZE, int)
    for samples in projection.views:
        views[projection.texels[samples.texel]] += 1
    several = (views >= 3).reshape(SIZE, SIZE)
    assert several.sum() > 3000
    off = [np.abs(baked.texture[several] - 0.3) for baked in (mean, median)]
    assert (off[1] > 0.05).mean() < 0.4 * (off[0] > 0.05).mean()


def test_the_weighted_median_halves_the_weight():
    values = np.float32([[0.1], [0.9], [0.2], [0.7], [0.5]])
    assert weighted_median(values, np.ones_like(values)) == pytest.approx(0.5)
    assert weighted_median(values, np.float32([[1], [0], [0], [0], [0]])) == pytest.approx(0.1)
    assert weighted_median(values, np.float32([[1], [9], [1], [1], [1]])) > 0.8
    assert weighted_median(values, np.zeros_like(values)) == 0
    two = weighted_median(np.float32([[0.0], [1.0]]), np.float32([[1], [1]]))
    assert two == pytest.approx(0.5)
    random = np.random.default_rng(0)
    shown, ones = random.random((5, 100), np.float32), np.ones((5, 100), np.float32)
    assert np.allclose(weighted_median(shown, ones), np.median(shown, axis=0))
