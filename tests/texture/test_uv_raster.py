"""Which point of the mesh lies under a texel."""

import numpy as np

from maquette.assets import Mesh
from maquette.texture.uv_raster import find_neighbours, rasterize_uv, surface_points, texel_steps

# A unit square in the XZ plane that faces -Y, its texture upright.
SQUARE = Mesh(
    np.array([[0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1]], np.float32),
    np.array([[0, 1, 2], [0, 2, 3]], np.int32),
    np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], np.float32),
)


def test_row_0_is_the_top_of_the_texture():
    size = 8
    buffer = rasterize_uv(SQUARE.faces, SQUARE.uvs, size)
    points = surface_points(SQUARE, buffer)
    assert len(points.texels) == size * size
    row, column = np.divmod(points.texels, size)
    assert np.allclose(points.positions[:, 0], (column + 0.5) / size, atol=1e-6)
    assert np.allclose(points.positions[:, 2], 1 - (row + 0.5) / size, atol=1e-6)
    assert np.allclose(points.normals, [0, -1, 0], atol=1e-6)
    assert np.allclose(points.tangents, [1, 0, 0, 1], atol=1e-6)


def test_texels_outside_all_faces_are_empty():
    buffer = rasterize_uv(SQUARE.faces, SQUARE.uvs * np.float32(0.5), 16)
    assert (buffer.face_id[8:, :8] >= 0).all()
    assert (buffer.face_id >= 0).sum() == 64
    assert np.allclose(buffer.barycentric.sum(axis=2), buffer.face_id >= 0, atol=1e-6)


def test_where_faces_overlap_the_first_one_wins():
    faces = np.concatenate([SQUARE.faces, SQUARE.faces])
    uvs = np.concatenate([SQUARE.uvs, SQUARE.uvs])
    assert rasterize_uv(faces, uvs, 16).face_id.max() == 1


def test_a_step_to_the_right_and_up_is_one_texel():
    right, up = texel_steps(SQUARE, 10)
    assert np.allclose(right, [0.1, 0, 0], atol=1e-6)
    assert np.allclose(up, [0, 0, 0.1], atol=1e-6)


def test_neighbours_end_at_uncovered_texels_and_at_the_border():
    texels = np.array([0, 1, 4, 7])  # of a 4 x 4 map: (0, 0), (0, 1), (1, 0), (1, 3) as (row, column)
    near = find_neighbours(texels, (4, 4))
    assert near.right.tolist() == [1, -1, -1, -1]
    assert near.left.tolist() == [-1, 0, -1, -1]
    assert near.below.tolist() == [2, -1, -1, -1]
    assert near.above.tolist() == [-1, -1, 0, -1]
