import numpy as np
import pytest

from maquette.procedural.sampling import FILL
from maquette.procedural.sdf import Cuboid, Cylinder, Sphere
from training.data.build import build_field
from training.data.catalog import SUBJECTS
from training.data.held_out import held_out
from training.data.plan import draw_plan
from training.data.samples import NEAR, NEAR_POINTS, RESOLUTION, TRUNCATION, sample
from training.data.thickness import thickened


def field(seed):
    return build_field(draw_plan(seed, "train", held_out()))


def on_axis(solid, axis, reach=1.0):
    """Where a solid's surface crosses a positive axis."""
    points = np.zeros((4001, 3), np.float32)
    points[:, axis] = np.linspace(0, reach, 4001)
    return points[np.flatnonzero(solid.distance(np.asfortranarray(points)) > 0)[0], axis]


def test_a_thin_board_becomes_as_thick_as_asked():
    board = thickened(Cuboid(1.0, 0.8, 0.01), 0.06, 0.05)
    assert 2 * on_axis(board, 2) == pytest.approx(0.06, abs=0.008)


def test_a_thin_rod_becomes_as_thick_as_asked():
    rod = thickened(Cylinder(0.01, 1.0), 0.06, 0.05)
    assert 2 * on_axis(rod, 0) == pytest.approx(0.06, abs=0.008)


def test_growth_has_a_limit():
    board = thickened(Cuboid(1.0, 0.8, 0.01), 0.06, 0.012)
    assert on_axis(board, 2) == pytest.approx(0.005 + 0.012, abs=1e-3)


def test_what_lies_around_others_grows_however_thick_it_is():
    assert on_axis(thickened(Sphere(0.2), 0.06, 0.03, 0.03), 0) == pytest.approx(0.23, abs=1e-3)


@pytest.mark.parametrize(
    ("kind", "part"), [("vase", "rim"), ("sailboat", "stripe"), ("castle tower", "battlement")]
)
def test_parts_that_others_would_cover_are_on_the_surface(kind, part):
    (place,) = (i for i, subject in enumerate(SUBJECTS) if subject.name == kind)
    slot = SUBJECTS[place].slot_of(part)
    seed = held_out().first_seeds["train"] // len(SUBJECTS) * len(SUBJECTS) + len(SUBJECTS) + place
    made = sample(field(seed), np.random.default_rng(0))
    assert (made.point_slot[:NEAR_POINTS] == slot).mean() > 0.02


def test_what_is_thick_stays():
    assert thickened(Sphere(0.2), 0.06, 0.05) == Sphere(0.2)


def test_distances_of_rough_solids_become_true():
    rough = thickened(Sphere(0.3).roughened(0.004, 0.2, 1), 0.06, 0.05)
    way = np.array([[0.34, 0, 0], [0.36, 0, 0]], np.float32)
    assert np.diff(rough.distance(way))[0] == pytest.approx(0.02, rel=0.25)


@pytest.mark.parametrize("seed", range(28))
def test_objects_fill_the_cube_and_hang_together(seed):
    from scipy.ndimage import label

    made = field(seed)
    low, high = made.program.extent
    assert (high - low).max() == pytest.approx(FILL, abs=0.02)
    assert np.abs(low + high).max() < 0.02
    grid = sample(made, np.random.default_rng(seed)).grid
    count = label(grid < 0, np.ones((3, 3, 3)))[1]
    assert count == 1


def test_samples_say_what_the_field_says():
    made = field(3)
    samples = sample(made, np.random.default_rng(0))
    points = samples.points.astype(np.float32)
    distance, slot = made.both(np.asfortranarray(points))
    assert np.abs(np.clip(distance, -TRUNCATION, TRUNCATION) - samples.point_distance).max() < 1e-3
    assert (slot == samples.point_slot).all()
    assert np.abs(distance[:NEAR_POINTS]).max() < NEAR + 1e-3
    assert np.abs(points).max() <= 0.5
    normals = samples.point_normal[:NEAR_POINTS].astype(np.float32)
    ahead = made.distance(np.asfortranarray(points[:NEAR_POINTS] + 1e-3 * normals))
    assert np.median(ahead - distance[:NEAR_POINTS]) == pytest.approx(1e-3, rel=0.05)
    assert not samples.point_normal[NEAR_POINTS:].any()


def test_the_grid_is_indexed_by_x_y_z():
    made = field(3)
    samples = sample(made, np.random.default_rng(0))
    at = (9, 17, 20)
    centre = (np.array([at], np.float32) + 0.5) / RESOLUTION - 0.5
    expected = np.clip(made.distance(centre), -TRUNCATION, TRUNCATION)[0]
    assert samples.grid[at] == pytest.approx(expected, abs=1e-3)


def test_unused_slots_copy_the_main_body():
    made = field(0)
    assert not made.used.all()
    assert (made.palette[~made.used] == made.palette[0]).all()
    assert made.used[made.slots].all()
