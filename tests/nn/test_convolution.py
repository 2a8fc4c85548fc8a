import pytest

torch = pytest.importorskip("torch")

from maquette.nn.convolution import PointConv3d, SubmanifoldConv3d  # noqa: E402
from maquette.nn.neighbours import CENTRE, OFFSETS  # noqa: E402

from .scenes import at, dense, scattered  # noqa: E402

pytestmark = pytest.mark.torch
SIDE = 6


@pytest.mark.parametrize("count", [1, 40, SIDE**3], ids=["one voxel", "sparse", "full"])
@torch.no_grad()
def test_a_submanifold_convolution_is_the_dense_one_at_active_places(count):
    torch.manual_seed(count)
    voxels, layer = scattered(count, SIDE, 5, batch=1 if count == 1 else 2), SubmanifoldConv3d(5, 7)
    weight = layer.weight.permute(0, 4, 1, 2, 3)
    volume = torch.nn.functional.conv3d(dense(voxels, SIDE), weight, layer.bias, padding=1)
    torch.testing.assert_close(layer(voxels).feats, at(volume, voxels.coords), atol=1e-5, rtol=1e-5)


def test_gradients_are_those_of_the_dense_convolution():
    voxels, layer = scattered(30, SIDE, 4), SubmanifoldConv3d(4, 3)
    goal = torch.randn(len(voxels.feats), 3, generator=torch.Generator().manual_seed(1))
    voxels.feats.requires_grad_(True)
    inputs = (voxels.feats, layer.weight, layer.bias)
    sparse = torch.autograd.grad((layer(voxels).feats * goal).sum(), inputs)
    weight = layer.weight.permute(0, 4, 1, 2, 3)
    volume = torch.nn.functional.conv3d(dense(voxels, SIDE), weight, layer.bias, padding=1)
    full = torch.autograd.grad((at(volume, voxels.coords) * goal).sum(), inputs)
    for found, expected in zip(sparse, full, strict=True):
        torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_pairs_in_chunks_give_the_same(monkeypatch):
    voxels, layer = scattered(60, SIDE, 4), SubmanifoldConv3d(4, 3)
    whole = layer(voxels).feats
    monkeypatch.setattr("maquette.nn.convolution._GATHERED", 12)
    torch.testing.assert_close(layer(voxels).feats, whole)


def test_neighbours_are_built_once_for_a_grid():
    voxels = scattered(20, SIDE, 4)
    layer = SubmanifoldConv3d(4, 4)
    assert layer(layer(voxels)).grid.neighbours is voxels.grid.neighbours


def test_every_neighbour_is_found_and_nothing_else():
    voxels = scattered(50, SIDE, 1)
    places = {tuple(place): row for row, place in enumerate(voxels.coords.tolist())}
    for offset, step in enumerate(OFFSETS):
        if offset != CENTRE:
            rows, neighbours = voxels.grid.neighbours.reached(offset)
            moved = {
                (row, places.get((place[0], *(c + d for c, d in zip(place[1:], step, strict=True)))))
                for place, row in places.items()
            }
            expected = {pair for pair in moved if pair[1] is not None}
            assert set(zip(rows.tolist(), neighbours.tolist(), strict=True)) == expected


@torch.no_grad()
def test_a_1x1x1_weight_is_read_row_by_row_and_not_transposed():
    layer = PointConv3d(3, 2)
    layer.weight.copy_(torch.arange(6.0).view(2, 1, 1, 1, 3))
    layer.bias.zero_()
    assert layer(torch.eye(3)).tolist() == [[0, 1], [2, 3], [4, 5]]


@torch.no_grad()
def test_half_precision_sums_in_single():
    voxels, layer = scattered(SIDE**3, SIDE, 64), SubmanifoldConv3d(64, 32)
    exact = layer(voxels).feats
    half = layer.half()(voxels.with_feats(voxels.feats.half())).feats
    assert half.dtype == torch.float16
    assert (half.float() - exact).abs().max() < 5e-3 * exact.abs().max()
