import numpy as np
import pytest
from scipy.spatial.transform import Rotation

torch = pytest.importorskip("torch")

from maquette.reconstruction.colors import splat_colors, vertex_colors  # noqa: E402
from maquette.representations.splats import Splats  # noqa: E402

pytestmark = pytest.mark.torch


def splats(means, colors, scales=None, rotations=None, opacities=None):
    count = len(means)
    return Splats(
        means=torch.tensor(means, dtype=torch.float32),
        scales=torch.full((count, 3), 0.01) if scales is None else torch.tensor(scales),
        rotations=torch.tensor([[1.0, 0, 0, 0]] * count if rotations is None else rotations),
        opacities=torch.full((count, 1), 0.9) if opacities is None else torch.tensor(opacities),
        sh_dc=((torch.tensor(colors) - 0.5) / 0.28209479177387814)[:, None],
    )


RED, BLUE = [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]


def test_the_nearer_splat_counts_and_half_way_both_do_by_their_opacity():
    look_up = splat_colors(splats([[0, 0, 0], [0.1, 0, 0]], [RED, BLUE], opacities=[[0.9], [0.3]]))
    found = look_up(np.array([[0, 0, 0], [0.1, 0, 0], [0.05, 0, 0]], np.float32))
    np.testing.assert_allclose(found[:2], [RED, BLUE], atol=1e-4)
    np.testing.assert_allclose(found[2], [0.75, 0, 0.25], atol=1e-4)


def test_a_long_splat_reaches_along_its_own_axis():
    """Turned by 90 degrees about z, the long axis x points along y."""
    x, y, z, w = Rotation.from_euler("z", 90, degrees=True).as_quat()
    long = splats(
        [[0, 0, 0], [0.1, 0.02, 0]],
        [RED, BLUE],
        scales=[[0.2, 0.001, 0.001], [0.001, 0.001, 0.001]],
        rotations=[[w, x, y, z], [1, 0, 0, 0]],
    )
    along, across = splat_colors(long)(np.array([[0, 0.1, 0], [0.1, 0, 0]], np.float32))
    assert along[0] > 0.99
    assert across[2] > 0.9


def test_far_from_all_splats_the_nearest_still_has_a_colour():
    look_up = splat_colors(splats([[0, 0, 0], [0.1, 0, 0]], [RED, BLUE]))
    found = look_up(np.array([[5, 0, 0], [-5, 0, 0]], np.float32))
    np.testing.assert_allclose(found, [BLUE, RED], atol=1e-4)


def test_colours_of_vertices_are_interpolated():
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    look_up = vertex_colors(vertices, np.array([[0, 1, 2]], np.int32), np.eye(3, dtype=np.float32))
    found = look_up(np.array([[0, 0, 0.1], [0.5, 0.5, 0], [1 / 3, 1 / 3, -0.2]], np.float32))
    np.testing.assert_allclose(found, [[1, 0, 0], [0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]], atol=1e-5)
