"""Unwrapping: nothing overlaps, nothing is mirrored, one texel density, padding between charts."""

from functools import cache

import numpy as np
import pytest
import trimesh
from scipy.ndimage import distance_transform_edt
from scipy.sparse.linalg import splu

from maquette.geometry.extraction.dual_contouring import extract
from maquette.geometry.repair.clean import face_areas
from maquette.geometry.simplify.simplification import simplify
from maquette.geometry.topology import connected_labels, mesh_edges
from maquette.geometry.unwrap import factors, lscm
from maquette.geometry.unwrap.arap import relax
from maquette.geometry.unwrap.lscm import flatten, signed_areas
from maquette.geometry.unwrap.mending import mend
from maquette.geometry.unwrap.surface import make_surface
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.progress import CancelledError, Progress
from maquette.render.fragments import cover
from tests.geometry.shapes import (
    CHAIR_BOUNDS,
    UNIT_BOUNDS,
    box,
    chair,
    drilled_block,
    rotated,
    sphere,
    torus,
    union,
)

SIZE, PADDING = 1024, 8


def bumpy_ball(points):
    x, y, z = points.T
    waves = np.sin(14 * x) * np.sin(15 * y + 1) * np.sin(13 * z + 2)
    return np.linalg.norm(points, axis=1) - np.float32(0.45) + np.float32(0.03) * waves


SHAPES = {
    "chair": (chair(), CHAIR_BOUNDS, 0.94 / 128),
    "block": (drilled_block(), UNIT_BOUNDS, 1.2 / 80),
    "turned block": (rotated(drilled_block(), 0.7), UNIT_BOUNDS * 1.2, 1.4 / 80),
    "ball": (sphere(0.5), UNIT_BOUNDS, 1.2 / 64),
    "bumpy ball": (bumpy_ball, UNIT_BOUNDS, 1.2 / 64),
    "torus": (torus(0.4, 0.12), UNIT_BOUNDS, 1.2 / 64),
    "sword": (
        union(box((0.02, 0.006, 0.5)), box((0.1, 0.015, 0.015), (0, 0, -0.3))),
        np.array([[-0.11, -0.02, -0.51], [0.11, 0.02, 0.51]]),
        1 / 300,
    ),
}
every_shape = pytest.mark.parametrize("shape", list(SHAPES))


@cache
def unwrapped(shape):
    """Vertices, faces and UVs of a shape."""
    field, bounds, cell = SHAPES[shape]
    vertices, faces = simplify(*extract(field, bounds, cell, Progress()), 6000, Progress())
    return vertices, faces, unwrap(vertices, faces, SIZE, PADDING, Progress())


@every_shape
def test_uvs_lie_in_the_unit_square_and_cover_much_of_it(shape):
    *_, uvs = unwrapped(shape)
    assert uvs.dtype == np.float32
    assert uvs.min() >= 0
    assert uvs.max() <= 1
    assert signed_areas(uvs.astype(np.float64)).sum() > 0.45


@every_shape
def test_no_face_is_mirrored_or_folded(shape):
    *_, uvs = unwrapped(shape)
    assert (signed_areas(uvs.astype(np.float64)) > 0).all()


@every_shape
def test_no_texel_is_covered_twice(shape):
    *_, uvs = unwrapped(shape)
    fragments = cover(uvs.astype(np.float64) * 2 * SIZE, 2 * SIZE, 2 * SIZE)
    texels = fragments.y * 2 * SIZE + fragments.x
    assert len(texels) - len(np.unique(texels)) < 1e-3 * len(texels)


@every_shape
def test_texel_density_is_even(shape):
    vertices, faces, uvs = unwrapped(shape)
    areas = face_areas(vertices, faces)
    density = np.sqrt(signed_areas(uvs.astype(np.float64)) / areas)
    order = np.argsort(density)
    share = np.cumsum(areas[order]) / areas.sum()
    low, median, high = density[order][np.searchsorted(share, [0.05, 0.5, 0.95])]
    assert low / median > 0.75
    assert high / median < 1.3


@every_shape
def test_charts_keep_the_padding_from_each_other_and_the_border(shape):
    _, faces, uvs = unwrapped(shape)
    fragments = cover(uvs.astype(np.float64) * SIZE, SIZE, SIZE)
    chart = np.zeros((SIZE, SIZE), np.int32)
    chart[fragments.y, fragments.x] = 1 + charts_by_uv(faces, uvs)[fragments.face]
    away, nearest = distance_transform_edt(chart == 0, return_indices=True)
    owner = chart[tuple(nearest)]
    for axis in range(2):  # where the empty texels of two charts meet, their distances add up to the gap
        meets = np.diff(owner, axis=axis) != 0
        gap = (away + np.roll(away, -1, axis=axis))[tuple(np.s_[:n] for n in meets.shape)]
        assert gap[meets].min() >= PADDING - 1
    border = PADDING // 2 - 1
    assert (chart[border:-border, border:-border] > 0).sum() == (chart > 0).sum()


def charts_by_uv(faces, uvs):
    """Numbers the sets of faces that are connected by edges with equal UVs on both sides."""
    pairs = mesh_edges(faces).pairs()
    flat = uvs.reshape(-1, 2)
    following = pairs - pairs % 3 + (pairs + 1) % 3
    glued = (flat[pairs[:, 0]] == flat[following[:, 1]]) & (flat[following[:, 0]] == flat[pairs[:, 1]])
    return connected_labels(len(faces), pairs[glued.all(axis=1)] // 3)


@every_shape
def test_charts_are_few(shape):
    _, faces, uvs = unwrapped(shape)
    assert charts_by_uv(faces, uvs).max() + 1 <= 64


def test_unwrapping_twice_gives_the_same_bytes():
    vertices, faces, uvs = unwrapped("chair")
    assert unwrap(vertices, faces, SIZE, PADDING, Progress()).tobytes() == uvs.tobytes()


def test_a_closed_chart_is_cut_until_it_lies_flat():
    """A tetrahedron whose faces all get one label would fold; the guards must cut it."""
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]], np.int32)
    uvs = unwrap(vertices, faces, 256, 4, Progress())
    assert (signed_areas(uvs.astype(np.float64)) > 0).all()


