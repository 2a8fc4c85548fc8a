import numpy as np
import pytest
import trimesh

torch = pytest.importorskip("torch")

from maquette.representations.dual_grid import extract  # noqa: E402
from maquette.representations.meshes.dual_grid import STEPS, dual_grid_of  # noqa: E402

pytestmark = pytest.mark.torch

RESOLUTION = 24


def there_and_back(mesh, resolution=RESOLUTION):
    grid = dual_grid_of(mesh.vertices, mesh.faces, resolution)
    vertices, faces = extract(grid)
    return grid, trimesh.Trimesh(vertices.numpy(), faces.numpy(), process=False)


def test_a_smooth_mesh_comes_back_within_a_tenth_of_a_voxel():
    sphere = trimesh.creation.icosphere(4, 0.4)
    grid, back = there_and_back(sphere)
    assert back.is_watertight
    radii = np.linalg.norm(back.vertices, axis=1)
    assert np.abs(radii - 0.4).max() * RESOLUTION < 0.1
    rows = grid.coords.tolist()
    assert rows == sorted(rows)
    assert grid.places.min() >= 0
    assert grid.places.max() <= 1


def test_edges_and_corners_stay_sharp():
    box = trimesh.creation.box((0.61, 0.52, 0.43))
    _, back = there_and_back(box)
    assert back.is_watertight
    for corner in box.vertices:
        assert np.linalg.norm(back.vertices - corner, axis=1).min() * RESOLUTION < 0.01
    assert abs(abs(back.bounds) - abs(box.bounds)).max() * RESOLUTION < 0.01


def test_the_crossed_edges_are_those_with_an_end_within():
    sphere = trimesh.creation.icosphere(4, 0.4)
    grid = dual_grid_of(sphere.vertices, sphere.faces, RESOLUTION)
    lattice = np.indices((RESOLUTION + 1,) * 3).T.reshape(-1, 3) / RESOLUTION - 0.5
    inside = sphere.contains(lattice).reshape((RESOLUTION + 1,) * 3).T
    found = {tuple(place): flags for place, flags in zip(grid.coords.tolist(), grid.crossed, strict=True)}
    for axis in range(3):
        far = np.diff(inside.astype(np.int8), axis=axis) != 0
        others = [i for i in range(3) if i != axis]
        expected = set()
        for edge in np.argwhere(far):
            voxel = edge.copy()
            voxel[others] -= 1
            expected.add(tuple(voxel.tolist()))
        assert {place for place, flags in found.items() if flags[axis]} == expected


def test_an_open_sheet_reaches_to_its_rim():
    sheet = trimesh.Trimesh([[-0.3, -0.3, 0.01], [0.31, -0.3, 0.01], [0.31, 0.3, 0.01], [-0.3, 0.3, 0.01]])
    sheet.faces = [[0, 1, 2], [0, 2, 3]]
    _, back = there_and_back(sheet)
    np.testing.assert_allclose(back.vertices[:, 2], 0.01, atol=1e-6)
    used = back.vertices[np.unique(back.faces)]
    assert np.abs(used[:, 0].max() - 0.31) * RESOLUTION < 0.1
    assert np.abs(used[:, 1].min() + 0.3) * RESOLUTION < 0.1


def test_a_mesh_between_the_lines_leaves_nothing():
    speck = np.array([[0.1, 0.1, 0.1], [0.3, 0.1, 0.1], [0.1, 0.3, 0.3]]) / RESOLUTION
    grid = dual_grid_of(speck, [[0, 1, 2]], RESOLUTION)
    assert len(grid.coords) == len(grid.places) == 0


def test_it_reports_every_step():
    from maquette.progress import Progress

    done = []
    progress = Progress(report=lambda stage, step, *_: done.append(step))
    progress.stage("voxels", STEPS)
    sphere = trimesh.creation.icosphere(1, 0.4)
    dual_grid_of(sphere.vertices, sphere.faces, 8, progress)
    assert done == list(range(STEPS + 1))
