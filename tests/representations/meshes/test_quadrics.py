import numpy as np
import pytest

pytest.importorskip("torch")  # its neighbours need it
from scipy.optimize import minimize

from maquette.representations.meshes.quadrics import Quadrics

pytestmark = pytest.mark.torch


def test_the_least_point_of_the_cube_is_found():
    generator = np.random.default_rng(0)
    count = 60
    quadrics = Quadrics.zero(count)
    cells = np.repeat(np.arange(count), 3)
    normals = generator.normal(size=(3 * count, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    points = generator.uniform(-1, 2, (3 * count, 3))
    quadrics.add_planes(cells, normals, (normals * points).sum(1))
    quadrics.add_points(np.full(count, 0.03), generator.random((count, 3)))
    found = quadrics.least()
    kinds = ((found == 0) | (found == 1)).sum(1)
    assert set(kinds) == {0, 1, 2, 3}
    for matrix, right, point in zip(quadrics.matrix, quadrics.right, found, strict=True):
        best = minimize(
            lambda x, a=matrix, b=right: x @ a @ x - 2 * b @ x,
            np.full(3, 0.5),
            jac=lambda x, a=matrix, b=right: 2 * (a @ x - b),
            bounds=[(0, 1)] * 3,
            method="L-BFGS-B",
            options={"ftol": 1e-15, "gtol": 1e-10},
        )
        np.testing.assert_allclose(point, best.x, atol=1e-4)


def test_distances_to_a_line_leave_the_way_along_it_free():
    quadrics = Quadrics.zero(1)
    along = np.array([[1.0, 1.0, 0.0]]) / np.sqrt(2)
    quadrics.add_lines(np.zeros(1, np.int64), along, np.array([[0.2, 0.4, 0.7]]), 0.5)
    quadrics.add_points(np.array([1e-6]), np.array([[0.9, 0.9, 0.0]]))
    np.testing.assert_allclose(quadrics.least(), [[0.8, 1.0, 0.7]], atol=1e-4)
