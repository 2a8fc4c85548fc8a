"""Texels find the field, and ask it rarely."""

from functools import cache

import numpy as np
import trimesh

from maquette.assets import Mesh
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.progress import Progress
from maquette.texture.onto_field import OFF_FIELD, Field, onto_field
from maquette.texture.uv_raster import find_neighbours, rasterize_uv, surface_points, texel_steps
from tests.geometry.shapes import box, minus, sphere

QUIET = Progress()
SIZE = 384


@cache
def texels():
    """A coarse ball of radius 0.5: its texels, their neighbours and widths."""
    ball = trimesh.creation.icosphere(3, 0.5)
    vertices, faces = ball.vertices.astype(np.float32), ball.faces.astype(np.int32)
    mesh = Mesh(vertices, faces, unwrap(vertices, faces, SIZE, 4, QUIET))
    buffer = rasterize_uv(mesh.faces, mesh.uvs, SIZE)
    points = surface_points(mesh, buffer)
    width = np.linalg.norm(texel_steps(mesh, SIZE)[0][points.faces], axis=1)
    return points, find_neighbours(points.texels, buffer.face_id.shape), width


def moved(distance):
    """What `onto_field` finds, and how many samples each texel took."""
    points, neighbours, width = texels()
    asked = []

    def counted(places):
        asked.append(len(places))
        return distance(places)

    found = onto_field(Field(counted, None, 1e-4, 0.05), points, neighbours, (SIZE, SIZE), width, QUIET)
    return *found, sum(asked) / len(points.texels)


def test_a_smooth_field_is_asked_about_twice_a_texel_and_met_exactly():
    positions, normals, samples = moved(sphere(0.5))
    apart = np.abs(np.linalg.norm(positions, axis=1) - 0.5) / texels()[2]
    assert apart.max() <= OFF_FIELD
    assert np.quantile(apart, 0.9) < 0.02
    true = positions / np.linalg.norm(positions, axis=1, keepdims=True)
    off = np.degrees(np.arccos(np.clip((normals * true).sum(axis=1), -1, 1)))
    assert np.quantile(off, 0.999) < 0.3
    assert samples < 2.6


def test_a_groove_narrower_than_two_texels_is_not_lost():
    points, _, widths = texels()
    width = float(np.median(widths))
    slab = box((1, 1, 0.7 * width), (0, 0, 0.1))
    floor = np.float32(0.5 - 0.5 * width)
    field = minus(sphere(0.5), lambda p: np.maximum(slab(p), floor - np.linalg.norm(p, axis=1)))
    positions, _, _ = moved(field)
    inside = np.abs(points.positions[:, 2] - 0.1) < 0.4 * width
    depth = 0.5 - np.linalg.norm(positions[inside], axis=1)
    assert inside.sum() > 200
    assert np.quantile(depth, 0.05) > 0.3 * width


def test_a_field_that_looks_the_other_way_leaves_the_meshs_own_points():
    points = texels()[0]
    positions, normals, _ = moved(lambda p: -sphere(0.5)(p))
    assert np.abs(positions - points.positions).max() == 0
    own = points.normals / np.linalg.norm(points.normals, axis=1, keepdims=True)
    assert np.allclose(normals, own, atol=0.01)
