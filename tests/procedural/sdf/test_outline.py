"""Outlines of lines and arcs: exact against circles and boxes, signs at awkward points."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.procedural.sdf.outline import (
    circle,
    curve,
    edges,
    fillet,
    path_bounds,
    path_distance,
    rectangle,
    region_distance,
    regular,
    straight,
)


def points(seed: int = 0, count: int = 4000, reach: float = 2.0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-reach, reach, (count, 2)).astype(np.float32)


def test_two_arcs_are_a_circle_even_on_their_chord() -> None:
    p = np.concatenate([points(), [[0.5, 0.0], [-0.5, 0.0], [0.0, 0.0]]]).astype(np.float32)
    d = region_distance(p[:, 0], p[:, 1], edges(circle(1.0), closed=True))
    np.testing.assert_allclose(d, np.hypot(p[:, 0], p[:, 1]) - 1, atol=2e-6)


def test_rounded_rectangle_matches_the_box_formula() -> None:
    p = points(1)
    d = region_distance(p[:, 0], p[:, 1], edges(rectangle(2.0, 1.2, 0.25), closed=True))
    q = np.abs(p) - np.array([1.0 - 0.25, 0.6 - 0.25])
    expected = np.hypot(*np.maximum(q, 0).T) + np.minimum(q.max(axis=1), 0) - 0.25
    np.testing.assert_allclose(d, expected, atol=3e-6)


@pytest.mark.parametrize("turn", [1, -1])
def test_signs_hold_for_both_windings(turn: int) -> None:
    corners = [(0.0, -1.0), (1.0, 0.0), (0.3, 0.1), (0.0, 1.0), (-1.0, 0.0)][::turn]
    p = points(2)
    d = region_distance(p[:, 0], p[:, 1], edges(fillet(corners, 0.1), closed=True))
    assert region_distance(np.float32([0.0]), np.float32([0.0]), edges(fillet(corners, 0.1), True))[0] < 0
    assert (d[np.abs(p).max(axis=1) > 1] > 0).all()


@given(
    st.lists(
        st.tuples(st.floats(0.3, 0.9), st.floats(-0.3, 0.3)), min_size=4, max_size=9, unique_by=lambda t: t[0]
    )
)
def test_curves_pass_through_their_points_without_corners(offsets: list[tuple[float, float]]) -> None:
    count = len(offsets)
    angles = [2 * math.pi * (i + 0.3 * o[1]) / count for i, o in enumerate(offsets)]
    ring = [(o[0] * math.cos(a), o[0] * math.sin(a)) for o, a in zip(offsets, angles, strict=True)]
    path = curve(ring, closed=True)
    on = np.float32(ring)
    assert path_distance(on[:, 0], on[:, 1], edges(path, True)).max() < 1e-5
    along = edges(path, True)
    for before, after in zip(along, [*along[1:], along[0]], strict=True):
        leaving = math.atan2(before.by - before.ay, before.bx - before.ax) + 2 * math.atan(before.bulge)
        arriving = math.atan2(after.by - after.ay, after.bx - after.ax) - 2 * math.atan(after.bulge)
        assert abs(math.remainder(leaving - arriving, 2 * math.pi)) < 1e-3


def test_curve_keeps_the_directions_asked_for_at_its_ends() -> None:
    path = curve([(0.0, 0.0), (1.0, 0.5), (1.0, 2.0)], start_deg=0, end_deg=90)
    first, last = edges(path, False)[0], edges(path, False)[-1]
    start = math.atan2(first.by - first.ay, first.bx - first.ax) - 2 * math.atan(first.bulge)
    end = math.atan2(last.by - last.ay, last.bx - last.ax) + 2 * math.atan(last.bulge)
    assert start == pytest.approx(0, abs=1e-4)
    assert end == pytest.approx(math.pi / 2, abs=1e-4)


def test_bounds_of_arcs_hold_their_bulge() -> None:
    assert path_bounds(circle(0.7, 1.0, 2.0), True) == pytest.approx((0.3, 1.3, 1.7, 2.7))
    assert path_bounds(((0, 0, 0.5), (1, 0, 0)), False) == pytest.approx((0, -0.25, 1, 0))


def test_regular_polygon_lies_between_its_circles() -> None:
    p = points(3)
    d = region_distance(p[:, 0], p[:, 1], edges(regular(6, 1.0), True))
    r = np.hypot(p[:, 0], p[:, 1])
    assert (d[r > 1.0] > 0).all()
    assert (d[r < math.cos(math.pi / 6) - 1e-3] < 0).all()


def test_open_path_is_never_inside() -> None:
    p = points(4)
    d = path_distance(p[:, 0], p[:, 1], edges(straight([(-1, 0), (1, 0)]), False))
    expected = np.hypot(np.maximum(np.abs(p[:, 0]) - 1, 0), p[:, 1])
    np.testing.assert_allclose(d, expected, atol=2e-6)