def test_a_flat_sheet_is_flattened_without_distortion():
    """Flattening a bent but developable strip keeps all edge lengths."""
    angles, heights = np.linspace(0, 2, 21), np.linspace(0, 1, 11)
    grid = np.stack(np.meshgrid(angles, heights, indexing="ij"), axis=-1).reshape(-1, 2)
    vertices = np.stack([np.cos(grid[:, 0]), np.sin(grid[:, 0]), grid[:, 1]], axis=1).astype(np.float32)
    at = (np.arange(20)[:, None] * 11 + np.arange(10)).reshape(-1)
    faces = np.concatenate([np.stack([at, at + 11, at + 12], 1), np.stack([at, at + 12, at + 1], 1)]).astype(
        np.int32
    )
    flat = flatten(vertices, faces, np.zeros(len(faces), np.int32), mesh_edges(faces).pairs(), Progress())
    true = np.linalg.norm(np.roll(vertices[faces], -1, axis=1) - vertices[faces], axis=2)
    drawn = np.linalg.norm(np.roll(flat, -1, axis=1) - flat, axis=2)
    assert np.abs(drawn / true - 1).max() < 2e-3


def finger():
    """A round finger that is open at its base: the vertices, faces and texel density that LSCM gives it."""
    turns, along = np.linspace(0, 2 * np.pi, 25)[:-1], np.linspace(0, 1, 30)
    radius, height = np.sqrt(np.maximum(1 - (2 * np.maximum(along - 0.5, 0)) ** 2, 0)), 2 * along
    ring = np.stack([np.cos(turns), np.sin(turns), np.zeros(24)], axis=1)
    rings = ring * radius[:-1, None, None] * [0.4, 0.4, 0] + height[:-1, None, None] * [0, 0, 1]
    vertices = np.concatenate([rings.reshape(-1, 3), [[0, 0, 2]]]).astype(np.float32)
    at = (np.arange(28)[:, None] * 24 + np.arange(24)).reshape(-1)
    beside = at - at % 24 + (at + 1) % 24
    tip = np.arange(28 * 24, 29 * 24)
    beside_tip = tip - tip % 24 + (tip + 1) % 24
    faces = np.concatenate(
        [
            np.stack([at, beside, beside + 24], axis=1),
            np.stack([at, beside + 24, at + 24], axis=1),
            np.stack([tip, beside_tip, np.full(24, len(vertices) - 1)], axis=1),
        ]
    )
    return vertices, faces.astype(np.int32)


def spread(vertices, faces, corners):
    """The ratio of the largest to the smallest texel density, without the outermost tenths of the area."""
    areas = face_areas(vertices, faces)
    density = np.sqrt(np.abs(signed_areas(corners)) / areas)
    order = np.argsort(density)
    share = np.cumsum(areas[order]) / areas.sum()
    low, high = density[order][np.searchsorted(share, [0.05, 0.95])]
    return high / low


def test_relaxing_a_finger_evens_out_its_density():
    vertices, faces = finger()
    charts, pairs = np.zeros(len(faces), np.int32), mesh_edges(faces).pairs()
    conformal = flatten(vertices, faces, charts, pairs, Progress())
    relaxed = relax(vertices, faces, charts, pairs, conformal)
    assert spread(vertices, faces, relaxed) < 0.5 * spread(vertices, faces, conformal)


def test_a_stretched_chart_is_mended():
    vertices, faces = finger()
    charts, pairs = np.zeros(len(faces), np.int32), mesh_edges(faces).pairs()
    surface = make_surface(vertices, faces)
    corners = flatten(surface.points, surface.faces, charts, pairs, Progress())
    charts, corners = mend(surface, charts, corners, Progress())
    assert spread(vertices, faces, corners) < 1.6
    assert (signed_areas(corners) > 0).all()


def test_factors_of_a_subdivided_ball_stay_sparse(monkeypatch):
    """By subdivision's numbers they fill tenfold, and a million faces never end."""
    sizes = []

    def counted(matrix, **options):
        found = splu(matrix, **options)
        sizes.append((matrix.shape[0], found.nnz))
        return found

    monkeypatch.setattr(factors, "splu", counted)
    ball = trimesh.creation.icosphere(6)
    unwrap(np.float32(ball.vertices), np.int32(ball.faces), SIZE, PADDING, Progress())
    rows, filled = np.array(sizes).T
    assert rows.max() > 5000
    assert (filled < 8 * rows * np.log2(rows)).all()


def test_flattening_is_cancelled_between_charts(monkeypatch):
    calls = []

    def is_cancelled():
        calls.append(1)
        return len(calls) > 1

    monkeypatch.setattr(lscm, "BATCH_FACES", 1)
    vertices, faces = finger()
    charts = np.zeros(len(faces), np.int32)
    charts[len(faces) // 2 :] = 1
    surface = make_surface(vertices, faces)
    with pytest.raises(CancelledError):
        flatten(surface.points, surface.faces, charts, surface.pairs, Progress(is_cancelled=is_cancelled))
    assert len(calls) == 2
