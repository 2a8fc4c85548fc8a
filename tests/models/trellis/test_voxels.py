import numpy as np
import pytest

torch = pytest.importorskip("torch")
from scipy.optimize import linprog  # noqa: E402

from maquette.models.trellis import voxelize  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402

pytestmark = pytest.mark.torch

TETRAHEDRON = np.array([[0, 0, 0], [1, 0.1, 0], [0.2, 0.9, 0.1], [0.3, 0.2, 0.7]])
FACES = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])


def touches(triangle, low, high):
    """Whether some convex combination of the corners lies in the closed box: a linear program."""
    result = linprog(
        np.zeros(3),
        A_ub=np.concatenate([triangle.T, -triangle.T]),
        b_ub=np.concatenate([high, -low]),
        A_eq=np.ones((1, 3)),
        b_eq=[1],
    )
    return result.success


def test_exactly_the_cells_that_a_triangle_passes_are_found():
    resolution = 6
    low, high = TETRAHEDRON.min(0), TETRAHEDRON.max(0)
    fitted = (TETRAHEDRON - (low + high) / 2) / (high - low).max()
    expected = [
        cell
        for cell in np.ndindex(resolution, resolution, resolution)
        if any(
            touches(fitted[face], np.array(cell) / resolution - 0.5, np.add(cell, 1) / resolution - 0.5)
            for face in FACES
        )
    ]
    found = voxelize(TETRAHEDRON, FACES, resolution)
    assert found.dtype == torch.int32
    assert [tuple(cell) for cell in found.tolist()] == expected


def test_scale_place_and_pieces_do_not_matter(monkeypatch):
    expected = voxelize(TETRAHEDRON, FACES, 16)
    assert torch.equal(voxelize(torch.from_numpy(TETRAHEDRON * 8 - 4), torch.from_numpy(FACES), 16), expected)
    monkeypatch.setattr("maquette.representations.voxelization._PAIRS", 1)
    assert torch.equal(voxelize(TETRAHEDRON, FACES, 16), expected)


def test_a_face_between_two_cells_belongs_to_both():
    square = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]])
    found = voxelize(square, np.array([[0, 1, 2], [0, 2, 3]]), 4)
    assert len(found) == 32
    assert sorted(set(found[:, 2].tolist())) == [1, 2]


def test_a_point_is_refused():
    with pytest.raises(MaquetteError, match="extent of 0"):
        voxelize(np.zeros((3, 3)), np.array([[0, 1, 2]]))
