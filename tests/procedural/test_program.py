"""The built object as a field: distances, gradients, parts, extents, materials."""

import numpy as np
import pytest

from maquette.procedural.build import build
from maquette.procedural.describe import describe
from maquette.procedural.kind import Part
from maquette.procedural.materials import finish
from maquette.procedural.program import CHUNK_POINTS, Program
from maquette.procedural.sdf import Cuboid, Node, Points, Sphere, Torus
from maquette.procedural.sdf.shaping import stretched


def program(*solids: Node) -> Program:
    materials = ("oak", "steel", "lit")
    parts = tuple(Part(m, s, finish(m)) for m, s in zip(materials, solids, strict=False))
    return Program("test", 3, parts, tuple(range(len(parts))))


BALL_ON_BOX = program(Cuboid(1, 0.6, 0.2).at(2, 1, 0.5), Sphere(0.2).at(2, 1, 0.75))


def points(count: int, program: Program) -> Points:
    low, high = program.bounds
    return np.random.default_rng(0).uniform(low - 0.1, high + 0.1, (count, 3)).astype(np.float32)


def test_distance_is_that_of_the_nearest_part() -> None:
    p = points(1000, BALL_ON_BOX)
    every = np.stack([part.solid.distance(p) for part in BALL_ON_BOX.parts])
    np.testing.assert_allclose(BALL_ON_BOX.distance(p), every.min(axis=0), atol=1e-6)
    np.testing.assert_array_equal(BALL_ON_BOX.nearest_part(p), every.argmin(axis=0))


def test_a_limit_spares_far_parts_and_changes_nothing_near_the_surface() -> None:
    p = points(1000, BALL_ON_BOX)
    near = np.abs(BALL_ON_BOX.distance(p)) < 0.1
    limited = BALL_ON_BOX.nearest_part(p, 0.1)
    np.testing.assert_array_equal(limited[near], BALL_ON_BOX.nearest_part(p)[near])
    assert (limited[BALL_ON_BOX.distance(p) > 0.1] == 0).all()


def test_many_points_are_answered_as_few_are() -> None:
    p = points(CHUNK_POINTS + 1000, BALL_ON_BOX)
    np.testing.assert_array_equal(BALL_ON_BOX.distance(p)[-1000:], BALL_ON_BOX.distance(p[-1000:]))


def test_no_points_give_no_distances() -> None:
    none = np.zeros((0, 3), np.float32)
    assert BALL_ON_BOX.distance(none).shape == (0,)
    assert BALL_ON_BOX.gradient(none).shape == (0, 3)


def test_gradient_points_away_from_a_sphere() -> None:
    ball = program(Sphere(0.5))
    p = points(500, ball)
    p = p[np.linalg.norm(p, axis=1) > 0.05]
    expected = p / np.linalg.norm(p, axis=1, keepdims=True)
    np.testing.assert_allclose(ball.gradient(p), expected, atol=3e-3)


@pytest.mark.parametrize(
    ("solid", "size"),
    [
        (Cuboid(0.3, 0.8, 0.1).rotated("z", 90), (0.8, 0.3, 0.1)),
        (Torus(0.5, 0.1).rotated("x", 90), (1.2, 0.2, 1.2)),
        (Sphere(0.3).rotated("y", 45).rotated("x", 30), (0.6, 0.6, 0.6)),
        (stretched(Sphere(0.1), x=6), (1.2, 0.2, 0.2)),
        (Cuboid(2.0, 0.02, 0.02) | Cuboid(0.02, 0.02, 1.0), (2.0, 0.02, 1.0)),
    ],
)
def test_extent_is_tight(solid: Node, size: tuple[float, float, float]) -> None:
    low, high = program(solid.at(1, 2, 3)).extent
    np.testing.assert_allclose(high - low, size, atol=0.01 * max(size))


def test_settled_object_stands_centred_on_the_origin() -> None:
    low, high = program(Cuboid(1, 0.6, 0.2).at(2, 1, 0.5)).settled().extent
    np.testing.assert_allclose(low, [-0.5, -0.3, 0], atol=1e-3)
    np.testing.assert_allclose(high, [0.5, 0.3, 0.2], atol=1e-3)


