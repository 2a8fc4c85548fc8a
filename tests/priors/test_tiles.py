"""Tiles cover a picture and come together without a border."""

import numpy as np
import pytest

pytest.importorskip("torch")

from maquette.priors.tiles import plan_tiles

pytestmark = pytest.mark.torch


@pytest.mark.parametrize(
    ("height", "width", "tile"), [(100, 100, 32), (64, 200, 64), (33, 32, 32), (20, 50, 64)]
)
def test_cut_and_joined_is_the_picture(height, width, tile):
    picture = np.random.default_rng(0).random((height, width, 3), np.float32)
    tiles = plan_tiles(height, width, tile)
    assert np.abs(tiles.join(tiles.cut(picture)) - picture).max() < 1e-5


def test_a_picture_of_one_tile_is_not_cut():
    assert plan_tiles(64, 64, 64).corners == ((0, 0),)


def test_tiles_that_disagree_fade_into_each_other():
    """Each tile has a grey of its own; no step between neighbouring pixels is as large as between tiles."""
    tiles = plan_tiles(64, 160, 64)
    greys = np.linspace(0, 1, len(tiles.corners), dtype=np.float32)[:, None, None, None]
    joined = tiles.join(np.broadcast_to(greys, (len(greys), 64, 64, 1)))
    apart = float(greys[1, 0, 0, 0] - greys[0, 0, 0, 0])
    assert np.abs(np.diff(joined[..., 0], axis=1)).max() < 0.35 * apart


def test_enlarged_tiles_make_an_enlarged_picture():
    picture = np.random.default_rng(1).random((40, 40, 1), np.float32)
    tiles = plan_tiles(40, 40, 24)
    grown = np.repeat(np.repeat(tiles.cut(picture), 4, axis=1), 4, axis=2)
    expected = np.repeat(np.repeat(picture, 4, axis=0), 4, axis=1)
    assert np.abs(tiles.join(grown, 4) - expected).max() < 1e-5
