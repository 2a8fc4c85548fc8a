import numpy as np
import pytest

pytest.importorskip("torch")  # its neighbours need it

from maquette.representations.meshes import scan_lines
from maquette.representations.meshes.scan_lines import crossings, touched
from maquette.representations.voxelization import touched_cells

pytestmark = pytest.mark.torch

SIDE = 8


def triangles(count, size, seed=0):
    """In cells: small and large ones, some along the axes and on lattice planes."""
    generator = np.random.default_rng(seed)
    corners = generator.random((count, 1, 3)) * SIDE + generator.normal(size=(count, 3, 3)) * size
    corners = corners.clip(0.01, SIDE - 0.01)
    corners[::5] = np.round(corners[::5])
    return corners


def pairs(found):
    return sorted((int(t), *map(int, cell)) for part in found for t, cell in zip(*part, strict=True))


@pytest.mark.parametrize("size", [0.3, 3.0])
@pytest.mark.parametrize("at_once", [1 << 20, 7])
def test_exactly_the_cells_that_a_triangle_touches_are_found(size, at_once, monkeypatch):
    monkeypatch.setattr(scan_lines, "_AT_ONCE", at_once)
    corners = triangles(40, size)
    flat = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    corners = corners[flat > 1e-6]
    found = pairs(touched(corners))
    assert len(found) == len(set(found))
    within = [pair for pair in found if min(pair[1:]) >= 0 and max(pair[1:]) < SIDE]
    assert within == pairs(touched_cells(corners / SIDE - 0.5, SIDE))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_crossing_is_where_the_line_meets_the_triangle(axis):
    corners = np.random.default_rng(1).uniform(0.1, SIDE - 0.1, (4, 3, 3))
    others = [i for i in range(3) if i != axis]
    expected = []
    for number, (a, b, c) in enumerate(corners):
        for line in np.ndindex(SIDE + 1, SIDE + 1):
            flat = np.stack([b - a, c - a])[:, others].T
            share = np.linalg.solve(flat, np.array(line) - a[others])
            if share.min() > 0 and share.sum() < 1:
                expected.append((number, *line, a[axis] + share @ np.stack([b - a, c - a])[:, axis]))
    found = [
        (*row, height)
        for part in crossings(corners, axis)
        for row, height in zip(np.column_stack([part.triangle, part.line]).tolist(), part.height, strict=True)
    ]
    assert len(expected) > 5
    np.testing.assert_allclose(sorted(found), sorted(expected), atol=1e-9)


def test_a_closed_mesh_is_entered_as_often_as_it_is_left():
    """Corners and edges that lie on the lines are counted for one side only."""
    octahedron = np.array([[2, 0, 0], [-2, 0, 0], [0, 2, 0], [0, -2, 0], [0, 0, 2], [0, 0, -2]]) + 4.0
    faces = [[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]]
    for axis in range(3):
        lines = [tuple(line) for part in crossings(octahedron[faces], axis) for line in part.line.tolist()]
        assert lines
        assert all(lines.count(line) == 2 for line in set(lines))
