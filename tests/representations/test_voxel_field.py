import numpy as np
import pytest

torch = pytest.importorskip("torch")
from scipy.ndimage import map_coordinates  # noqa: E402

from maquette.representations.voxel_field import VoxelField  # noqa: E402

pytestmark = pytest.mark.torch

SIDE = 6


def full():
    side = torch.arange(SIDE)
    coords = torch.cartesian_prod(side, side, side).int()
    coords = coords[torch.randperm(len(coords), generator=torch.Generator().manual_seed(0))]
    return coords, torch.rand(len(coords), 2, generator=torch.Generator().manual_seed(1))


def test_a_full_grid_is_read_trilinearly():
    coords, values = full()
    points = torch.rand(50, 3, generator=torch.Generator().manual_seed(2)) * (1 - 1 / SIDE) - 0.5 + 0.5 / SIDE
    found, near = VoxelField(coords, values, SIDE).read(points)
    volume = np.zeros((SIDE, SIDE, SIDE, 2))
    volume[tuple(coords.long().T.numpy())] = values.numpy()
    at = ((points.numpy() + 0.5) * SIDE - 0.5).T
    expected = np.stack([map_coordinates(volume[..., c], at, order=1) for c in range(2)], axis=1)
    assert near.all()
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_neighbours_that_are_missing_leave_the_others_their_share():
    coords, values = torch.tensor([[2, 2, 2], [3, 2, 2]]), torch.tensor([[0.0], [1.0]])
    field = VoxelField(coords, values, SIDE)
    places = torch.tensor([[2.5, 2.5, 2.5], [2.75, 2.9, 2.1], [3.4, 3.4, 3.4], [4.6, 2.5, 2.5]])
    found, near = field.read(places / SIDE - 0.5)
    torch.testing.assert_close(found[:, 0], torch.tensor([0.0, 0.25, 0.9, 0.0]), atol=1e-5, rtol=1e-5)
    assert near.tolist() == [True, True, True, False]
