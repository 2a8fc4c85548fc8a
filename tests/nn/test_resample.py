import pytest

torch = pytest.importorskip("torch")

from maquette.nn.resample import downsample, subdivide, upsample  # noqa: E402

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
