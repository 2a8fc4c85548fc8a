"""Views of different exposure come to one colour; views that agree are left alone."""

import numpy as np
import pytest

from maquette.metrics.texels import compare_texels
from maquette.texture.views import blend
from maquette.texture.views.blending import read_views
from maquette.texture.views.color_matching import Correction, match_colors

from .test_blending import scene


def spread(projection, baked, images):
    """Mean difference of the views to their blend, over all samples, after correction."""
    colors, _ = read_views(projection, images)
    flat = baked.texture.reshape(-1, 3)
    total = [
        np.abs(correction.apply(color) - flat[projection.texels[samples.texel]]).mean()
        for samples, color, correction in zip(projection.views, colors, baked.corrections, strict=True)
    ]
    return float(np.mean(total))


def test_views_that_agree_are_not_changed():
    _, _, _, projection, images = scene()
    for correction in blend(projection, images).corrections:
        assert np.allclose(correction.gain, 1, atol=0.02)
        assert np.allclose(correction.offset, 0, atol=0.01)


def test_exposures_and_casts_are_taken_out():
    _, truth, _, projection, images = scene()
    random = np.random.default_rng(1)
    gains = random.uniform(0.85, 1.15, (len(images), 1, 1, 3)).astype(np.float32)
    shifted = np.clip(images * gains + random.uniform(-0.03, 0.03, gains.shape).astype(np.float32), 0, 1)
    plain, matched = (blend(projection, shifted, match_colours=choice) for choice in (False, True))
    assert spread(projection, matched, shifted) < 0.4 * spread(projection, plain, shifted)
    better, worse = (compare_texels(baked.texture, truth, baked.covered) for baked in (matched, plain))
    assert better.psnr_db > worse.psnr_db + 2


def test_a_view_that_shows_something_else_does_not_pull_the_others():
    _, _, _, projection, images = scene()
    wrong = images.copy()
    wrong[0] = 1 - wrong[0]
    for correction in blend(projection, wrong).corrections[1:]:
        assert np.allclose(correction.gain, 1, atol=0.1)
        assert np.allclose(correction.offset, 0, atol=0.05)


def test_fixed_views_keep_their_correction_and_the_others_come_to_them():
    _, _, _, projection, images = scene()
    darker = images.copy()
    darker[1] *= np.float32(0.85)
    colors, weights = read_views(projection, darker)
    kept = Correction.identity(3)
    fixed = [None if view == 1 else kept for view in range(len(images))]
    solved = match_colors(projection, colors, weights, fixed)
    assert all(solved[view] is kept for view in range(len(images)) if view != 1)
    at_middle = 0.5 * 0.85 * solved[1].gain + solved[1].offset
    assert at_middle == pytest.approx([0.5] * 3, abs=0.02)


def test_views_without_overlap_stay_as_they_are():
    _, _, _, projection, images = scene()
    alone = type(projection)(
        projection.texture_size, projection.image_size, projection.texels, projection.views[:1], 4.0
    )
    [correction] = blend(alone, images[:1]).corrections
    assert (correction.gain == 1).all()
    assert (correction.offset == 0).all()
