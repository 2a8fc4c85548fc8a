"""Packing: what is laid out keeps apart, however many pieces there are."""

import numpy as np
import pytest

from maquette.geometry.unwrap.lscm import signed_areas
from maquette.geometry.unwrap.packing import pack
from maquette.geometry.unwrap.trays import lay_on_trays

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


@pytest.mark.parametrize("count", [0, 1, 30, 3000])
def test_rectangles_on_a_tray_lie_apart_and_within_it(count):
    sizes = np.random.default_rng(1).uniform(0.2, 3, (count, 2))
    trays = lay_on_trays(sizes)
    assert (trays.places >= 0).all()
    assert (trays.places + sizes <= trays.sizes[trays.tray] + 1e-9).all()
    for tray in range(len(trays.sizes)):
        low, size = trays.places[trays.tray == tray], sizes[trays.tray == tray]
        meets = (low[:, None] < (low + size)[None] - 1e-9).all(axis=2)
        assert (meets & meets.T).sum() == len(low)  # each meets itself alone


def test_trays_waste_little():
    sizes = np.random.default_rng(2).uniform(0.5, 1.5, (5000, 2))
    assert lay_on_trays(sizes).sizes.prod(axis=1).sum() < 1.15 * sizes.prod(axis=1).sum()


@pytest.mark.parametrize("count", [1, 50, 2000])
def test_all_charts_keep_one_scale_and_their_side(count):
    scales = np.random.default_rng(3).uniform(0.5, 2, count)
    triangles = CORNERS[None] * scales[:, None, None]
    uvs = pack(triangles, np.arange(count, dtype=np.int32), 1024, 8).astype(np.float64)
    areas = signed_areas(uvs) / signed_areas(triangles)
    assert areas.min() > 0
    assert areas.max() / areas.min() < 1.01
    assert uvs.min() >= 0
    assert uvs.max() <= 1


def test_thousands_of_charts_do_not_drown_in_padding():
    count = 5000
    uvs = pack(np.tile(CORNERS, (count, 1, 1)), np.arange(count, dtype=np.int32), 1024, 16)
    assert signed_areas(uvs.astype(np.float64)).sum() > 0.12  # triangles fill half of their rectangles


def test_a_few_charts_get_all_of_their_padding():
    squares = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], np.float64)
    charts = np.repeat(np.arange(4, dtype=np.int32), 2)
    uvs = pack(np.tile(squares, (4, 1, 1)), charts, 256, 16).astype(np.float64) * 256
    low = np.stack([uvs[charts == c].min(axis=(0, 1)) for c in range(4)])
    high = np.stack([uvs[charts == c].max(axis=(0, 1)) for c in range(4)])
    gaps = np.maximum(low[:, None] - high[None], low[None] - high[:, None]).max(axis=2)
    assert gaps[~np.eye(4, dtype=bool)].min() >= 16
    assert low.min() >= 8
