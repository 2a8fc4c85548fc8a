"""Smooth intersections, rows, mirrored halves, stretching, foliage: against what they stand for."""

import numpy as np
import pytest

from maquette.procedural.sdf import Cuboid, Cylinder, Node, Sphere, Tube, union
from maquette.procedural.sdf.polyhedron import inset_polyhedron, polyhedron
from maquette.procedural.sdf.shaping import Grounded, leafy, meet, row, stretched, symmetric

CUBE = ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))
SOLIDS: dict[str, Node] = {
    "meet": meet(0.1, Cuboid(0.8, 0.6, 0.9), Sphere(0.45)),
    "stretched": stretched(Sphere(0.3), 1.5, 0.6, 1.0),
    "row": row(Sphere(0.1), "x", 4, 0.3),
    "symmetric": symmetric(Cuboid(0.4, 0.6, 0.5).at(0.1, 0.2, 0), "y"),
    "grounded": Grounded(Sphere(0.4)),
    "leafy": leafy(Sphere(0.4), 0.15, 0.06, 3),
    "polyhedron": polyhedron((*CUBE, (1, 1, 1)), (0.4,) * 6 + (0.5,)),
    "worn polyhedron": polyhedron((*CUBE, (1, 1, 1)), (0.4,) * 6 + (0.5,), 0.03),
}


def cloud(count: int = 8000, reach: float = 0.9) -> np.ndarray:
    return np.random.default_rng(2).uniform(-reach, reach, (count, 3)).astype(np.float32)


@pytest.mark.parametrize("name", SOLIDS)
def test_solids_stay_within_their_bounds(name: str) -> None:
    p, (low, high) = cloud(), SOLIDS[name].bounds()
    d = SOLIDS[name].distance(p)
    assert (d < 0).any()
    assert (d[((p < low - 1e-5) | (p > high + 1e-5)).any(axis=1)] > 0).all()


@pytest.mark.parametrize("name", SOLIDS)
def test_distances_never_overshoot_the_surface(name: str) -> None:
    """From a point outside, every point nearer than the distance is outside too."""
    p, rng = cloud(3000), np.random.default_rng(4)
    d = SOLIDS[name].distance(p)
    p, d = p[d > 0], d[d > 0]
    for _ in range(12):
        way = rng.normal(size=p.shape)
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        step = p + way * (0.999 * d)[:, None]
        assert SOLIDS[name].distance(step.astype(np.float32)).min() > -2e-4


def test_a_polyhedron_of_six_planes_is_the_cuboid() -> None:
    p = cloud()
    box = polyhedron(CUBE, (0.4, 0.4, 0.3, 0.3, 0.2, 0.2))
    exact = Cuboid(0.8, 0.6, 0.4).distance(p)
    d = box.distance(p)
    np.testing.assert_allclose(box.bounds(), Cuboid(0.8, 0.6, 0.4).bounds(), atol=1e-6)
    np.testing.assert_allclose(d[exact < 0], exact[exact < 0], atol=1e-6)
    assert (d <= exact + 1e-6).all()


def test_worn_edges_only_take_away_and_flat_faces_stay() -> None:
    sharp, worn = polyhedron(CUBE, (0.4,) * 6), polyhedron(CUBE, (0.4,) * 6, 0.03)
    p = cloud()
    assert (worn.distance(p) >= sharp.distance(p) - 1e-6).all()
    assert abs(worn.distance(np.array([[0.4, 0, 0]], np.float32))[0]) < 1e-4
    assert worn.distance(np.array([[0.399, 0.399, 0]], np.float32))[0] > 0.01


def test_inset_planes_pass_inside_the_points_they_are_given() -> None:
    points = [(0.5 * x, 0.5 * y, 0.5 * z) for x, y, z in CUBE]
    np.testing.assert_allclose(
        inset_polyhedron(CUBE, points, 0.1).bounds(), [[-0.4] * 3, [0.4] * 3], atol=1e-6
    )


def test_planes_that_enclose_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="enclose no volume"):
        polyhedron(CUBE[:4], (0.4,) * 4)


@pytest.mark.parametrize("overlapping", [False, True])
def test_a_row_is_the_union_of_its_copies(overlapping: bool) -> None:
    child = Cuboid(0.1, 0.3, 0.2).rotated("z", 40) if overlapping else Cuboid(0.1, 0.3, 0.2)
    copies = union(*[child.at((i - 1.5) * 0.25, 0, 0) for i in range(4)])
    p = cloud()
    line = row(child, "x", 4, 0.25, overlapping)
    np.testing.assert_allclose(line.distance(p), copies.distance(p), atol=1e-5)
    np.testing.assert_allclose(line.bounds(), copies.bounds(), atol=1e-5)


def test_symmetric_asks_only_the_positive_half() -> None:
    lopsided = Cylinder(0.2, 0.4).at(0.3, 0, 0) | Sphere(0.3).at(-0.5, 0, 0)
    twins = Cylinder(0.2, 0.4).at(0.3, 0, 0).mirrored("x")
    p = cloud()
    p = p[np.abs(p[:, 0]) > 0.2]
    np.testing.assert_allclose(symmetric(lopsided, "x").distance(p) < 0, twins.distance(p) < 0)


def test_smooth_intersections_lie_inside_both_solids() -> None:
    a, b = Cuboid(0.8, 0.6, 0.9), Tube(((-0.3, 0, 0), (0.3, 0, 0.2)), (0.3, 0.2))
    p = cloud()
    d = meet(0.1, a, b).distance(p)
    hard = np.maximum(a.distance(p), b.distance(p))
    assert (d >= hard - 1e-6).all()
    assert (d <= hard + 0.025 + 1e-6).all()


def test_leaves_stand_out_by_no_more_than_their_depth() -> None:
    directions = cloud(4000)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    tree = leafy(Sphere(0.4), 0.15, 0.06, 1)
    assert (tree.distance(directions * np.float32(0.461)) > 0).all()
    assert (tree.distance(directions * np.float32(0.395)) < 0).all()
    assert 0.2 < (tree.distance(directions * np.float32(0.42)) < 0).mean() < 0.95


def test_nothing_grounded_lies_below_the_ground() -> None:
    p = cloud()
    assert (Grounded(Sphere(0.4)).distance(p[p[:, 2] < 0]) > 0).all()
