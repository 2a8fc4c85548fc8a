"""Tensor programs are held to the nodes of numpy, point by point, for every kind there is."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from maquette.procedural import sdf  # noqa: E402
from maquette.procedural.build import build  # noqa: E402
from maquette.procedural.describe import describe  # noqa: E402
from maquette.procedural.kinds import KINDS  # noqa: E402
from maquette.procedural.sdf import operations, placement, polyhedron, profiled, shaped, shaping  # noqa: E402
from maquette.procedural.sdf.outline import rectangle  # noqa: E402
from training.fields.batch import Compiler, nearest  # noqa: E402
from training.fields.classes import COMPILERS  # noqa: E402
from training.fields.objects import compile_programs  # noqa: E402

pytestmark = pytest.mark.torch
CPU = torch.device("cpu")
TOLERANCE = 1e-4  # of the longest side


def points_of(program, count=600, seed=0):
    """Points around an object, half of them near its surface."""
    rng = np.random.default_rng(seed)
    low, high = program.extent
    side = (high - low).max()
    found = (rng.uniform(-0.57, 0.57, (4 * count, 3)) * side + (low + high) / 2).astype(np.float32)
    order = np.argsort(np.abs(program.distance(np.asfortranarray(found))))
    return found[np.concatenate([order[: count // 2], order[-(count - count // 2) :]])], side


@pytest.mark.parametrize("group", range(8))
def test_every_kind_gives_the_same_distances_and_parts(group):
    programs = [build(describe(kind.name), seed) for kind in KINDS[group::8] for seed in (1, 2)]
    points, sides = zip(*(points_of(program) for program in programs), strict=True)
    distance, part = nearest(compile_programs(programs, CPU), torch.from_numpy(np.stack(points)))
    for i, program in enumerate(programs):
        expected, which = program.both(np.asfortranarray(points[i]))
        error = np.abs(distance[i].numpy() - expected) / sides[i]
        assert error.max() < TOLERANCE, program.kind
        assert (part[i].numpy() != which).mean() < 0.01, program.kind  # equally near ones


SOLIDS = [
    sdf.HalfSpace((0.2, 0.1, 1.0), (0, 0, 0.1)),
    sdf.Revolved(((0, -0.3), (0.3, -0.2), (0.1, 0.3), (0, 0.3)), 0.02),
    sdf.Extruded(((-0.3, -0.3), (0.3, -0.3), (0.0, 0.35)), 0.3, 0.03),
    sdf.Cuboid(0.3, 0.2, 0.5).twisted(120),
    sdf.Cuboid(0.3, 0.2, 0.5, 0.02).tapered(-0.25, 0.25, 0.4),
    sdf.Sphere(0.3).shell(0.05),
    shaping.meet(0.05, sdf.Sphere(0.3), sdf.Cuboid(0.4, 0.4, 0.4)),
    shaping.stretched(sdf.Sphere(0.2), x=1.5, z=0.5),
    shaping.symmetric(sdf.Sphere(0.15).at(0.2, 0, 0), "x"),
    shaping.Grounded(sdf.Sphere(0.3)),
    shaping.leafy(sdf.Sphere(0.3), 0.1, 0.03, seed=3),
    sdf.Sphere(0.3).roughened(0.02, 0.15, seed=5),
    shaped.Bent(sdf.Cuboid(0.5, 0.1, 0.4), 0.4),
    shaped.Cushion(0.5, 0.4, 0.15, 0.05, 0.4),
    profiled.Strip(rectangle(0.5, 0.4, 0.1), 0.05, 0.2, 0.01, closed=True),
    polyhedron.polyhedron(
        [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)], [0.2] * 6, 0.03
    ),
    sdf.Sphere(0.1).at(0.25, 0, 0).radial(5, 20),
    sdf.Sphere(0.2).at(0.1, 0, 0).mirrored("x"),
    shaping.row(sdf.Sphere(0.06).at(0.03), "x", 4, 0.15, overlapping=True),
    sdf.blend(0.1, sdf.Sphere(0.2), sdf.Sphere(0.15).at(0.2), sdf.Cuboid(0.1, 0.5, 0.1)),
    sdf.Ellipsoid(0.35, 0.2, 0.05),
    operations.Intersection(sdf.Sphere(0.3), sdf.Cuboid(0.3, 0.3, 0.8)),
    placement.Turned(sdf.Cuboid(0.2, 0.3, 0.5), 0, 33),
]


def test_solids_give_the_same_distances():
    points = np.random.default_rng(1).uniform(-0.5, 0.5, (800, 3)).astype(np.float32)
    compiled = Compiler(CPU).batch(SOLIDS)
    found = compiled(torch.from_numpy(points).expand(len(SOLIDS), -1, -1)).numpy()
    for row, solid in zip(found, SOLIDS, strict=True):
        assert np.abs(row - solid.distance(np.asfortranarray(points))).max() < TOLERANCE, solid


def test_every_class_of_node_has_its_function():
    modules = (sdf, operations, placement, polyhedron, profiled, shaped, shaping)
    classes = {
        c for m in modules for c in vars(m).values() if isinstance(c, type) and issubclass(c, sdf.Node)
    }
    assert classes - {sdf.Node} <= set(COMPILERS)
