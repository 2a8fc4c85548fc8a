"""Decimation keeps meshes solid, sharp and in shape."""

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.geometry.extraction.dual_contouring import extract
from maquette.geometry.repair.clean import check
from maquette.geometry.simplify.simplification import FEWEST, TOLERANCE, decimate, simplify
from maquette.geometry.simplify.slivers import collapse_short_edges, flip_slivers
from maquette.progress import Progress
from tests.geometry.shapes import (
    CHAIR_BOUNDS,
    UNIT_BOUNDS,
    box,
    chair,
    cylinder,
    drilled_block,
    minus,
    rotated,
    sphere,
    union,
)

QUIET = Progress()


@pytest.mark.parametrize("target", [12000, 3000, 600])
def test_a_chair_keeps_its_shape_and_stays_solid(target):
    cell = 0.94 / 128
    vertices, faces = extract(chair(), CHAIR_BOUNDS, cell, QUIET)
    fewer = simplify(vertices, faces, target, QUIET)
    report = check(*fewer)
    assert report.solid
    assert report.genus == 3
    assert len(fewer[1]) <= 1.01 * target
    assert np.abs(chair()(fewer[0])).max() < 0.5 * cell
    assert report.volume == pytest.approx(check(vertices, faces).volume, rel=0.01)


def test_flat_sides_cost_next_to_nothing():
    vertices, faces = simplify(*extract(box((0.5, 0.4, 0.3)), UNIT_BOUNDS, 1.2 / 48, QUIET), 300, QUIET)
    assert len(faces) <= 300
    assert check(vertices, faces).volume == pytest.approx(0.48, rel=2e-3)


@settings(max_examples=12, deadline=None)
@given(
    sizes=st.lists(st.floats(0.02, 0.3), min_size=6, max_size=6),
    angle=st.floats(0, 3),
    target=st.integers(200, 4000),
)
def test_any_union_of_parts_stays_solid(sizes, angle, target):
    a, b, c, d, e, f = sizes
    field = union(rotated(box((a, b, c)), angle), cylinder(d, 0.5, (0.1, 0, 0)), box((0.5, e, f)))
    vertices, faces = extract(field, UNIT_BOUNDS, 1.2 / 40, QUIET)
    fewer = simplify(vertices, faces, target, QUIET)
    assert check(*fewer).solid
    assert trimesh.Trimesh(*fewer, process=False).is_watertight


def test_a_budget_is_a_limit_and_flat_shapes_leave_most_of_it():
    block = box((0.5, 0.4, 0.3))
    vertices, faces = simplify(*extract(block, UNIT_BOUNDS, 1.2 / 96, QUIET), 20000, QUIET)
    assert check(vertices, faces).solid
    assert FEWEST * 20000 <= len(faces) < 2000
    assert np.abs(block(vertices)).max() < TOLERANCE


def test_a_collapse_that_gets_stuck_goes_on_until_it_is_within_the_budget():
    slats = [box((0.5, 0.5, 0.03), (0, 0, height)) for height in np.linspace(-0.45, 0.45, 10)]
    posts = [cylinder(0.02, 0.45, (x, y, 0)) for x in (-0.45, 0.45) for y in (-0.45, 0.45)]
    vertices, faces = simplify(*extract(union(*slats, *posts), UNIT_BOUNDS, 1.2 / 96, QUIET), 300, QUIET)
    assert check(vertices, faces).solid
    assert len(faces) <= 300


def test_a_ball_is_left_as_round_as_the_tolerance_asks():
    vertices, faces = simplify(*extract(sphere(0.5), UNIT_BOUNDS, 1.2 / 96, QUIET), 60000, QUIET)
    middles = vertices[faces].mean(axis=1)
    assert len(faces) < 30000
    assert np.quantile(np.abs(sphere(0.5)(middles)), 0.99) < 2 * TOLERANCE
    again = simplify(*extract(sphere(0.5), UNIT_BOUNDS, 1.2 / 96, QUIET), 3000, QUIET)
    assert len(again[1]) == 3000  # all of it is needed


def test_an_open_sheet_keeps_its_rim():
    x, y = np.meshgrid(np.linspace(0, 1, 60), np.linspace(0, 1, 60), indexing="ij")
    vertices = np.stack([x, y, 0.1 * np.sin(4 * x) * np.cos(3 * y)], 2).reshape(-1, 3).astype(np.float32)
    at = np.arange(3600).reshape(60, 60)
    corners = at[:-1, :-1], at[1:, :-1], at[1:, 1:], at[:-1, 1:]
    a, b, c, d = (corner.ravel() for corner in corners)
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int32)
    fewer = decimate(vertices, faces, 1500, QUIET)
    report = check(*fewer)
    assert report.sound
    assert len(fewer[1]) <= 1500
    assert report.open_edges == 4 * 59
    assert np.allclose(np.stack([fewer[0].min(axis=0), fewer[0].max(axis=0)])[:, :2], [[0, 0], [1, 1]])


def test_a_small_mesh_within_the_budget_comes_back_unchanged():
    vertices, faces = extract(drilled_block(), UNIT_BOUNDS, 1.2 / 24, QUIET)
    same = simplify(vertices, faces, 10**6, QUIET)
    assert np.array_equal(same[0], vertices)
    assert np.array_equal(same[1], faces)


@pytest.mark.parametrize("target", [1000, 10**6])
def test_small_closed_pockets_and_crumbs_go_while_rooms_and_bores_stay(target):
    body = minus(
        box((0.5, 0.5, 0.5)),
        sphere(0.06, (-0.3, -0.3, -0.3)),  # a pocket
        box((0.2, 0.2, 0.2), (0.2, 0.2, 0.2)),  # a room
        cylinder(0.06, 0.7, (-0.3, 0.3, 0)),  # a bore, open on both sides
    )
    field = union(body, sphere(0.02, (0.55, 0.55, 0.55)))
    vertices, faces = extract(field, UNIT_BOUNDS, 1.2 / 60, QUIET)
    assert check(vertices, faces).components == 4
    report = check(*simplify(vertices, faces, target, QUIET))
    assert report.solid
    assert (report.components, report.genus) == (2, 1)
    assert report.volume == pytest.approx(1 - 0.4**3 - np.pi * 0.06**2, rel=5e-3)


def test_slivers_are_flipped_and_short_edges_collapsed():
    base = trimesh.creation.icosphere(2)
    vertices, faces = base.vertices.astype(np.float32), base.faces.astype(np.int32)
    a, b, c = faces[0]
    flat = vertices.copy()
    flat[c] = 0.5 * (vertices[a] + vertices[b])  # onto the opposite edge
    assert check(flat, faces).watertight
    flipped = flip_slivers(flat, faces)
    corners = flat[flipped]
    heights = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    assert heights.min() > 1e-4
    assert check(flat, flipped).watertight
    double = vertices.copy()
    double[b] = double[a]
    assert check(double, faces).degenerate == 2
    report = check(*collapse_short_edges(double, faces))
    assert report.solid
