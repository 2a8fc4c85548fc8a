"""No empty texel shows between charts, at any mip level that viewers reach."""

import numpy as np

from maquette.texture.gutter import fill
from maquette.texture.target import padding_of

RED, BLUE = (200, 10, 10), (10, 10, 200)


def two_charts(size):
    """A red disc and a blue square far from each other."""
    image, covered = np.zeros((size, size, 3), np.uint8), np.zeros((size, size), bool)
    row, column = np.indices((size, size))
    disc = np.hypot(row - size * 0.3, column - size * 0.3) < size * 0.13
    square = (np.abs(row - size * 0.7) < size * 0.1) & (np.abs(column - size * 0.75) < size * 0.1)
    image[disc], image[square] = RED, BLUE
    covered[disc | square] = True
    return image, covered


def test_the_nearest_texel_is_repeated_up_to_the_padding_and_the_mean_beyond():
    random = np.random.default_rng(0)
    covered = random.random((40, 40)) < 0.01
    image = random.random((40, 40, 2), np.float32)
    [filled] = fill([image], covered, 5)
    places = np.argwhere(covered)
    mean = image[covered].mean(axis=0)
    for row in range(40):
        for column in range(40):
            apart = ((places - (row, column)) ** 2).sum(axis=1)
            equal = image[tuple(places[apart == apart.min()].T)]
            expected = equal if apart.min() <= 25 else mean[None]
            assert np.abs(filled[row, column] - expected).max(axis=1).min() < 1e-6


def test_mip_levels_up_to_half_the_padding_hold_only_their_charts_colour():
    size, padding = 512, 16
    image, covered = two_charts(size)
    [filled] = fill([image], covered, padding)
    for width in (2, 4, 8):
        blocks = filled.reshape(size // width, width, size // width, width, 3).mean(axis=(1, 3))
        touched = covered.reshape(size // width, width, size // width, width).any(axis=(1, 3))
        colors = np.unique(blocks[touched], axis=0)
        assert {tuple(color) for color in colors} == {RED, BLUE}


def test_finished_textures_are_padded_by_at_least_16_texels_at_2048():
    assert padding_of(2048) >= 16


def test_maps_of_bytes_and_of_numbers_are_filled_alike():
    image, covered = two_charts(64)
    [one] = fill([image], covered, 3)
    [other] = fill([image.astype(np.float32)], covered, 3)
    assert one.dtype == np.uint8
    assert other.dtype == np.float32
    assert np.array_equal(one, np.rint(other))
