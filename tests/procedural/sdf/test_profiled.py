"""Solids drawn by outlines, bent solids and cushions: sizes, bounds, and distances that never overshoot."""

import numpy as np
import pytest

from maquette.procedural.sdf import Cuboid, Cylinder, Node, Torus
from maquette.procedural.sdf.outline import circle, curve, fillet, rectangle
from maquette.procedural.sdf.profiled import Blade, Lathe, Plate, Strip, Vessel, Wire
from maquette.procedural.sdf.shaped import Bent, Cushion

WAVE = curve([(-0.4, -0.3), (0.0, 0.1), (0.3, -0.1), (0.5, 0.4)])
SOLIDS: dict[str, Node] = {
    "lathe": Lathe(((0, -0.5, 0), *curve([(0.3, -0.5), (0.45, 0), (0.15, 0.4)]), (0, 0.4, 0))),
    "vessel": Vessel(((0, -0.4, 0), *curve([(0.2, -0.4), (0.45, 0.1), (0.25, 0.5)])), 0.06),
    "plate": Plate(fillet([(-0.5, -0.4), (0.5, -0.4), (0.2, 0.1), (0, 0.5)], 0.05), 0.2, 0.02),
    "blade": Blade(
        fillet([(-0.1, -0.5), (0.1, -0.5), (0.08, 0.3), (0, 0.5), (-0.08, 0.3)], 0.02), 0.06, 0.01, 0.07
    ),
    "strip": Strip(WAVE, 0.08, 0.4, 0.02),
    "wire": Wire(WAVE, 0.05),
    "bent": Bent(Cuboid(0.9, 0.06, 0.3, 0.02), 0.5),
    "cushion": Cushion(0.8, 0.6, 0.16, 0.05, 0.5),
}


def cloud(count: int = 20000) -> np.ndarray:
    return np.random.default_rng(5).uniform(-0.9, 0.9, (count, 3)).astype(np.float32)


@pytest.mark.parametrize("name", SOLIDS)
def test_solids_stay_within_their_bounds(name: str) -> None:
    p = cloud()
    low, high = SOLIDS[name].bounds()
    outside = ((p < low - 1e-5) | (p > high + 1e-5)).any(axis=1)
    d = SOLIDS[name].distance(p)
    assert (d[outside] > 0).all()
    assert (d < 0).any()


@pytest.mark.parametrize("name", SOLIDS)
def test_distances_never_overshoot(name: str) -> None:
    p = cloud()
    q = p + np.random.default_rng(6).normal(0, 0.02, p.shape).astype(np.float32)
    step = np.linalg.norm(p - q, axis=1)
    change = np.abs(SOLIDS[name].distance(p) - SOLIDS[name].distance(q))
    near = np.abs(SOLIDS[name].distance(p)) < 0.02
    assert (change[near] <= 1.06 * step[near] + 1e-5).all()


def test_lathe_of_a_rectangle_is_a_cylinder() -> None:
    p = cloud()
    turned = Lathe(((0, -0.2, 0), (0.4, -0.2, 0), (0.4, 0.2, 0), (0, 0.2, 0)))
    np.testing.assert_allclose(turned.distance(p), Cylinder(0.4, 0.4).distance(p), atol=3e-6)


def test_lathe_and_wire_of_a_circle_are_a_torus() -> None:
    p = cloud()
    torus = Torus(0.4, 0.1).distance(p)
    np.testing.assert_allclose(Lathe(circle(0.1, 0.4, 0.0)).distance(p), torus, atol=3e-6)
    upright = Wire(circle(0.4), 0.1, closed=True).rotated("x", 90)
    np.testing.assert_allclose(upright.distance(p), torus, atol=3e-6)


def test_plate_of_a_rectangle_is_a_box() -> None:
    p = cloud()
    plate, box = Plate(rectangle(0.8, 0.4), 0.2), Cuboid(0.8, 0.2, 0.4)
    np.testing.assert_allclose(plate.distance(p), box.distance(p), atol=3e-6)
    np.testing.assert_allclose(Plate(rectangle(0.8, 0.4), 0.2, 0.03).bounds(), box.bounds(), atol=1e-6)


def test_vessel_is_hollow_and_open() -> None:
    cup = Vessel(((0, 0.02, 0), (0.3, 0.02, 0), (0.3, 0.5, 0)), 0.04)
    inside, wall, floor, above = cup.distance(
        np.float32([[0, 0, 0.3], [0.3, 0, 0.3], [0, 0, 0.02], [0, 0, 0.6]])
    )
    assert inside > 0.2
    assert above > 0.2
    assert wall == pytest.approx(-0.02, abs=1e-6)
    assert floor == pytest.approx(-0.02, abs=1e-6)


def test_bending_keeps_lengths_and_moves_the_ends_forward() -> None:
    bent = SOLIDS["bent"]
    angle = 0.44 / 0.5
    end = np.float32([[0.5 * np.sin(angle), 0.5 * np.cos(angle) - 0.5, 0], [0.44, 0, 0], [0, 0, 0]])
    assert (bent.distance(end) < 0).tolist() == [True, False, True]


def test_cushion_is_thicker_in_the_middle_than_at_its_rim() -> None:
    z = np.float32([[0, 0, 0.115], [0.36, 0, 0.115]])
    assert (SOLIDS["cushion"].distance(z) < 0).tolist() == [True, False]


def test_blade_is_thin_at_its_edge_and_thick_inside() -> None:
    blade = SOLIDS["blade"]
    y = np.float32([[0.085, 0.004, -0.2], [0.085, 0.012, -0.2], [0, 0.028, -0.2], [0, 0.032, -0.2]])
    assert (blade.distance(y) < 0).tolist() == [True, False, True, False]
