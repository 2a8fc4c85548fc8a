"""Whether an artist's UVs can be painted on, and the words that say why not."""

import numpy as np
import pytest

from maquette.assets import Mesh
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.geometry.unwrap.uv_check import check_uvs
from maquette.progress import Progress
from tests.fakes.odd_meshes import ODD_MESHES


def square(uvs):
    """A square of two faces with the given UVs at its corners, counter-clockwise."""
    vertices = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return Mesh(vertices, faces, np.array(uvs, np.float32)[faces])


WHOLE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


def test_a_plain_square_is_usable():
    report = check_uvs(square(WHOLE))
    assert report.usable
    assert report.reason == ""
    assert report.overlap_share == 0
    assert report.layers == 1
    assert report.tiles == (1001,)


def test_our_own_uvs_are_usable():
    vertices, faces = ODD_MESHES["torus"](16)
    report = check_uvs(Mesh(vertices, faces, unwrap(vertices, faces, 1024, 8, Progress())))
    assert report.usable
    assert report.overlap_share < 1e-3


def test_missing_uvs_are_not():
    mesh = square(WHOLE)
    assert check_uvs(Mesh(mesh.vertices, mesh.faces)).reason == "it has no UVs"


def test_uvs_that_are_not_finite_are_not():
    report = check_uvs(square([[0, 0], [1, np.nan], [1, 1], [0, 1]]))
    assert not report.usable
    assert not report.finite


def test_udim_tiles_are_named():
    mesh = square(WHOLE)
    tiles = np.array([[0, 0], [1, 0], [0, 2]], np.float32)
    uvs = (mesh.uvs[None] + tiles[:, None, None]).reshape(-1, 3, 2)
    report = check_uvs(Mesh(mesh.vertices, np.tile(mesh.faces, (3, 1)), uvs))
    assert not report.usable
    assert report.tiles == (1001, 1002, 1021)
    assert "3 UDIM tiles (1001, 1002, 1021)" in report.reason
    assert report.outside_share == pytest.approx(2 / 3)


def test_uvs_left_of_the_square_are_outside():
    report = check_uvs(square(WHOLE - [0.5, 0]))
    assert not report.usable
    assert report.outside_share == pytest.approx(1)


def test_uvs_in_a_point_have_no_area():
    report = check_uvs(square(np.full((4, 2), 0.5)))
    assert not report.usable
    assert report.zero_area_share == pytest.approx(1)
    assert "100% of its surface has no area" in report.reason


def test_mirrored_halves_are_usable_and_told():
    """Both faces of a square lie on the same half of the map."""
    mesh = square(WHOLE)
    report = check_uvs(Mesh(mesh.vertices, mesh.faces, np.stack([mesh.uvs[0], mesh.uvs[0]])))
    assert report.usable
    assert report.overlap_share == 1
    assert report.layers == 2
    assert "100% of its UVs lie on top of each other" in report.reason


def test_the_overlap_is_counted_in_texels():
    """Two squares that share half of each: a third of what they cover together."""
    mesh = square(WHOLE * 0.5)
    both = np.concatenate([mesh.uvs, mesh.uvs + np.float32([0.25, 0])])
    report = check_uvs(Mesh(mesh.vertices, np.tile(mesh.faces, (2, 1)), both))
    assert report.overlap_share == pytest.approx(1 / 3, abs=1e-3)


def test_faces_that_all_take_the_whole_square_are_not():
    mesh = square(WHOLE)
    report = check_uvs(Mesh(mesh.vertices, np.tile(mesh.faces, (4, 1)), np.tile(mesh.uvs, (4, 1, 1))))
    assert not report.usable
    assert "4 layers" in report.reason
