"""Cues of the shape agree with what is known of balls, boxes and roofs."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from maquette.assets import Mesh
from maquette.progress import CancelledError, Progress
from maquette.texture import surface_cues as module
from maquette.texture.surface_cues import find_cues
from tests.procedural.texturing.shapes import ball, cube, mesh_of, table

OPENNESS, SKY, EDGE, BROAD, RISE = range(5)


@pytest.fixture(autouse=True)
def _coarser(monkeypatch):
    monkeypatch.setattr(module, "SPACING", 0.02)


def cues(mesh: Mesh, size: float = 1.0):
    found = find_cues(mesh, size, Progress())
    return found.grid.positions, found.grid.normals, found.values


def test_a_ball_is_open_all_around_and_has_no_edges():
    _, normals, values = cues(ball(4))
    assert values[:, OPENNESS].min() > 0.97
    assert np.abs(values[:, EDGE]).max() < 0.25
    assert values[normals[:, 2] > 0.95, SKY].min() > 0.9
    assert values[normals[:, 2] < -0.9, SKY].max() < 0.08


def test_the_edges_of_a_cube_are_edges_and_its_sides_are_flat():
    positions, _, values = cues(cube())
    from_edge = np.sort(0.5 - np.abs(positions), axis=1)[:, 1]  # to the second nearest side
    assert values[from_edge < 0.001, EDGE].min() > 0.3
    assert np.abs(values[from_edge > 0.03, EDGE]).max() < 1e-3
    assert np.abs(values[from_edge > 0.15, BROAD]).max() < 1e-3


def test_a_corner_inside_is_a_crevice_and_dark():
    inside = cube()
    positions, _, values = cues(replace(inside, faces=np.ascontiguousarray(inside.faces[:, ::-1])))
    from_edge = np.sort(0.5 - np.abs(positions), axis=1)[:, 1]
    assert values[from_edge < 0.001, EDGE].max() < -0.3
    assert np.median(values[:, OPENNESS]) < 0.25
    assert (values[:, OPENNESS] > 0.6).mean() < 0.01


def test_the_floor_under_a_table_sees_no_sky():
    positions, normals, values = cues(table())
    floor = (np.abs(positions[:, 2] - 0.05) < 1e-3) & (normals[:, 2] > 0.9)
    under = floor & (np.abs(positions[:, :2]).max(axis=1) < 0.2)
    beside = floor & (np.abs(positions[:, :2]).max(axis=1) > 0.95)
    assert values[under, SKY].mean() < 0.25
    assert values[beside, SKY].mean() > 0.55
    assert values[under, OPENNESS].mean() < values[beside, OPENNESS].mean() - 0.2


def test_the_back_of_a_thin_sheet_does_not_count():
    positions, normals, values = cues(mesh_of(trimesh.creation.box((1, 1, 0.002))))
    inner = (np.abs(normals[:, 2]) > 0.9) & (np.abs(positions[:, :2]).max(axis=1) < 0.45)
    assert np.abs(values[inner, EDGE]).max() < 0.01


def test_cues_do_not_depend_on_the_size_of_the_object():
    grown = replace(cube(), vertices=cube().vertices * np.float32(64))
    assert np.allclose(cues(cube())[2], cues(grown, 64.0)[2], atol=0.02)


def test_a_mesh_of_very_many_faces_is_coarsened_for_its_shadows(monkeypatch):
    fine = cues(table())[2]
    monkeypatch.setattr(module, "MOST_OCCLUDERS", 4)
    assert np.abs(cues(table())[2][:, SKY] - fine[:, SKY]).mean() < 0.05


def test_cues_hear_a_cancel():
    with pytest.raises(CancelledError):
        find_cues(ball(), 1.0, Progress(is_cancelled=lambda: True))
