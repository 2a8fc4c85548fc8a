"""Edge flips make flat sides rounder and leave creases alone."""

import numpy as np
import pytest
import trimesh

from maquette.geometry.extraction.dual_contouring import extract
from maquette.geometry.repair.clean import check
from maquette.geometry.simplify.flips import round_out
from maquette.geometry.simplify.simplification import simplify
from maquette.progress import Progress
from tests.geometry.shapes import UNIT_BOUNDS, box, cylinder, minus


def smallest_angles(vertices, faces):
    return trimesh.triangles.angles(vertices[faces].astype(float)).min(axis=1)


def slab(count=40):
    """A flat slab whose two sides are fans of needles around one corner."""
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    vertices = np.concatenate([np.insert(ring, 2, z, axis=1) for z in (0.0, 0.2)]).astype(np.float32)
    fan = [(0, i, i + 1) for i in range(1, count - 1)]
    top = [(a + count, b + count, c + count) for a, b, c in fan]
    bottom = [(c, b, a) for a, b, c in fan]
    after = [(i + 1) % count for i in range(count)]
    sides = [(i, after[i], count + i) for i in range(count)]
    sides += [(after[i], count + after[i], count + i) for i in range(count)]
    return vertices, np.array([*top, *bottom, *sides], np.int32)


def test_needles_on_a_flat_side_become_rounder_and_the_solid_stays_the_same():
    vertices, faces = slab()
    vertices[:, 0] *= 2  # off the circle, so that one triangulation is the best
    rounder = round_out(vertices, faces)
    assert check(vertices, rounder).solid
    assert check(vertices, rounder).volume == pytest.approx(check(vertices, faces).volume, rel=1e-6)
    flat = np.abs(vertices[rounder][:, :, 2].mean(axis=1) - 0.1) > 0.09
    before, after = smallest_angles(vertices, faces[:76]), smallest_angles(vertices, rounder[flat])
    assert len(after) == 76
    assert after.mean() > 1.3 * before.mean()


def test_creases_are_not_flipped():
    vertices, faces = slab(8)
    sides = {tuple(sorted(face)) for face in faces[12:].tolist()}
    assert sides <= {tuple(sorted(face)) for face in round_out(vertices, faces).tolist()}


def test_a_wall_with_windows_has_hardly_any_needles():
    openings = [cylinder(0.08, 0.2, (x, y, 0)) for x in (-0.3, 0, 0.3) for y in (-0.2, 0.2)]
    wall = minus(box((0.5, 0.4, 0.05)), *openings)
    vertices, faces = simplify(*extract(wall, UNIT_BOUNDS, 1.2 / 100, Progress()), 4000, Progress())
    assert check(vertices, faces).solid
    needles = smallest_angles(vertices, faces) < np.radians(4)
    assert needles.mean() < 0.02
