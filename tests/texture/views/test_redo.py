"""One view can be exchanged, and nothing that it does not see changes by a bit."""

import numpy as np
import pytest

from maquette.texture.views import blend, redo_view

from .test_blending import SIZE, scene

VIEW = 3


def seen_by(projection, view):
    mask = np.zeros(SIZE * SIZE, bool)
    mask[projection.texels[projection.views[view].texel]] = True
    return mask.reshape(SIZE, SIZE)


@pytest.mark.parametrize("median", [False, True])
def test_texels_that_the_view_does_not_see_keep_their_bits(median):
    _, _, _, projection, images = scene()
    baked = blend(projection, images, median=median)
    redone = redo_view(projection, baked, images, VIEW, 1 - images[VIEW], median=median)
    seen = seen_by(projection, VIEW)
    assert np.array_equal(redone.texture[~seen], baked.texture[~seen])
    assert (redone.texture[seen] != baked.texture[seen]).mean() > 0.3
    assert np.array_equal(redone.covered, baked.covered)


def test_without_matching_it_is_the_bake_of_the_new_pictures():
    _, _, _, projection, images = scene()
    baked = blend(projection, images, match_colours=False)
    changed = np.array(images)
    changed[VIEW] = 1 - changed[VIEW]
    redone = redo_view(projection, baked, images, VIEW, changed[VIEW], match_colours=False)
    expected = blend(projection, changed, match_colours=False)
    assert np.array_equal(redone.texture, expected.texture)
    for one, other in zip(redone.weights, expected.weights, strict=True):
        assert np.array_equal(one, other)


def test_the_new_picture_comes_to_the_colours_of_the_others():
    _, _, _, projection, images = scene()
    baked = blend(projection, images)
    darker = images[VIEW] * np.float32(0.85)
    matched = redo_view(projection, baked, images, VIEW, darker)
    plain = redo_view(projection, baked, images, VIEW, darker, match_colours=False)
    seen = seen_by(projection, VIEW)
    error = [np.abs(result.texture - baked.texture)[seen].mean() for result in (matched, plain)]
    assert error[0] < 0.3 * error[1]
    for number, correction in enumerate(matched.corrections):
        assert (correction is baked.corrections[number]) == (number != VIEW)


def test_clear_parts_of_the_new_picture_leave_the_texel_to_the_other_views():
    _, _, _, projection, images = scene()
    baked = blend(projection, images, match_colours=False)
    colors = [np.concatenate([image, np.ones_like(image[..., :1])], axis=2) for image in images]
    clear = np.concatenate([images[VIEW], np.zeros((SIZE, SIZE, 1), np.float32)], axis=2)
    redone = redo_view(projection, baked, colors, VIEW, clear, match_colours=False)
    others = np.zeros(SIZE * SIZE, bool)
    for number, samples in enumerate(projection.views):
        if number != VIEW:
            others[projection.texels[samples.texel]] = True
    assert np.array_equal(redone.covered.reshape(-1), others)
    assert (redone.weights[VIEW] == 0).all()
