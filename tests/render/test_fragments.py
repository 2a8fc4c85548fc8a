import numpy as np
from scipy.spatial import Delaunay

from maquette.render.fragments import cover, cut, expand, take_corners


def test_every_pixel_of_a_triangulated_square_is_drawn_once():
    rng = np.random.default_rng(3)
    points = np.concatenate([rng.uniform(0, 64, (200, 2)), [[0, 0], [64, 0], [0, 64], [64, 64]]])
    fragments = cover(points[Delaunay(points).simplices], 64, 64)
    np.testing.assert_array_equal(np.sort(fragments.y * 64 + fragments.x), np.arange(64 * 64))


def test_centres_on_shared_edges_belong_to_one_side():
    """A lattice of half pixels: every pixel centre lies on an edge or a corner."""
    x, y = np.meshgrid(np.arange(17) - 0.5, np.arange(17) - 0.5)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    a = (np.arange(16)[:, None] * 17 + np.arange(16)).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + 18], 1), np.stack([a, a + 18, a + 17], 1)])
    fragments = cover(points[faces], 15, 15)
    np.testing.assert_array_equal(np.sort(fragments.y * 15 + fragments.x), np.arange(15 * 15))


def test_both_windings_cover_the_same_pixels():
    corners = np.random.default_rng(0).uniform(0, 40, (30, 3, 2))
    plain, turned = cover(corners, 40, 40), cover(corners[:, ::-1], 40, 40)
    for field in ("face", "x", "y"):
        np.testing.assert_array_equal(getattr(plain, field), getattr(turned, field))


def test_triangles_of_no_area_and_outside_cover_nothing():
    line = [[1, 1], [5, 5], [9, 9]]
    outside = [[-9, -9], [-1, -9], [-1, -1]]
    assert len(cover(np.array([line, outside], dtype=float), 16, 16).face) == 0


def test_parts_of_spans_hold_every_pixel_once(monkeypatch):
    monkeypatch.setattr("maquette.render.fragments._CHUNK", 7)
    corners = np.random.default_rng(2).uniform(0, 30, (9, 3, 2))
    spans = cut(take_corners(corners.reshape(-1, 2), np.arange(27).reshape(-1, 3)), 30, 30)
    pieces = [spans.pixels(part) for part in spans.parts()]
    assert len(pieces) > 20
    whole = cover(corners, 30, 30)
    np.testing.assert_array_equal(np.concatenate([spans.face[span] for span, _ in pieces]), whole.face)
    np.testing.assert_array_equal(np.concatenate([column for _, column in pieces]), whole.x)


def test_expand_counts_through_every_range():
    owner, number = expand(np.array([3, 9, 5]), np.array([6, 9, 4]))
    assert owner.tolist() == [0, 0, 0]
    assert number.tolist() == [3, 4, 5]
