"""From a field to a finished asset."""

from functools import cache
from itertools import groupby

import numpy as np
import pytest

from maquette.geometry.extraction.resolution import choose_resolution
from maquette.geometry.repair.clean import check
from maquette.progress import Progress
from maquette.protocol.errors import MaquetteError
from maquette.texture.finish import finish_field
from maquette.texture.surface import SurfaceSample
from tests.geometry.shapes import UNIT_BOUNDS, box, cylinder, sphere, union


def checkered(points, normals):
    odd = np.floor(points * 10).astype(int).sum(axis=1) % 2
    shade = np.where(odd, np.float32(0.2), np.float32(0.8))
    return SurfaceSample(np.repeat(shade[:, None], 3, axis=1), shade, np.zeros(len(points), np.float32))


STOOL = union(cylinder(0.2, 0.02, (0, 0, 0.4)), box((0.03, 0.15, 0.2), (0, 0, 0.2)))
STOOL_BOUNDS = np.array([[-0.22, -0.22, -0.02], [0.22, 0.22, 0.45]])


@cache
def finished():
    """The stool twice, and the stages that the first run reported."""
    stages = []

    def report(stage, step, steps, note, preview):
        stages.append((stage, step, steps))

    first = finish_field(STOOL, None, checkered, STOOL_BOUNDS, 4000, 256, Progress(report))
    return stages, first, finish_field(STOOL, None, checkered, STOOL_BOUNDS, 4000, 256, Progress())


def test_every_step_of_the_four_stages_is_reported():
    stages, _, _ = finished()
    assert list(dict.fromkeys(stage for stage, _, _ in stages)) == ["extract", "simplify", "unwrap", "bake"]
    for name in ("extract", "simplify", "unwrap", "bake"):
        steps = [(step, total) for stage, step, total in stages if stage == name]
        # A step that takes long is reported again while it is at work.
        assert [step for step, _ in groupby(step for step, _ in steps)] == list(range(steps[0][1] + 1))


def test_the_finished_mesh_is_solid_and_has_the_true_size():
    _, (mesh, material), _ = finished()
    assert check(mesh.vertices, mesh.faces).solid
    assert len(mesh.faces) <= 4000
    assert np.allclose(mesh.bounds, [[-0.2, -0.2, 0], [0.2, 0.2, 0.42]], atol=1e-3)
    assert material.base_color.shape == material.orm.shape == material.normal.shape == (256, 256, 3)


def test_finishing_twice_gives_the_same_bytes():
    _, (mesh, material), (again, material_again) = finished()
    assert mesh.vertices.tobytes() == again.vertices.tobytes()
    assert mesh.faces.tobytes() == again.faces.tobytes()
    assert mesh.uvs is not None
    assert again.uvs is not None
    assert mesh.uvs.tobytes() == again.uvs.tobytes()
    for name in ("base_color", "orm", "normal"):
        assert getattr(material, name).tobytes() == getattr(material_again, name).tobytes()


def test_an_empty_field_is_an_error_for_people():
    with pytest.raises(MaquetteError, match="make it larger") as error:
        finish_field(
            lambda p: np.ones(len(p), np.float32), None, checkered, UNIT_BOUNDS, 1000, 64, Progress()
        )
    assert error.value.code == "bad_input"


def test_slender_and_thin_objects_get_finer_cells_than_bulky_ones():
    bulky = choose_resolution(box((0.5, 0.4, 0.4)), None, UNIT_BOUNDS, 20000, Progress())
    sword = choose_resolution(box((0.02, 0.006, 0.5)), None, UNIT_BOUNDS, 20000, Progress())
    shelf = choose_resolution(box((0.5, 0.4, 0.01)), None, UNIT_BOUNDS, 20000, Progress())
    assert sword.cell_size < shelf.cell_size < bulky.cell_size
    assert sword.cell_size <= 0.012 / 4
    assert shelf.cell_size <= 0.02 / 4


def test_loose_bounds_are_tightened():
    found = choose_resolution(sphere(0.1), None, UNIT_BOUNDS, 20000, Progress())
    assert np.abs(found.bounds).max() < 0.14
    assert np.abs(found.bounds).min() > 0.1


def test_the_size_of_an_object_does_not_change_its_triangles():
    small = choose_resolution(sphere(0.5), None, UNIT_BOUNDS, 20000, Progress())
    large = choose_resolution(
        lambda p: 100 * sphere(0.5)(p / 100), None, UNIT_BOUNDS * 100, 20000, Progress()
    )
    assert large.cell_size == pytest.approx(100 * small.cell_size, rel=1e-3)
