import pytest

torch = pytest.importorskip("torch")

from maquette.representations.dual_grid import DualGrid, extract  # noqa: E402
from tests.models.cases import Cases  # noqa: E402

pytestmark = pytest.mark.torch


def test_it_is_the_reference_surface():
    io = Cases("trellis2").tensors("t2_fdg_mesh")
    grid = DualGrid(io["coords"], io["dual"], io["intersected"], io["quad"][:, 0], int(io["grid_size"]))
    vertices, faces = extract(grid)
    assert torch.equal(faces, io["faces"])
    assert (vertices - io["vertices"]).abs().max() <= 1e-4


def one_by_one(grid):
    """The rule for quads, edge by edge."""
    rows = {tuple(place): row for row, place in enumerate(grid.coords.tolist())}
    found = []
    for row, place in enumerate(grid.coords.tolist()):
        for axis in range(3):
            beside = [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
            one, other = ((1, 2), (2, 0), (0, 1))[axis]
            beside[1][other] = beside[2][other] = beside[2][one] = beside[3][one] = 1
            quad = [rows.get(tuple(c + d for c, d in zip(place, step, strict=True))) for step in beside]
            if grid.crossed[row, axis] and None not in quad:
                a, b, c, d = quad
                w = grid.weights
                found += [[a, b, c], [a, c, d]] if w[a] * w[c] > w[b] * w[d] else [[a, b, d], [d, b, c]]
    return found


def test_every_crossed_edge_with_four_voxels_gives_two_faces():
    generator = torch.Generator().manual_seed(1)
    chosen = torch.rand(5, 5, 5, generator=generator) > 0.3
    coords = chosen.nonzero().int()
    count = len(coords)
    grid = DualGrid(
        coords,
        torch.rand(count, 3, generator=generator),
        torch.rand(count, 3, generator=generator) > 0.5,
        torch.rand(count, generator=generator),
        8,
    )
    expected = one_by_one(grid)
    assert len(expected) > 40
    assert extract(grid)[1].tolist() == expected


def test_nothing_gives_nothing():
    grid = DualGrid(
        torch.zeros(0, 3, dtype=torch.int32),
        torch.zeros(0, 3),
        torch.zeros(0, 3, dtype=torch.bool),
        torch.zeros(0),
        8,
    )
    vertices, faces = extract(grid)
    assert vertices.shape == faces.shape == (0, 3)