def test_extent_follows_moves_and_scales() -> None:
    moved = BALL_ON_BOX.moved(1, 2, 3).scaled(0.5)
    fresh = Program("test", 3, moved.parts, moved.slots)
    np.testing.assert_allclose(moved.extent, fresh.extent, atol=5e-3)
    assert moved.unit == 0.5


def test_object_without_a_surface_is_an_error() -> None:
    with pytest.raises(ValueError, match="no surface"):
        _ = program(Cuboid(1, 1, 1) - Cuboid(2, 2, 2)).extent


def test_surface_gives_each_part_its_material() -> None:
    top, side = [2, 1, 0.95], [2.5, 1, 0.5]
    p = np.array([top, side], np.float32)
    sample = BALL_ON_BOX.surface(p, np.array([[0, 0, 1], [1, 0, 0]], np.float32))
    assert sample.metallic.tolist() == [1, 0]
    assert sample.base_color_srgb.shape == (2, 3)
    assert sample.height is not None
    assert sample.emissive_srgb is None


def test_lamps_glow_and_the_rest_of_a_glowing_object_does_not() -> None:
    glowing = program(Cuboid(1, 1, 1), Sphere(0.3).at(2), Sphere(0.3).at(4))
    p = np.array([[0.5, 0, 0], [4.3, 0, 0]], np.float32)
    emissive = glowing.surface(p, np.array([[1, 0, 0]] * 2, np.float32)).emissive_srgb
    assert emissive is not None
    assert emissive[0].max() == 0
    assert emissive[1].max() > 0.5
    alone = glowing.surface(p[:1], np.array([[1, 0, 0]], np.float32)).emissive_srgb
    assert alone is not None  # batches of one object have the same maps


def test_detail_zero_is_flat() -> None:
    oak = build(describe("an oak table"), 0)
    p = points(3000, oak)
    normals = oak.gradient(p)
    flat, rough = oak.surface(p, normals, detail=0.0), oak.surface(p, normals, detail=1.0)
    assert flat.height is not None
    assert rough.height is not None
    assert np.ptp(flat.height) == 0
    assert np.ptp(rough.height) > 0
    assert flat.base_color_srgb.std(axis=0).max() < rough.base_color_srgb.std(axis=0).max()


def test_scaled_objects_carry_scaled_patterns() -> None:
    oak = build(describe("an oak table"), 0)
    small = oak.scaled(0.5)
    p = points(500, oak)
    n = oak.gradient(p)
    whole, half = oak.surface(p, n, texel=2e-4), small.surface(p * np.float32(0.5), n, texel=1e-4)
    np.testing.assert_allclose(half.base_color_srgb, whole.base_color_srgb, atol=2e-2)


def glazed(*materials: str) -> Program:
    parts = [Part(m, Sphere(0.2).at(i, 0, 0), finish(m)) for i, m in enumerate(materials)]
    return Program("test", 3, tuple(parts), tuple(range(len(parts))))


def test_each_part_is_as_opaque_as_its_finish() -> None:
    balls, p = glazed("oak", "glass"), np.float32([[0, 0, 0.2], [1, 0, 0.2]])
    opacity = balls.surface(p, p).opacity
    assert opacity is not None
    np.testing.assert_allclose(opacity, [1, finish("glass").opacity])


def test_objects_of_opaque_parts_say_nothing_of_opacity() -> None:
    p = np.float32([[0, 0, 0.2]])
    assert glazed("oak", "steel").surface(p, p).opacity is None


def test_clear_parts_keep_no_light_away() -> None:
    p = np.float32([[0.5, 0, 0], [1, 0, 0]])
    np.testing.assert_allclose(glazed("oak", "glass").opaque_distance(p), [0.3, 0.8], atol=1e-6)
    assert (glazed("ice", "glass").opaque_distance(p) > 1).all()
