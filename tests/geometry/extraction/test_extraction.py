"""Dual contouring: closed, manifold, sharp, accurate."""

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.geometry.extraction.dual_contouring import extract
from maquette.geometry.extraction.dual_tables import ambiguous, build_tables
from maquette.geometry.normals import face_normals
from maquette.geometry.repair.clean import check, face_areas
from maquette.progress import CancelledError, Progress
from maquette.protocol.errors import MaquetteError
from tests.geometry.shapes import UNIT_BOUNDS, box, chair, drilled_block, rotated, sphere, torus, union

QUIET = Progress()


def test_edges_and_corners_of_a_box_stay_sharp():
    half = np.array([0.5, 0.4, 0.3])
    cell = 1.2 / 32
    vertices, faces = extract(box(tuple(half)), UNIT_BOUNDS, cell, QUIET)
    corners = half * np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, 8).T
    nearest = np.linalg.norm(vertices[None] - corners[:, None], axis=2).min(axis=1)
    assert nearest.max() < 0.05 * cell
    along = np.linspace(-0.45, 0.45, 50)
    on_edge = np.stack([along, np.full(50, half[1]), np.full(50, half[2])], axis=1)
    across = np.linalg.norm((vertices[None] - on_edge[:, None])[:, :, 1:], axis=2).min(axis=1)
    assert across.max() < 0.05 * cell
    normals = np.abs(face_normals(vertices, faces)).max(axis=1)
    areas = face_areas(vertices, faces)
    assert areas[normals < 0.999].sum() < 1e-3 * areas.sum()


def test_a_turned_box_keeps_its_volume_and_flat_sides():
    vertices, faces = extract(rotated(box((0.35, 0.3, 0.2)), 0.7), UNIT_BOUNDS, 1.2 / 64, QUIET)
    assert check(vertices, faces).volume == pytest.approx(0.7 * 0.6 * 0.4, rel=2e-3)
    assert face_areas(vertices, faces).sum() == pytest.approx(2 * (0.42 + 0.28 + 0.24), rel=5e-3)


def test_quads_are_split_along_creases():
    field, cell = rotated(box((0.35, 0.3, 0.2)), 0.7), 1.2 / 64
    vertices, faces = extract(field, UNIT_BOUNDS, cell, QUIET)
    middles = vertices[faces].mean(axis=1)
    assert np.quantile(np.abs(field(middles)), 0.99) < 0.05 * cell


def test_a_sphere_has_the_volume_and_area_of_a_sphere():
    vertices, faces = extract(sphere(0.5), UNIT_BOUNDS, 1.2 / 64, QUIET)
    assert check(vertices, faces).volume == pytest.approx(np.pi / 6, rel=1e-3)
    assert face_areas(vertices, faces).sum() == pytest.approx(np.pi, rel=1e-3)
    assert np.abs(np.linalg.norm(vertices, axis=1) - 0.5).max() < 0.05 * 1.2 / 64


@pytest.mark.parametrize(
    ("field", "genus"), [(sphere(0.5), 0), (torus(0.35, 0.15), 1), (drilled_block(), 3), (chair(), 3)]
)
def test_genus_is_that_of_the_shape(field, genus):
    bounds = UNIT_BOUNDS * [1, 1, 2]
    report = check(*extract(field, bounds, 1 / 80, QUIET))
    assert report.solid
    assert (report.components, report.genus) == (1, genus)


@pytest.mark.parametrize("gap", [-0.02, -0.001, 0.0, 0.001, 0.011, 0.02])
def test_spheres_that_nearly_touch_stay_manifold(gap):
    x = 0.25 + gap / 2
    field = union(sphere(0.25, (-x, 0.013, 0.007)), sphere(0.25, (x, -0.003, 0)))
    vertices, faces = extract(field, UNIT_BOUNDS, 1.2 / 40, QUIET)
    assert check(vertices, faces).solid
    assert trimesh.Trimesh(vertices, faces, process=False).is_watertight


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), frequency=st.floats(4, 60))
def test_any_smooth_field_gives_a_closed_manifold(seed, frequency):
    rng = np.random.default_rng(seed)
    waves = rng.normal(size=(3, 8)).astype(np.float32) * np.float32(frequency)
    phases = rng.uniform(0, 2 * np.pi, 8).astype(np.float32)
    scale = np.float32(1 / (8 * frequency))  # keeps the slope near or below 1

    vertices, faces = extract(
        lambda p: np.sin(p @ waves + phases).sum(axis=1) * scale, UNIT_BOUNDS, 1.2 / 18, QUIET
    )
    report = check(vertices, faces)
    assert report.watertight
    assert report.vertex_manifold
    assert report.volume > 0
    assert (len(vertices) - len(faces) // 2) % 2 == 0  # V - E + F with E = 3F / 2
    assert trimesh.Trimesh(vertices, faces, process=False).is_watertight


def test_noise_on_every_node_still_gives_a_closed_manifold():
    """Every configuration of a cell and of its neighbours turns up here."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(40, 40, 40)).astype(np.float32) * np.float32(0.01)

    def field(points):
        i = np.clip(np.round((points + np.float32(0.6)) * 25).astype(int), 0, 39)
        return values[tuple(i.T)]

    report = check(*extract(field, UNIT_BOUNDS, 1 / 25, QUIET))
    assert report.watertight
    assert report.vertex_manifold


def test_a_surface_that_leaves_the_bounds_is_closed_there():
    vertices, faces = extract(sphere(1.0), UNIT_BOUNDS, 0.05, QUIET)
    assert check(vertices, faces).solid


def test_a_field_that_overestimates_loses_no_surface():
    cell = 1.2 / 48
    vertices, faces = extract(lambda p: 3 * torus(0.35, 0.15)(p), UNIT_BOUNDS, cell, QUIET)
    assert check(vertices, faces).genus == 1
    assert np.abs(torus(0.35, 0.15)(vertices)).max() < 0.1 * cell


def test_an_empty_field_gives_an_empty_mesh():
    vertices, faces = extract(lambda p: np.ones(len(p), np.float32), UNIT_BOUNDS, 0.1, QUIET)
    assert vertices.shape == (0, 3)
    assert faces.shape == (0, 3)


def test_the_same_field_gives_the_same_bytes():
    first, second = (extract(chair(), UNIT_BOUNDS, 0.02, QUIET) for _ in range(2))
    assert first[0].tobytes() == second[0].tobytes()
    assert first[1].tobytes() == second[1].tobytes()


def test_too_many_cells_is_an_error_for_people():
    with pytest.raises(MaquetteError, match="use larger cells"):
        extract(sphere(0.5), UNIT_BOUNDS, 1e-4, QUIET)


def test_extraction_hears_a_cancel():
    with pytest.raises(CancelledError):
        extract(sphere(0.5), UNIT_BOUNDS, 0.05, Progress(is_cancelled=lambda: True))


def test_a_cycle_passes_only_the_single_ambiguous_face_of_its_cell_twice():
    """What makes joining across that face safe: it changes no other face."""
    tables = build_tables()
    for inside in np.flatnonzero(tables.doubled_face >= 0):
        assert sum(ambiguous(int(inside), face) for face in range(6)) == 1
        assert tables.cycles[256 + inside] == tables.cycles[inside] + 1
