"""Every node: distances at most five percent too steep, boxes that hold, culling that changes nothing."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from maquette.procedural.sdf import (
    Cuboid,
    Cylinder,
    Difference,
    Ellipsoid,
    Extruded,
    HalfSpace,
    Node,
    Points,
    Revolved,
    Sphere,
    Torus,
    Tube,
    blend,
    nearest,
)
from maquette.procedural.sdf.shaping import Grounded, leafy, meet, row, stretched

STAR = ((0, 0.3), (0.1, 0.1), (0.3, 0.1), (0.15, -0.05), (0.2, -0.3), (0, -0.15), (-0.2, -0.3))
BOX = Cuboid(0.4, 0.3, 0.5, 0.02)
NODES: dict[str, Node] = {
    "sphere": Sphere(0.3),
    "ellipsoid": Ellipsoid(0.3, 0.2, 0.1),
    "flat ellipsoid": Ellipsoid(0.4, 0.4, 0.05),
    "long ellipsoid": Ellipsoid(0.05, 0.05, 0.4),
    "cuboid": BOX,
    "cylinder": Cylinder(0.2, 0.5, 0.02),
    "torus": Torus(0.25, 0.08),
    "tube": Tube(((-0.2, 0, -0.2), (0, 0.1, 0), (0.2, 0, 0.3)), (0.1, 0.05, 0.02)),
    "revolved": Revolved(((0, -0.3), (0.2, -0.25), (0.1, 0), (0.2, 0.3), (0, 0.3)), 0.01),
    "extruded": Extruded(STAR, 0.2, 0.02),
    "moved": BOX.at(0.1, 0.2, -0.1),
    "turned": BOX.rotated("y", 33),
    "scaled": BOX.scaled(0.7),
    "mirrored": BOX.at(0.1, 0, 0).rotated("z", 20).mirrored("x"),
    "radial": Cuboid(0.2, 0.1, 0.3).at(0.25, 0.02, 0).radial(5, 10),
    "twisted": Cuboid(0.2, 0.2, 0.6).twisted(200),
    "tapered in": Cuboid(0.4, 0.4, 0.6).tapered(-0.3, 0.3, 0.5),
    "tapered out": Cuboid(0.2, 0.2, 0.6).tapered(-0.3, 0.3, 1.8),
    "grown": BOX.rounded(0.03),
    "shell": BOX.shell(0.03),
    "union": Sphere(0.2) | BOX.at(0.2, 0.1, 0) | Torus(0.3, 0.05),
    "blend": blend(0.1, Sphere(0.2), BOX.at(0.2, 0.1, 0), Torus(0.3, 0.05), Sphere(0.21).at(0.01)),
    "difference": Difference(BOX, Sphere(0.25).at(0.2, 0, 0.1), 0.05),
    "halved": Difference(BOX, HalfSpace((1, 1, 0))),
    "intersection": BOX & Sphere(0.25),
    "roughened": Sphere(0.3).roughened(0.02, 0.1, 1),
    "meet": meet(0.05, BOX, Sphere(0.25)),
    "stretched": stretched(Sphere(0.1), x=3, y=2),
    "row": row(Cuboid(0.08, 0.2, 0.3), "x", 4, 0.12),
    "grounded": Grounded(Sphere(0.3)),
    "leafy": leafy(Sphere(0.25), 0.08, 0.05, 2),
}
each_node = pytest.mark.parametrize("node", NODES.values(), ids=NODES.keys())


def points(count: int = 12000, seed: int = 0, reach: float = 0.6) -> Points:
    return np.random.default_rng(seed).uniform(-reach, reach, (count, 3)).astype(np.float32)


@each_node
@pytest.mark.parametrize("step", [0.003, 0.03, 0.3])
def test_distance_changes_no_faster_than_the_point_moves(node: Node, step: float) -> None:
    p = points()
    direction = np.random.default_rng(1).normal(size=p.shape)
    q = (p + step * direction / np.linalg.norm(direction, axis=1, keepdims=True)).astype(np.float32)
    change = np.abs(node.distance(q) - node.distance(p))
    assert (change <= 1.05 * np.linalg.norm(q - p, axis=1) + 1e-6).all()


@each_node
def test_box_holds_the_solid(node: Node) -> None:
    p = points(40000, reach=0.9)
    low, high = node.bounds()
    inside = p[node.distance(p) < 0]
    assert len(inside) > 5
    assert (inside >= low - 1e-5).all()
    assert (inside <= high + 1e-5).all()


@each_node
def test_row_order_and_column_order_give_the_same_distances(node: Node) -> None:
    p = points(500)
    np.testing.assert_allclose(node.distance(np.asfortranarray(p)), node.distance(p), atol=1e-6)


@each_node
def test_distance_leaves_the_points_as_they_were(node: Node) -> None:
    p = points(100)
    before = p.copy()
    assert node.distance(p).dtype == np.float32
    np.testing.assert_array_equal(p, before)


@pytest.mark.parametrize("radii", [(0.3, 0.2, 0.1), (0.4, 0.4, 0.05), (0.05, 0.05, 0.4), (0.4, 0.1, 0.02)])
def test_ellipsoid_distance_is_exact(radii: tuple[float, float, float]) -> None:
    u = np.random.default_rng(0).normal(size=(80000, 3))
    surface = u / np.linalg.norm(u, axis=1, keepdims=True) * radii
    p = points(1000)
    expected, _ = cKDTree(surface).query(p)
    expected[((p / radii) ** 2).sum(axis=1) < 1] *= -1
    np.testing.assert_allclose(Ellipsoid(*radii).distance(p), expected, atol=5e-3)


def test_tube_is_the_hull_of_its_spheres() -> None:
    t = np.linspace(0, 1, 2000)[:, None]
    centres, radii = t * [0.3, 0.1, 0], 0.12 - 0.09 * t[:, 0]
    p = points(500)
    expected = (np.linalg.norm(p[:, None] - centres, axis=2) - radii).min(axis=1)
    tube = Tube(((0, 0, 0), (0.3, 0.1, 0)), (0.12, 0.03))
    np.testing.assert_allclose(tube.distance(p), expected, atol=1e-5)


def test_union_asks_all_children_that_matter() -> None:
    children = (Sphere(0.2), BOX.at(0.2, 0.1, 0), Torus(0.3, 0.05), Ellipsoid(0.1, 0.5, 0.1))
    boxes = tuple(c.bounds() for c in children)
    p = points()
    every = np.stack([c.distance(p) for c in children])
    distance, which = nearest(children, boxes, p)
    np.testing.assert_allclose(distance, every.min(axis=0), atol=1e-6)
    np.testing.assert_array_equal(which, every.argmin(axis=0))


def test_union_with_a_limit_is_the_union_cut_off_there() -> None:
    children = (Sphere(0.2), BOX.at(0.2, 0.1, 0))
    boxes = tuple(c.bounds() for c in children)
    p = points()
    whole, limited = nearest(children, boxes, p)[0], nearest(children, boxes, p, limit=0.05)[0]
    np.testing.assert_allclose(limited, np.minimum(whole, 0.05), atol=1e-6)


def test_copies_that_leave_their_sector_stay_whole() -> None:
    blade = Cuboid(0.3, 0.04, 0.1).rotated("z", 40).at(0.25, 0, 0)
    copies = [blade.rotated("z", 60.0 * i) for i in range(6)]
    p = points()
    expected = np.stack([c.distance(p) for c in copies]).min(axis=0)
    near = np.abs(expected) < 0.03
    np.testing.assert_allclose(blade.radial(6).distance(p)[near], expected[near], atol=1e-5)
