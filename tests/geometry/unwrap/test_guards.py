"""What counts as a bad chart, and what is done about single folds, on a sheet whose layout is known."""

import numpy as np
import pytest

from maquette.geometry.unwrap.guards import bad_charts, loose_charts
from maquette.geometry.unwrap.lscm import signed_areas
from maquette.geometry.unwrap.surface import make_surface
from maquette.geometry.unwrap.untangling import untangle
from tests.fakes.odd_meshes import ODD_MESHES


@pytest.fixture
def sheet():
    """A flat sheet as a surface, its faces' chart, and their true layout."""
    vertices, faces = ODD_MESHES["open cloth"](20)
    vertices[:, 2] = 0
    surface = make_surface(vertices, faces)
    return surface, np.zeros(len(faces), np.int32), surface.points[surface.faces][..., :2].copy()


def test_the_true_layout_is_good(sheet):
    surface, charts, corners = sheet
    assert not bad_charts(surface, corners, charts).any()
    assert not loose_charts(corners, charts, 0.0).any()


def test_one_folded_face_is_bad(sheet):
    """So small a face that neither overlap nor stretch would tell."""
    surface, charts, corners = sheet
    inside = np.flatnonzero((np.abs(corners - 0.5) < 0.45).all(axis=(1, 2)))[0]
    corners[inside, [0, 1]] = corners[inside, [1, 0]]
    assert bad_charts(surface, corners, charts, np.inf).all()


def test_a_chart_on_itself_is_bad(sheet):
    surface, charts, corners = sheet
    corners[..., 0] %= 0.5 + 1e-9
    assert bad_charts(surface, corners, charts, np.inf).all()


def test_stretch_is_bad_beyond_what_is_tolerated(sheet):
    surface, charts, corners = sheet
    corners[..., 0] = corners[..., 0] ** 3
    assert bad_charts(surface, corners, charts).all()
    assert not bad_charts(surface, corners, charts, np.inf).any()


def test_numbers_that_are_not_finite_are_bad(sheet):
    surface, charts, corners = sheet
    corners[3, 1, 0] = np.nan
    assert bad_charts(surface, corners, charts, np.inf).all()


def test_a_frame_is_loose(sheet):
    _, charts, corners = sheet
    rim = (np.abs(corners.mean(axis=1) - 0.5) > 0.4).any(axis=1)
    assert loose_charts(corners[rim], charts[rim], 0.0).all()


def test_a_single_fold_is_smoothed_away_and_the_rest_stays(sheet):
    surface, charts, corners = sheet
    middle = np.flatnonzero((np.abs(surface.points[:, :2] - 0.5) < 0.01).all(axis=1))[0]
    corners[surface.faces == middle] += 0.08  # beyond the neighbours: some faces turn over
    folded = signed_areas(corners) <= 0
    assert 0 < folded.sum() <= 0.01 * len(charts)
    settled = untangle(surface, charts, corners)
    assert (signed_areas(settled) > 0).all()
    far = (np.abs(corners - 0.5) > 0.2).any(axis=(1, 2))
    np.testing.assert_array_equal(settled[far], corners[far])
    assert not bad_charts(surface, settled, charts).any()
