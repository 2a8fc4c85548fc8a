"""Forty kinds of meshes as people bring them: all are unwrapped, none overlaps, folds or loses a face."""

from functools import cache

import numpy as np
import pytest

from maquette.geometry.normals import face_normals
from maquette.geometry.topology import mesh_edges
from maquette.geometry.unwrap.adjacency import distinct_faces, face_pairs, weld_exactly
from maquette.geometry.unwrap.seams import chart_seams
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.metrics.uv import measure_uvs
from maquette.progress import CancelledError, Progress
from maquette.protocol.errors import MaquetteError
from tests.fakes.odd_meshes import ODD_MESHES

DETAIL, SIZE, PADDING = 12, 1024, 8
every_shape = pytest.mark.parametrize("shape", list(ODD_MESHES))


@cache
def unwrapped(shape):
    """Vertices, faces and UVs of a shape."""
    vertices, faces = ODD_MESHES[shape](DETAIL)
    return vertices, faces, unwrap(vertices, faces, SIZE, PADDING, Progress())


def own_faces(vertices, faces):
    """The faces that have a place of their own: neither repetitions nor without area."""
    return distinct_faces(weld_exactly(vertices, faces))[0]


def test_there_are_forty_shapes():
    assert len(ODD_MESHES) == 40


@every_shape
def test_every_corner_gets_a_uv_in_the_square(shape):
    _, faces, uvs = unwrapped(shape)
    assert uvs.shape == (len(faces), 3, 2)
    assert uvs.dtype == np.float32
    assert np.isfinite(uvs).all()
    assert uvs.min() >= 0
    assert uvs.max() <= 1


@every_shape
def test_nothing_is_mirrored_folded_stretched_or_overlaps(shape):
    vertices, faces, uvs = unwrapped(shape)
    own = own_faces(vertices, faces)
    quality = measure_uvs(vertices, faces[own], uvs[own], SIZE)
    assert quality.mirrored == 0
    assert quality.folded == 0
    assert quality.overlap < 5e-4
    assert quality.density_low > 0.7
    assert quality.density_high < 1.4


@pytest.mark.parametrize(
    ("shape", "most"),
    [
        ("cube, every face apart", 6),
        ("open cloth", 1),
        ("leaves", DETAIL**2 // 12),
        ("hair cards", DETAIL**2 // 16),
        ("two-sided sheet", 2),
        ("repeated faces", 6),
        ("double shell", 12),
        ("plate with holes", 14),
    ],
)
def test_charts_are_as_few_as_the_shape_allows(shape, most):
    vertices, faces, uvs = unwrapped(shape)
    own = own_faces(vertices, faces)
    assert measure_uvs(vertices, faces[own], uvs[own], SIZE).charts <= most


def test_a_repeated_face_shares_the_place_of_the_first():
    _, faces, uvs = unwrapped("repeated faces")
    third = len(faces) * 2 // 5
    np.testing.assert_array_equal(uvs[:third], np.roll(uvs[third : 2 * third], -1, axis=1))


def test_faces_without_area_take_none_in_the_map():
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]], np.float32)
    faces = np.array([[0, 1, 2], [0, 1, 3], [1, 1, 2]], np.int32)
    uvs = unwrap(vertices, faces, SIZE, PADDING, Progress()).astype(np.float64)
    first, second = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    areas = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    assert areas[0] > 0.1
    assert (areas[1:] == 0).all()
    np.testing.assert_array_equal(uvs[1], uvs[0, [0, 1, 0]])  # but they lie where their vertices do
    np.testing.assert_array_equal(uvs[2], uvs[0, [1, 1, 2]])


@pytest.mark.parametrize(
    ("vertices", "faces", "said"),
    [
        ([[0, 0, 0], [1, 0, np.nan], [0, 1, 0]], [[0, 1, 2]], "1 of 3 vertices are not finite"),
        ([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 3]], "vertex 3 of 3"),
        ([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 1]], "none of the mesh's 1 faces has an area"),
        ([[2, 2, 2], [2, 2, 2], [2, 2, 2]], [[0, 1, 2]], "none of the mesh's 1 faces has an area"),
        ([[0, 0, 0]], np.zeros((0, 3)), "no faces"),
    ],
)
def test_a_mesh_without_a_surface_is_refused_in_words(vertices, faces, said):
    with pytest.raises(MaquetteError, match=said) as refusal:
        unwrap(np.array(vertices, np.float32), np.array(faces, np.int32), SIZE, PADDING, Progress())
    assert refusal.value.code == "bad_input"


def test_pairs_are_matched_by_the_flattest_continuation():
    """Two sheets that cross in an edge: each goes on in its own plane."""
    vertices = np.array([[0, 0, 0], [0, 0, 1], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]], np.float32)
    faces = np.array([[0, 1, 2], [1, 0, 3], [0, 1, 4], [1, 0, 5]], np.int32)
    pairs = face_pairs(faces, face_normals(vertices, faces).astype(np.float64))
    assert sorted(map(tuple, np.sort(pairs // 3, axis=1).tolist())) == [(0, 1), (2, 3)]


def test_seams_part_the_charts_and_nothing_else():
    vertices, faces = ODD_MESHES["cube"](DETAIL)
    seams = chart_seams(vertices, faces)
    assert seams.dtype == np.int32
    ends = vertices[seams]
    assert len(seams) == 12 * DETAIL  # the edges of the cube, each of DETAIL pieces
    assert ((np.abs(ends) == 1).all(axis=1).sum(axis=1) >= 2).all()
    assert len(np.unique(seams, axis=0)) == len(seams)


def test_open_borders_are_no_seams():
    vertices, faces = ODD_MESHES["open cloth"](DETAIL)
    assert len(chart_seams(vertices, faces)) == 0
    assert (mesh_edges(faces).counts == 1).sum() == 4 * DETAIL


def test_unwrapping_stops_when_it_is_cancelled():
    vertices, faces = ODD_MESHES["torus"](DETAIL)
    with pytest.raises(CancelledError):
        unwrap(vertices, faces, SIZE, PADDING, Progress(is_cancelled=lambda: True))


def test_size_and_place_of_a_mesh_do_not_matter():
    vertices, faces = ODD_MESHES["torus"](DETAIL)
    same = unwrap(vertices * np.float32(2.0**20), faces, SIZE, PADDING, Progress())
    np.testing.assert_array_equal(same, unwrap(vertices, faces, SIZE, PADDING, Progress()))
