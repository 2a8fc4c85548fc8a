import pytest

torch = pytest.importorskip("torch")

from maquette.nn.resample import (  # noqa: E402
    downsample,
    gather_children,
    scatter_children,
    subdivide,
    upsample,
)
from maquette.nn.sparse import Children, child_corners  # noqa: E402

from .scenes import at, dense, scattered  # noqa: E402

pytestmark = pytest.mark.torch
SIDE = 6


def test_a_parent_gets_the_sum_of_its_children_over_one_more_than_they_are():
    voxels = scattered(60, SIDE, 3)
    coarse = downsample(voxels)
    full = torch.nn.functional.avg_pool3d(dense(voxels, SIDE), 2) * 8
    count = torch.nn.functional.avg_pool3d(dense(voxels.with_feats(torch.ones(90, 1)), SIDE), 2) * 8
    torch.testing.assert_close(coarse.feats, at(full / (count + 1), coarse.coords))
    assert len(coarse.coords) == int((count > 0).sum())


def test_parents_are_sorted_by_sample_and_place():
    coords = downsample(scattered(60, SIDE, 3)).coords.tolist()
    assert coords == sorted(coords)


def test_upsampling_restores_the_grid_and_copies_parents():
    voxels = scattered(60, SIDE, 3)
    coarse = downsample(voxels)
    fine = upsample(coarse, voxels.grid)
    assert torch.equal(fine.coords, voxels.coords)
    assert fine.grid is voxels.grid
    full = torch.nn.functional.interpolate(dense(coarse, SIDE // 2), scale_factor=2)
    assert torch.equal(fine.feats, at(full, voxels.coords))


def test_children_stand_together_with_z_fastest():
    voxels = scattered(5, SIDE, 3)
    fine = subdivide(voxels)
    first = voxels.coords[0].tolist()
    corners = [[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)]
    expected = [
        [first[0], *(2 * c + d for c, d in zip(first[1:], corner, strict=True))] for corner in corners
    ]
    assert fine.coords[:8].tolist() == expected
    assert fine.coords.dtype == voxels.coords.dtype
    full = torch.nn.functional.interpolate(dense(voxels, SIDE), scale_factor=2)
    assert torch.equal(fine.feats, at(full, fine.coords))


def test_some_children_stand_together_with_x_fastest():
    voxels = scattered(5, SIDE, 3, batch=1)
    there = torch.zeros(5, 8, dtype=torch.bool)
    there[1, [0, 1, 6]] = there[4, 7] = True
    children = voxels.grid.some_children(there)
    corners = [(1, (0, 0, 0)), (1, (1, 0, 0)), (1, (0, 1, 1)), (4, (1, 1, 1))]
    places = voxels.coords.tolist()
    expected = [
        [0, *(2 * c + d for c, d in zip(places[row][1:], corner, strict=True))] for row, corner in corners
    ]
    assert children.grid.coords.tolist() == expected
    assert children.grid.coords.dtype == voxels.coords.dtype
    assert children.parent.tolist() == [1, 1, 1, 4]
    assert child_corners(children.grid.coords).tolist() == children.corner.tolist() == [0, 1, 6, 7]


def test_occupied_corners_lead_back_to_the_fine_grid():
    voxels = scattered(60, SIDE, 3)
    coarse, parent = voxels.grid.parents
    made = coarse.some_children(voxels.grid.occupied_corners())
    assert sorted(made.grid.coords.tolist()) == sorted(voxels.coords.tolist())
    full = dense(voxels.with_feats(torch.ones(90, 1)), SIDE)
    counts = torch.nn.functional.avg_pool3d(full, 2) * 8
    found = voxels.grid.occupied_corners().sum(1, keepdim=True).float()
    torch.testing.assert_close(found, at(counts, coarse.coords))
    assert len(parent) == 90


def test_space_becomes_channels_and_back():
    """A child's channels stand at its corner's place, child x + 2 y + 4 z, zero where there is none."""
    voxels = scattered(60, SIDE, 3)
    coarse, parent = voxels.grid.parents
    children = Children(voxels.grid, parent, child_corners(voxels.coords))
    packed = scatter_children(voxels.feats, children, len(coarse.coords))
    volume = dense(voxels, SIDE)
    for corner in range(8):
        x, y, z = corner % 2, corner // 2 % 2, corner // 4
        expected = at(volume[:, :, x::2, y::2, z::2], coarse.coords)
        assert torch.equal(packed[:, 3 * corner : 3 * corner + 3], expected)
    assert torch.equal(gather_children(packed, children), voxels.feats)
