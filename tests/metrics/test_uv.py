"""The measures of UVs on layouts that can be counted by hand."""

import numpy as np
import pytest

from maquette.metrics.uv import measure_uvs

VERTICES = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
FACES = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
WHOLE = VERTICES[FACES][..., :2]


def test_a_square_that_fills_the_map():
    quality = measure_uvs(VERTICES, FACES, WHOLE, 64)
    assert (quality.charts, quality.tiny_charts) == (1, 1)
    assert (quality.seam_length, quality.overlap, quality.utilisation) == (0, 0, 1)
    assert (quality.folded, quality.mirrored) == (0, 0)
    assert (quality.density_low, quality.density_high) == (1, 1)


def test_a_cut_square_has_a_seam_as_long_as_its_diagonal():
    uvs = WHOLE * 0.5
    uvs[1] += 0.5
    quality = measure_uvs(VERTICES, FACES, uvs.astype(np.float32), 64)
    assert quality.charts == 2
    assert quality.seam_length == pytest.approx(np.sqrt(2))
    assert quality.utilisation == pytest.approx(0.25, abs=0.02)


def test_a_chart_face_down_is_mirrored_and_not_folded():
    quality = measure_uvs(VERTICES, FACES, WHOLE[..., ::-1].copy(), 64)
    assert (quality.folded, quality.mirrored) == (0, 1)


def test_a_face_turned_over_in_its_chart_is_folded_and_overlaps():
    uvs = WHOLE.copy()
    uvs[1, 2] = [0.9, 0.2]  # the second face lies on the first
    quality = measure_uvs(VERTICES, FACES, uvs, 256)
    assert (quality.folded, quality.mirrored) == (1, 0)
    assert quality.overlap > 0.5


def test_vertices_at_one_place_are_joined():
    apart = measure_uvs(VERTICES[FACES].reshape(-1, 3), np.arange(6, dtype=np.int32).reshape(2, 3), WHOLE, 64)
    assert apart == measure_uvs(VERTICES, FACES, WHOLE, 64)


def test_densities_are_weighted_by_area():
    """Nine tenths of the area at one density, the rest at half of it."""
    vertices = np.concatenate([VERTICES, VERTICES / 3 + np.float32([2, 0, 0])])
    faces = np.concatenate([FACES, FACES + 4])
    uvs = np.concatenate([WHOLE * 0.6, WHOLE * 0.1 + np.float32(0.8)])
    quality = measure_uvs(vertices, faces, uvs, 256)
    assert quality.density_low == pytest.approx(0.5, abs=1e-3)
    assert quality.density_high == pytest.approx(1)
