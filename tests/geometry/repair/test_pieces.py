"""Which pieces of a mesh are kept."""

from maquette.geometry.repair.clean import check
from maquette.geometry.repair.pieces import drop_floaters, drop_small

from .test_clean import cube, joined


def inverted(mesh):
    vertices, faces = mesh
    return vertices, faces[:, ::-1]


def test_floaters_go_and_the_largest_piece_stays():
    vertices, faces = drop_floaters(*joined(cube(), cube((5, 0, 0), 0.01)), 0.01)
    assert check(vertices, faces).components == 1
    assert len(vertices) == 8
    assert len(drop_floaters(*cube(), 2.0)[1]) == 12


def test_pieces_that_are_small_but_many_stay():
    leaves = [cube((x, y, 0), 0.01) for x in range(30) for y in range(30)]
    assert check(*drop_floaters(*joined(cube((-5, 0, 0), 0.15), *leaves), 0.01)).components == 901


def test_crumbs_and_small_hollows_go_and_wide_ones_stay():
    small, wide = inverted(cube((0.1, 0.1, 0.1), 0.1)), inverted(cube((-0.2, -0.2, -0.2), 0.5))
    crumb = cube((5, 0, 0), 0.01)
    vertices, faces = drop_small(*joined(cube(), small, wide, crumb), 1e-3, 0.01)
    assert check(vertices, faces).components == 2
    assert abs(check(vertices, faces).volume - (1 - 0.5**3)) < 1e-6


def test_small_pieces_that_are_no_hollows_stay():
    assert check(*drop_small(*joined(cube(), cube((5, 0, 0), 0.01)), 1e-6, 0.01)).components == 2
